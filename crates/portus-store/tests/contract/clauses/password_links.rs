//! Links by which people set a password.

use portus_core::account::PasswordHash;
use portus_core::id::AccountId;
use portus_core::secret::SecretDigest;
use tokio::task::JoinSet;

use crate::world::{World, at};

pub async fn a_link_is_good_until_it_ends_and_used_up_once(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    set(&world, alice, 1).await;
    set(&world, bob, 2).await;
    assert_eq!(whose(&world, 1, 89).await, Some(alice));
    assert_eq!(whose(&world, 2, 89).await, Some(bob));
    assert_eq!(whose(&world, 3, 89).await, None);
    assert_eq!(whose(&world, 1, 90).await, None, "over");
    assert_eq!(take(&world, 1, 90).await, None);
    assert_eq!(take(&world, 1, 89).await, Some(alice));
    assert_eq!(take(&world, 1, 89).await, None, "used up");
    assert_eq!(whose(&world, 1, 89).await, None);
    assert_eq!(take(&world, 2, 89).await, Some(bob));
}

pub async fn a_newer_link_or_a_password_ends_the_one_before(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    for (account, number) in [(bob, 9), (alice, 1), (alice, 2)] {
        set(&world, account, number).await;
    }
    assert_eq!(whose(&world, 1, 5).await, None);
    assert_eq!(whose(&world, 2, 5).await, Some(alice));
    let hash = PasswordHash("x".into());
    world.write(async |tx| tx.accounts().set_password(alice, &hash).await).await;
    assert_eq!(whose(&world, 2, 5).await, None);
    set(&world, alice, 3).await;
    world.write(async |tx| tx.password_links().end(alice).await).await;
    world.write(async |tx| tx.password_links().end(alice).await).await;
    assert_eq!(whose(&world, 3, 5).await, None);
    assert_eq!(whose(&world, 9, 5).await, Some(bob), "another's");
}

pub async fn of_many_at_once_one_uses_a_link_up(world: World) {
    let alice = world.person("alice").await;
    set(&world, alice, 1).await;
    let mut tries = JoinSet::new();
    for _ in 0..8 {
        let store = world.store.clone();
        tries.spawn(async move {
            store.write(async |tx| tx.password_links().take(&secret(1), at(5)).await).await
        });
    }
    let taken = tries.join_all().await;
    let taken: Vec<_> = taken.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(taken, [alice]);
}

pub async fn a_link_goes_with_its_account(world: World) {
    let alice = world.person("alice").await;
    set(&world, alice, 1).await;
    world.write(async |tx| tx.accounts().delete(alice).await).await;
    assert_eq!(whose(&world, 1, 5).await, None);
}

/// Good until second 90.
async fn set(world: &World, account: AccountId, number: u8) {
    let set = async |tx: &mut portus_core::port::Tx| {
        tx.password_links().set(account, &secret(number), at(90)).await
    };
    world.write(set).await;
}

async fn whose(world: &World, number: u8, second: u64) -> Option<AccountId> {
    world.read(async |tx| tx.password_links().whose(&secret(number), at(second)).await).await
}

async fn take(world: &World, number: u8, second: u64) -> Option<AccountId> {
    world.write(async |tx| tx.password_links().take(&secret(number), at(second)).await).await
}

const fn secret(number: u8) -> SecretDigest {
    SecretDigest([number; 32])
}
