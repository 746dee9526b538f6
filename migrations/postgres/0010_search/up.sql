-- What repositories, tags and manifests are found by. Of a repository that is its whole path, and what
-- is left of it from each word on; of a path with very many words the first 32.
CREATE TABLE repository_tails (
    repository_id BIGINT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    tail TEXT COLLATE "C" NOT NULL,
    whole BOOLEAN NOT NULL,
    PRIMARY KEY (repository_id, tail)
);
INSERT INTO repository_tails (repository_id, tail, whole)
SELECT id, tail, whole FROM (
    SELECT
        id,
        substr(path, n) AS tail,
        n = 1 AS whole,
        ROW_NUMBER() OVER (PARTITION BY id ORDER BY n) AS number
    FROM repositories JOIN generate_series(1, 255) AS place (n) ON n <= length(path)
    WHERE substr(path, n, 1) NOT IN ('/', '-', '_', '.')
        AND (n = 1 OR substr(path, n - 1, 1) IN ('/', '-', '_', '.'))
) AS words
WHERE number <= 32;
CREATE INDEX repository_tails_in_order ON repository_tails (tail, repository_id);
CREATE INDEX repository_tails_whole ON repository_tails (tail, repository_id) WHERE whole;
CREATE INDEX tags_by_name ON tags (name, repository_id) WHERE present;
CREATE INDEX manifests_by_digest ON manifests (digest, repository_id) WHERE present;
