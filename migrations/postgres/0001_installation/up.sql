-- What an installation has once, its signing keys, and the number that every change of a right raises.
CREATE TABLE installation (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    id TEXT COLLATE "C" NOT NULL,
    seal_check BYTEA NOT NULL,
    ca_certificate TEXT COLLATE "C" NOT NULL,
    ca_sealed BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE policy_epoch (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    epoch BIGINT NOT NULL
);
INSERT INTO policy_epoch (one, epoch) VALUES (1, 1);

CREATE TABLE signing_keys (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key_id TEXT COLLATE "C" NOT NULL UNIQUE,
    algorithm TEXT COLLATE "C" NOT NULL CHECK (algorithm IN ('ES256', 'RS256')),
    sealed BYTEA NOT NULL,
    certificate TEXT COLLATE "C" NOT NULL,
    certificate_ends BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'next', 'retired')),
    created_at BIGINT NOT NULL,
    retired_at BIGINT
);
