-- What was answered to requests that may come twice. `request` tells them apart; no answer yet while
-- one is under way.
CREATE TABLE answers (
    account_id BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    key TEXT COLLATE "C" NOT NULL,
    request TEXT COLLATE "C" NOT NULL,
    answer BYTEA,
    begun_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, key)
);
CREATE INDEX answers_by_time ON answers (begun_at);
