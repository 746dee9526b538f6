-- The audit, searched by whatever someone looks for, newest first; an area is what a kind starts with.
ALTER TABLE activities
    ADD COLUMN area TEXT GENERATED ALWAYS AS (
        CASE instr(kind, '.') WHEN 0 THEN kind ELSE substr(kind, 1, instr(kind, '.') - 1) END
    ) VIRTUAL;
CREATE INDEX activities_of_area ON activities (area, at, id);
CREATE INDEX activities_of_object ON activities (object, at, id);
CREATE INDEX activities_of_outcome ON activities (outcome, at, id);
CREATE INDEX activities_of_address ON activities (address, at, id) WHERE address IS NOT NULL;
CREATE INDEX activities_of_request ON activities (request, at, id) WHERE request IS NOT NULL;

-- Whether a worker has a job, or it waits for its next try: `run_at` is the end of either.
ALTER TABLE jobs ADD COLUMN claimed BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX jobs_failing ON jobs (id) WHERE tries > 0;
