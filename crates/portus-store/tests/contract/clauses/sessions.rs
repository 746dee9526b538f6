//! Who is signed in with which browsers.

use portus_core::id::{AccountId, SessionId};
use portus_core::secret::SecretDigest;
use portus_core::session::{NewSession, Session};
use tokio::task::JoinSet;

use crate::raw::Raw;
use crate::world::{World, at};

/// SR3: of the secret nothing comes back.
pub async fn a_session_reads_back_by_its_digest(world: World) {
    let (alice, bob) = (world.person("Alice").await, world.person("bob").await);
    let new = NewSession { agent: "ü".repeat(300), ..new(alice, 1, 5) };
    let id = add(&world, &new, 9).await;
    let other = begin(&world, bob, 2, 6).await;
    assert_ne!(id, other);
    let expected = Session {
        id,
        account: alice,
        agent: "ü".repeat(200),
        address: "192.0.2.1".into(),
        created_at: at(5),
        last_used_at: at(5),
    };
    let found = world.browse.session(&secret(1)).await.unwrap().unwrap();
    assert_eq!(found.session, expected);
    assert_eq!((found.account.id, found.account.name.as_str()), (alice, "Alice"));
    assert_eq!(of(&world, alice).await, [expected]);
    assert_eq!(world.browse.session(&secret(77)).await.unwrap(), None);
    assert_eq!(of(&world, AccountId(4711)).await, []);
}

/// What a browser calls itself is what anybody sends.
pub async fn any_agent_is_kept(world: World) {
    let alice = world.person("alice").await;
    for (number, agent) in [(1, ""), (2, "<script>'\";--"), (3, "a\0b")] {
        add(&world, &NewSession { agent: agent.into(), ..new(alice, number, 5) }, 9).await;
        let found = world.browse.session(&secret(number)).await.unwrap().unwrap();
        assert!(agent.contains('\0') || found.session.agent == agent, "{:?}", found.session.agent);
    }
}

pub async fn a_session_is_found_with_the_account_as_it_is_now(world: World) {
    let alice = world.person("alice").await;
    begin(&world, alice, 1, 5).await;
    world.write(async |tx| tx.accounts().set_admin(alice, true).await).await;
    world.write(async |tx| tx.accounts().set_enabled(alice, false).await).await;
    let account = world.read(async |tx| tx.accounts().by_id(alice).await).await.unwrap();
    let found = world.browse.session(&secret(1)).await.unwrap().unwrap();
    assert_eq!(found.account, account);
    assert!(!found.account.enabled);
}

pub async fn sessions_are_listed_the_last_used_first(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let mut ids = Vec::new();
    for (number, second) in [(1, 5), (2, 9), (3, 7), (4, 7)] {
        ids.push(begin(&world, alice, number, second).await);
    }
    begin(&world, bob, 9, 8).await;
    assert_eq!(listed(&world, alice).await, [ids[1], ids[3], ids[2], ids[0]]);
    used(&world, ids[0], 10).await;
    assert_eq!(listed(&world, alice).await, [ids[0], ids[1], ids[3], ids[2]]);
    assert_eq!((count(&world, alice).await, count(&world, bob).await), (4, 1));
    assert_eq!(count(&world, AccountId(4711)).await, 0);
}

pub async fn when_a_session_was_last_used_never_goes_back(world: World) {
    let alice = world.person("alice").await;
    let session = begin(&world, alice, 1, 5).await;
    let other = begin(&world, alice, 2, 5).await;
    for (second, last) in [(4, 5), (9, 9), (7, 9), (9, 9), (11, 11)] {
        used(&world, session, second).await;
        let found = world.browse.session(&secret(1)).await.unwrap().unwrap();
        let times = (found.session.created_at, found.session.last_used_at);
        assert_eq!(times, (at(5), at(last)), "used at {second}");
    }
    let rest = of(&world, alice).await.into_iter().find(|one| one.id == other).unwrap();
    assert_eq!(rest.last_used_at, at(5));
    world
        .write(async |tx| {
            assert!(tx.sessions().end(alice, session).await?);
            tx.sessions().used(session, at(20)).await
        })
        .await;
    assert_eq!(world.browse.session(&secret(1)).await.unwrap(), None, "it does not come back");
}

pub async fn beyond_the_limit_the_least_recently_used_session_ends(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    begin(&world, bob, 9, 1).await;
    let oldest = begin(&world, alice, 1, 5).await;
    begin(&world, alice, 2, 6).await;
    used(&world, oldest, 7).await;
    add(&world, &new(alice, 3, 8), 2).await;
    assert_eq!(there(&world).await, [true, false, true], "the second was not used for longest");
    add(&world, &new(alice, 2, 9), 1).await;
    assert_eq!(there(&world).await, [false, true, false], "a limit that was lowered holds at once");
    assert!(world.browse.session(&secret(9)).await.unwrap().is_some(), "bob's stays");
}

pub async fn of_sessions_that_begin_at_once_no_more_than_the_limit_stay(world: World) {
    let alice = world.person("alice").await;
    let mut beginning = JoinSet::new();
    for number in 1..=8 {
        let world = world.clone();
        beginning.spawn(async move {
            world
                .write(async |tx| {
                    tx.raise_epoch().await?;
                    tx.sessions().add(&new(alice, number, 5), 3).await
                })
                .await
        });
    }
    let begun = beginning.join_all().await;
    let left = listed(&world, alice).await;
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(left.iter().all(|session| begun.contains(session)));
}

pub async fn a_session_ends_only_for_whom_it_is(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let (hers, other) = (begin(&world, alice, 1, 5).await, begin(&world, alice, 2, 5).await);
    let end = async |account, session| {
        world.write(async |tx| tx.sessions().end(account, session).await).await
    };
    assert!(!end(bob, hers).await, "another's");
    assert!(!end(alice, SessionId(4711)).await, "nobody's");
    assert_eq!(there(&world).await, [true, true, false]);
    assert!(end(alice, hers).await);
    assert!(!end(alice, hers).await, "twice");
    assert_eq!(listed(&world, alice).await, [other]);
}

pub async fn all_sessions_of_an_account_end_but_perhaps_one(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let mut hers = Vec::new();
    for number in 1..=3 {
        hers.push(begin(&world, alice, number, u64::from(number)).await);
    }
    let his = begin(&world, bob, 9, 1).await;
    let end = async |account, but| {
        world.write(async |tx| tx.sessions().end_all(account, but).await).await
    };
    assert_eq!(end(alice, Some(hers[1])).await, 2);
    assert_eq!(there(&world).await, [false, true, false]);
    assert_eq!(end(alice, Some(hers[1])).await, 0);
    assert_eq!(end(alice, Some(his)).await, 1, "another's keeps none of hers");
    assert_eq!(listed(&world, bob).await, [his]);
    begin(&world, alice, 1, 5).await;
    assert_eq!(end(alice, None).await, 1);
    assert_eq!(count(&world, alice).await, 0);
    assert_eq!(listed(&world, bob).await, [his]);
}

pub async fn sessions_that_are_old_or_unused_are_removed(world: World) {
    let alice = world.person("alice").await;
    let old = begin(&world, alice, 1, 5).await;
    used(&world, old, 90).await;
    begin(&world, alice, 2, 20).await;
    let young = begin(&world, alice, 3, 20).await;
    used(&world, young, 60).await;
    let prune = async |began, unused| {
        world.write(async |tx| tx.sessions().prune(at(began), at(unused)).await).await
    };
    assert_eq!(prune(5, 20).await, 0, "of that very moment they stay");
    assert_eq!(prune(6, 20).await, 1, "by age, although just used");
    assert_eq!(there(&world).await, [false, true, true]);
    assert_eq!(prune(6, 60).await, 1, "by disuse, although young");
    assert_eq!(there(&world).await, [false, false, true]);
}

pub async fn many_old_sessions_are_removed_in_parts(world: World) {
    let alice = world.person("alice").await;
    for person in 0..51_u32 {
        let owner = world.person(&format!("p{person}")).await;
        world
            .write(async |tx| {
                for number in 0..100 {
                    let digest = numbered(person * 100 + number);
                    let session = NewSession { digest, ..new(owner, 0, 5) };
                    tx.sessions().add(&session, 100).await?;
                }
                Ok(())
            })
            .await;
    }
    let kept = begin(&world, alice, 1, 9).await;
    let (mut removed, mut parts) = (0, 0);
    loop {
        match world.write(async |tx| tx.sessions().prune(at(6), at(6)).await).await {
            0 => break,
            part => removed += part,
        }
        parts += 1;
    }
    assert_eq!((removed, parts > 1), (5_100, !matches!(world.raw, Raw::Memory)));
    assert_eq!(listed(&world, alice).await, [kept]);
}

async fn begin(world: &World, account: AccountId, number: u8, second: u64) -> SessionId {
    add(world, &new(account, number, second), 9).await
}

async fn add(world: &World, session: &NewSession, limit: u32) -> SessionId {
    world.write(async |tx| tx.sessions().add(session, limit).await).await
}

async fn used(world: &World, session: SessionId, second: u64) {
    world.write(async |tx| tx.sessions().used(session, at(second)).await).await;
}

async fn of(world: &World, account: AccountId) -> Vec<Session> {
    world.read(async |tx| tx.sessions().of(account).await).await
}

async fn listed(world: &World, account: AccountId) -> Vec<SessionId> {
    of(world, account).await.iter().map(|session| session.id).collect()
}

async fn count(world: &World, account: AccountId) -> u64 {
    world.read(async |tx| tx.sessions().count(account).await).await
}

/// Whether the sessions one, two and three are there.
async fn there(world: &World) -> [bool; 3] {
    let mut there = [false; 3];
    for (number, there) in (1..).zip(&mut there) {
        *there = world.browse.session(&secret(number)).await.unwrap().is_some();
    }
    there
}

fn secret(number: u8) -> SecretDigest {
    SecretDigest([number; 32])
}

fn numbered(number: u32) -> SecretDigest {
    let mut digest = [200; 32];
    digest[..4].copy_from_slice(&number.to_be_bytes());
    SecretDigest(digest)
}

fn new(account: AccountId, number: u8, second: u64) -> NewSession {
    NewSession {
        account,
        digest: secret(number),
        agent: "Firefox".into(),
        address: "192.0.2.1".into(),
        created_at: at(second),
    }
}
