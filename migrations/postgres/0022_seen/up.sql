-- The rows of the audit that are shown to whoever sees a repository: it is pulled far more often than
-- anything is done to it.
CREATE INDEX activities_seen_of_repository ON activities (repository_id, at, id)
    WHERE repository_id IS NOT NULL AND outcome = 'done' AND kind <> 'repository.pull';

-- Deletions by how far they are.
CREATE INDEX deletions_of_state ON deletions (state, id);
