-- Application tokens, refresh tokens, wrong passwords. Of secrets only digests are kept.
CREATE TABLE application_tokens (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    label TEXT COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL UNIQUE,
    can_pull BOOLEAN NOT NULL,
    can_push BOOLEAN NOT NULL,
    can_delete BOOLEAN NOT NULL,
    can_api BOOLEAN NOT NULL,
    everywhere BOOLEAN NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    UNIQUE (account_id, label)
);

-- Where a token that is not good everywhere is good. One whose namespaces are all gone is good nowhere.
CREATE TABLE application_token_namespaces (
    token_id BIGINT NOT NULL REFERENCES application_tokens (id) ON DELETE CASCADE,
    namespace_id BIGINT NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
    PRIMARY KEY (token_id, namespace_id)
);
CREATE INDEX application_token_namespaces_of_namespace ON application_token_namespaces (namespace_id);

CREATE TABLE refresh_tokens (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    digest BYTEA NOT NULL UNIQUE,
    client TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);
CREATE INDEX refresh_tokens_of_account ON refresh_tokens (account_id, created_at, id);
CREATE INDEX refresh_tokens_of_registry ON refresh_tokens (registry_id);
CREATE INDEX refresh_tokens_by_use ON refresh_tokens (last_used_at);

-- `password` tells wrong passwords apart without keeping them. Unknown names count alike, so there is
-- no account to refer to.
CREATE TABLE login_failures (
    name_key TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    password BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (name_key, address, password)
);
CREATE INDEX login_failures_by_age ON login_failures (at);
