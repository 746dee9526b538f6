-- Registries and their namespaces.
CREATE TABLE registries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL UNIQUE,
    trust TEXT NOT NULL CHECK (trust IN ('bundle', 'jwks')),
    token_lifetime INTEGER,
    read_at INTEGER,
    last_received_at INTEGER,
    secret_generation INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE registry_services (
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    service TEXT NOT NULL UNIQUE,
    PRIMARY KEY (registry_id, position)
);

CREATE TABLE registry_hosts (
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    host TEXT NOT NULL,
    PRIMARY KEY (registry_id, position)
);

-- The name of the global namespace is empty. Whose a namespace is stops its team or account from
-- being removed: what becomes of the images is a decision.
CREATE TABLE namespaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('global', 'orphan', 'personal', 'team')),
    team_id INTEGER REFERENCES teams (id),
    account_id INTEGER REFERENCES accounts (id),
    visibility TEXT CHECK (visibility IN ('private', 'protected', 'public')),
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (registry_id, name),
    CHECK ((kind = 'global') = (name = '')),
    CHECK ((kind = 'orphan') = (visibility IS NULL)),
    CHECK ((kind = 'personal') = (account_id IS NOT NULL)),
    CHECK ((kind = 'team') = (team_id IS NOT NULL))
);
CREATE INDEX namespaces_of_team ON namespaces (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX namespaces_of_account ON namespaces (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX namespaces_by_name ON namespaces (name);
