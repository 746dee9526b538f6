//! Application tokens, refresh tokens, wrong passwords.

use std::collections::BTreeSet;
use std::sync::Arc;

use portus_core::account::{Username, UsernameKey};
use portus_core::credential::{
    ApplicationToken, Limits, NewApplicationToken, NewRefreshToken, TokenActions, TokenLabel,
};
use portus_core::id::{AccountId, NamespaceId, RegistryId};
use portus_core::namespace::NamespaceKind;
use portus_core::port::{Fingerprint, StoreError};
use portus_core::secret::SecretDigest;
use portus_core::team::Role;

use crate::raw::Raw;
use crate::world::{World, at, named};

pub async fn an_application_token_reads_back_with_its_limits(world: World) {
    let alice = world.person("alice").await;
    let registry = world.registry("main").await;
    let mut namespaces = BTreeSet::new();
    for name in ["a", "b", "c"] {
        namespaces.insert(world.namespace(registry, name, NamespaceKind::Orphan).await);
    }
    let limits = [
        Limits::NONE,
        Limits { actions: TokenActions::default(), ..Limits::NONE },
        Limits { actions: named("pull"), expires_at: Some(at(99)), ..Limits::NONE },
        Limits { actions: named("push,api"), ..within(namespaces) },
        Limits { actions: named("delete"), ..within(BTreeSet::new()) },
    ];
    for (number, limits) in (0..).zip(limits) {
        let new = NewApplicationToken { limits, ..application(alice, "", number) };
        let id = world.write(async |tx| tx.tokens().add_application(&new).await).await;
        let expected = ApplicationToken {
            id,
            account: alice,
            label: new.label,
            limits: new.limits,
            created_at: new.created_at,
            last_used_at: None,
        };
        let found = world.lookups.application_token(&new.digest).await.unwrap().unwrap();
        assert_eq!(found.token, expected);
        assert_eq!((found.account.id, found.account.name.as_str()), (alice, "alice"));
        assert_eq!(applications(&world, alice).await.first(), Some(&expected));
    }
    assert_eq!(applications(&world, alice).await.len(), 5);
    assert_eq!(applications(&world, AccountId(alice.0 + 1)).await, []);
    assert_eq!(world.lookups.application_token(&SecretDigest([77; 32])).await.unwrap(), None);
}

pub async fn application_tokens_are_listed_newest_first(world: World) {
    let alice = world.person("alice").await;
    for (number, second) in [(1, 5), (2, 9), (3, 7)] {
        let new = NewApplicationToken { created_at: at(second), ..application(alice, "", number) };
        world.write(async |tx| tx.tokens().add_application(&new).await).await;
    }
    let ages: Vec<_> = applications(&world, alice).await.iter().map(|one| one.created_at).collect();
    assert_eq!(ages, [at(9), at(7), at(5)]);
}

pub async fn a_label_is_used_once_by_an_account(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    world
        .write(async |tx| {
            tx.tokens().add_application(&application(alice, "laptop", 1)).await?;
            let again = tx.tokens().add_application(&application(alice, "laptop", 2)).await;
            assert!(matches!(again, Err(StoreError::Taken)), "{again:?}");
            tx.tokens().add_application(&application(bob, "laptop", 3)).await?;
            tx.tokens().add_application(&application(alice, "Laptop", 4)).await
        })
        .await;
    assert_eq!(applications(&world, alice).await.len(), 2);
}

pub async fn a_revoked_application_token_is_gone(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let tokens = [(alice, "100%", 1), (alice, "100x", 2), (bob, "100%", 3)];
    world
        .write(async |tx| {
            for (account, label, number) in tokens {
                tx.tokens().add_application(&application(account, label, number)).await?;
            }
            Ok(())
        })
        .await;
    let revoke = async |label: &str| {
        let label: TokenLabel = named(label);
        world.write(async |tx| tx.tokens().revoke_application(alice, &label).await).await
    };
    assert!(revoke("100%").await);
    assert!(!revoke("100%").await);
    for (number, there) in [(1, false), (2, true), (3, true)] {
        let found = world.lookups.application_token(&secret(number)).await.unwrap();
        assert_eq!(found.is_some(), there, "token {number}");
    }
}

pub async fn the_last_use_of_an_application_token_is_kept(world: World) {
    let alice = world.person("alice").await;
    let add = async |number| {
        let new = application(alice, "", number);
        world.write(async |tx| tx.tokens().add_application(&new).await).await
    };
    let (used, unused) = (add(1).await, add(2).await);
    for (second, last) in [(5, 5), (9, 9), (7, 9)] {
        world.write(async |tx| tx.tokens().application_used(used, at(second)).await).await;
        let found = world.lookups.application_token(&secret(1)).await.unwrap().unwrap();
        assert_eq!(found.token.last_used_at, Some(at(last)), "used at {second}");
    }
    let tokens = applications(&world, alice).await;
    let other = tokens.iter().find(|token| token.id == unused).unwrap();
    assert_eq!(other.last_used_at, None);
}

pub async fn a_token_is_found_with_the_account_as_it_is_now(world: World) {
    let team = world.team("qa").await;
    let registry = world.registry("main").await;
    let robot = world.bot("robot", team, Role::Viewer).await;
    world
        .write(async |tx| {
            tx.tokens().add_application(&application(robot, "ci", 1)).await?;
            tx.tokens().add_refresh(&refresh(robot, registry, 2, 1), 9).await?;
            tx.accounts().set_enabled(robot, false).await
        })
        .await;
    let account = world.read(async |tx| tx.accounts().by_id(robot).await).await.unwrap();
    assert!(!account.enabled && account.is_bot());
    let found = world.lookups.application_token(&secret(1)).await.unwrap().unwrap();
    assert_eq!(found.account, account);
    let found = world.lookups.refresh_token(&secret(2)).await.unwrap().unwrap();
    assert_eq!(found.account, account);
}

pub async fn a_refresh_token_is_found_until_it_is_revoked(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let registry = world.registry("main").await;
    let ids = world
        .write(async |tx| {
            let long =
                NewRefreshToken { client: "ü".repeat(300), ..refresh(alice, registry, 1, 3) };
            let one = tx.tokens().add_refresh(&long, 9).await?;
            let two = tx.tokens().add_refresh(&refresh(alice, registry, 2, 3), 9).await?;
            let three = tx.tokens().add_refresh(&refresh(bob, registry, 3, 3), 9).await?;
            Ok([one, two, three])
        })
        .await;
    for (number, id, account) in [(1, ids[0], alice), (2, ids[1], alice), (3, ids[2], bob)] {
        let found = world.lookups.refresh_token(&secret(number)).await.unwrap().unwrap();
        assert_eq!((found.id, found.account.id), (id, account));
        assert_eq!((found.registry, found.last_used_at), (registry, at(3)));
    }
    let count = async || world.read(async |tx| tx.tokens().count_refresh(alice).await).await;
    assert_eq!(count().await, 2);
    let revoke = async || world.write(async |tx| tx.tokens().revoke_refresh(alice).await).await;
    assert_eq!(revoke().await, 2);
    assert_eq!(revoke().await, 0);
    assert_eq!(count().await, 0);
    assert_eq!(there(&world).await, [false, false, true]);
}

pub async fn beyond_the_limit_the_oldest_refresh_tokens_of_the_account_go(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let registry = world.registry("main").await;
    world
        .write(async |tx| {
            tx.tokens().add_refresh(&refresh(bob, registry, 9, 1), 2).await?;
            tx.tokens().add_refresh(&refresh(alice, registry, 1, 5), 2).await?;
            tx.tokens().add_refresh(&refresh(alice, registry, 2, 6), 2).await?;
            Ok(())
        })
        .await;
    assert_eq!(there(&world).await, [true, true, false]);
    world.write(async |tx| tx.tokens().add_refresh(&refresh(alice, registry, 3, 7), 2).await).await;
    assert_eq!(there(&world).await, [false, true, true]);
    assert!(world.lookups.refresh_token(&secret(9)).await.unwrap().is_some(), "bob's stays");
}

pub async fn refresh_tokens_that_nobody_used_are_removed(world: World) {
    let alice = world.person("alice").await;
    let registry = world.registry("main").await;
    world
        .write(async |tx| {
            tx.tokens().add_refresh(&refresh(alice, registry, 1, 5), 9).await?;
            tx.tokens().add_refresh(&refresh(alice, registry, 2, 6), 9).await?;
            let used = tx.tokens().add_refresh(&refresh(alice, registry, 3, 5), 9).await?;
            tx.tokens().refresh_used(used, at(8)).await?;
            tx.tokens().refresh_used(used, at(7)).await
        })
        .await;
    let used = world.lookups.refresh_token(&secret(3)).await.unwrap().unwrap();
    assert_eq!(used.last_used_at, at(8));
    assert_eq!(world.write(async |tx| tx.tokens().prune_refresh(at(6)).await).await, 1);
    assert_eq!(there(&world).await, [false, true, true]);
}

pub async fn wrong_passwords_are_counted_once_each_by_name_and_address(world: World) {
    let tries = [
        ("alice", "192.0.2.1", 1, 5),
        ("ALICE", "192.0.2.1", 2, 6),
        ("alice", "192.0.2.1", 1, 7),
        ("alice", "192.0.2.1", i64::MIN, 3),
        ("alice", "192.0.2.2", 3, 7),
        ("al%", "192.0.2.1", 4, 7),
        ("nobody", "2001:db8::1", i64::MAX, 7),
    ];
    world
        .write(async |tx| {
            for (name, address, password, second) in tries {
                let password = Fingerprint(password);
                tx.tokens().add_failure(&key(name), address, password, at(second)).await?;
            }
            Ok(())
        })
        .await;
    for (name, address, since, expected) in [
        ("alice", "192.0.2.1", 3, vec![i64::MIN, 1, 2]),
        ("alice", "192.0.2.1", 4, vec![1, 2]),
        ("alice", "192.0.2.1", 7, vec![1]),
        ("alice", "192.0.2.2", 3, vec![3]),
        ("al%", "192.0.2.1", 3, vec![4]),
        ("al_ce", "192.0.2.1", 3, vec![]),
        ("nobody", "2001:db8::1", 3, vec![i64::MAX]),
    ] {
        assert_eq!(failures(&world, name, address, since).await, expected, "{name} {address}");
    }
}

pub async fn at_most_fifty_wrong_passwords_are_read(world: World) {
    world
        .write(async |tx| {
            for number in 0..60 {
                let password = Fingerprint(number);
                tx.tokens().add_failure(&key("alice"), "192.0.2.1", password, at(5)).await?;
            }
            Ok(())
        })
        .await;
    assert_eq!(failures(&world, "alice", "192.0.2.1", 5).await.len(), 50);
}

pub async fn old_wrong_passwords_are_forgotten(world: World) {
    world
        .write(async |tx| {
            for second in [5, 6, 7] {
                let password = Fingerprint(i64::try_from(second).unwrap());
                tx.tokens().add_failure(&key("alice"), "192.0.2.1", password, at(second)).await?;
            }
            Ok(())
        })
        .await;
    assert_eq!(world.write(async |tx| tx.tokens().prune_failures(at(6)).await).await, 1);
    assert_eq!(failures(&world, "alice", "192.0.2.1", 0).await, [6, 7]);
}

pub async fn many_old_wrong_passwords_are_forgotten_in_parts(world: World) {
    let add = async |numbers: std::ops::Range<i64>, second| {
        world
            .write(async |tx| {
                for number in numbers {
                    let password = Fingerprint(number);
                    tx.tokens().add_failure(&key("bob"), "::1", password, at(second)).await?;
                }
                Ok(())
            })
            .await;
    };
    add(0..5_010, 5).await;
    add(6_000..6_002, 9).await;
    let (mut removed, mut parts) = (0, 0);
    loop {
        match world.write(async |tx| tx.tokens().prune_failures(at(6)).await).await {
            0 => break,
            part => removed += part,
        }
        parts += 1;
    }
    assert_eq!((removed, parts > 1), (5_010, !matches!(world.raw, Raw::Memory)));
    assert_eq!(failures(&world, "bob", "::1", 0).await, [6_000, 6_001]);
}

async fn failures(world: &World, name: &str, address: &str, since: u64) -> Vec<i64> {
    let found = world.lookups.failures(&key(name), address, at(since)).await.unwrap();
    let mut found: Vec<i64> = found.into_iter().map(|Fingerprint(number)| number).collect();
    found.sort();
    found
}

async fn applications(world: &World, account: AccountId) -> Vec<ApplicationToken> {
    world.read(async |tx| tx.tokens().applications(account).await).await
}

/// Whether the refresh tokens one, two and three are there.
async fn there(world: &World) -> [bool; 3] {
    let mut there = [false; 3];
    for (number, there) in (1..).zip(&mut there) {
        *there = world.lookups.refresh_token(&secret(number)).await.unwrap().is_some();
    }
    there
}

fn within(namespaces: BTreeSet<NamespaceId>) -> Limits {
    Limits { namespaces: Some(Arc::new(namespaces)), ..Limits::NONE }
}

fn key(name: &str) -> UsernameKey {
    named::<Username>(name).key()
}

fn secret(number: u8) -> SecretDigest {
    SecretDigest([number; 32])
}

/// A token; without a label, its number is.
fn application(account: AccountId, label: &str, number: u8) -> NewApplicationToken {
    let label = if label.is_empty() { format!("token {number}") } else { label.to_owned() };
    NewApplicationToken {
        account,
        label: named(&label),
        limits: Limits::NONE,
        digest: secret(number),
        created_at: at(u64::from(number)),
    }
}

fn refresh(account: AccountId, registry: RegistryId, number: u8, second: u64) -> NewRefreshToken {
    NewRefreshToken {
        account,
        registry,
        digest: secret(number),
        client: "docker".into(),
        address: "192.0.2.1".into(),
        created_at: at(second),
    }
}
