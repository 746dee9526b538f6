-- The audit. What a row is about may be gone, so it refers to nothing and has the names as they were.
CREATE TABLE activities (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    account_id BIGINT,
    actor TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C",
    request TEXT COLLATE "C",
    object TEXT COLLATE "C" NOT NULL,
    detail TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL CHECK (outcome IN ('done', 'refused')),
    namespace_id BIGINT,
    repository_id BIGINT,
    team_id BIGINT,
    count BIGINT NOT NULL
);
CREATE INDEX activities_by_age ON activities (at, id);
CREATE INDEX activities_of_kind ON activities (kind, at, id);
CREATE INDEX activities_of_actor ON activities (actor, at, id);
CREATE INDEX activities_of_namespace ON activities (namespace_id, at, id) WHERE namespace_id IS NOT NULL;
CREATE INDEX activities_of_repository ON activities (repository_id, at, id) WHERE repository_id IS NOT NULL;
CREATE INDEX activities_of_team ON activities (team_id, at, id) WHERE team_id IS NOT NULL;
