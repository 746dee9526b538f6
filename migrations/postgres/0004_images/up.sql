-- Repositories, manifests, tags, and what was said of them, so that the order in which it was said does
-- not matter.
CREATE TABLE repositories (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    namespace_id BIGINT NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
    registry_name TEXT COLLATE "C" NOT NULL,
    path TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    pulls BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (registry_id, path)
);
-- The order of the list of repositories, which no database finds through the registry's own row.
CREATE INDEX repositories_in_order ON repositories (registry_name, path);
CREATE INDEX repositories_of_namespace ON repositories (namespace_id, path);

-- A manifest that went keeps its row: when it came first is still true when it comes back.
CREATE TABLE manifests (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    repository_id BIGINT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    digest TEXT COLLATE "C" NOT NULL,
    present BOOLEAN NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    artifact_type TEXT COLLATE "C",
    config_digest TEXT COLLATE "C",
    config_type TEXT COLLATE "C",
    config_size BIGINT,
    size BIGINT,
    platforms TEXT COLLATE "C" NOT NULL,
    details TEXT COLLATE "C" NOT NULL CHECK (details IN ('failed', 'pending', 'read')),
    pushed_at BIGINT NOT NULL,
    as_of BIGINT NOT NULL,
    as_of_event TEXT COLLATE "C" NOT NULL,
    UNIQUE (repository_id, digest)
);
CREATE INDEX manifests_present ON manifests (repository_id, pushed_at) WHERE present;

CREATE TABLE manifest_layers (
    manifest_id BIGINT NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    PRIMARY KEY (manifest_id, position)
);

CREATE TABLE manifest_children (
    manifest_id BIGINT NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    media_type TEXT COLLATE "C" NOT NULL,
    size BIGINT NOT NULL,
    platform TEXT COLLATE "C",
    PRIMARY KEY (manifest_id, position)
);

-- The newest word of each tag; `present` unless the tag, or the manifest it points at, went since.
CREATE TABLE tags (
    repository_id BIGINT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    present BOOLEAN NOT NULL,
    as_of BIGINT NOT NULL,
    as_of_event TEXT COLLATE "C" NOT NULL,
    author TEXT COLLATE "C",
    pushed_at BIGINT NOT NULL,
    first_author TEXT COLLATE "C",
    first_at BIGINT NOT NULL,
    first_event TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (repository_id, name)
);
CREATE INDEX tags_present ON tags (repository_id, name) WHERE present;
CREATE INDEX tags_of_manifest ON tags (repository_id, digest);

CREATE TABLE tag_history (
    repository_id BIGINT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    tag TEXT COLLATE "C" NOT NULL,
    as_of BIGINT NOT NULL,
    as_of_event TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    account_id BIGINT REFERENCES accounts (id) ON DELETE SET NULL,
    author TEXT COLLATE "C",
    PRIMARY KEY (repository_id, tag, as_of, as_of_event)
);
CREATE INDEX tag_history_of_account ON tag_history (account_id) WHERE account_id IS NOT NULL;

-- The newest word that a tag (by its name) or a manifest (by its digest) is gone.
CREATE TABLE tombstones (
    repository_id BIGINT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    what TEXT COLLATE "C" NOT NULL,
    as_of BIGINT NOT NULL,
    as_of_event TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (repository_id, what)
);

-- `day` counts from 1970.
CREATE TABLE pulls (
    repository_id BIGINT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    digest TEXT COLLATE "C" NOT NULL,
    day BIGINT NOT NULL,
    count BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (repository_id, digest, day)
);
