//! The audit.

use std::cmp::Reverse;

use portus_core::activity::{Activity, Actor, NewActivity, Outcome, kind};
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
