-- What was answered to requests that may come twice. `request` tells them apart; no answer yet while
-- one is under way.
CREATE TABLE answers (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer BLOB,
    begun_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, key)
);
CREATE INDEX answers_by_time ON answers (begun_at);
