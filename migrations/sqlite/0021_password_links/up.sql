-- Links by which people set a password, one for each account. Of the secret only a digest is kept.
CREATE TABLE password_links (
    account_id INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    digest BLOB NOT NULL UNIQUE,
    ends_at INTEGER NOT NULL
);
