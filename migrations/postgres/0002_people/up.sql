-- Teams, accounts, and who is in which team.
CREATE TABLE teams (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

CREATE TABLE accounts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL UNIQUE,
    email TEXT COLLATE "C",
    email_key TEXT COLLATE "C" UNIQUE,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('bot', 'person')),
    admin BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    password_hash TEXT COLLATE "C",
    team_id BIGINT REFERENCES teams (id) ON DELETE CASCADE,
    personal_name TEXT COLLATE "C" UNIQUE,
    created_at BIGINT NOT NULL,
    CHECK ((kind = 'bot') = (team_id IS NOT NULL)),
    CHECK ((kind = 'person') = (personal_name IS NOT NULL)),
    CHECK (kind = 'person' OR (NOT admin AND password_hash IS NULL))
);
CREATE INDEX accounts_of_team ON accounts (team_id) WHERE team_id IS NOT NULL;

CREATE TABLE members (
    team_id BIGINT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('viewer', 'contributor', 'owner')),
    since BIGINT NOT NULL,
    PRIMARY KEY (team_id, account_id)
);
CREATE INDEX members_of_account ON members (account_id);
