-- Registries and their namespaces.
CREATE TABLE registries (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL UNIQUE,
    url TEXT COLLATE "C" NOT NULL UNIQUE,
    trust TEXT COLLATE "C" NOT NULL CHECK (trust IN ('bundle', 'jwks')),
    token_lifetime BIGINT,
    read_at BIGINT,
    last_received_at BIGINT,
    secret_generation BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE registry_services (
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    service TEXT COLLATE "C" NOT NULL UNIQUE,
    PRIMARY KEY (registry_id, position)
);

CREATE TABLE registry_hosts (
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    host TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (registry_id, position)
);

-- The name of the global namespace is empty. Whose a namespace is stops its team or account from
-- being removed: what becomes of the images is a decision.
CREATE TABLE namespaces (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('global', 'orphan', 'personal', 'team')),
    team_id BIGINT REFERENCES teams (id),
    account_id BIGINT REFERENCES accounts (id),
    visibility TEXT COLLATE "C" CHECK (visibility IN ('private', 'protected', 'public')),
    description TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (registry_id, name),
    CHECK ((kind = 'global') = (name = '')),
    CHECK ((kind = 'orphan') = (visibility IS NULL)),
    CHECK ((kind = 'personal') = (account_id IS NOT NULL)),
    CHECK ((kind = 'team') = (team_id IS NOT NULL))
);
CREATE INDEX namespaces_of_team ON namespaces (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX namespaces_of_account ON namespaces (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX namespaces_by_name ON namespaces (name);
