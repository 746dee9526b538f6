-- What could not be read is tried once more where a tag on it has no place among versions yet: it gets
-- one when its manifest is read, or is given up again.
INSERT INTO jobs (kind, registry_id, repository, digest, run_at, tries)
SELECT 'describe', repositories.registry_id, repositories.path, manifests.digest,
    (EXTRACT(EPOCH FROM now()) * 1000000)::bigint
        + 50000 * row_number() OVER (ORDER BY manifests.pushed_at DESC, manifests.id), 0
FROM manifests JOIN repositories ON repositories.id = manifests.repository_id
WHERE manifests.present AND manifests.details = 'failed'
    AND EXISTS (SELECT 1 FROM tags
        WHERE tags.repository_id = manifests.repository_id AND tags.digest = manifests.digest
            AND tags.present AND tags.version = '')
ON CONFLICT DO NOTHING;
