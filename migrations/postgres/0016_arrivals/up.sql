-- When Portus heard of the newest push, by its own clock: what was pushed after a deletion was asked
-- for stays. Nothing in rows from before.
ALTER TABLE manifests ADD COLUMN heard_at BIGINT;
ALTER TABLE tags ADD COLUMN heard_at BIGINT;
CREATE INDEX manifests_unread ON manifests (repository_id, heard_at) WHERE present AND details = 'pending';

-- How many items were not begun when a deletion was called off.
ALTER TABLE deletions ADD COLUMN cancelled BIGINT NOT NULL DEFAULT 0;
CREATE INDEX deletions_of_owner ON deletions (owner_id, id) WHERE owner_id IS NOT NULL;

-- Which manifests have a layer.
CREATE INDEX manifest_layers_by_digest ON manifest_layers (digest, manifest_id);
