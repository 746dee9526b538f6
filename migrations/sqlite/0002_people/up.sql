-- Teams, accounts, and who is in which team.
CREATE TABLE teams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
);

CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    email TEXT,
    email_key TEXT UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('bot', 'person')),
    admin BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    password_hash TEXT,
    team_id INTEGER REFERENCES teams (id) ON DELETE CASCADE,
    personal_name TEXT UNIQUE,
    created_at INTEGER NOT NULL,
    CHECK ((kind = 'bot') = (team_id IS NOT NULL)),
    CHECK ((kind = 'person') = (personal_name IS NOT NULL)),
    CHECK (kind = 'person' OR (NOT admin AND password_hash IS NULL))
);
CREATE INDEX accounts_of_team ON accounts (team_id) WHERE team_id IS NOT NULL;

CREATE TABLE members (
    team_id INTEGER NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'contributor', 'owner')),
    since INTEGER NOT NULL,
    PRIMARY KEY (team_id, account_id)
);
CREATE INDEX members_of_account ON members (account_id);
