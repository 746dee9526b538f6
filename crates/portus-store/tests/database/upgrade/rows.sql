-- An installation as the step 0008 left one: something in every table, of every kind there was.
-- `{d}` is a manifest's digest of that digit, `{07}` 32 bytes; both databases read the rest alike.
INSERT INTO installation (one, id, seal_check, ca_certificate, ca_sealed, created_at)
    VALUES (1, 'b6f0', {01}, 'PEM', {02}, 1000000);
UPDATE policy_epoch SET epoch = 41;
INSERT INTO signing_keys (key_id, algorithm, sealed, certificate, certificate_ends, state, created_at, retired_at)
    VALUES ('OLD', 'RS256', {03}, 'PEM', 2000000, 'retired', 1000000, 3000000),
           ('NOW', 'ES256', {04}, 'PEM', 9000000, 'active', 2000000, NULL);

INSERT INTO teams (name, name_key, created_at)
    VALUES ('crew', 'crew', 1000001), ('Data Science', 'data science', 1000002), ('left', 'left', 1000003);
INSERT INTO accounts (name, name_key, email, email_key, kind, admin, enabled, password_hash, team_id, personal_name, created_at)
    VALUES ('alice', 'alice', 'Alice@example.org', 'alice@example.org', 'person', true, true, '$2b$12$alice', NULL, 'alice', 1),
           ('Bob', 'bob', NULL, NULL, 'person', false, true, '$2b$12$bob', NULL, 'bob', 2),
           ('carol', 'carol', NULL, NULL, 'person', false, false, NULL, NULL, 'carol', 3),
           ('builder', 'builder', NULL, NULL, 'bot', false, true, NULL, 1, NULL, 4);
INSERT INTO members (team_id, account_id, role, since)
    VALUES (1, 1, 'owner', 1), (1, 2, 'contributor', 2), (1, 4, 'viewer', 3), (2, 2, 'owner', 4);

INSERT INTO registries (name, url, trust, token_lifetime, read_at, last_received_at, secret_generation, created_at)
    VALUES ('main', 'https://registry.example.org', 'bundle', NULL, 5000000, 6000000, 2, 1),
           ('lab', 'https://lab.example.org', 'jwks', 900000000, NULL, NULL, 0, 2);
INSERT INTO registry_services (registry_id, position, service)
    VALUES (1, 0, 'registry.example.org'), (1, 1, 'registry'), (2, 0, 'lab.example.org');
INSERT INTO registry_hosts (registry_id, position, host) VALUES (1, 0, 'hub.example.org');
INSERT INTO namespaces (registry_id, name, kind, team_id, account_id, visibility, description, created_at)
    VALUES (1, '', 'global', NULL, NULL, 'public', '', 1),
           (1, 'crew', 'team', 1, NULL, 'private', 'What **we** build', 2),
           (1, 'data', 'team', 2, NULL, 'protected', '', 3),
           (1, 'alice', 'personal', NULL, 1, 'private', '', 4),
           (1, 'bob', 'personal', NULL, 2, 'public', '', 5),
           (1, 'found', 'orphan', NULL, NULL, NULL, '', 6),
           (2, '', 'global', NULL, NULL, 'private', '', 7),
           (2, 'crew', 'team', 1, NULL, 'public', '', 8);

INSERT INTO repositories (registry_id, namespace_id, registry_name, path, name, pulls, created_at)
    VALUES (1, 2, 'main', 'crew/web', 'web', 12, 1),
           (1, 1, 'main', 'alpine', 'alpine', 3, 2),
           (1, 4, 'main', 'alice/tools/build_kit-x.y', 'tools/build_kit-x.y', 0, 3),
           (1, 6, 'main', 'found/old', 'old', 0, 4),
           (2, 8, 'lab', 'crew/web', 'web', 0, 5),
           (1, 2, 'main', 'crew/empty', 'empty', 0, 6),
           (1, 3, 'main', 'data/loose', 'loose', 0, 7),
           (1, 3, 'main', 'data/' || '{words}', '{words}', 0, 8);
INSERT INTO manifests (repository_id, digest, present, media_type, artifact_type, config_digest, config_type, config_size, size, platforms, details, pushed_at, as_of, as_of_event)
    VALUES (1, '{a}', true, '{image}', NULL, '{1}', '{config}', 100, 1100, 'linux/amd64', 'read', 10000000, 10000000, 'e1'),
           (1, '{b}', true, '{index}', NULL, NULL, NULL, NULL, NULL, 'linux/amd64
linux/arm64', 'read', 20000000, 20000000, 'e2'),
           (1, '{c}', true, '{image}', NULL, '{2}', '{config}', 100, 2100, 'linux/arm64', 'read', 15000000, 15000000, 'e3'),
           (1, '{d}', true, '{image}', NULL, NULL, NULL, NULL, NULL, '', 'failed', 16000000, 16000000, 'e4'),
           (1, '{e}', true, '{image}', NULL, NULL, NULL, NULL, NULL, '', 'pending', 17000000, 17000000, 'e5'),
           (1, '{f}', false, '{image}', NULL, NULL, NULL, NULL, NULL, '', 'pending', 9000000, 9000000, 'e6'),
           (1, '{9}', true, '{image}', 'application/vnd.dev.cosign.artifact.sig.v1+json', NULL, NULL, NULL, 50, '', 'read', 18000000, 18000000, 'e7'),
           (2, '{a}', true, '', NULL, NULL, NULL, NULL, NULL, '', 'pending', 11000000, 11000000, ''),
           (3, '{a}', true, '{image}', NULL, '{1}', '{config}', 100, 1100, 'linux/amd64', 'read', 86400000000, 86400000000, 'e8'),
           (4, '{a}', true, 'application/vnd.docker.distribution.manifest.v1+prettyjws', NULL, NULL, NULL, NULL, NULL, '', 'read', 12000000, 12000000, ''),
           (5, '{a}', true, '{image}', NULL, '{1}', '{config}', 100, 1100, 'linux/amd64', 'read', 13000000, 13000000, 'e9'),
           (6, '{f}', false, '{image}', NULL, NULL, NULL, NULL, NULL, '', 'pending', 14000000, 14000000, 'e10'),
           (7, '{a}', true, '{image}', NULL, '{1}', '{config}', 100, 1100, 'linux/amd64', 'read', 14500000, 14500000, 'e11');
INSERT INTO manifest_layers (manifest_id, position, digest, media_type, size)
    VALUES (1, 0, '{5}', '{layer}', 600), (1, 1, '{6}', '{layer}', 400), (3, 0, '{5}', '{layer}', 600), (3, 1, '{7}', '{layer}', 1400);
INSERT INTO manifest_children (manifest_id, position, digest, media_type, size, platform)
    VALUES (2, 0, '{a}', '{image}', 500, 'linux/amd64'), (2, 1, '{c}', '{image}', 500, 'linux/arm64');
INSERT INTO tags (repository_id, name, digest, present, as_of, as_of_event, author, pushed_at, first_author, first_at, first_event)
    VALUES (1, 'v1.2', '{a}', true, 10000000, 'e1', 'alice', 10000000, 'alice', 10000000, 'e1'),
           (1, 'latest', '{b}', true, 20000000, 'e2', 'Bob', 20000000, 'alice', 10000000, 'e1'),
           (1, '1.10', '{c}', true, 15000000, 'e3', 'Bob', 15000000, 'Bob', 15000000, 'e3'),
           (1, '1.9', '{d}', true, 16000000, 'e4', 'Bob', 16000000, 'Bob', 16000000, 'e4'),
           (1, 'new', '{e}', true, 17000000, 'e5', NULL, 17000000, NULL, 17000000, 'e5'),
           (1, 'gone', '{f}', false, 9000000, 'e6', 'alice', 9000000, 'alice', 9000000, 'e6'),
           (1, 'sha256-{hex a}.sig', '{9}', true, 18000000, 'e7', 'Bob', 18000000, 'Bob', 18000000, 'e7'),
           (1, 'sha256-{hex c}', '{9}', true, 18000000, 'e7', 'Bob', 18000000, 'Bob', 18000000, 'e7'),
           (1, 'sha256-{hex c}x', '{9}', true, 18000000, 'e7', 'Bob', 18000000, 'Bob', 18000000, 'e7'),
           (1, 'sha256-short', '{9}', true, 18000000, 'e7', 'Bob', 18000000, 'Bob', 18000000, 'e7'),
           (2, 'latest', '{a}', true, 11000000, '', NULL, 11000000, NULL, 11000000, ''),
           (3, '1', '{a}', true, 86400000000, 'e8', 'alice', 86400000000, 'alice', 86400000000, 'e8'),
           (4, 'one', '{a}', true, 12000000, '', NULL, 12000000, NULL, 12000000, ''),
           (5, '2', '{a}', true, 13000000, 'e9', 'alice', 13000000, 'alice', 13000000, 'e9'),
           (6, 'gone', '{f}', false, 14000000, 'e10', 'alice', 14000000, 'alice', 14000000, 'e10');
INSERT INTO tag_history (repository_id, tag, as_of, as_of_event, digest, account_id, author)
    VALUES (1, 'v1.2', 10000000, 'e1', '{a}', 1, 'alice'),
           (1, 'latest', 10000000, 'e1', '{a}', 1, 'alice'),
           (1, 'latest', 20000000, 'e2', '{b}', 2, 'Bob'),
           (1, 'gone', 9000000, 'e6', '{f}', NULL, 'zed'),
           (2, 'latest', 11000000, '', '{a}', NULL, NULL),
           (3, '1', 86400000000, 'e8', '{a}', 1, 'alice');
INSERT INTO tombstones (repository_id, what, as_of, as_of_event)
    VALUES (1, 'gone', 9500000, 'e12'), (1, '{f}', 9500000, 'e12'), (6, '{f}', 14400000, 'e13');
INSERT INTO pulls (repository_id, digest, day, count, last)
    VALUES (1, '{a}', 0, 5, 30000000), (1, '{b}', 0, 4, 31000000), (1, '{a}', 2, 3, 172800000001), (2, '{a}', 1, 3, 86400000009);

INSERT INTO inbox (registry_id, event_id, state, tries, received_at, next_try_at, finished_at, error, raw, at, action, repository, digest, tag, media_type, actor, host, method, address)
    VALUES (1, 'e1', 'done', 1, 1, 1, 2, NULL, NULL, 10000000, 'push', 'crew/web', '{a}', 'v1.2', '{image}', 'alice', 'registry.example.org', 'PUT', '192.0.2.1:4711'),
           (1, 'e14', 'waiting', 0, 3, 3, NULL, NULL, NULL, 4000000, 'pull', 'crew/web', '{a}', NULL, '{image}', 'Bob', NULL, 'GET', NULL),
           (1, 'e15', 'parked', 1, 4, 4, NULL, 'the namespace is unknown', NULL, 4000000, 'push', 'nobody/app', '{a}', 'x', '{image}', 'Bob', NULL, 'PUT', NULL),
           (2, 'e16', 'parked', 0, 5, 5, NULL, 'it cannot be read', '{"odd', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO jobs (kind, registry_id, repository, digest, run_at, tries, error)
    VALUES ('describe', 1, 'crew/web', '{e}', 100, 2, 'the registry is away'),
           ('first-sync', 2, '', '', 200, 0, NULL),
           ('adopt', 1, 'nobody/app', '', 300, 0, NULL);
INSERT INTO sync_runs (registry_id, as_of, cursor, repositories, changes, finished_at)
    VALUES (1, 4000000, NULL, 5, 9, 5000000), (2, 5000000, 'crew/web', 1, 1, NULL);

INSERT INTO application_tokens (account_id, label, digest, can_pull, can_push, can_delete, can_api, everywhere, expires_at, created_at, last_used_at)
    VALUES (1, 'ci', {05}, true, true, false, false, false, NULL, 1, 9),
           (4, 'build', {06}, true, false, false, true, true, 99000000, 2, NULL);
INSERT INTO application_token_namespaces (token_id, namespace_id) VALUES (1, 2), (1, 8);
INSERT INTO refresh_tokens (account_id, registry_id, digest, client, address, created_at, last_used_at)
    VALUES (1, 1, {07}, 'docker', '192.0.2.1', 1, 2);
INSERT INTO login_failures (name_key, address, password, at)
    VALUES ('bob', '192.0.2.7', 77, 8000000), ('nobody', '192.0.2.7', 78, 8000000);
INSERT INTO activities (at, kind, account_id, actor, address, request, object, detail, outcome, namespace_id, repository_id, team_id, count)
    VALUES (1000000, 'installation.create', NULL, 'operator:root', NULL, NULL, 'portus', '', 'done', NULL, NULL, NULL, 1),
           (1000001, 'team.create', 1, 'alice', '192.0.2.1', 'r-1', 'crew', '', 'done', NULL, NULL, 1, 1),
           (2000000, 'namespace.create', 1, 'alice', '192.0.2.1', 'r-2', 'crew', 'crew', 'done', 2, NULL, 1, 1),
           (10000000, 'repository.push', 1, 'alice', NULL, NULL, 'crew/web:v1.2', '', 'done', 2, 1, NULL, 1),
           (30000000, 'repository.pull', 2, 'Bob', NULL, NULL, 'crew/web', '', 'done', 2, 1, NULL, 5),
           (31000000, 'token.refused', NULL, '', '192.0.2.9', 'r-3', 'crew/web', 'pull: denied', 'refused', NULL, NULL, NULL, 7),
           (32000000, 'account.sign_in_failed', NULL, '', '192.0.2.7', 'r-4', 'bob', '', 'refused', NULL, NULL, NULL, 1),
           (33000000, 'odd', NULL, 'portus:', NULL, NULL, '', '', 'done', NULL, NULL, NULL, 1);
INSERT INTO sessions (account_id, digest, agent, address, created_at, last_used_at)
    VALUES (1, {08}, 'Firefox', '192.0.2.1', 1, 2), (2, {09}, 'Chromium', '192.0.2.2', 3, 4);
