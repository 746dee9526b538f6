//! What was answered to requests that may come twice.

use portus_core::id::AccountId;
use portus_core::port::{KnownRequest, RequestKey};

use crate::world::{World, at, named};

pub async fn an_answer_reads_back_for_its_account_and_key(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    assert_eq!(begin(&world, alice, "one", "a", 5).await, None);
    let under_way = KnownRequest { request: "a".into(), answer: None, begun_at: at(5) };
    assert_eq!(begin(&world, alice, "one", "b", 6).await, Some(under_way.clone()));
    assert_eq!(begin(&world, alice, "other", "a", 7).await, None);
    assert_eq!(begin(&world, bob, "one", "c", 8).await, None);
    world.write(async |tx| tx.answers().keep(alice, &key("one"), b"\0made").await).await;
    let answered = KnownRequest { answer: Some(b"\0made".to_vec()), ..under_way };
    assert_eq!(begin(&world, alice, "one", "b", 9).await, Some(answered));
    let bobs = begin(&world, bob, "one", "c", 9).await.unwrap();
    assert_eq!((bobs.request.as_str(), bobs.answer), ("c", None));
}

pub async fn a_key_that_was_let_go_is_free_and_one_with_an_answer_is_kept(world: World) {
    let alice = world.person("alice").await;
    for name in ["free", "kept"] {
        begin(&world, alice, name, "a", 5).await;
    }
    world.write(async |tx| tx.answers().keep(alice, &key("kept"), b"made").await).await;
    for name in ["free", "kept", "never"] {
        world.write(async |tx| tx.answers().let_go(alice, &key(name)).await).await;
    }
    assert_eq!(begin(&world, alice, "free", "b", 6).await, None);
    assert!(begin(&world, alice, "kept", "b", 6).await.is_some());
}

pub async fn of_many_with_one_key_at_once_one_is_the_first(world: World) {
    let alice = world.person("alice").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = world.store.clone();
        tasks.spawn(async move {
            let first = store.write::<_, portus_core::port::StoreError>(async |tx| {
                tx.answers().begin(alice, &key("one"), "a", at(5)).await
            });
            first.await.unwrap().is_none()
        });
    }
    let firsts = tasks.join_all().await.into_iter().filter(|is_first| *is_first).count();
    assert_eq!(firsts, 1);
}

pub async fn answers_are_forgotten_when_they_are_old(world: World) {
    let alice = world.person("alice").await;
    for (name, second) in [("old", 5), ("older", 4), ("new", 6)] {
        begin(&world, alice, name, "a", second).await;
    }
    let mut removed = 0;
    loop {
        match world.write(async |tx| tx.answers().prune(at(6)).await).await {
            0 => break,
            some => removed += some,
        }
    }
    assert_eq!(removed, 2);
    assert!(begin(&world, alice, "new", "a", 7).await.is_some());
    assert_eq!(begin(&world, alice, "old", "a", 7).await, None);
}

async fn begin(
    world: &World,
    account: AccountId,
    name: &str,
    request: &str,
    second: u64,
) -> Option<KnownRequest> {
    world.write(async |tx| tx.answers().begin(account, &key(name), request, at(second)).await).await
}

fn key(name: &str) -> RequestKey {
    named(name)
}
