//! Rows, as a large installation has them.

use std::fmt;

/// How much there is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    namespaces: u32,
    repositories: u32,
    tags: u32,
    activities: u32,
}

impl Size {
    pub const LARGE: Self =
        Self { namespaces: 2_000, repositories: 100_000, tags: 1_000_000, activities: 5_000_000 };
    /// To try the benchmark itself.
    pub const SMALL: Self =
        Self { namespaces: 200, repositories: 2_000, tags: 20_000, activities: 50_000 };
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { namespaces, repositories, tags, activities } = self;
        write!(
            f,
            "{namespaces} namespaces, {repositories} repositories, {tags} tags, {activities} rows \
             in the audit, on PostgreSQL"
        )
    }
}

/// SQL, a step at a time, with what it fills. bob is in twenty of the teams; the public repository
/// `open/many` has ten thousand tags.
pub fn steps(size: Size) -> Vec<(&'static str, String)> {
    let Size { namespaces, repositories, tags, activities } = size;
    let each = tags / repositories;
    let fill = |text: &str| {
        text.replace("{namespaces}", &namespaces.to_string())
            .replace("{repositories}", &repositories.to_string())
            .replace("{tags}", &tags.to_string())
            .replace("{each}", &each.to_string())
            .replace("{activities}", &activities.to_string())
    };
    STEPS.iter().map(|(name, text)| (*name, fill(text))).collect()
}

/// Numbers of rows that these make start at a million, beyond those that are there.
const STEPS: &[(&str, &str)] = &[
    (
        "teams and people",
        "INSERT INTO teams (id, name, name_key, created_at) OVERRIDING SYSTEM VALUE
             SELECT 1000000 + n, 't' || n, 't' || n, n FROM generate_series(1, {namespaces}) n;
         INSERT INTO accounts (id, name, name_key, kind, admin, enabled, personal_name, created_at)
             OVERRIDING SYSTEM VALUE
             SELECT 1000000 + n, 'u' || n, 'u' || n, 'person', false, true, 'u' || n, n
             FROM generate_series(1, {namespaces} * 5) n;
         INSERT INTO members (team_id, account_id, role, since)
             SELECT 1000000 + (n % {namespaces}) + 1, 1000000 + n, 'contributor', n
             FROM generate_series(1, {namespaces} * 5) n;
         INSERT INTO members (team_id, account_id, role, since)
             SELECT 1000000 + n * 7, (SELECT id FROM accounts WHERE name = 'bob'), 'contributor', n
             FROM generate_series(1, 20) n",
    ),
    (
        "namespaces",
        "INSERT INTO namespaces (id, registry_id, name, kind, team_id, visibility, description, created_at)
             OVERRIDING SYSTEM VALUE
             SELECT 1000000 + n, (SELECT min(id) FROM registries), 'n' || n, 'team', 1000000 + n,
                 (ARRAY['private', 'private', 'private', 'protected', 'public'])[n % 5 + 1], '', n
             FROM generate_series(1, {namespaces}) n",
    ),
    (
        "repositories",
        "INSERT INTO repositories (id, registry_id, namespace_id, registry_name, path, name, pulls, pushed_at, created_at)
             OVERRIDING SYSTEM VALUE
             SELECT 1000000 + n, (SELECT min(id) FROM registries), 1000000 + n % {namespaces} + 1, 'main',
                 'n' || (n % {namespaces} + 1) || '/app-' || n, 'app-' || n, n % 1000, 1700000000000000 + n, n
             FROM generate_series(1, {repositories}) n;
         INSERT INTO repositories (id, registry_id, namespace_id, registry_name, path, name, pulls, pushed_at, created_at)
             OVERRIDING SYSTEM VALUE
             SELECT 900000, (SELECT min(id) FROM registries),
                 (SELECT id FROM namespaces WHERE name = 'open'), 'main', 'open/many', 'many', 7, 1700000000010000, 1;
         INSERT INTO repository_tails (repository_id, tail, whole)
             SELECT id, path, true FROM repositories WHERE id >= 900000;
         INSERT INTO repository_tails (repository_id, tail, whole)
             SELECT id, name, false FROM repositories WHERE id >= 900000",
    ),
    (
        "manifests",
        "INSERT INTO manifests (id, repository_id, digest, present, media_type, size, platforms, details, pushed_at, as_of, as_of_event)
             OVERRIDING SYSTEM VALUE
             SELECT 10000000 + n, 1000000 + n % {repositories} + 1, 'sha256:' || lpad(to_hex(n), 64, '0'), true,
                 'application/vnd.oci.image.manifest.v1+json', n, 'linux/amd64', 'read',
                 1700000000000000 + n, 1700000000000000 + n, ''
             FROM generate_series(1, {tags}) n;
         INSERT INTO manifests (id, repository_id, digest, present, media_type, size, platforms, details, pushed_at, as_of, as_of_event)
             OVERRIDING SYSTEM VALUE
             SELECT 9000000 + n, 900000, 'sha256:ff' || lpad(to_hex(n), 62, '0'), true,
                 'application/vnd.oci.image.manifest.v1+json', n, 'linux/amd64', 'read',
                 1700000000000000 + n, 1700000000000000 + n, ''
             FROM generate_series(1, 10000) n;
         INSERT INTO manifest_layers (manifest_id, position, digest, media_type, size)
             SELECT id, 0, digest, 'application/vnd.oci.image.layer.v1.tar+gzip', 1048576 FROM manifests",
    ),
    (
        "tags",
        "INSERT INTO tags (repository_id, name, digest, present, as_of, as_of_event, author, pushed_at, first_at, first_event)
             SELECT 1000000 + n % {repositories} + 1, 'v' || n / {repositories}, 'sha256:' || lpad(to_hex(n), 64, '0'),
                 true, 1700000000000000 + n, '', 'u' || n % 1000, 1700000000000000 + n, 1700000000000000 + n, ''
             FROM generate_series(1, {tags}) n;
         INSERT INTO tags (repository_id, name, digest, present, as_of, as_of_event, author, pushed_at, first_at, first_event)
             SELECT 900000, 'v' || n, 'sha256:ff' || lpad(to_hex(n), 62, '0'), true, 1700000000000000 + n, '', 'u1',
                 1700000000000000 + n, 1700000000000000 + n, ''
             FROM generate_series(1, 10000) n;
         INSERT INTO pulls (repository_id, digest, day, count, last)
             SELECT 1000000 + n % {repositories} + 1, 'sha256:' || lpad(to_hex(n), 64, '0'),
                 20000 + n % 400, n % 50 + 1, 1700000000000000 + n
             FROM generate_series(1, {tags}) n;
         INSERT INTO traffic (namespace_id, day, pushes, pulls)
             SELECT 1000000 + n, (EXTRACT(EPOCH FROM now()) / 86400)::bigint - d, n % 7, n % 50
             FROM generate_series(1, {namespaces}) n, generate_series(0, 29) d",
    ),
    (
        "the audit",
        "INSERT INTO activities (at, kind, actor, object, detail, outcome, address, namespace_id, count)
             SELECT 1700000000000000 + n,
                 (ARRAY['repository.push', 'repository.push', 'account.sign_in', 'token.refused', 'repository.delete'])[n % 5 + 1],
                 'u' || n % 5000, 'n' || (n % {namespaces} + 1) || '/app-' || n % {repositories}, '',
                 CASE WHEN n % 5 = 3 THEN 'refused' ELSE 'done' END, '192.0.2.' || n % 250, 1000000 + n % {namespaces} + 1, 1
             FROM generate_series(1, {activities}) n",
    ),
    (
        "comments, history and deletions",
        "INSERT INTO comments (repository_id, author, body, created_at)
             SELECT 900000, 'u' || n % 50, 'Looks good.', n FROM generate_series(1, 10000) n;
         INSERT INTO tag_history (repository_id, tag, as_of, as_of_event, digest, author)
             SELECT 900000, 'v500', n, 'e' || n, 'sha256:ff' || lpad(to_hex(n), 62, '0'), 'u1'
             FROM generate_series(1, 10000) n;
         INSERT INTO deletions (id, registry_id, namespace_id, namespace_name, kind, team_id, visibility, scope, object,
                 account_id, actor, asked_at, state, reason, total, done, failed, kept, finished_at)
             OVERRIDING SYSTEM VALUE
             SELECT 1000000 + n, (SELECT min(id) FROM registries), 1000000 + n % {namespaces} + 1,
                 'n' || (n % {namespaces} + 1), 'team', 1000000 + n % {namespaces} + 1, 'private', 'repository',
                 'n' || (n % {namespaces} + 1) || '/app-' || n, (SELECT id FROM accounts WHERE name = 'alice'),
                 'alice', n, 'done', '', 1, 1, 0, 0, n
             FROM generate_series(1, 20000) n;
         INSERT INTO deletion_items (deletion_id, repository, tag, digest, state, reason)
             SELECT 1000001, 'n2/app-1', 'v' || n, 'sha256:' || lpad(to_hex(n), 64, '0'), 'done', ''
             FROM generate_series(1, 10000) n",
    ),
    ("statistics", "VACUUM ANALYZE"),
];
