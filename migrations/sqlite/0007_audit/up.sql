-- The audit. What a row is about may be gone, so it refers to nothing and has the names as they were.
CREATE TABLE activities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    account_id INTEGER,
    actor TEXT NOT NULL,
    address TEXT,
    request TEXT,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    namespace_id INTEGER,
    repository_id INTEGER,
    team_id INTEGER,
    count INTEGER NOT NULL
);
CREATE INDEX activities_by_age ON activities (at, id);
CREATE INDEX activities_of_kind ON activities (kind, at, id);
CREATE INDEX activities_of_actor ON activities (actor, at, id);
CREATE INDEX activities_of_namespace ON activities (namespace_id, at, id) WHERE namespace_id IS NOT NULL;
CREATE INDEX activities_of_repository ON activities (repository_id, at, id) WHERE repository_id IS NOT NULL;
CREATE INDEX activities_of_team ON activities (team_id, at, id) WHERE team_id IS NOT NULL;
