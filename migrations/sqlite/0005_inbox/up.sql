-- Notifications, stored first and applied after; work for the worker; walks through catalogs.
-- What could not be read has its text in `raw` and no `method`.
CREATE TABLE inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    event_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'parked', 'waiting')),
    tries INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL,
    finished_at INTEGER,
    error TEXT,
    raw TEXT,
    at INTEGER,
    action TEXT CHECK (action IN ('delete', 'mount', 'pull', 'push')),
    repository TEXT,
    digest TEXT,
    tag TEXT,
    media_type TEXT,
    actor TEXT,
    host TEXT,
    method TEXT,
    address TEXT,
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
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('adopt', 'describe', 'first-sync')),
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    repository TEXT NOT NULL,
    digest TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    error TEXT,
    UNIQUE (registry_id, kind, repository, digest)
);
CREATE INDEX jobs_due ON jobs (run_at, id);

CREATE TABLE sync_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    registry_id INTEGER NOT NULL REFERENCES registries (id) ON DELETE CASCADE,
    as_of INTEGER NOT NULL,
    cursor TEXT,
    repositories INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    finished_at INTEGER
);
CREATE INDEX sync_runs_of_registry ON sync_runs (registry_id, id);
