-- What people say of images: descriptions, stars, comments; and what the home page counts.
ALTER TABLE teams ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE repositories ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE repositories ADD COLUMN stars INTEGER NOT NULL DEFAULT 0;
-- When a tag was last pushed, or a manifest where no tag is left; NULL where nothing is in it.
ALTER TABLE repositories ADD COLUMN pushed_at INTEGER;
UPDATE repositories SET pushed_at = COALESCE(
    (SELECT MAX(tags.pushed_at) FROM tags
        WHERE tags.repository_id = repositories.id AND tags.present),
    (SELECT MAX(manifests.pushed_at) FROM manifests
        WHERE manifests.repository_id = repositories.id AND manifests.present));
CREATE INDEX tags_by_push ON tags (repository_id, pushed_at) WHERE present;
CREATE INDEX repositories_by_push ON repositories (pushed_at, id) WHERE pushed_at IS NOT NULL;
CREATE INDEX repositories_by_pulls ON repositories (pulls, id) WHERE pushed_at IS NOT NULL;
CREATE INDEX repositories_of_namespace_by_push ON repositories (namespace_id, pushed_at, id)
    WHERE pushed_at IS NOT NULL;

CREATE TABLE stars (
    account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, repository_id)
);
CREATE INDEX stars_by_age ON stars (account_id, created_at, repository_id);
CREATE INDEX stars_of_repository ON stars (repository_id);

-- A comment outlives its author's account, by name.
CREATE TABLE comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    account_id INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX comments_of_repository ON comments (repository_id, id);
CREATE INDEX comments_of_account ON comments (account_id) WHERE account_id IS NOT NULL;

-- Pushes of tags, and pulls, by namespace and day; `day` counts from 1970.
CREATE TABLE traffic (
    namespace_id INTEGER NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
    day INTEGER NOT NULL,
    pushes INTEGER NOT NULL,
    pulls INTEGER NOT NULL,
    PRIMARY KEY (namespace_id, day)
);
CREATE INDEX traffic_by_day ON traffic (day, namespace_id);
INSERT INTO traffic (namespace_id, day, pushes, pulls)
    SELECT namespace_id, day, CAST(SUM(pushes) AS INTEGER), CAST(SUM(pulls) AS INTEGER)
    FROM (
        SELECT repositories.namespace_id, tag_history.as_of / 86400000000 AS day,
            1 AS pushes, 0 AS pulls
        FROM tag_history JOIN repositories ON repositories.id = tag_history.repository_id
        WHERE tag_history.as_of_event <> ''
        UNION ALL
        SELECT repositories.namespace_id, pulls.day, 0, pulls.count
        FROM pulls JOIN repositories ON repositories.id = pulls.repository_id
    ) AS counted
    GROUP BY namespace_id, day;

-- The rows of the audit that are shown to whoever sees what they speak of.
CREATE INDEX activities_seen ON activities (at, id)
    WHERE (namespace_id IS NOT NULL OR team_id IS NOT NULL)
        AND outcome = 'done' AND kind <> 'repository.pull';
CREATE INDEX activities_seen_of_namespace ON activities (namespace_id, at, id)
    WHERE namespace_id IS NOT NULL AND outcome = 'done' AND kind <> 'repository.pull';
