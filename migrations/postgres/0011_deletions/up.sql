-- Deletions that someone asked for, done by the worker an item at a time. A deletion outlives its
-- namespace, which is therefore not referred to; whose it was is kept, so that it can be given back.
CREATE TABLE deletions (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    namespace_id BIGINT NOT NULL,
    namespace_name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    team_id BIGINT,
    owner_id BIGINT,
    visibility TEXT COLLATE "C",
    scope TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    account_id BIGINT,
    actor TEXT COLLATE "C" NOT NULL,
    asked_at BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    listed_to TEXT COLLATE "C",
    total BIGINT NOT NULL,
    done BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX deletions_of_account ON deletions (account_id, id);
CREATE INDEX deletions_of_team ON deletions (team_id, id) WHERE team_id IS NOT NULL;
CREATE INDEX deletions_of_namespace ON deletions (namespace_id);
CREATE INDEX deletions_of_registry ON deletions (registry_id);

-- `tag` is empty for a manifest with all that is on it.
CREATE TABLE deletion_items (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    deletion_id BIGINT NOT NULL REFERENCES deletions (id) ON DELETE CASCADE,
    repository TEXT COLLATE "C" NOT NULL,
    tag TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL
);
CREATE INDEX deletion_items_in_order ON deletion_items (deletion_id, id);
CREATE INDEX deletion_items_waiting ON deletion_items (deletion_id, id) WHERE state = 'waiting';
CREATE INDEX deletion_items_on_digest ON deletion_items (deletion_id, digest);

-- Names that were deleted and not made again; until `held_until` nobody makes them.
CREATE TABLE deleted_names (
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    held_until BIGINT NOT NULL,
    PRIMARY KEY (registry_id, name)
);
CREATE INDEX deleted_names_by_name ON deleted_names (name);

-- Which indexes name a manifest.
CREATE INDEX manifest_children_by_digest ON manifest_children (digest);

-- Which kinds of work there are is the program's to know.
ALTER TABLE jobs DROP CONSTRAINT IF EXISTS jobs_kind_check;
