-- What an installation has once, its signing keys, and the number that every change of a right raises.
CREATE TABLE installation (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    seal_check BLOB NOT NULL,
    ca_certificate TEXT NOT NULL,
    ca_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE policy_epoch (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL
);
INSERT INTO policy_epoch (one, epoch) VALUES (1, 1);

CREATE TABLE signing_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key_id TEXT NOT NULL UNIQUE,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('ES256', 'RS256')),
    sealed BLOB NOT NULL,
    certificate TEXT NOT NULL,
    certificate_ends INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'next', 'retired')),
    created_at INTEGER NOT NULL,
    retired_at INTEGER
);
