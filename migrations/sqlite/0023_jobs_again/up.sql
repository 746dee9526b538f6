-- A job that was asked for once more while a worker had it: it begins anew from here when that is done.
ALTER TABLE jobs ADD COLUMN again_at BIGINT;
