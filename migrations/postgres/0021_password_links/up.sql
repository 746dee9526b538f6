-- Links by which people set a password, one for each account. Of the secret only a digest is kept.
CREATE TABLE password_links (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    digest BYTEA NOT NULL UNIQUE,
    ends_at BIGINT NOT NULL
);
