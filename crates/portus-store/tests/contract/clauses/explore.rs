//! What people look at on the way to images.

use std::cmp::Reverse;
use std::time::Duration;

use portus_core::activity::{Actor, NewActivity, kind};
use portus_core::id::{NamespaceId, RepositoryId, TeamId};
use portus_core::namespace::{NamespaceKind, Visibility};
use portus_core::page::{RepositoryRow, Slice};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{Extent, Happening, RepositoryQuery, RepositorySort, SaidOf};
use portus_core::team::Role;
use portus_core::words::Traffic;

use crate::world::{World, as_of, at, digest, named, of_team, seen, walk};

const NOBODY: NamespaceFilter = NamespaceFilter {
    every: false,
    visibilities: Vec::new(),
    role: None,
    own: false,
    account: None,
    within: None,
    read_registries_only: false,
};
const DAY: u64 = 86_400;

/// Pushes a tag as of a second, perhaps making what it is in.
async fn push(world: &World, namespace: NamespaceId, path: &str, second: u64) -> RepositoryId {
    let path = named(path);
    world
        .write(async |tx| {
            let tx = tx.repositories();
            let repository = tx.ensure(namespace, &path, at(1)).await?;
            let as_of = as_of(second, &format!("e{second}"));
            tx.add_manifest(repository, &seen('a', second), &as_of).await?;
            tx.set_tag(repository, &named("1"), &digest('a'), &as_of, None).await?;
            Ok(repository)
        })
        .await
}

async fn pull(world: &World, repository: RepositoryId, second: u64, count: u32) {
    world
        .write(async |tx| {
            tx.repositories().count_pulls(repository, &digest('a'), at(second), count).await
        })
        .await;
}

fn query(sort: RepositorySort) -> RepositoryQuery {
    RepositoryQuery { readable: NamespaceFilter::EVERY, namespace: None, name: None, sort }
}

async fn paths(world: &World, query: &RepositoryQuery) -> Vec<String> {
    let page = world.explore.repositories_by(query, &Slice::first(100)).await.unwrap();
    page.rows.iter().map(|row| row.path.to_string()).collect()
}

pub async fn repositories_are_listed_in_every_order(world: World) {
    let registry = world.registry("main").await;
    let qa = world.namespace(registry, "qa", NamespaceKind::Orphan).await;
    let dev = world.namespace(registry, "dev", NamespaceKind::Orphan).await;
    for (number, (namespace, path, second, pulls)) in [
        (qa, "qa/b", 5, 7),
        (dev, "dev/c", 9, 0),
        (qa, "qa/a", 7, 7),
        (dev, "dev/d", 7, 20),
        (qa, "qa/c/d", 6, 1),
    ]
    .into_iter()
    .enumerate()
    {
        let repository = push(&world, namespace, path, second).await;
        pull(&world, repository, 10 + number as u64, pulls).await;
    }
    let empty = named("qa/empty");
    world.write(async |tx| tx.repositories().ensure(qa, &empty, at(1)).await).await;
    for (sort, expected) in [
        (RepositorySort::Name, ["dev/c", "dev/d", "qa/a", "qa/b", "qa/c/d"]),
        (RepositorySort::Pulls, ["dev/d", "qa/a", "qa/b", "qa/c/d", "dev/c"]),
        (RepositorySort::Pushed, ["dev/c", "dev/d", "qa/a", "qa/c/d", "qa/b"]),
    ] {
        let whole = query(sort);
        let rows = walk(
            |row: &RepositoryRow| row.path.clone(),
            async |slice| world.explore.repositories_by(&whole, &slice).await.unwrap(),
        )
        .await;
        let found: Vec<String> = rows.iter().map(|row| row.path.to_string()).collect();
        assert_eq!(found, expected, "{sort:?}");
        let within = RepositoryQuery { namespace: Some(qa), ..whole.clone() };
        let of_qa: Vec<_> = expected.iter().filter(|path| path.starts_with("qa/")).collect();
        assert_eq!(paths(&world, &within).await.iter().collect::<Vec<_>>(), of_qa, "{sort:?}");
        let none = RepositoryQuery { readable: NOBODY, ..whole.clone() };
        assert!(paths(&world, &none).await.is_empty());
        for row in rows {
            let path = row.path.clone();
            let id = world.read(async |tx| tx.words().repository(registry, &path).await).await;
            assert_eq!(world.browse.repository(id.unwrap()).await.unwrap(), Some(row));
        }
    }
}

/// SR10.
pub async fn repositories_are_filtered_by_what_is_in_their_path(world: World) {
    let registry = world.registry("main").await;
    let qa = world.namespace(registry, "qa", NamespaceKind::Orphan).await;
    for (second, path) in (1..).zip(["qa/a_b", "qa/axb", "qa/a-b", "qa/zz/app"]) {
        push(&world, qa, path, second).await;
    }
    for sort in [RepositorySort::Name, RepositorySort::Pulls, RepositorySort::Pushed] {
        for (part, expected) in [
            ("a_b", vec!["qa/a_b"]),
            ("zz/a", vec!["qa/zz/app"]),
            ("qa/", vec!["qa/a-b", "qa/a_b", "qa/axb", "qa/zz/app"]),
            ("%", vec![]),
            ("\\", vec![]),
            ("a%b", vec![]),
            ("'", vec![]),
        ] {
            let wanted = RepositoryQuery { name: Some(part.into()), ..query(sort) };
            let mut found = paths(&world, &wanted).await;
            found.sort();
            assert_eq!(found, expected, "{part} by {sort:?}");
        }
    }
}

/// Not the first push of what it points at, which may be long ago.
pub async fn the_last_push_is_that_of_a_tag(world: World) {
    let registry = world.registry("main").await;
    let qa = world.namespace(registry, "qa", NamespaceKind::Orphan).await;
    let repository = push(&world, qa, "qa/app", 5).await;
    push(&world, qa, "qa/app", 9).await;
    push(&world, qa, "qa/app", 7).await;
    let shown = async || {
        let row = world.browse.repository(repository).await.unwrap().unwrap();
        let manifest = world.browse.manifest(repository, &digest('a')).await.unwrap().unwrap();
        (row.pushed_at, manifest.pushed_at)
    };
    assert_eq!(shown().await, (Some(at(9)), at(9)));
    let crawl = as_of(20, "");
    world
        .write(async |tx| {
            let tx = tx.repositories();
            tx.set_tag(repository, &named("2"), &digest('a'), &as_of(11, "e11"), None).await?;
            tx.remove_tag(repository, &named("1"), &crawl).await
        })
        .await;
    assert_eq!(shown().await, (Some(at(11)), at(11)));
    world
        .write(async |tx| tx.repositories().remove_tag(repository, &named("2"), &crawl).await)
        .await;
    assert_eq!(shown().await, (Some(at(5)), at(5)), "no tag is left");
}

pub async fn what_was_starred_last_comes_first_while_it_is_seen(world: World) {
    let registry = world.registry("main").await;
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let public = NamespaceKind::Global { visibility: Visibility::Public };
    let (open, closed) = (
        world.namespace(registry, "", public).await,
        world.namespace(registry, "qa", NamespaceKind::Orphan).await,
    );
    for (second, namespace, path) in
        [(5, open, "a"), (6, closed, "qa/b"), (8, open, "c"), (8, open, "d"), (7, open, "e")]
    {
        let repository = push(&world, namespace, path, 1).await;
        world.write(async |tx| tx.words().star(alice, repository, at(second)).await).await;
    }
    let readable = NamespaceFilter { visibilities: vec![Visibility::Public], ..NOBODY };
    for (filter, expected) in [
        (NamespaceFilter::EVERY, vec!["d", "c", "e", "qa/b", "a"]),
        (readable, vec!["d", "c", "e", "a"]),
    ] {
        let rows = walk(
            |row: &RepositoryRow| row.path.clone(),
            async |slice| world.explore.starred(alice, &filter, &slice).await.unwrap(),
        )
        .await;
        let found: Vec<String> = rows.iter().map(|row| row.path.to_string()).collect();
        assert_eq!(found, expected);
        let none = world.explore.starred(bob, &filter, &Slice::first(9)).await.unwrap();
        assert_eq!(none.rows, []);
    }
}

/// What is shown of the audit, and what is not.
fn rows(namespace: Option<NamespaceId>, team: Option<TeamId>) -> Vec<NewActivity> {
    let actor = Actor::operator("tester");
    let kinds = [
        kind::REPOSITORY_PUSH,
        kind::REPOSITORY_PULL,
        kind::NAMESPACE_CREATE,
        kind::REPOSITORY_STAR,
        kind::TEAM_ADD_MEMBER,
    ];
    let mut rows: Vec<NewActivity> = (1..)
        .zip(kinds)
        .map(|(second, kind)| NewActivity::done(kind, &actor, at(second), "qa/app"))
        .collect();
    rows.push(NewActivity::done(kind::REPOSITORY_DELETE, &actor, at(9), "qa/app").refused());
    rows.push(NewActivity::done(kind::REPOSITORY_PUSH, &actor, at(3), "again"));
    for row in &mut rows {
        row.place.namespace = namespace;
        row.place.team = team;
    }
    rows
}

const SHOWN: [&str; 4] =
    [kind::TEAM_ADD_MEMBER, kind::REPOSITORY_PUSH, kind::NAMESPACE_CREATE, kind::REPOSITORY_PUSH];

fn kinds(rows: &[Happening]) -> Vec<&str> {
    rows.iter().map(|row| row.activity.kind.as_str()).collect()
}

pub async fn what_was_done_in_a_namespace_is_listed_newest_first(world: World) {
    let registry = world.registry("main").await;
    let qa = world.namespace(registry, "qa", NamespaceKind::Orphan).await;
    let dev = world.namespace(registry, "dev", NamespaceKind::Orphan).await;
    for place in [Some(dev), None, Some(qa)] {
        let rows = rows(place, None);
        world.write(async |tx| tx.audit().append(&rows).await).await;
    }
    let found = walk(
        |row: &Happening| Reverse((row.activity.at, row.activity.id)),
        async |slice| world.explore.activities_of(SaidOf::Namespace(qa), &slice).await.unwrap(),
    )
    .await;
    assert_eq!(kinds(&found), SHOWN);
    assert!(found.iter().all(|row| row.registry == Some(named("main"))));
    let slice = Slice::first(9);
    let nowhere =
        world.explore.activities_of(SaidOf::Namespace(NamespaceId(4711)), &slice).await.unwrap();
    assert_eq!(nowhere.rows, []);
}

pub async fn what_was_done_to_a_repository_or_in_a_team_is_listed_newest_first(world: World) {
    let (app, team) = (world.repository().await, world.team("crew").await);
    for (team, repository) in [(Some(team), None), (None, Some(app)), (None, None)] {
        let mut rows = rows(None, team);
        rows.iter_mut().for_each(|row| row.place.repository = repository);
        world.write(async |tx| tx.audit().append(&rows).await).await;
    }
    for of in [SaidOf::Repository(app), SaidOf::Team(team)] {
        let found = walk(
            |row: &Happening| Reverse((row.activity.at, row.activity.id)),
            async |slice| world.explore.activities_of(of, &slice).await.unwrap(),
        )
        .await;
        assert_eq!(kinds(&found), SHOWN, "{of:?}");
    }
    let other = SaidOf::Repository(RepositoryId(4711));
    assert_eq!(world.explore.activities_of(other, &Slice::first(9)).await.unwrap().rows, []);
}

pub async fn what_was_done_lately_is_of_what_is_seen(world: World) {
    let registry = world.registry("main").await;
    let alice = world.person("alice").await;
    let (hers, other) = (world.team("hers").await, world.team("other").await);
    world.member(hers, alice, Role::Viewer).await;
    let private = Visibility::Private;
    let qa = world.namespace(registry, "qa", of_team(hers, private)).await;
    let dev = world.namespace(registry, "dev", of_team(other, private)).await;
    let all = [
        (Some(qa), None),
        (Some(dev), None),
        // Of a namespace that was given away, her team sees no more than others do.
        (Some(dev), Some(hers)),
        (None, Some(hers)),
        (None, Some(other)),
        (None, None),
    ];
    for (namespace, team) in all {
        let rows = rows(namespace, team);
        world.write(async |tx| tx.audit().append(&rows).await).await;
    }
    let own = NamespaceFilter { role: Some(Role::Viewer), account: Some(alice), ..NOBODY };
    let limited = NamespaceFilter { within: Some(std::sync::Arc::new([qa].into())), ..own.clone() };
    for (filter, expected) in [(NamespaceFilter::EVERY, 20), (own, 8), (limited, 4), (NOBODY, 0)] {
        let found = world.explore.recent_activities(&filter, 100).await.unwrap();
        assert_eq!(found.len(), expected, "{filter:?}");
        assert!(found.is_sorted_by_key(|row| Reverse((row.activity.at, row.activity.id))));
        let few = world.explore.recent_activities(&filter, 3).await.unwrap();
        assert_eq!(few, found[..few.len()]);
        assert_eq!(few.len(), expected.min(3));
    }
}

pub async fn pushes_and_pulls_are_counted_by_day(world: World) {
    let registry = world.registry("main").await;
    let public = NamespaceKind::Global { visibility: Visibility::Public };
    let (open, closed) = (
        world.namespace(registry, "", public).await,
        world.namespace(registry, "qa", NamespaceKind::Orphan).await,
    );
    let (one, other) =
        (push(&world, open, "a", DAY + 1).await, push(&world, closed, "qa/b", DAY).await);
    push(&world, open, "a", DAY + 1).await;
    push(&world, open, "a", 3 * DAY).await;
    push(&world, open, "c", 3 * DAY - 1).await;
    pull(&world, one, DAY + 5, 3).await;
    pull(&world, one, 4 * DAY, 2).await;
    pull(&world, other, DAY + 6, 4).await;
    let crawl = as_of(5 * DAY, "");
    world
        .write(async |tx| {
            tx.repositories().set_tag(one, &named("2"), &digest('a'), &crawl, None).await
        })
        .await;
    let day = |day, pushes, pulls| Traffic { day, pushes, pulls };
    let readable = NamespaceFilter { visibilities: vec![Visibility::Public], ..NOBODY };
    let every = NamespaceFilter::EVERY;
    for (filter, since, expected) in [
        (&every, 0, vec![day(1, 2, 7), day(2, 1, 0), day(3, 1, 0), day(4, 0, 2)]),
        (&every, 3, vec![day(3, 1, 0), day(4, 0, 2)]),
        (&readable, 0, vec![day(1, 1, 3), day(2, 1, 0), day(3, 1, 0), day(4, 0, 2)]),
        (&NOBODY, 0, vec![]),
    ] {
        assert_eq!(world.explore.traffic(filter, since).await.unwrap(), expected, "{filter:?}");
    }
    assert_eq!(portus_core::words::day(at(0) + Duration::from_secs(DAY)), 1);
}

pub async fn what_there_is_to_see_is_counted(world: World) {
    let registry = world.registry("main").await;
    let public = NamespaceKind::Global { visibility: Visibility::Public };
    let (open, closed) = (
        world.namespace(registry, "", public).await,
        world.namespace(registry, "qa", NamespaceKind::Orphan).await,
    );
    let one = push(&world, open, "a", 1).await;
    push(&world, closed, "qa/b", 1).await;
    let (path, tag) = (named("empty"), named("2"));
    world
        .write(async |tx| {
            tx.repositories().ensure(open, &path, at(1)).await?;
            tx.repositories().set_tag(one, &tag, &digest('a'), &as_of(2, "e"), None).await
        })
        .await;
    let readable = NamespaceFilter { visibilities: vec![Visibility::Public], ..NOBODY };
    for (filter, repositories, tags) in
        [(NamespaceFilter::EVERY, 2, 3), (readable, 1, 2), (NOBODY, 0, 0)]
    {
        let extent = world.explore.extent(&filter).await.unwrap();
        assert_eq!(extent, Extent { repositories, tags });
    }
}

/// Whoever types one gets some page or other.
pub async fn no_cursor_and_no_text_breaks_a_list(world: World) {
    let alice = world.person("alice").await;
    let every = NamespaceFilter::EVERY;
    let texts = ["", "/", "%", "'", "\\", "é/é", "-1", "-1.-1", "9.9.9", "1\0"];
    let long = ["9".repeat(40), "9".repeat(19) + ".1", "x".repeat(100_000)];
    for text in texts.into_iter().map(str::to_owned).chain(long) {
        let slice = Slice { after: Some(text.clone()), limit: 9 };
        let explore = &world.explore;
        for sort in [RepositorySort::Name, RepositorySort::Pulls, RepositorySort::Pushed] {
            let wanted = RepositoryQuery { name: Some(text.clone()), ..query(sort) };
            explore.repositories_by(&wanted, &slice).await.unwrap();
        }
        explore.starred(alice, &every, &slice).await.unwrap();
        explore.comments(RepositoryId(1), &slice).await.unwrap();
        explore.activities_of(SaidOf::Namespace(NamespaceId(1)), &slice).await.unwrap();
    }
}
