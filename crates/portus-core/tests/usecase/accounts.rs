//! Accounts, and the namespaces they bring.

use portus_core::account::AccountKind;
use portus_core::id::AccountId;
use portus_core::namespace::{Namespace, NamespaceKind, Visibility};
use portus_core::policy::Switches;
use portus_core::port::StoreError;
use portus_core::usecase::{ChangeAccountError, CreateAccountError, NewPerson};

use crate::remote::Table;
use crate::sync::work;
use crate::world::{World, operator, password_of};

async fn namespace(world: &World, name: &str) -> Option<Namespace> {
    let registry = world.registry().await.id;
    let name = name.parse().unwrap();
    world
        .store
        .read::<_, StoreError>(async |tx| tx.namespaces().by_name(registry, Some(&name)).await)
        .await
        .unwrap()
}

fn person(name: &str) -> NewPerson {
    NewPerson {
        name: name.parse().unwrap(),
        email: None,
        password: Some(password_of(name)),
        admin: false,
    }
}

#[tokio::test]
async fn a_person_gets_a_private_namespace_named_after_her() {
    let world = World::new(Switches::default()).await;
    world.person("Miquel.Sabate.", false).await;
    let found = namespace(&world, "miquel.sabate").await.unwrap();
    assert!(matches!(
        found.kind,
        NamespaceKind::Personal { visibility: Visibility::Private, account: AccountId(_) }
    ));
    assert_eq!(world.granted("Miquel.Sabate.", "repository:miquel.sabate/app:*").await, "*");
}

#[tokio::test]
async fn a_second_claim_to_a_name_is_numbered() {
    let world = World::new(Switches::default()).await;
    world.team("joes", &[]).await;
    world.namespace("joe", "joes", Visibility::Private).await;
    world.person("joe", false).await;
    world.person("!joe", false).await;
    assert!(namespace(&world, "joe0").await.is_some());
    assert!(namespace(&world, "joe1").await.is_some());
    assert_eq!(world.granted("joe", "repository:joe/app:pull").await, "");
}

/// Each name is looked up while nobody else can write.
#[tokio::test]
async fn many_claims_to_a_name_cost_no_more_than_a_few_looks() {
    let world = World::new(Switches::default()).await;
    for number in 0..30 {
        world.person(&format!("joe{}", "!".repeat(number)), false).await;
    }
    assert!(namespace(&world, "joe").await.is_some());
    assert!(namespace(&world, "joe9").await.is_some());
    assert!(namespace(&world, "joe10").await.is_none());
    let last = format!("joe{}", "!".repeat(29));
    let found = world.store.read::<_, StoreError>(async |tx| {
        Ok(tx.accounts().by_name(&last.parse().unwrap()).await?.map(|account| account.kind))
    });
    let Some(AccountKind::Person { personal, .. }) = found.await.unwrap() else { panic!("no one") };
    assert_eq!(personal.as_str().len(), "joe2147483648".len(), "{personal}");
    assert!(namespace(&world, personal.as_str()).await.is_some());
}

#[tokio::test]
async fn a_name_without_a_letter_or_digit_is_refused() {
    let world = World::new(Switches::default()).await;
    let answer = world.create_account().create(&operator(), &person("!!!!")).await;
    assert!(matches!(answer, Err(CreateAccountError::NoNamespace(_))));
}

/// SR11
#[tokio::test]
async fn nobody_becomes_the_first_admin_twice() {
    let world = World::new(Switches::default()).await;
    world.create_account().set_up(&operator(), &person("alice")).await.unwrap();
    let again = world.create_account().set_up(&operator(), &person("mallory")).await;
    assert!(matches!(again, Err(CreateAccountError::NotFirst)));
}

#[tokio::test]
async fn ordinary_people_manage_no_accounts() {
    let world = World::new(Switches::default()).await;
    world.person("bob", false).await;
    let bob = world.actor("bob").await;
    let answer = world.create_account().create(&bob, &person("eve")).await;
    assert!(matches!(answer, Err(CreateAccountError::Refused(_))));
    let answer = world.change_account().promote(&bob, &"bob".parse().unwrap()).await;
    assert!(matches!(answer, Err(ChangeAccountError::Refused(_))));
}

#[tokio::test]
async fn the_last_admin_is_neither_demoted_nor_disabled_by_another_admin() {
    let world = World::new(Switches::default()).await;
    world.person("alice", true).await;
    let (alice, name) = (world.actor("alice").await, "alice".parse().unwrap());
    let answer = world.change_account().disable(&alice, &name).await;
    assert!(matches!(answer, Err(ChangeAccountError::LastAdmin(_))));
    let answer = world.change_account().demote(&operator(), &name).await;
    assert!(matches!(answer, Err(ChangeAccountError::LastAdmin(_))));
    world.change_account().disable(&operator(), &name).await.unwrap();
}

#[tokio::test]
async fn names_and_addresses_are_taken_in_any_case() {
    let world = World::new(Switches::default()).await;
    world.person("alice", false).await;
    let answer = world.create_account().create(&operator(), &person("ALICE")).await;
    assert!(matches!(answer, Err(CreateAccountError::Taken(_))));
}

#[tokio::test]
async fn an_unread_registry_gives_nobody_a_namespace() {
    let world = World::unread(Switches::default()).await;
    world.person("bob", false).await;
    assert!(namespace(&world, "bob").await.is_none());
}

#[tokio::test]
async fn without_personal_namespaces_nobody_gets_one() {
    let without = Switches { personal_namespaces: false, ..Switches::default() };
    let world = World::new(without).await;
    world.person("bob", false).await;
    assert!(namespace(&world, "bob").await.is_none());
    assert_eq!(world.granted("bob", "repository:bob/app:*").await, "");

    let world = World::unread(without).await;
    world.person("bob", false).await;
    world.person("alice", true).await;
    work(&world, &Table::default()).await;
    assert!(world.registry().await.read_at.is_some(), "the first walk is over");
    for name in ["bob", "alice"] {
        assert!(namespace(&world, name).await.is_none(), "{name}");
    }
}
