-- What images say of themselves, what belongs to which image, and tags in the order of versions.
ALTER TABLE manifests ADD COLUMN subject TEXT;
-- Annotations and what is shown of the configuration, as JSON.
ALTER TABLE manifests ADD COLUMN about TEXT;
CREATE INDEX manifests_of_subject ON manifests (repository_id, subject) WHERE subject IS NOT NULL;

ALTER TABLE manifest_children ADD COLUMN attests TEXT;
CREATE INDEX manifest_children_attesting ON manifest_children (attests) WHERE attests IS NOT NULL;

CREATE TABLE manifest_labels (
    manifest_id INTEGER NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (manifest_id, name)
);
CREATE INDEX manifest_labels_by_value ON manifest_labels (name, value, manifest_id);

-- `version` sorts as versions do; empty until the manifest of the tag was read again. A companion is
-- about another image: `sha256-…`, `sha256-….sig`.
ALTER TABLE tags ADD COLUMN version TEXT NOT NULL DEFAULT '';
ALTER TABLE tags ADD COLUMN companion BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE tags SET companion = TRUE
WHERE name GLOB 'sha256-*' AND length(name) >= 71 AND substr(name, 8, 64) NOT GLOB '*[^0-9a-f]*'
    AND substr(name, 72, 1) IN ('', '.');
CREATE INDEX tags_by_push ON tags (repository_id, pushed_at, name) WHERE present;
CREATE INDEX tags_by_version ON tags (repository_id, version, name) WHERE present;
CREATE INDEX tags_of_image ON tags (repository_id, digest, pushed_at, name) WHERE present;

-- What was read before is read again, the newest first: twenty a second, so that what is pushed now
-- does not wait for it.
INSERT INTO jobs (kind, registry_id, repository, digest, run_at, tries)
SELECT 'describe', repositories.registry_id, repositories.path, manifests.digest,
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000
        + 50000 * row_number() OVER (ORDER BY manifests.pushed_at DESC, manifests.id), 0
FROM manifests JOIN repositories ON repositories.id = manifests.repository_id
WHERE manifests.present AND manifests.details = 'read'
ON CONFLICT DO NOTHING;
