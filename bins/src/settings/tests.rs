use std::fs;
use std::path::Path;

use super::*;

/// Settings from a file's text, environment variables and options.
fn load(file: &str, environment: &[(&str, &str)], flags: &[Flag]) -> Result<Settings, Problems> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portus.toml");
    fs::write(&path, file).unwrap();
    let environment = environment.iter().map(|(name, value)| (name.into(), value.into())).collect();
    let given = Given { file: Some(path), environment, flags: flags.to_vec(), ..Given::default() };
    Settings::load(&given)
}

fn flag(name: &'static str, key: &'static str, value: &str) -> Flag {
    Flag { name, key, value: value.into() }
}

fn problems(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let Problems(problems) = load(file, environment, &[]).unwrap_err();
    problems.iter().map(|problem| format!("{}: {}", problem.key, problem.message)).collect()
}

#[test]
fn without_anything_given_the_defaults_hold() {
    let settings = Settings::load(&Given::default()).unwrap();
    assert_eq!(settings.server.url.as_str(), "http://localhost:8080");
    assert_eq!(settings.server.url.realm(), "http://localhost:8080/v2/token");
    assert_eq!(settings.database.url.expose(), "sqlite://./data/portus.db");
    assert!(settings.database.migrate_on_start);
    assert_eq!(settings.keys.master_key_file, Path::new("./data/master.key"));
    assert_eq!(settings.switches, Switches::default());
    assert_eq!(settings.tokens.lifetime.as_secs(), 300);
    assert_eq!(settings.tokens.refresh_unused.as_secs(), 90 * 86_400);
    assert!(settings.all.iter().all(|setting| setting.source == Source::Default));
    assert!(settings.all.is_sorted_by(|one, next| one.key < next.key), "each setting once");
}

#[test]
fn the_default_of_every_setting_can_be_written_in_a_file() {
    let defaults = Settings::load(&Given::default()).unwrap();
    let lines = defaults.all.iter().filter(|setting| !setting.value.is_empty());
    let file: String =
        lines.map(|setting| format!("{} = \"{}\"\n", setting.key, setting.value)).collect();
    let again = load(&file, &[], &[]).unwrap();
    let values = |settings: &Settings| -> Vec<_> {
        settings.all.iter().map(|setting| (setting.key, setting.value.clone())).collect()
    };
    let hidden = |(key, value): (&'static str, String)| {
        (key, if key == "database.url" { "***".into() } else { value })
    };
    let expected: Vec<_> = values(&defaults).into_iter().map(hidden).collect();
    assert_eq!(values(&again), expected);
}

#[test]
fn file_environment_and_options_win_in_this_order() {
    let file = "[server]\nlisten = '127.0.0.1:1'\nheader_timeout = '5s'\n[token]\nlifetime = '2m'";
    let environment = [("PORTUS_SERVER__LISTEN", "127.0.0.1:2"), ("PORTUS_TOKEN__LIFETIME", "3m")];
    let settings =
        load(file, &environment, &[flag("--listen", "server.listen", "127.0.0.1:3")]).unwrap();
    assert_eq!(settings.server.listen.port(), 3);
    assert_eq!(settings.tokens.lifetime.as_secs(), 180);
    assert_eq!(settings.server.header_timeout.as_secs(), 5);
    assert_eq!(settings.source("server.listen"), &Source::Flag("--listen"));
    let environment = Source::Environment("PORTUS_TOKEN__LIFETIME".into());
    assert_eq!(settings.source("token.lifetime"), &environment);
    assert!(matches!(settings.source("server.header_timeout"), Source::File(_)));
    assert_eq!(settings.source("server.idle_timeout"), &Source::Default);
}

#[test]
fn variables_of_the_environment_without_two_underscores_are_not_ours() {
    let kubernetes = [("PORTUS_PORT", "tcp://10.0.0.1:80"), ("PORTUS_SERVICE_HOST", "10.0.0.1")];
    assert!(load("", &kubernetes, &[]).is_ok());
}

/// SR25
#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    for (file, key, near) in [
        ("[server]\nlisen = 'x'", "server.lisen", "server.listen"),
        ("[sever]\nlisten = 'x'", "sever.listen", "server.listen"),
        ("lifetime = '5m'", "lifetime", "token.lifetime"),
        ("[database]\npasword_file = 'x'", "database.pasword_file", "database.password_file"),
        ("[database]\nurl_fil = 'x'", "database.url_fil", "database.url_file"),
        ("[push]\npolicies = 'teams'", "push.policies", "push.policy"),
    ] {
        let expected = format!("{key}: there is no such setting; the nearest is `{near}`");
        assert_eq!(problems(file, &[]), [expected]);
    }
    let Problems(problems) = load("", &[("PORTUS_SERVER__URI", "x")], &[]).unwrap_err();
    let line = problems[0].to_string();
    assert!(line.contains("PORTUS_SERVER__URI") && line.contains("`server.url`"), "{line}");
}

/// SR25
#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let file = "
        signup.enabled = 'perhaps'
        push.policy = 'everyone'
        [token]
        lifetime = '61m'
        [server]
        url = 'localhost:8080'
        tls_key = 'key.pem'
        trusted_proxies = ['10.0.0.0/8', '10.0.0.0/99']
        nonsense = 1";
    let found = problems(file, &[("PORTUS_DATABASE__POOL", "0"), ("PORTUS_LOG__LEVEL", "a=b=c")]);
    let keys: Vec<&str> = found.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(
        keys,
        [
            "database.pool",
            "log.level",
            "push.policy",
            "server.nonsense",
            "server.tls_key",
            "server.trusted_proxies",
            "server.url",
            "signup.enabled",
            "token.lifetime",
        ]
    );
    assert!(found[8].contains("from 1m to 1h"), "{}", found[8]);
    assert!(found[2].contains("`teams`, `personal`, `admins`"), "{}", found[2]);
}

#[test]
fn durations_sizes_and_lists_are_read_as_they_are_written() {
    let environment = [
        ("PORTUS_REFRESH_TOKENS__UNUSED", "30d"),
        ("PORTUS_NOTIFICATIONS__MAX_BODY", "512KiB"),
        ("PORTUS_NOTIFICATIONS__NETWORKS", "10.0.0.0/8, fd00::/8"),
        ("PORTUS_METRICS__LISTEN", ""),
    ];
    let settings = load("", &environment, &[]).unwrap();
    assert_eq!(settings.tokens.refresh_unused.as_secs(), 30 * 86_400);
    assert_eq!(settings.notifications.max_body, 512 * 1024);
    assert_eq!(settings.notifications.networks.len(), 2);
    assert_eq!(settings.metrics, MetricsListener::Off);
    for (key, wrong) in [
        ("PORTUS_TOKEN__LIFETIME", "300"),
        ("PORTUS_TOKEN__LIFETIME", "5 minuets"),
        ("PORTUS_NOTIFICATIONS__MAX_BODY", "1.5MiB"),
        ("PORTUS_SERVER__LISTEN", "8080"),
        ("PORTUS_SERVER__URL", "ftp://example.org"),
        ("PORTUS_METRICS__LISTEN", "127.0.0.1:8080"),
        ("PORTUS_DATABASE__URL", "mysql://localhost/portus"),
    ] {
        assert_eq!(problems("", &[(key, wrong)]).len(), 1, "{key}={wrong}");
    }
}

#[test]
fn a_secret_is_read_from_its_file_but_not_from_two_places() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("url");
    fs::write(&path, "postgres://portus@localhost/portus\n").unwrap();
    let path = path.to_str().unwrap();
    let settings = load("", &[("PORTUS_DATABASE__URL_FILE", path)], &[]).unwrap();
    assert_eq!(settings.database.url.expose(), "postgres://portus@localhost/portus");
    assert_eq!(settings.database.kind, DatabaseKind::Postgres);
    assert!(!settings.database.migrate_on_start);

    let both = [("PORTUS_DATABASE__URL_FILE", path), ("PORTUS_DATABASE__URL", "sqlite://x")];
    let found = problems("", &both);
    assert!(found.len() == 1 && found[0].starts_with("database.url_file: `database.url`"));
    let option = [flag("--database", "database.url", "sqlite://x.db")];
    let settings = load("", &both[..1], &option).unwrap();
    assert_eq!(settings.database.url.expose(), "sqlite://x.db");
    let missing = problems("", &[("PORTUS_DATABASE__URL_FILE", "/nowhere/url")]);
    assert!(missing[0].contains("cannot be read"), "{missing:?}");
}

/// SR21
#[test]
fn no_problem_and_no_listing_shows_a_secret() {
    const CANARY: &str = "canary-3f9c";
    let good = format!("database.url = 'postgres://portus:{CANARY}@localhost/portus'");
    let settings = load(&good, &[], &[]).unwrap();
    assert!(!format!("{settings:?}").contains(CANARY));
    for wrong in [
        format!("database.url = 'mysql://portus:{CANARY}@localhost/portus'"),
        format!("database.pasword = '{CANARY}'"),
        format!("database.url = 'postgres://portus:{CANARY}@localhost/portus"),
        format!("database.url = 'sqlite://{CANARY}'\ndatabase.url = 'sqlite://{CANARY}'"),
        format!("database.url.{CANARY}.x = 'sqlite://x'").replace(CANARY, "y"),
        format!("server.url = 'https://portus:{CANARY}@localhost'"),
        format!("server.listen = 'https://portus:{CANARY}@localhost'"),
        format!("database.url = ['postgres://{CANARY}']\nnonsense.x = ['{CANARY}']"),
    ] {
        let error = load(&wrong, &[("PORTUS_DATABASE__PASSWD", CANARY)], &[]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(CANARY), "{error}");
    }
}

#[test]
fn a_file_that_is_no_toml_says_where() {
    let Problems(found) = load("[server\nlisten = 'x'", &[], &[]).unwrap_err();
    let line = found[0].to_string();
    assert!(line.contains("portus.toml") && line.contains("line 1"), "{line}");
    let given = Given { file: Some("/nowhere/portus.toml".into()), ..Given::default() };
    let missing = Settings::load(&given).unwrap_err().to_string();
    assert!(missing.contains("/nowhere/portus.toml: it cannot be read"), "{missing}");
}

#[test]
fn the_example_is_sound_names_every_setting_and_tells_the_defaults() {
    const EXAMPLE: &str = include_str!("../../../examples/portus.toml");
    let settings = load(EXAMPLE, &[], &[]).unwrap();
    let defaults = Settings::load(&Given::default()).unwrap();
    for (ours, default) in settings.all.iter().zip(&defaults.all) {
        assert_eq!((ours.key, &ours.value), (default.key, &default.value));
        let (section, name) = ours.key.split_once('.').unwrap();
        let (_, after) = EXAMPLE.split_once(&format!("\n[{section}]\n")).unwrap();
        let own = after.split("\n[").next().unwrap();
        let written = |line: &str| line.trim_start_matches('#').starts_with(&format!("{name} ="));
        assert!(own.lines().any(written), "{} is not in the example", ours.key);
    }
    for key in ["url_file", "password_file"] {
        assert!(EXAMPLE.contains(&format!("\n#{key} = ")), "{key}");
    }
}
