//! What the programs make of an old database.

use std::time::{Duration, SystemTime};

use portus_core::digest::Digest;
use portus_core::id::{AccountId, NamespaceId, RegistryId, RepositoryId, TeamId};
use portus_core::page::{DetailsState, Slice};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{
    ActivityFilter, Described, Holder, RepositoryQuery, RepositorySort, StoreError,
};
use portus_core::repository::RepositoryPath;
use portus_core::search::tails;
use portus_core::secret::SecretDigest;
use portus_core::shelf::{ImageFilter, ImageOrder};
use portus_core::tag::{AsOf, TagName};
use portus_store::Database;

use super::old::Old;
use crate::world::named;

const WEB: RepositoryId = RepositoryId(1);

/// What was added is what the programs would have written, had they known of it.
pub async fn added(old: &mut Old) {
    for path in old.texts("SELECT path AS value FROM repositories").await {
        let sql = format!(
            "SELECT DISTINCT tail AS value FROM repository_tails
            JOIN repositories ON repositories.id = repository_id WHERE path = '{path}'"
        );
        let mut found = old.texts(&sql).await;
        let mut wanted = tails(&named::<RepositoryPath>(&path));
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted);
    }
    let whole = "SELECT DISTINCT path AS value FROM repository_tails
        JOIN repositories ON repositories.id = repository_id WHERE whole = (tail <> path)";
    assert_eq!(old.texts(whole).await, [""; 0]);
    for (is_companion, condition) in [(true, "companion"), (false, "NOT companion")] {
        let sql = format!("SELECT name AS value FROM tags WHERE {condition}");
        for tag in old.texts(&sql).await {
            assert_eq!(named::<TagName>(&tag).companion().is_some(), is_companion, "{tag}");
        }
    }
    // What was read is read again, and what is read for the first time is not asked for twice.
    let jobs = "SELECT kind || ' ' || repository || ' ' || substr(digest, 8, 1) AS value FROM jobs";
    let mut jobs = old.texts(jobs).await;
    jobs.sort();
    let again = ["alice/tools/build_kit-x.y a", "crew/web 9", "crew/web a", "crew/web a"];
    let again = again.into_iter().chain(["crew/web b", "crew/web c", "crew/web d", "crew/web e"]);
    let mut wanted: Vec<String> = again
        .chain(["data/loose a", "found/old a"])
        .map(|what| format!("describe {what}"))
        .chain(["adopt nobody/app ".to_owned(), "first-sync  ".to_owned()])
        .collect();
    wanted.sort();
    assert_eq!(jobs, wanted);
}

fn time(micros: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(micros)
}

fn digest(digit: char) -> Digest {
    named(&format!("sha256:{}", String::from(digit).repeat(64)))
}

/// Lists and single things.
pub async fn pages(database: &Database) {
    repositories(database).await;
    images(database).await;
    people(database).await;
    work(database).await;
}

async fn repositories(database: &Database) {
    let by = async |sort| {
        let query =
            RepositoryQuery { readable: NamespaceFilter::EVERY, namespace: None, name: None, sort };
        let page = database.explore.repositories_by(&query, &Slice::first(50)).await.unwrap();
        let row = |row: &portus_core::page::RepositoryRow| {
            format!("{}/{} {} {}", row.registry, row.path, row.tags, row.pulls)
        };
        page.rows.iter().map(row).collect::<Vec<_>>()
    };
    // What has neither a tag nor a manifest left is not shown.
    let pushed = [
        "main/alice/tools/build_kit-x.y 1 0",
        "main/crew/web 9 12",
        "main/data/loose 0 0",
        "lab/crew/web 1 0",
        "main/found/old 1 0",
        "main/alpine 1 3",
    ];
    assert_eq!(by(RepositorySort::Pushed).await, pushed);
    assert_eq!(by(RepositorySort::Name).await[0], "lab/crew/web 1 0");
    assert_eq!(by(RepositorySort::Pulls).await[..2], ["main/crew/web 9 12", "main/alpine 1 3"]);
    let (every, text, first) = (NamespaceFilter::EVERY, named("kit"), Slice::first(9));
    let found = database.search.repositories(&every, &text, &first).await.unwrap();
    assert_eq!(found.rows[0].path.to_string(), "alice/tools/build_kit-x.y");
    let traffic = database.explore.traffic(&NamespaceFilter::EVERY, 0).await.unwrap();
    let days: Vec<_> = traffic.iter().map(|day| (day.day, day.pushes, day.pulls)).collect();
    assert_eq!(days, [(0, 4, 9), (1, 1, 3), (2, 0, 3)]);
    let said = portus_core::port::SaidOf::Namespace(NamespaceId(2));
    assert_eq!(database.explore.description(said).await.unwrap(), "What **we** build");
    let extent = database.explore.extent(&NamespaceFilter::EVERY).await.unwrap();
    assert_eq!((extent.repositories, extent.tags), (6, 13));
}

async fn images(database: &Database) {
    let filter = ImageFilter { order: ImageOrder::Push, named: None, companions: false };
    let images = database.images.images(WEB, &filter, &Slice::first(50)).await.unwrap();
    let tags: Vec<_> = images.rows.iter().map(|row| row.first.name.to_string()).collect();
    let odd = format!("sha256-{}x", "c".repeat(64));
    assert_eq!(tags, ["latest", "sha256-short", "new", "1.9", "1.10", "v1.2"]);
    assert_eq!(images.rows[1].tags, [named("sha256-short"), named::<TagName>(&odd)]);
    // What both platforms have is counted once.
    let sizes: Vec<_> = images.rows.iter().map(|row| row.first.size).collect();
    assert_eq!(sizes, [Some(2600), Some(50), None, None, Some(2100), Some(1100)]);
    assert_eq!(images.rows[5].first.pulls, 8);
    let index = database.browse.manifest(WEB, &digest('b')).await.unwrap().unwrap();
    assert_eq!((index.children.len(), index.platforms.len()), (2, 2));
    let image = database.browse.manifest(WEB, &digest('a')).await.unwrap().unwrap();
    assert_eq!((image.layers.len(), image.size), (2, Some(1100)));
    let about = database.images.about(WEB, &digest('b')).await.unwrap().unwrap();
    assert_eq!((about.children.len(), about.configuration), (2, None));
    let past = database.images.past(WEB, &named("latest"), &Slice::first(9)).await.unwrap();
    let past: Vec<_> = past.rows.iter().map(|row| (row.at, row.present)).collect();
    assert_eq!(past, [(time(20_000_000), true), (time(10_000_000), true)]);
    let signed = database.images.referrers(WEB, &[digest('a'), digest('c')]).await.unwrap();
    assert_eq!(signed.len(), 1, "{signed:?}");
    let loose =
        database.images.manifests(RepositoryId(7), Some(false), &Slice::first(9)).await.unwrap();
    assert_eq!(loose.rows.len(), 1);
    assert_eq!(loose.rows[0].details, DetailsState::Read);
}

async fn people(database: &Database) {
    let first = Slice::first(50);
    let teams = database.browse.teams(&first).await.unwrap().rows;
    let teams: Vec<_> =
        teams.iter().map(|one| (one.name.as_str(), one.members, one.owners)).collect();
    assert_eq!(teams, [("crew", 3, 1), ("Data Science", 1, 1), ("left", 0, 0)]);
    let found = database.people.found(&Default::default(), &first).await.unwrap().rows;
    let names: Vec<_> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["alice", "Bob", "builder", "carol"]);
    assert_eq!(database.people.bots_of(TeamId(1), &first).await.unwrap().rows[0].tokens, 1);
    assert_eq!(database.people.orphans(&first).await.unwrap().rows.len(), 1);
    let (held, every) = (Holder::Account(AccountId(1)), NamespaceFilter::EVERY);
    let held = database.people.namespaces_of(held, &every, &first).await.unwrap();
    assert_eq!(held.rows.len(), 1);
    let session = database.browse.session(&SecretDigest([9; 32])).await.unwrap().unwrap();
    assert_eq!(session.account.name.as_str(), "Bob");
}

async fn work(database: &Database) {
    let first = Slice::first(50);
    let parked = database.browse.parked(&first).await.unwrap().rows;
    assert_eq!(parked.iter().map(|row| row.event.as_str()).collect::<Vec<_>>(), ["e15", "e16"]);
    let failing = database.oversight.jobs(true, &first).await.unwrap().rows;
    assert_eq!((failing.len(), failing[0].tries, failing[0].claimed), (1, 2, false));
    let registries = database.oversight.registries().await.unwrap();
    assert_eq!(registries.len(), 2);
    let all = ActivityFilter::default;
    for (filter, rows) in [
        (all(), 8),
        (ActivityFilter { kind: Some("repository".into()), ..all() }, 2),
        (ActivityFilter { kind: Some("odd".into()), ..all() }, 1),
        (ActivityFilter { object: Some("crew/web".into()), ..all() }, 2),
        (ActivityFilter { request: Some("r-3".into()), ..all() }, 1),
        (ActivityFilter { address: Some("192.0.2.1".into()), ..all() }, 2),
    ] {
        let found = database.browse.activities(&filter, &first).await.unwrap();
        assert_eq!(found.rows.len(), rows, "{filter:?}");
    }
    let happened = database
        .explore
        .activities_of(portus_core::port::SaidOf::Namespace(NamespaceId(2)), &first)
        .await
        .unwrap()
        .rows;
    let kinds: Vec<_> = happened.iter().map(|one| one.activity.kind.as_str()).collect();
    assert_eq!(kinds, ["repository.push", "namespace.create"]);
}

/// Who has a token, a password or a role goes on having it.
pub async fn tokens(database: &Database) {
    let lookups = &database.lookups;
    let bob = lookups.person(&named::<portus_core::account::Username>("BOB").key()).await.unwrap();
    assert_eq!(&*bob.unwrap().password.unwrap().0, "$2b$12$bob");
    let token = lookups.application_token(&SecretDigest([5; 32])).await.unwrap().unwrap();
    assert_eq!(token.token.limits.namespaces.unwrap().len(), 2);
    assert!(lookups.refresh_token(&SecretDigest([7; 32])).await.unwrap().is_some());
    let names = [Some(named("crew")), Some(named("data")), None];
    let known = lookups.namespaces(RegistryId(1), &names, Some(AccountId(2))).await.unwrap();
    let roles: Vec<_> = known.iter().map(|one| one.role).collect();
    assert_eq!((known.len(), roles.iter().flatten().count()), (3, 2), "{known:?}");
    let keys: Result<_, StoreError> = database.store.read(async |tx| tx.keys().all().await).await;
    assert_eq!(keys.unwrap().len(), 2);
}

/// Pages in the order of versions end, though the tags of before have no place among them yet; they
/// get it with whatever is heard of them first.
pub async fn versions(database: &Database, old: &mut Old) {
    assert_eq!(in_order(database).await.len(), 6);
    let (past, later) = (AsOf { at: time(1), event: "e0".into() }, time(40_000_000));
    let pushed = AsOf { at: later, event: "e20".into() };
    let told: Result<_, StoreError> = database
        .store
        .write(async |tx| {
            // A push onto what was read long ago; one that tells nothing new; what cannot be read.
            tx.repositories().set_tag(WEB, &named("v1.2"), &digest('c'), &pushed, None).await?;
            tx.repositories().set_tag(WEB, &named("new"), &digest('e'), &past, None).await?;
            tx.repositories().describe(WEB, &digest('d'), &Described::Failed).await
        })
        .await;
    told.unwrap();
    let placed = "SELECT name AS value FROM tags WHERE version <> ''";
    let mut placed = old.texts(placed).await;
    placed.sort();
    assert_eq!(placed, ["1.9", "new", "v1.2"]);
    assert_eq!(in_order(database).await[..2], ["1.9", "v1.2"]);
}

/// The first tags of a repository's images by version, two a page.
async fn in_order(database: &Database) -> Vec<String> {
    let filter = ImageFilter { order: ImageOrder::Version, named: None, companions: false };
    let (mut slice, mut names) = (Slice::first(2), Vec::new());
    loop {
        let page = database.images.images(WEB, &filter, &slice).await.unwrap();
        names.extend(page.rows.iter().map(|row| row.first.name.to_string()));
        assert!(names.len() < 20, "the pages never end: {names:?}");
        match page.next {
            None => return names,
            after => slice.after = after,
        }
    }
}
