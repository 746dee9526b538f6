-- Deletions that someone asked for, done by the worker an item at a time. A deletion outlives its
-- namespace, which is therefore not referred to; whose it was is kept, so that it can be given back.
CREATE TABLE deletions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    namespace_id INTEGER NOT NULL,
    namespace_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    team_id INTEGER,
    owner_id INTEGER,
    visibility TEXT,
    scope TEXT NOT NULL,
    object TEXT NOT NULL,
    account_id INTEGER,
    actor TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    listed_to TEXT,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    finished_at INTEGER
);
CREATE INDEX deletions_of_account ON deletions (account_id, id);
CREATE INDEX deletions_of_team ON deletions (team_id, id) WHERE team_id IS NOT NULL;
CREATE INDEX deletions_of_namespace ON deletions (namespace_id);
CREATE INDEX deletions_of_registry ON deletions (registry_id);

-- `tag` is empty for a manifest with all that is on it.
CREATE TABLE deletion_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deletion_id INTEGER NOT NULL REFERENCES deletions (id) ON DELETE CASCADE,
    repository TEXT NOT NULL,
    tag TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX deletion_items_in_order ON deletion_items (deletion_id, id);
CREATE INDEX deletion_items_waiting ON deletion_items (deletion_id, id) WHERE state = 'waiting';
CREATE INDEX deletion_items_on_digest ON deletion_items (deletion_id, digest);

-- Names that were deleted and not made again; until `held_until` nobody makes them.
CREATE TABLE deleted_names (
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    held_until INTEGER NOT NULL,
    PRIMARY KEY (registry_id, name)
);
CREATE INDEX deleted_names_by_name ON deleted_names (name);

-- Which indexes name a manifest.
CREATE INDEX manifest_children_by_digest ON manifest_children (digest);

-- Which kinds of work there are is the program's to know.
CREATE TABLE jobs_of_any_kind (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    repository TEXT NOT NULL,
    digest TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    error TEXT,
    UNIQUE (registry_id, kind, repository, digest)
);
INSERT INTO jobs_of_any_kind (id, kind, registry_id, repository, digest, run_at, tries, error)
SELECT id, kind, registry_id, repository, digest, run_at, tries, error FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_of_any_kind RENAME TO jobs;
CREATE INDEX jobs_due ON jobs (run_at, id);
