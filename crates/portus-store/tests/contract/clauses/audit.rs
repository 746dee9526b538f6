//! The audit.

use std::cmp::Reverse;

use portus_core::activity::{Activity, Actor, NewActivity, Outcome, Place, kind};
use portus_core::id::{NamespaceId, RepositoryId, TeamId};
use portus_core::page::Slice;
use portus_core::port::ActivityFilter;

use crate::world::{World, at, walk};

pub async fn the_audit_reads_back_newest_first(world: World) {
    let full = NewActivity {
        address: Some("2001:db8::1".into()),
        request: Some("r-1".into()),
        detail: "viewer → owner".into(),
        outcome: Outcome::Refused,
        count: 3,
        ..done(kind::TOKEN_REFUSED, "alice", 9)
    };
    let rows = [done("a.a", "alice", 7), full.clone(), done("b.b", "", 7), done("c.c", "", 8)];
    world.write(async |tx| tx.audit().append(&rows).await).await;
    world.write(async |tx| tx.audit().append(&[]).await).await;

    let all = walk(
        |row: &Activity| (Reverse(row.at), Reverse(row.id)),
        async |slice| world.browse.activities(&ActivityFilter::default(), &slice).await.unwrap(),
    )
    .await;
    let kinds: Vec<&str> = all.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, [kind::TOKEN_REFUSED, "c.c", "b.b", "a.a"]);
    let row = &all[0];
    assert_eq!((row.at, row.actor.as_str(), row.count), (at(9), "alice", 3));
    assert_eq!((&row.address, &row.request), (&full.address, &full.request));
    assert_eq!((&row.object, &row.detail), (&full.object, &full.detail));
    assert_eq!((row.outcome, all[1].outcome), (Outcome::Refused, Outcome::Done));
}

/// SR10: what is a pattern elsewhere is a text here, to be found as it was written.
pub async fn the_audit_is_filtered_by_kind_actor_and_time(world: World) {
    let rows = [
        done("team.create", "alice", 1),
        done("team.remove_member", "bob", 2),
        done("teams", "alice", 3),
        done("team_create", "alice", 4),
        done("application_token.create", "al%", 5),
        done("applicationxtoken.create", "al_ce", 6),
        done(r"team\_create", r"al\ce", 7),
        done(r"te%.create", "al", 8),
    ];
    world.write(async |tx| tx.audit().append(&rows).await).await;

    let kind = |kind: &str| ActivityFilter { kind: Some(kind.into()), ..Default::default() };
    let actor = |actor: &str| ActivityFilter { actor: Some(actor.into()), ..Default::default() };
    let since = |second| ActivityFilter { since: Some(at(second)), ..Default::default() };
    for (filter, seconds) in [
        (kind("team"), vec![2, 1]),
        (kind("team.create"), vec![1]),
        (kind("application_token"), vec![5]),
        (kind("team_create"), vec![4]),
        (kind(r"team\_create"), vec![7]),
        (kind("te%"), vec![8]),
        (kind("%"), vec![]),
        (kind("te%.%"), vec![]),
        (kind("team.creat_"), vec![]),
        (kind("te_m"), vec![]),
        (kind(r"\team"), vec![]),
        (kind(r"team\.create"), vec![]),
        (kind(r"te\%"), vec![]),
        (kind("team\\"), vec![]),
        (kind(""), vec![]),
        (actor("alice"), vec![4, 3, 1]),
        (actor("ALICE"), vec![4, 3, 1]),
        (actor("al%"), vec![5]),
        (actor("al_ce"), vec![6]),
        (actor(r"al\ce"), vec![7]),
        (actor("%"), vec![]),
        (actor("a_ice"), vec![]),
        (actor(r"al\_ce"), vec![]),
        (actor(r"al\%"), vec![]),
        (actor(r"\alice"), vec![]),
        (since(5), vec![8, 7, 6, 5]),
        (ActivityFilter { since: Some(at(2)), ..kind("team") }, vec![2]),
    ] {
        let found = walk(
            |row: &Activity| Reverse(row.at),
            async |slice| world.browse.activities(&filter, &slice).await.unwrap(),
        )
        .await;
        let times: Vec<_> = found.iter().map(|row| row.at).collect();
        assert_eq!(times, seconds.into_iter().map(at).collect::<Vec<_>>(), "{filter:?}");
    }
}

pub async fn the_audit_is_searched_by_whatever_is_known_of_a_row(world: World) {
    let place = |namespace, team| Place {
        namespace: Some(NamespaceId(namespace)),
        repository: Some(RepositoryId(namespace + 10)),
        team: Some(TeamId(team)),
    };
    let row = |second, object: &str, place| NewActivity {
        object: object.into(),
        address: Some(format!("192.0.2.{second}")),
        request: Some(format!("r-{second}")),
        place,
        ..done("a.a", "alice", second)
    };
    let rows = [
        row(1, "qa/app", place(1, 1)),
        row(2, "qa/app", place(1, 2)).refused(),
        row(3, "qa/%", place(2, 2)),
        row(4, "qa/app2", Place::default()).refused(),
        NewActivity { address: None, request: None, ..row(5, "", Place::default()) },
    ];
    world.write(async |tx| tx.audit().append(&rows).await).await;

    let all = ActivityFilter::default;
    let object = |text: &str| ActivityFilter { object: Some(text.into()), ..all() };
    let address = |text: &str| ActivityFilter { address: Some(text.into()), ..all() };
    let request = |text: &str| ActivityFilter { request: Some(text.into()), ..all() };
    let outcome = |outcome| ActivityFilter { outcome: Some(outcome), ..all() };
    let within = |place| ActivityFilter { place, ..all() };
    let (namespace, team) = (Some(NamespaceId(1)), Some(TeamId(2)));
    for (filter, seconds) in [
        (object("qa/app"), vec![2, 1]),
        (object("qa/%"), vec![3]),
        (object("qa/"), vec![]),
        (object(""), vec![5]),
        (address("192.0.2.3"), vec![3]),
        (address("192.0.2._"), vec![]),
        (address(""), vec![]),
        (request("r-4"), vec![4]),
        (request("r-%"), vec![]),
        (outcome(Outcome::Refused), vec![4, 2]),
        (outcome(Outcome::Done), vec![5, 3, 1]),
        (ActivityFilter { kind: Some("a".into()), ..outcome(Outcome::Refused) }, vec![4, 2]),
        (ActivityFilter { kind: Some("a.a".into()), ..outcome(Outcome::Done) }, vec![5, 3, 1]),
        (ActivityFilter { actor: Some("Alice".into()), ..outcome(Outcome::Refused) }, vec![4, 2]),
        (within(Place { namespace, ..Place::default() }), vec![2, 1]),
        (within(Place { team, ..Place::default() }), vec![3, 2]),
        (within(Place { namespace, team, repository: None }), vec![2]),
        (within(Place { repository: Some(RepositoryId(12)), ..Place::default() }), vec![3]),
        (ActivityFilter { until: Some(at(3)), ..all() }, vec![2, 1]),
        (ActivityFilter { since: Some(at(2)), until: Some(at(4)), ..all() }, vec![3, 2]),
        (ActivityFilter { until: Some(at(3)), ..outcome(Outcome::Refused) }, vec![2]),
        (ActivityFilter { object: Some("qa/app".into()), ..address("192.0.2.2") }, vec![2]),
    ] {
        let found = walk(
            |row: &Activity| Reverse(row.at),
            async |slice| world.browse.activities(&filter, &slice).await.unwrap(),
        )
        .await;
        let times: Vec<_> = found.iter().map(|row| row.at).collect();
        assert_eq!(times, seconds.into_iter().map(at).collect::<Vec<_>>(), "{filter:?}");
    }
}

/// An index takes no text of any length, and what someone typed must not keep a row out.
pub async fn what_is_searched_by_is_kept_short(world: World) {
    let long = "ü".repeat(5000);
    let row = NewActivity {
        object: long.clone(),
        request: Some(long.clone()),
        address: Some(long.clone()),
        detail: long.clone(),
        ..done("a.a", &long, 1)
    };
    world.write(async |tx| tx.audit().append(&[row]).await).await;
    let all = ActivityFilter::default;
    for filter in [
        ActivityFilter { object: Some(long.clone()), ..all() },
        ActivityFilter { request: Some(long.clone()), ..all() },
        ActivityFilter { address: Some(long.clone()), ..all() },
        ActivityFilter { actor: Some(long.clone()), ..all() },
    ] {
        let page = world.browse.activities(&filter, &Slice::first(2)).await.unwrap();
        let row = page.rows.first().expect("the row is found");
        assert_eq!((row.object.len(), row.actor.len()), (1000, 1000));
        assert_eq!(row.detail, long);
    }
}

pub async fn the_last_row_of_a_kind_and_object_is_found(world: World) {
    let other = NewActivity { object: "other".into(), ..done("a.a", "", 9) };
    let rows = [done("a.a", "", 4), done("a.a", "", 6), done("a.a", "", 5), other];
    world.write(async |tx| tx.audit().append(&rows).await).await;

    let last = async |kind: &str, object: &str| {
        world.read(async |tx| tx.audit().last(kind, object).await).await
    };
    assert_eq!(last("a.a", "qa").await, Some(at(6)));
    assert_eq!(last("a.a", "other").await, Some(at(9)));
    assert_eq!(last("a", "qa").await, None);
    assert_eq!(last("a.a", "").await, None);
}

fn done(kind: &'static str, actor: &str, second: u64) -> NewActivity {
    NewActivity { actor: actor.into(), ..NewActivity::done(kind, &Actor::PORTUS, at(second), "qa") }
}
