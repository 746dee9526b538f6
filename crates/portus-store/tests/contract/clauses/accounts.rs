//! People and bots.

use portus_core::account::{Account, AccountKind, Email, NewAccount, PasswordHash, Username};
use portus_core::credential::NewRefreshToken;
use portus_core::id::AccountId;
use portus_core::port::{Login, StoreError};
use portus_core::secret::SecretDigest;
use portus_core::team::Role;

use crate::world::{World, at, named, person};

pub async fn an_account_reads_back_by_name_in_any_case_and_by_number(world: World) {
    let new = NewAccount { email: Some(named("Alice@Example.org")), ..person("Alice") };
    let id = world.write(async |tx| tx.accounts().add(&new).await).await;

    let account = by_id(&world, id).await.unwrap();
    let expected = Account {
        id,
        name: new.name,
        email: new.email,
        kind: new.kind,
        enabled: true,
        created_at: at(1),
    };
    assert_eq!(account, expected);
    for name in ["Alice", "alice", "ALICE"] {
        assert_eq!(by_name(&world, name).await.as_ref(), Some(&account), "{name}");
    }
    assert_eq!(by_name(&world, "alic_").await, None);
    assert_eq!(by_name(&world, "%").await, None);
    assert_eq!(by_id(&world, AccountId(id.0 + 1)).await, None);
}

pub async fn names_of_accounts_are_given_once_without_regard_to_case(world: World) {
    let first = NewAccount { email: Some(named("joe@example.org")), ..person("Zoë") };
    let team = world.team("qa").await;
    let personal = |name| AccountKind::Person { admin: false, personal: named(name) };
    let first = NewAccount { kind: personal("zo"), ..first };
    let other = NewAccount { kind: personal("other"), ..person("other") };
    world.write(async |tx| tx.accounts().add(&first).await).await;

    let taken = [
        NewAccount { name: named("ZOË"), ..other.clone() },
        NewAccount { email: Some(named("JOE@example.ORG")), ..other.clone() },
        NewAccount { kind: personal("zo"), ..other.clone() },
        NewAccount {
            name: named("zoË"),
            kind: AccountKind::Bot { team },
            password: None,
            ..other.clone()
        },
    ];
    world
        .write(async |tx| {
            for account in &taken {
                let again = tx.accounts().add(account).await;
                assert!(matches!(again, Err(StoreError::Taken)), "{account:?}: {again:?}");
            }
            tx.accounts().add(&other).await
        })
        .await;
    assert_eq!(world.read(async |tx| tx.accounts().count().await).await, 2);
}

pub async fn a_name_asked_for_by_many_at_once_is_given_once(world: World) {
    let mut askers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = world.store.clone();
        askers.spawn(
            async move { store.write(async |tx| tx.accounts().add(&person("a")).await).await },
        );
    }
    let outcomes = askers.join_all().await;
    let given = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(given, 1, "{outcomes:?}");
    let taken = |outcome: &Result<_, _>| matches!(outcome, Err(StoreError::Taken));
    assert!(outcomes.iter().all(|outcome| outcome.is_ok() || taken(outcome)), "{outcomes:?}");
}

pub async fn a_person_becomes_an_admin_and_a_bot_never_does(world: World) {
    let team = world.team("qa").await;
    let (alice, robot) =
        (world.person("alice").await, world.bot("robot", team, Role::Viewer).await);
    for (admin, count) in [(true, 1), (false, 0), (true, 1)] {
        world
            .write(async |tx| {
                tx.accounts().set_admin(alice, admin).await?;
                tx.accounts().set_admin(robot, admin).await
            })
            .await;
        assert_eq!(by_id(&world, alice).await.unwrap().is_admin(), admin);
        assert_eq!(by_id(&world, robot).await.unwrap().kind, AccountKind::Bot { team });
        assert_eq!(admins(&world).await, count);
    }
}

pub async fn a_disabled_account_is_no_enabled_admin(world: World) {
    let alice = world.person("alice").await;
    world.write(async |tx| tx.accounts().set_admin(alice, true).await).await;
    for enabled in [false, true] {
        world.write(async |tx| tx.accounts().set_enabled(alice, enabled).await).await;
        let account = by_id(&world, alice).await.unwrap();
        assert!(account.enabled == enabled && account.is_admin());
        assert_eq!(admins(&world).await, u64::from(enabled));
    }
}

pub async fn a_mail_address_is_one_accounts_alone_and_can_be_taken_away(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let set = async |account, address: Option<&str>| {
        let email: Option<Email> = address.map(named);
        world
            .write(async |tx| {
                let outcome = tx.accounts().set_email(account, email.as_ref()).await;
                // What failed undoes nothing else.
                tx.accounts().set_enabled(account, true).await?;
                Ok(outcome)
            })
            .await
    };
    let of = async |account| {
        let account = world.read(async |tx| tx.accounts().by_id(account).await).await.unwrap();
        account.email.map(|email| email.to_string())
    };
    set(alice, Some("Alice@example.org")).await.unwrap();
    assert_eq!(of(alice).await.as_deref(), Some("Alice@example.org"));
    assert!(matches!(set(bob, Some("aLICE@Example.ORG")).await, Err(StoreError::Taken)));
    assert_ne!(of(bob).await.as_deref(), Some("aLICE@Example.ORG"));
    set(alice, Some("alice@example.org")).await.unwrap();
    assert_eq!(of(alice).await.as_deref(), Some("alice@example.org"), "her own, in other letters");
    set(alice, None).await.unwrap();
    set(bob, Some("alice@example.org")).await.unwrap();
    assert_eq!((of(alice).await, of(bob).await.as_deref()), (None, Some("alice@example.org")));
}

pub async fn a_password_is_replaced(world: World) {
    let alice = world.person("alice").await;
    let bob = world.person("bob").await;
    let new = PasswordHash("new".into());
    world.write(async |tx| tx.accounts().set_password(alice, &new).await).await;

    assert_eq!(login(&world, "alice").await.password, Some(new));
    assert_eq!(login(&world, "bob").await.password, person("bob").password);
    assert_eq!(login(&world, "bob").await.account.id, bob);
}

pub async fn a_hash_is_upgraded_only_from_the_one_that_was_checked(world: World) {
    let alice = world.person("alice").await;
    let [old, stronger, other] =
        ["$2b$12$hash", "stronger", "other"].map(|text| PasswordHash(text.into()));
    world
        .write(async |tx| {
            let accounts = tx.accounts();
            assert!(!accounts.upgrade_password(alice, &other, &stronger).await?);
            assert!(accounts.upgrade_password(alice, &old, &stronger).await?);
            assert!(!accounts.upgrade_password(alice, &old, &other).await?);
            assert!(!accounts.upgrade_password(AccountId(alice.0 + 9), &old, &other).await?);
            Ok(())
        })
        .await;
    assert_eq!(login(&world, "alice").await.password, Some(stronger));
}

pub async fn a_password_is_held_only_where_it_is_still_that_of_an_enabled_account(world: World) {
    let alice = world.person("alice").await;
    let [current, other] = ["$2b$12$hash", "other"].map(|text| PasswordHash(text.into()));
    let holds = async |account, hash: &PasswordHash| {
        world.write(async |tx| tx.accounts().hold_password(account, hash).await).await
    };
    assert!(holds(alice, &current).await);
    assert!(!holds(alice, &other).await);
    assert!(!holds(AccountId(alice.0 + 9), &current).await);
    world.write(async |tx| tx.accounts().set_enabled(alice, false).await).await;
    assert!(!holds(alice, &current).await);
}

/// What a password earns while it is being replaced is gone with it.
pub async fn a_held_password_is_not_replaced_before_the_unit_of_work_ends(world: World) {
    let registry = world.registry("main").await;
    for round in 0..10 {
        let account = world.person(&format!("person-{round}")).await;
        let old = person("a").password.unwrap();
        let (earning, replacing) = (world.store.clone(), world.store.clone());
        let mut both = tokio::task::JoinSet::new();
        both.spawn(async move {
            let token = NewRefreshToken {
                account,
                registry,
                digest: SecretDigest([round; 32]),
                client: String::new(),
                address: String::new(),
                created_at: at(1),
            };
            earning
                .write(async |tx| {
                    if tx.accounts().hold_password(account, &old).await? {
                        tx.tokens().add_refresh(&token, 9).await?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await
        });
        both.spawn(async move {
            replacing
                .write(async |tx| {
                    tx.raise_epoch().await?;
                    let new = PasswordHash("new".into());
                    tx.accounts().set_password(account, &new).await?;
                    tx.tokens().revoke_refresh(account).await.map(|_| ())
                })
                .await
        });
        for outcome in both.join_all().await {
            outcome.unwrap();
        }
        let left = world.read(async |tx| tx.tokens().count_refresh(account).await).await;
        assert_eq!(left, 0, "round {round}");
    }
}

pub async fn people_are_listed_by_number_without_bots(world: World) {
    let team = world.team("qa").await;
    let mut people = Vec::new();
    for name in ["e", "d", "c", "b", "a"] {
        people.push(world.person(name).await);
        world.bot(&format!("robot-{name}"), team, Role::Viewer).await;
    }
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = world.read(async |tx| tx.accounts().people(after, 2).await).await;
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        walked.extend(page.iter().map(|account| account.id));
    }
    assert_eq!(walked, people);
}

pub async fn a_personal_name_is_free_where_no_account_and_no_registry_has_it(world: World) {
    use portus_core::namespace::NamespaceKind;
    world.person("alice").await;
    let registry = world.registry("main").await;
    world.namespace(registry, "found", NamespaceKind::Orphan).await;

    for (name, free) in [("alice", false), ("found", false), ("bob", true), ("al_ce", true)] {
        let answer =
            world.read(async |tx| tx.accounts().is_personal_name_free(&named(name)).await).await;
        assert_eq!(answer, free, "{name}");
    }
}

async fn by_id(world: &World, id: AccountId) -> Option<Account> {
    world.read(async |tx| tx.accounts().by_id(id).await).await
}

async fn by_name(world: &World, name: &str) -> Option<Account> {
    world.read(async |tx| tx.accounts().by_name(&named(name)).await).await
}

async fn admins(world: &World) -> u64 {
    world.read(async |tx| tx.accounts().enabled_admins().await).await
}

async fn login(world: &World, name: &str) -> Login {
    let name: Username = named(name);
    world.lookups.person(&name.key()).await.unwrap().unwrap()
}
