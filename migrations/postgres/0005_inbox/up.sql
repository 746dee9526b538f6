-- Notifications, stored first and applied after; work for the worker; walks through catalogs.
-- What could not be read has its text in `raw` and no `method`.
CREATE TABLE inbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    event_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('done', 'parked', 'waiting')),
    tries BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    next_try_at BIGINT NOT NULL,
    finished_at BIGINT,
    error TEXT COLLATE "C",
    raw TEXT COLLATE "C",
    at BIGINT,
    action TEXT COLLATE "C" CHECK (action IN ('delete', 'mount', 'pull', 'push')),
    repository TEXT COLLATE "C",
    digest TEXT COLLATE "C",
    tag TEXT COLLATE "C",
    media_type TEXT COLLATE "C",
    actor TEXT COLLATE "C",
    host TEXT COLLATE "C",
    method TEXT COLLATE "C",
    address TEXT COLLATE "C",
    UNIQUE (registry_id, event_id),
    CHECK ((raw IS NULL) = (at IS NOT NULL AND action IS NOT NULL AND repository IS NOT NULL AND method IS NOT NULL)),
    CHECK (raw IS NULL OR state = 'parked')
);
CREATE INDEX inbox_waiting ON inbox (id) WHERE state = 'waiting';
CREATE INDEX inbox_ready ON inbox (registry_id, repository, id) WHERE state = 'waiting';
CREATE INDEX inbox_parked ON inbox (id) WHERE state = 'parked';
CREATE INDEX inbox_parked_of_repository ON inbox (registry_id, repository) WHERE state = 'parked';
CREATE INDEX inbox_done ON inbox (finished_at) WHERE state = 'done';

-- `run_at` of a job in a worker's hands is the end of its lease. A job that is about no repository has
-- empty texts, so that it is unique too.
CREATE TABLE jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('adopt', 'describe', 'first-sync')),
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    repository TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    run_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    error TEXT COLLATE "C",
    UNIQUE (registry_id, kind, repository, digest)
);
CREATE INDEX jobs_due ON jobs (run_at, id);

CREATE TABLE sync_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    registry_id BIGINT NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    as_of BIGINT NOT NULL,
    cursor TEXT COLLATE "C",
    repositories BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX sync_runs_of_registry ON sync_runs (registry_id, id);
