-- Repositories, manifests, tags, and what was said of them, so that the order in which it was said does
-- not matter.
CREATE TABLE repositories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    namespace_id INTEGER NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
    registry_name TEXT NOT NULL,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    pulls INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (registry_id, path)
);
-- The order of the list of repositories, which no database finds through the registry's own row.
CREATE INDEX repositories_in_order ON repositories (registry_name, path);
CREATE INDEX repositories_of_namespace ON repositories (namespace_id, path);

-- A manifest that went keeps its row: when it came first is still true when it comes back.
CREATE TABLE manifests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    present BOOLEAN NOT NULL,
    media_type TEXT NOT NULL,
    artifact_type TEXT,
    config_digest TEXT,
    config_type TEXT,
    config_size INTEGER,
    size INTEGER,
    platforms TEXT NOT NULL,
    details TEXT NOT NULL CHECK (details IN ('failed', 'pending', 'read')),
    pushed_at INTEGER NOT NULL,
    as_of INTEGER NOT NULL,
    as_of_event TEXT NOT NULL,
    UNIQUE (repository_id, digest)
);
CREATE INDEX manifests_present ON manifests (repository_id, pushed_at) WHERE present;

CREATE TABLE manifest_layers (
    manifest_id INTEGER NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (manifest_id, position)
);

CREATE TABLE manifest_children (
    manifest_id INTEGER NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    platform TEXT,
    PRIMARY KEY (manifest_id, position)
);

-- The newest word of each tag; `present` unless the tag, or the manifest it points at, went since.
CREATE TABLE tags (
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    present BOOLEAN NOT NULL,
    as_of INTEGER NOT NULL,
    as_of_event TEXT NOT NULL,
    author TEXT,
    pushed_at INTEGER NOT NULL,
    first_author TEXT,
    first_at INTEGER NOT NULL,
    first_event TEXT NOT NULL,
    PRIMARY KEY (repository_id, name)
);
CREATE INDEX tags_present ON tags (repository_id, name) WHERE present;
CREATE INDEX tags_of_manifest ON tags (repository_id, digest);

CREATE TABLE tag_history (
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    as_of INTEGER NOT NULL,
    as_of_event TEXT NOT NULL,
    digest TEXT NOT NULL,
    account_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    author TEXT,
    PRIMARY KEY (repository_id, tag, as_of, as_of_event)
);
CREATE INDEX tag_history_of_account ON tag_history (account_id) WHERE account_id IS NOT NULL;

-- The newest word that a tag (by its name) or a manifest (by its digest) is gone.
CREATE TABLE tombstones (
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    what TEXT NOT NULL,
    as_of INTEGER NOT NULL,
    as_of_event TEXT NOT NULL,
    PRIMARY KEY (repository_id, what)
);

-- `day` counts from 1970.
CREATE TABLE pulls (
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    digest TEXT NOT NULL,
    day INTEGER NOT NULL,
    count INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (repository_id, digest, day)
);
