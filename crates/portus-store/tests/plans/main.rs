//! Hot queries find their rows by an index, in tables that are worth one.
//!
//! PostgreSQL counts how often it read a table from end to end; SQLite says what it would do.
#![cfg(test)]

#[path = "../contract/cluster.rs"]
mod cluster;
mod explore;
mod fill;
mod heard;
mod images;
mod world;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use portus_core::activity::{Outcome, Place};
use portus_core::id::{AccountId, NamespaceId, RegistryId, RepositoryId, TeamId};
use portus_core::page::Slice;
use portus_core::policy::NamespaceFilter;
use portus_core::port::{ActivityFilter, Fingerprint, RepositoryFilter, StoreError};
use portus_core::secret::SecretDigest;
use portus_store::Database;

use cluster::Cluster;
use world::{migrate, wait_for};

#[test]
fn postgres_reads_no_table_from_end_to_end() {
    let cluster = Cluster::start();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = cluster.database(1).await;
        let database = migrate(&url).await;
        let client = cluster::connect(&url).await;
        client.batch_execute(&fill::postgres()).await.unwrap();
        let before = scans(&client).await;

        ask(&database).await;
        // A connection that ends tells what it did; one that rests does so after ten seconds.
        drop(database);

        let after = wait_for("PostgreSQL's statistics", async || {
            let after = scans(&client).await;
            INDEXED
                .iter()
                .all(|table| after[*table].by_index > before[*table].by_index)
                .then_some(after)
        })
        .await;
        let read: Vec<_> =
            INDEXED.iter().filter(|table| after[**table].whole > before[**table].whole).collect();
        assert!(read.is_empty(), "read from end to end: {read:?}");
        let unused = unused(&client).await;
        assert!(unused.is_empty(), "never looked into: {unused:?}");
        for (column, word) in [("kind", "account.sign_in"), ("area", "account")] {
            let plan = never_together(&client, column, word).await;
            assert!(plan.contains(&format!("activities_of_{column}_and_outcome")), "{plan}");
        }
    });
}

/// How PostgreSQL looks for refusals among what is never refused.
async fn never_together(client: &tokio_postgres::Client, column: &str, word: &str) -> String {
    let rows = "INSERT INTO activities (at, kind, actor, object, detail, outcome, count)
        SELECT n, CASE WHEN n % 2 = 0 THEN 'account.sign_in' ELSE 'token.refused' END, 'u', '', '',
            CASE WHEN n % 2 = 0 THEN 'done' ELSE 'refused' END, 1 FROM generate_series(1, 50000) n";
    client.batch_execute(&format!("BEGIN; {rows}; ANALYZE activities")).await.unwrap();
    let explain = format!(
        "EXPLAIN SELECT * FROM activities WHERE {column} = '{word}' AND outcome = 'refused'
         ORDER BY at DESC, id DESC LIMIT 31"
    );
    let lines = client.query(&explain, &[]).await.unwrap();
    client.batch_execute("ROLLBACK").await.unwrap();
    lines.iter().map(|line| line.get::<_, String>(0) + "\n").collect()
}

/// The indexes for what goes together in a search or a list, without which one of many rows is found
/// by looking at all the others.
const TOGETHER: [&str; 7] = [
    "activities_by_actor",
    "activities_by_actor_and_kind",
    "activities_by_actor_and_outcome",
    "activities_of_area_and_outcome",
    "activities_of_kind_and_outcome",
    "activities_refused_in_namespace",
    "activities_seen_of_repository",
];

async fn unused(client: &tokio_postgres::Client) -> Vec<&'static str> {
    let text = "SELECT indexrelname FROM pg_stat_user_indexes WHERE idx_scan > 0";
    let rows = client.query(text, &[]).await.unwrap();
    let used: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    TOGETHER.into_iter().filter(|index| !used.iter().any(|one| one == index)).collect()
}

#[test]
fn sqlite_reads_no_table_from_end_to_end() {
    let heard = heard::listen();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portus.db").display().to_string();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut file = runtime.block_on(async {
        let database = migrate(&format!("sqlite://{path}")).await;
        let mut file = SqliteConnection::establish(&path).unwrap();
        file.batch_execute("PRAGMA synchronous = OFF; PRAGMA busy_timeout = 5000").unwrap();
        file.batch_execute(&fill::sqlite()).unwrap();
        heard.forget();
        ask(&database).await;
        file
    });
    let statements = heard.of_sqlite();
    assert!(statements.len() >= QUESTIONS, "{statements:#?}");
    let mut used = Vec::new();
    for statement in statements {
        let explain = format!("EXPLAIN QUERY PLAN {statement}");
        let steps: Vec<Step> = sql_query(explain).load(&mut file).unwrap();
        let scans: Vec<_> =
            steps.iter().map(|step| &step.detail).filter(|one| is_scan(one)).collect();
        assert!(scans.is_empty(), "{scans:?} in {statement}");
        used.extend(steps.into_iter().map(|step| step.detail));
    }
    let is_used = |index: &&str| used.iter().any(|one| one.contains(&format!("INDEX {index} (")));
    let unused: Vec<_> = TOGETHER.into_iter().filter(|index| !is_used(index)).collect();
    assert!(unused.is_empty(), "never looked into: {unused:?}");
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// A walk along an index in the order that was asked for ends with the page; registries are few.
fn is_scan(detail: &str) -> bool {
    let ordered = [
        "accounts_",
        "repositories_",
        "activities_",
        "inbox_",
        "tags_",
        "manifests_",
        "jobs_failing",
    ];
    detail.starts_with("SCAN")
        && !detail.contains("CONSTANT ROW")
        && !detail.contains(" registries ")
        // What was found of one image, or of what is to be deleted.
        && !["SCAN blob", "SCAN config", "SCAN going", "SCAN weighed"].contains(&detail)
        && !ordered.iter().any(|index| detail.contains(&format!("USING INDEX {index}")))
}

/// How many questions [`ask`] asks, one statement each.
const QUESTIONS: usize = 83 + images::QUESTIONS;

/// What the questions are about.
const INDEXED: [&str; 20] = [
    "accounts",
    "activities",
    "application_tokens",
    "comments",
    "inbox",
    "jobs",
    "login_failures",
    "manifest_children",
    "manifest_labels",
    "manifest_layers",
    "manifests",
    "members",
    "namespaces",
    "refresh_tokens",
    "repositories",
    "repository_tails",
    "sessions",
    "stars",
    "tags",
    "teams",
];

/// Asks every question of the token endpoint, and for a page of what grows without end.
async fn ask(database: &Database) {
    let lookups = &database.lookups;
    let person = lookups.person(&world::named::<portus_core::account::Username>("u77").key()).await;
    let person = person.unwrap().unwrap().account.id;
    let token = lookups.application_token(&SecretDigest([7; 32])).await.unwrap().unwrap();
    assert_eq!(token.token.limits.namespaces.unwrap().len(), 2);
    assert!(lookups.refresh_token(&SecretDigest([7; 32])).await.unwrap().is_some());
    let names = [Some(world::named("n5")), Some(world::named("n6")), None];
    let registry = RegistryId(1);
    let known = lookups.namespaces(registry, &names, Some(person)).await.unwrap();
    assert_eq!(known.len(), 2);
    let asker = AccountId(person.0);
    assert!(
        !lookups
            .claimable(&[world::named("n5")], asker)
            .await
            .unwrap()
            .contains(&world::named("n5"))
    );
    let key = world::named::<portus_core::account::Username>("u77").key();
    let failures = lookups.failures(&key, "192.0.2.1", SystemTime::UNIX_EPOCH).await.unwrap();
    assert_eq!(failures, [Fingerprint(77)]);
    browse(database, registry).await;
    search(database).await;
    find(database).await;
    work(database).await;
}

async fn work(database: &Database) {
    let (now, lease) = (SystemTime::UNIX_EPOCH + DAY, SystemTime::UNIX_EPOCH + 2 * DAY);
    let taken: Result<_, StoreError> = database
        .store
        .write(async |tx| {
            let claimed = tx.inbox().claim(now, 9).await?;
            Ok((claimed.is_some(), tx.jobs().claim(now, lease, 9).await?.len()))
        })
        .await;
    assert_eq!(taken.unwrap(), (true, 9));
}

const DAY: Duration = Duration::from_secs(86_400);

/// What people type, with a credential that reads everything and one that reads little.
async fn find(database: &Database) {
    let search = &database.search;
    let (first, within) = (Slice::first(20), Some(std::sync::Arc::new([NamespaceId(5)].into())));
    let some = NamespaceFilter { within, ..NamespaceFilter::EVERY };
    for (readable, repositories, tags) in [(&NamespaceFilter::EVERY, 20, 20), (&some, 20, 20)] {
        let found = search.repositories(readable, &world::named("app"), &first).await.unwrap();
        assert_eq!(found.rows.len(), repositories);
        let found = search.tags(readable, &world::named("lat"), &first).await.unwrap();
        assert_eq!(found.rows.len(), tags);
        let found = search.namespaces(readable, &world::named("n5"), &first).await.unwrap();
        assert!(!found.rows.is_empty());
    }
    let found = search.manifests(&NamespaceFilter::EVERY, "sha256:aaaaaa", &first).await.unwrap();
    assert_eq!(found.rows.len(), 20);
    let found = search.teams(None, &world::named("t77"), &first).await.unwrap();
    assert_eq!(found.rows.len(), 20);
    let found = search.teams(Some(AccountId(77)), &world::named("t77"), &first).await.unwrap();
    assert_eq!(found.rows.len(), 1);
}

async fn browse(database: &Database, registry: RegistryId) {
    let browse = &database.browse;
    let deep = Slice { after: Some("main/n250/app-1".into()), limit: 50 };
    let every =
        RepositoryFilter { readable: NamespaceFilter::EVERY, registry: None, namespace: None };
    assert_eq!(browse.repositories(&every, &deep).await.unwrap().rows.len(), 50);
    let within = NamespaceFilter {
        within: Some(std::sync::Arc::new([NamespaceId(5)].into())),
        ..NamespaceFilter::EVERY
    };
    let some = RepositoryFilter { readable: within, registry: Some(registry), namespace: None };
    assert_eq!(browse.repositories(&some, &Slice::first(50)).await.unwrap().rows.len(), 50);
    assert_eq!(browse.tags(RepositoryId(7), &Slice::first(50)).await.unwrap().rows.len(), 1);
    one(database).await;
    images::ask(database).await;
    explore::ask(database).await;
    let slice = Slice { after: Some("u5".into()), limit: 50 };
    assert_eq!(browse.accounts(Default::default(), &slice).await.unwrap().rows.len(), 50);
    people(database).await;
    let deep = Slice { after: Some("50000.50000".into()), limit: 50 };
    let all = ActivityFilter::default();
    assert_eq!(browse.activities(&all, &deep).await.unwrap().rows.len(), 50);
    let mine = ActivityFilter { actor: Some("u77".into()), ..all };
    assert_eq!(browse.activities(&mine, &Slice::first(50)).await.unwrap().rows.len(), 1);
}

/// Lists of people and what is theirs: the few among many, and the start of a name.
async fn people(database: &Database) {
    use portus_core::port::{AccountKinds, Holder, MemberFilter, PeopleFilter};
    let (people, first) = (&database.people, Slice::first(50));
    for (kinds, prefix, rows) in [
        (AccountKinds::All, Some("u777"), 11),
        (AccountKinds::Admins, None, 1),
        (AccountKinds::Bots, None, 1),
        (AccountKinds::Disabled, None, 1),
    ] {
        let filter = PeopleFilter { kinds, prefix: prefix.map(str::to_owned) };
        let found = people.found(&filter, &first).await.unwrap();
        assert_eq!(found.rows.len(), rows, "{kinds:?}");
    }
    let team = portus_core::id::TeamId(77);
    let every = NamespaceFilter::EVERY;
    assert_eq!(people.teams_of(AccountId(77), &first).await.unwrap().rows.len(), 1);
    assert_eq!(people.bots_of(team, &first).await.unwrap().rows.len(), 1);
    let all = MemberFilter::default();
    assert!(!people.members_of(team, &all, &first).await.unwrap().rows.is_empty());
    assert_eq!(people.headcount(team).await.unwrap().bots, 1);
    let held = people.namespaces_of(Holder::Team(team), &every, &first).await.unwrap();
    assert_eq!(held.rows.len(), 1);
    assert_eq!(people.orphans(&first).await.unwrap().rows.len(), 1);
    let whole: Result<_, StoreError> = database
        .store
        .read(async |tx| {
            let held = tx.namespaces().held_by(Holder::Team(team)).await?.len();
            let own = tx.teams().of(AccountId(77)).await?.len();
            let alone = tx.teams().owned_alone(AccountId(77)).await?.len();
            Ok((held, own, alone, tx.tokens().refreshes(AccountId(77)).await?.len()))
        })
        .await;
    assert_eq!(whole.unwrap(), (1, 1, 1, 1));
}

/// Each thing the audit is searched by finds its rows by an index, and in the order of the list.
async fn search(database: &Database) {
    let all = ActivityFilter::default;
    let some = |text: &str| Some(text.to_owned());
    let place = Place { namespace: Some(NamespaceId(5)), ..Place::default() };
    let team = Place { team: Some(TeamId(5)), ..Place::default() };
    // Every thousandth is refused, and all of these are in one namespace.
    let hidden = Place { namespace: Some(NamespaceId(1)), ..Place::default() };
    let refused = Some(Outcome::Refused);
    let at = |micros| SystemTime::UNIX_EPOCH + Duration::from_micros(micros);
    for (filter, rows) in [
        (ActivityFilter { kind: some("key"), ..all() }, 10),
        (ActivityFilter { kind: some("key.create"), ..all() }, 10),
        (ActivityFilter { object: some("n5/app-77"), ..all() }, 1),
        (ActivityFilter { address: some("192.0.2.77"), ..all() }, 1),
        (ActivityFilter { request: some("r-77"), ..all() }, 1),
        (ActivityFilter { outcome: Some(Outcome::Refused), ..all() }, 50),
        (ActivityFilter { place, ..all() }, 100),
        (ActivityFilter { place: team, ..all() }, 100),
        (ActivityFilter { kind: some("repository"), ..all() }, 200),
        (ActivityFilter { kind: some("repository"), object: some("n5/app-77"), ..all() }, 1),
        (ActivityFilter { actor: some("U77"), ..all() }, 1),
        (ActivityFilter { actor: some("U77"), kind: some("repository.push"), ..all() }, 1),
        (ActivityFilter { actor: some("u77"), outcome: refused, ..all() }, 0),
        (ActivityFilter { kind: some("key.create"), outcome: refused, ..all() }, 10),
        (ActivityFilter { kind: some("key.create"), outcome: Some(Outcome::Done), ..all() }, 0),
        (ActivityFilter { kind: some("key"), outcome: Some(Outcome::Done), ..all() }, 0),
        (ActivityFilter { place: hidden, outcome: refused, ..all() }, 50),
        (ActivityFilter { since: Some(at(70)), until: Some(at(78)), ..all() }, 8),
        (ActivityFilter { address: some("192.0.2.77"), since: Some(at(78)), ..all() }, 0),
    ] {
        let page = database.browse.activities(&filter, &Slice::first(200)).await.unwrap();
        assert_eq!(page.rows.len(), rows, "{filter:?}");
    }
    let failing = database.oversight.jobs(true, &Slice::first(50)).await.unwrap();
    assert_eq!(failing.rows.len(), 50);
}

/// Single things of pages, and who looks at them.
async fn one(database: &Database) {
    let browse = &database.browse;
    let owner = browse.session(&SecretDigest([7; 32])).await.unwrap().unwrap();
    assert_eq!(owner.account.id, AccountId(77));
    assert_eq!(browse.repository(RepositoryId(7)).await.unwrap().unwrap().tags, 1);
    let tag = browse.tag(RepositoryId(7), &world::named("latest")).await.unwrap().unwrap();
    let manifest = browse.manifest(RepositoryId(7), &tag.digest).await.unwrap().unwrap();
    assert_eq!((manifest.layers.len(), manifest.children.len(), manifest.tags.len()), (1, 1, 1));
    let (account, session) = (owner.account.id, owner.session.id);
    let kept: Result<_, StoreError> = database
        .store
        .write(async |tx| {
            tx.sessions().used(session, SystemTime::UNIX_EPOCH + DAY).await?;
            Ok((tx.sessions().count(account).await?, tx.sessions().of(account).await?.len()))
        })
        .await;
    assert_eq!(kept.unwrap(), (1, 1));
}

#[derive(Debug)]
struct Scans {
    whole: i64,
    by_index: i64,
}

async fn scans(client: &tokio_postgres::Client) -> BTreeMap<String, Scans> {
    client.batch_execute("SELECT pg_stat_clear_snapshot()").await.unwrap();
    let rows = client
        .query(
            "SELECT relname::text, COALESCE(seq_scan, 0), COALESCE(idx_scan, 0) FROM pg_stat_user_tables",
            &[],
        )
        .await
        .unwrap();
    rows.iter().map(|row| (row.get(0), Scans { whole: row.get(1), by_index: row.get(2) })).collect()
}
