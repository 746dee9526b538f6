//! Tables with many rows, by the same text in both databases.

/// For PostgreSQL.
pub fn postgres() -> String {
    filled(|rows| {
        let table = format!("(SELECT n::bigint FROM generate_series(1, {rows}) AS n)");
        (table, "decode(lpad(to_hex(n), 64, '0'), 'hex')", "decode(repeat('07', 32), 'hex')")
    })
}

/// For SQLite.
pub fn sqlite() -> String {
    filled(|rows| {
        let table = format!(
            "(WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {rows})
              SELECT n FROM series)"
        );
        (
            table,
            "CAST(printf('%032d', n) AS BLOB)",
            "x'0707070707070707070707070707070707070707070707070707070707070707'",
        )
    })
}

/// `{n}` is a table of the numbers up to `ROWS`, `{digest}` 32 bytes for each; for 77 they are
/// sevens.
fn filled(words: impl Fn(u32) -> (String, &'static str, &'static str)) -> String {
    let (series, digest, seven) = words(ROWS);
    TEXT.replace("{n}", &format!("{series} AS s"))
        .replace("{digest}", &format!("CASE WHEN n = 77 THEN {seven} ELSE {digest} END"))
}

const ROWS: u32 = 50_000;

const TEXT: &str = "
BEGIN;
INSERT INTO teams (name, name_key, created_at)
    SELECT 't' || n, 't' || n, n FROM {n};
INSERT INTO accounts (name, name_key, kind, admin, enabled, personal_name, created_at)
    SELECT 'u' || n, 'u' || n, 'person', false, true, 'u' || n, n FROM {n};
UPDATE accounts SET admin = true WHERE id = 5;
UPDATE accounts SET enabled = false WHERE id = 6;
INSERT INTO accounts (name, name_key, kind, admin, enabled, team_id, created_at)
    VALUES ('robot', 'robot', 'bot', false, true, 77, 1);
INSERT INTO members (team_id, account_id, role, since)
    SELECT 77, id, 'viewer', 1 FROM accounts WHERE kind = 'bot';
INSERT INTO members (team_id, account_id, role, since)
    SELECT n, n, 'owner', n FROM {n};
INSERT INTO registries (name, url, trust, secret_generation, created_at)
    VALUES ('main', 'https://registry.example.org', 'bundle', 0, 1);
INSERT INTO namespaces (registry_id, name, kind, team_id, visibility, description, created_at)
    SELECT 1, 'n' || n, 'team', n, 'private', '', n FROM {n};
INSERT INTO namespaces (registry_id, name, kind, description, created_at)
    VALUES (1, 'left', 'orphan', '', 1);
INSERT INTO repositories (registry_id, namespace_id, registry_name, path, name, pulls, created_at)
    SELECT 1, n % 500 + 1, 'main', 'n' || (n % 500 + 1) || '/app-' || n, 'app-' || n, 0, n FROM {n};
INSERT INTO repository_tails (repository_id, tail, whole)
    SELECT n, 'n' || (n % 500 + 1) || '/app-' || n, true FROM {n}
    UNION ALL SELECT n, 'app-' || n, false FROM {n} UNION ALL SELECT n, CAST(n AS TEXT), false FROM {n};
INSERT INTO manifests (repository_id, digest, present, media_type, platforms, details, pushed_at, as_of, as_of_event)
    SELECT n, 'sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', true, '', '', 'pending', n, n, '' FROM {n};
INSERT INTO tags (repository_id, name, digest, present, as_of, as_of_event, pushed_at, first_at, first_event)
    SELECT n, 'latest', 'sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', true, n, '', n, n, '' FROM {n};
UPDATE repositories SET pushed_at = id, stars = 1;
INSERT INTO stars (account_id, repository_id, created_at)
    SELECT n, n, n FROM {n} UNION ALL SELECT 77, n, n FROM {n} WHERE n < 77;
INSERT INTO comments (repository_id, author, body, created_at)
    SELECT n, 'u', 'text', n FROM {n};
INSERT INTO traffic (namespace_id, day, pushes, pulls)
    SELECT n, 20000 + n % 30, 1, 1 FROM {n};
INSERT INTO application_tokens (account_id, label, digest, can_pull, can_push, can_delete, can_api, everywhere, created_at)
    SELECT n, 'token', {digest}, true, false, false, false, false, n FROM {n};
INSERT INTO application_token_namespaces (token_id, namespace_id)
    SELECT n, n FROM {n} UNION ALL SELECT n, 1 FROM {n} WHERE n > 1;
INSERT INTO refresh_tokens (account_id, registry_id, digest, client, address, created_at, last_used_at)
    SELECT n, 1, {digest}, 'docker', '192.0.2.1', n, n FROM {n};
INSERT INTO sessions (account_id, digest, agent, address, created_at, last_used_at)
    SELECT n, {digest}, 'Firefox', '192.0.2.1', n, n FROM {n};
INSERT INTO manifest_layers (manifest_id, position, digest, media_type, size)
    SELECT n, 0, 'sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', '', 1 FROM {n};
INSERT INTO manifest_labels (manifest_id, name, value)
    SELECT n, 'version', '1.' || n FROM {n};
INSERT INTO manifest_children (manifest_id, position, digest, media_type, size)
    SELECT n, 0, 'sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', '', 1 FROM {n};
INSERT INTO login_failures (name_key, address, password, at)
    SELECT 'u' || n, '192.0.2.1', n, n FROM {n};
INSERT INTO activities (at, kind, actor, object, detail, outcome, address, request, namespace_id, team_id, repository_id, count)
    SELECT n, CASE WHEN n % 5000 = 0 THEN 'key.create' ELSE 'repository.push' END, 'u' || n, 'n5/app-' || n, '',
        CASE WHEN n % 1000 = 0 THEN 'refused' ELSE 'done' END, '192.0.2.' || n, 'r-' || n, n % 500 + 1, n % 500 + 1, n % 500 + 1, 1 FROM {n};
INSERT INTO activities (at, kind, actor, object, detail, outcome, repository_id, count)
    SELECT n + 1000000, 'repository.pull', 'puller', 'pulled', '', 'done', 7, 1 FROM {n};
INSERT INTO inbox (registry_id, event_id, state, tries, received_at, next_try_at, at, action, repository, method)
    SELECT 1, 'e' || n, CASE WHEN n % 50 = 0 THEN 'waiting' ELSE 'done' END, 0, n, n, n, 'push', 'n5/app-' || n, 'PUT' FROM {n};
INSERT INTO jobs (kind, registry_id, repository, digest, run_at, tries)
    SELECT 'first-sync', 1, 'n5/app-' || n, '', n, CASE WHEN n % 1000 = 0 THEN 1 ELSE 0 END FROM {n};
COMMIT;
ANALYZE;
";
