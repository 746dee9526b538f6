-- The application token that a deletion was asked for with: what ends it ends that too. Nothing in
-- rows from before.
ALTER TABLE deletions ADD COLUMN token_id INTEGER;

-- Services of registries that were removed; until `held_until` no other registry has them.
CREATE TABLE held_services (
    service TEXT NOT NULL PRIMARY KEY,
    held_until INTEGER NOT NULL
);

-- The audit, searched by an actor in any case, and by what goes together: a kind and how it ended, an
-- actor and either, what was refused in a namespace.
DROP INDEX activities_of_actor;
CREATE INDEX activities_by_actor ON activities (lower(actor), at, id);
CREATE INDEX activities_by_actor_and_kind ON activities (lower(actor), kind, at, id);
CREATE INDEX activities_by_actor_and_outcome ON activities (lower(actor), outcome, at, id);
CREATE INDEX activities_of_area_and_outcome ON activities (area, outcome, at, id);
CREATE INDEX activities_of_kind_and_outcome ON activities (kind, outcome, at, id);
CREATE INDEX activities_refused_in_namespace ON activities (namespace_id, at, id)
    WHERE namespace_id IS NOT NULL AND outcome = 'refused';
