//! Passwords, and those who guess them.

use std::time::Duration;

use portus_core::page::Slice;
use portus_core::policy::Switches;
use portus_core::port::{ActivityFilter, Browse};
use portus_core::secret::Secret;
use portus_core::usecase::{AuthenticateError, Credential, NoteRefusal, Origin};

use crate::world::{World, operator, password_of};

async fn bob() -> World {
    let world = World::new(Switches::default()).await;
    world.person("Bob", false).await;
    world
}

async fn is_rejected(world: &World, name: &str, password: &str) -> bool {
    let answer = world.sign_in(name, &Secret::new(password)).await;
    matches!(answer, Err(AuthenticateError::Rejected))
}

#[tokio::test]
async fn a_name_works_in_any_case() {
    let world = bob().await;
    for name in ["Bob", "bob", "BOB"] {
        let who = world.sign_in(name, &password_of("Bob")).await.unwrap();
        assert_eq!(who.caller.name().unwrap().as_str(), "Bob");
    }
}

/// SR13: whatever is wrong, the answer and the work are the same.
#[tokio::test]
async fn sr13_unknown_wrong_disabled_and_locked_cost_the_same() {
    let world = bob().await;
    world.person("dora", false).await;
    world.change_account().disable(&operator(), &"dora".parse().unwrap()).await.unwrap();
    for guess in 0..10 {
        assert!(is_rejected(&world, "locked", &format!("guess {guess}")).await);
    }
    let names = ["nobody", "Bob", "dora", "locked", "not a name", "ci:bot"];
    for name in names {
        let before = world.passwords.verifications();
        let password = if name == "dora" { "dora-password" } else { "wrong password" };
        assert!(is_rejected(&world, name, password).await, "{name}");
        assert_eq!(world.passwords.verifications() - before, 1, "{name}");
    }
}

#[tokio::test]
async fn ten_distinct_wrong_passwords_lock_the_pair_for_a_while() {
    let world = bob().await;
    for guess in 0..10 {
        assert!(is_rejected(&world, "bob", &format!("guess {guess}")).await);
    }
    assert!(is_rejected(&world, "bob", "Bob-password").await, "even the right one");
    world.clock.advance(Duration::from_secs(601));
    assert!(world.sign_in("bob", &password_of("Bob")).await.is_ok());
}

/// SR18: who has a network of addresses has no more guesses for it.
#[tokio::test]
async fn guesses_from_one_network_are_counted_together() {
    let world = bob().await;
    let from = async |last: u32, password: &str| {
        let credential =
            Credential::Basic { username: "bob".into(), password: Secret::new(password) };
        let address = format!("2001:db8::{last:x}").parse().unwrap();
        let origin = Origin { address, request: None };
        world.authenticate.identify(Some(&credential), &origin).await
    };
    for guess in 0..10 {
        assert!(from(guess, &format!("guess {guess}")).await.is_err());
    }
    assert!(from(77, "Bob-password").await.is_err(), "even the right one");
    assert!(world.sign_in("bob", &password_of("Bob")).await.is_ok(), "from elsewhere");
}

#[tokio::test]
async fn one_wrong_password_tried_often_locks_nobody() {
    let world = bob().await;
    for _ in 0..50 {
        assert!(is_rejected(&world, "bob", "an old password").await);
    }
    assert!(world.sign_in("bob", &password_of("Bob")).await.is_ok());
}

/// SR18: a failing program does not lock the person, nor does a lock stop what was verified.
#[tokio::test]
async fn sr18_tokens_and_verified_passwords_go_on_through_a_lock() {
    let world = bob().await;
    let token = world.token("Bob", "pull", None).await;
    world.sign_in("bob", &password_of("Bob")).await.unwrap();
    for guess in 0..20 {
        assert!(is_rejected(&world, "bob", &format!("guess {guess}")).await);
    }
    assert!(world.sign_in("bob", &token).await.is_ok());
    assert!(world.sign_in("bob", &password_of("Bob")).await.is_ok(), "verified before");

    let world = bob().await;
    let token = world.token("Bob", "pull", None).await;
    let label = "pull-0".parse().unwrap();
    world.tokens().revoke(&operator(), &"Bob".parse().unwrap(), &label).await.unwrap();
    for _ in 0..50 {
        assert!(is_rejected(&world, "bob", token.expose()).await);
    }
    assert!(world.sign_in("bob", &password_of("Bob")).await.is_ok());
}

#[tokio::test]
async fn a_lock_is_stored_for_every_replica() {
    let world = bob().await;
    for guess in 0..10 {
        is_rejected(&world, "bob", &format!("guess {guess}")).await;
    }
    world.activities().await; // writes the notes
    assert!(is_rejected(&world, "bob", "Bob-password").await);
}

#[tokio::test]
async fn a_disabled_account_may_do_nothing_whatever_it_shows() {
    let world = bob().await;
    let token = world.token("Bob", "pull", None).await;
    let name = "bob".parse().unwrap();
    world.change_account().disable(&operator(), &name).await.unwrap();
    assert!(is_rejected(&world, "bob", "Bob-password").await);
    assert!(is_rejected(&world, "bob", token.expose()).await);
    world.change_account().enable(&operator(), &name).await.unwrap();
    assert!(world.sign_in("bob", &token).await.is_ok());
}

#[tokio::test]
async fn the_audit_has_the_truth_and_no_password() {
    let world = bob().await;
    world.sign_in("bob", &password_of("Bob")).await.unwrap();
    is_rejected(&world, "bob", "canary").await;
    is_rejected(&world, "my secret password", "x").await;
    let log = world.activities().await.join("\n");
    assert!(log.contains("account.sign_in Bob Bob password"), "{log}");
    assert!(log.contains("account.sign_in_failed  bob wrong password"), "{log}");
    let odd = "account.sign_in_failed  (not a username) no such account";
    assert!(log.contains(odd), "{log}");
    assert!(!log.contains("canary") && !log.contains("my secret"), "{log}");
}

#[tokio::test]
async fn a_weak_hash_is_made_anew_at_sign_in() {
    let world = bob().await;
    let old = portus_core::account::PasswordHash("weak:Bob-password".into());
    world
        .store
        .write::<_, portus_core::port::StoreError>(async |tx| {
            tx.raise_epoch().await?;
            let bob = tx.accounts().by_name(&"bob".parse().unwrap()).await?.unwrap();
            tx.accounts().set_password(bob.id, &old).await
        })
        .await
        .unwrap();
    world.sign_in("bob", &password_of("Bob")).await.unwrap();
    use portus_core::port::Lookups;
    let name: portus_core::account::Username = "bob".parse().unwrap();
    let login = world.memory.person(&name.key()).await.unwrap().unwrap();
    assert!(login.password != Some(old));
    assert!(world.sign_in("bob", &password_of("Bob")).await.is_ok());
}

#[tokio::test]
async fn the_lock_lasts_for_the_whole_window_from_the_last_guess() {
    let world = bob().await;
    for guess in 0..10 {
        assert!(is_rejected(&world, "bob", &format!("guess {guess}")).await);
        world.clock.advance(Duration::from_secs(59));
    }
    world.clock.advance(Duration::from_secs(400));
    assert!(is_rejected(&world, "bob", "Bob-password").await, "the first is long past");
    world.clock.advance(Duration::from_secs(200));
    assert!(world.sign_in("bob", &password_of("Bob")).await.is_ok());
}

#[tokio::test]
async fn a_flood_of_refusals_becomes_few_rows_and_drops_nothing_else() {
    let world = bob().await;
    for number in 0..5_000 {
        let who = world.authenticate.identify(None, &crate::world::origin()).await.unwrap();
        world.ask(&who, &[&format!("repository:invented{number}/app:pull")]).await.unwrap();
    }
    world.sign_in("bob", &password_of("Bob")).await.unwrap();
    let log = world.activities().await;
    assert!(log.iter().any(|row| row.starts_with("account.sign_in Bob")), "{log:?}");
    let refusals = log.iter().filter(|row| row.starts_with("token.refused")).count();
    assert!(refusals <= 21, "{refusals}");
    assert!(log.iter().any(|row| row.contains("(many)")));
}

#[tokio::test]
async fn a_storm_from_everywhere_is_bounded_and_hides_nobody_who_is_known() {
    use portus_core::activity::{Actor, Who};
    use portus_core::credential::Caller;
    let world = bob().await;
    let clock = std::sync::Arc::new(world.clock.clone());
    let note = NoteRefusal { notes: world.notes.clone(), clock };
    let actor = |caller, address: u32| {
        let address = Some(std::net::Ipv4Addr::from(address).into());
        Actor { who: Who::Caller(caller), address, request: None }
    };
    for address in 0..20_000 {
        note.note(&actor(Caller::ANONYMOUS, address), &format!("GET /{address}"), "no");
    }
    let bob = world.sign_in("bob", &password_of("Bob")).await.unwrap().caller;
    note.note(&actor(bob, 7), "GET /admin", "no");
    world.activities().await;
    let kind = Some("access.refused".to_owned());
    let filter = ActivityFilter { kind, ..ActivityFilter::default() };
    let rows = world.memory.activities(&filter, &Slice::first(5_000)).await.unwrap().rows;
    assert!(rows.len() <= 1_002, "{}", rows.len());
    let many = rows.iter().find(|row| row.object == "(many)" && row.address.is_none());
    assert!(many.is_some_and(|row| row.count > 10_000), "{many:?}");
    assert!(rows.iter().any(|row| row.actor == "Bob" && row.object == "GET /admin"));
}
