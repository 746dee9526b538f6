-- Application tokens, refresh tokens, wrong passwords. Of secrets only digests are kept.
CREATE TABLE application_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    can_pull BOOLEAN NOT NULL,
    can_push BOOLEAN NOT NULL,
    can_delete BOOLEAN NOT NULL,
    can_api BOOLEAN NOT NULL,
    everywhere BOOLEAN NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    UNIQUE (account_id, label)
);

-- Where a token that is not good everywhere is good. One whose namespaces are all gone is good nowhere.
CREATE TABLE application_token_namespaces (
    token_id INTEGER NOT NULL REFERENCES application_tokens (id) ON DELETE CASCADE,
    namespace_id INTEGER NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
    PRIMARY KEY (token_id, namespace_id)
);
CREATE INDEX application_token_namespaces_of_namespace ON application_token_namespaces (namespace_id);

CREATE TABLE refresh_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    digest BLOB NOT NULL UNIQUE,
    client TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
);
CREATE INDEX refresh_tokens_of_account ON refresh_tokens (account_id, created_at, id);
CREATE INDEX refresh_tokens_of_registry ON refresh_tokens (registry_id);
CREATE INDEX refresh_tokens_by_use ON refresh_tokens (last_used_at);

-- `password` tells wrong passwords apart without keeping them. Unknown names count alike, so there is
-- no account to refer to.
CREATE TABLE login_failures (
    name_key TEXT NOT NULL,
    address TEXT NOT NULL,
    password INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (name_key, address, password)
);
CREATE INDEX login_failures_by_age ON login_failures (at);
