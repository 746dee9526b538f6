//! Signing keys, and what an installation has once.

use portus_core::id::KeyId;
use portus_core::key::{Installation, KeyAlgorithm, KeyState, NewKey, StoredKey};
use portus_core::port::StoreError;

use crate::world::{World, at};

pub async fn an_installation_is_kept_once(world: World) {
    assert_eq!(world.read(async |tx| tx.keys().installation().await).await, None);
    let first = installation("0123456789abcdef0123456789abcdef");
    let other = installation("ffffffffffffffffffffffffffffffff");
    world
        .write(async |tx| {
            tx.keys().install(&first).await?;
            let again = tx.keys().install(&other).await;
            assert!(matches!(again, Err(StoreError::Taken)), "{again:?}");
            tx.keys().add(&key("1", 1)).await
        })
        .await;
    assert_eq!(world.read(async |tx| tx.keys().installation().await).await, Some(first));
}

pub async fn of_two_first_starts_at_once_one_is_kept(world: World) {
    let mut starts = tokio::task::JoinSet::new();
    for digit in ["0", "1", "2", "3"] {
        let store = world.store.clone();
        starts.spawn(async move {
            let new = installation(&digit.repeat(32));
            store.write(async |tx| tx.keys().install(&new).await).await.is_ok()
        });
    }
    let kept = starts.join_all().await;
    assert_eq!(kept.iter().filter(|kept| **kept).count(), 1, "{kept:?}");
}

pub async fn keys_read_back_newest_first(world: World) {
    let all_bytes: Vec<u8> = (0..=255).collect();
    let new = [
        NewKey { sealed: all_bytes, ..key("one", 5) },
        NewKey { algorithm: KeyAlgorithm::Rs256, state: KeyState::Next, ..key("two", 9) },
        NewKey { state: KeyState::Retired, sealed: vec![], ..key("three", 7) },
    ];
    let mut expected = Vec::new();
    for new in new {
        let id = world.write(async |tx| tx.keys().add(&new).await).await;
        expected.push(StoredKey {
            id,
            key_id: new.key_id,
            algorithm: new.algorithm,
            sealed: new.sealed,
            certificate: new.certificate,
            certificate_ends: new.certificate_ends,
            state: new.state,
            created_at: new.created_at,
            retired_at: None,
        });
    }
    let order = [expected[1].clone(), expected[2].clone(), expected[0].clone()];
    assert_eq!(all(&world).await, order);
}

pub async fn a_key_changes_its_state_and_its_certificate(world: World) {
    let id = world.write(async |tx| tx.keys().add(&key("one", 5)).await).await;
    let other = world.write(async |tx| tx.keys().add(&key("two", 4)).await).await;
    for (state, retired) in
        [(KeyState::Next, None), (KeyState::Retired, Some(at(8))), (KeyState::Active, None)]
    {
        world.write(async |tx| tx.keys().set_state(id, state, retired).await).await;
        let stored = all(&world).await.remove(0);
        assert_eq!((stored.state, stored.retired_at), (state, retired));
    }
    world.write(async |tx| tx.keys().set_certificate(id, "new\n", at(99)).await).await;
    let keys = all(&world).await;
    assert_eq!((keys[0].certificate.as_str(), keys[0].certificate_ends), ("new\n", at(99)));
    assert_eq!((keys[0].sealed.clone(), keys[0].key_id.as_str()), (key("one", 5).sealed, "one"));
    assert_eq!((keys[1].id, keys[1].certificate.clone()), (other, key("two", 4).certificate));
}

pub async fn only_keys_retired_long_ago_are_forgotten(world: World) {
    let add = async |name: &str, state, retired| {
        world
            .write(async |tx| {
                let id: KeyId = tx.keys().add(&key(name, 1)).await?;
                tx.keys().set_state(id, state, retired).await?;
                Ok(id)
            })
            .await
    };
    let active = add("active", KeyState::Active, None).await;
    let next = add("next", KeyState::Next, None).await;
    let old = add("old", KeyState::Retired, Some(at(5))).await;
    let recent = add("recent", KeyState::Retired, Some(at(6))).await;

    assert_eq!(world.write(async |tx| tx.keys().prune(at(6)).await).await, 1);
    let mut kept: Vec<KeyId> = all(&world).await.into_iter().map(|key| key.id).collect();
    kept.sort();
    assert_eq!(kept, [active, next, recent], "and not {old}");
}

fn installation(id: &str) -> Installation {
    Installation {
        id: id.into(),
        seal_check: vec![0, 255, 1],
        ca_certificate: "-----BEGIN CERTIFICATE-----\n".into(),
        ca_sealed: vec![9; 300],
        created_at: at(3),
    }
}

fn key(key_id: &str, second: u64) -> NewKey {
    NewKey {
        key_id: key_id.into(),
        algorithm: KeyAlgorithm::Es256,
        sealed: vec![1, 2, 3],
        certificate: format!("certificate of {key_id}"),
        certificate_ends: at(1_900_000_000),
        state: KeyState::Active,
        created_at: at(second),
    }
}

async fn all(world: &World) -> Vec<StoredKey> {
    world.read(async |tx| tx.keys().all().await).await
}
