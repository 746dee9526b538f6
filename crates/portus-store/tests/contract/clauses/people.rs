//! People, teams, and what is theirs.

use portus_core::account::Account;
use portus_core::credential::{Limits, NewApplicationToken, NewRefreshToken, RefreshToken};
use portus_core::id::{AccountId, RegistryId};
use portus_core::namespace::{Namespace, NamespaceKind, Visibility};
use portus_core::page::{BotRow, NamespaceRow, TeamRow};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{AccountKinds, Headcount, Holder, MemberFilter, PeopleFilter, StoreError};
use portus_core::secret::SecretDigest;
use portus_core::session::NewSession;
use portus_core::team::{Member, Role, Team};

use crate::world::{World, at, named, of_team, walk};

/// SR10: what a pattern would take for more than itself stands for itself.
pub async fn accounts_are_found_by_kind_and_by_the_start_of_their_name(world: World) {
    let team = world.team("qa").await;
    for name in ["Alice", "alan", "bob", "a%b", "a_b", "axb", "a\\b"] {
        let personal = named(&format!("own-{}", name.len() * 100 + name.as_bytes()[1] as usize));
        let kind = portus_core::account::AccountKind::Person { admin: false, personal };
        let new = portus_core::account::NewAccount {
            kind,
            name: named(name),
            ..crate::world::person("a")
        };
        world.write(async |tx| tx.accounts().add(&new).await).await;
    }
    world.bot("albot", team, Role::Viewer).await;
    let alice = world.read(async |tx| tx.accounts().by_name(&named("alice")).await).await.unwrap();
    let bob = world.read(async |tx| tx.accounts().by_name(&named("bob")).await).await.unwrap();
    world.write(async |tx| tx.accounts().set_admin(alice.id, true).await).await;
    world.write(async |tx| tx.accounts().set_enabled(bob.id, false).await).await;
    let found = async |kinds, prefix: Option<&str>| {
        let filter = PeopleFilter { kinds, prefix: prefix.map(str::to_owned) };
        let rows = walk(
            |account: &Account| account.name.key(),
            async |slice| world.people.found(&filter, &slice).await.unwrap(),
        );
        rows.await.into_iter().map(|account| account.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(AccountKinds::All, None).await.len(), 8);
    assert_eq!(found(AccountKinds::All, Some("AL")).await, ["alan", "albot", "Alice"]);
    for exact in ["a%", "a_", "a\\"] {
        assert_eq!(found(AccountKinds::All, Some(exact)).await, [format!("{exact}b")]);
    }
    assert_eq!(found(AccountKinds::Admins, None).await, ["Alice"]);
    assert_eq!(found(AccountKinds::Bots, None).await, ["albot"]);
    assert_eq!(found(AccountKinds::Disabled, None).await, ["bob"]);
    assert_eq!(found(AccountKinds::People, Some("al")).await, ["alan", "Alice"]);
    for nobody in ["zz", "\0", "al\0", "%"] {
        assert!(found(AccountKinds::All, Some(nobody)).await.is_empty(), "{nobody:?}");
    }
}

pub async fn the_teams_of_an_account_are_listed_by_name(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let registry = world.registry("main").await;
    for name in ["zeta", "Alpha", "mid", "other"] {
        let team = world.team(name).await;
        let hers = if name == "other" { bob } else { alice };
        world.member(team, hers, Role::Owner).await;
        world.member(team, bob, Role::Viewer).await;
        let kind = of_team(team, Visibility::Private);
        world.namespace(registry, &name.to_lowercase(), kind).await;
    }
    let rows = walk(
        |row: &TeamRow| row.name.key(),
        async |slice| world.people.teams_of(alice, &slice).await.unwrap(),
    )
    .await;
    let all = walk(
        |row: &TeamRow| row.name.key(),
        async |slice| world.browse.teams(&slice).await.unwrap(),
    );
    let all: Vec<_> = all.await.into_iter().filter(|row| row.name.as_str() != "other").collect();
    assert_eq!(rows, all, "as in the list of all");
    assert_eq!(
        rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(),
        ["Alpha", "mid", "zeta"]
    );
    let own = world.read(async |tx| tx.teams().of(alice).await).await;
    let own: Vec<_> = own.iter().map(|(team, role)| (team.name.as_str(), *role)).collect();
    assert_eq!(own, [("Alpha", Role::Owner), ("mid", Role::Owner), ("zeta", Role::Owner)]);
    assert!(world.read(async |tx| tx.teams().of(AccountId(4711)).await).await.is_empty());
}

pub async fn the_bots_of_a_team_are_its_own(world: World) {
    let (team, other) = (world.team("qa").await, world.team("other").await);
    for name in ["one", "two", "three"] {
        world.bot(name, team, Role::Contributor).await;
    }
    world.bot("elsewhere", other, Role::Viewer).await;
    let rows = walk(
        |row: &BotRow| row.name.key(),
        async |slice| world.people.bots_of(team, &slice).await.unwrap(),
    )
    .await;
    let names: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.role)).collect();
    let role = Role::Contributor;
    assert_eq!(names, [("one", role), ("three", role), ("two", role)]);
}

pub async fn the_members_of_a_team_are_listed_by_name(world: World) {
    let (team, other) = (world.team("qa").await, world.team("other").await);
    for (name, role) in [("mid", Role::Owner), ("Alpha", Role::Viewer), ("zeta", Role::Owner)] {
        let person = world.person(name).await;
        world.member(team, person, role).await;
        if name == "zeta" {
            world.write(async |tx| tx.accounts().set_enabled(person, false).await).await;
        }
    }
    world.bot("robot", team, Role::Viewer).await;
    let elsewhere = world.person("elsewhere").await;
    world.member(other, elsewhere, Role::Owner).await;
    let names = async |filter: MemberFilter| {
        let found = walk(
            |row: &Member| row.name.key(),
            async |slice| world.people.members_of(team, &filter, &slice).await.unwrap(),
        );
        found.await.into_iter().map(|member| member.name.to_string()).collect::<Vec<_>>()
    };
    let all = MemberFilter::default();
    assert_eq!(names(all).await, ["Alpha", "mid", "robot", "zeta"]);
    assert_eq!(names(MemberFilter { is_person: true, ..all }).await, ["Alpha", "mid", "zeta"]);
    let viewers = MemberFilter { role: Some(Role::Viewer), ..all };
    assert_eq!(names(viewers).await, ["Alpha", "robot"]);
    let owners = MemberFilter { role: Some(Role::Owner), ..all };
    assert_eq!(names(owners).await, ["mid", "zeta"]);
    assert_eq!(names(MemberFilter { may_act: true, ..owners }).await, ["mid"]);
    let slice = portus_core::page::Slice::first(9);
    let listed = world.people.members_of(team, &all, &slice).await.unwrap().rows;
    assert_eq!(listed, world.read(async |tx| tx.teams().members(team).await).await);
    let count = world.people.headcount(team).await.unwrap();
    assert_eq!(count, Headcount { people: 3, bots: 1 });
    let empty = world.team("empty").await;
    assert_eq!(world.people.headcount(empty).await.unwrap(), Headcount::default());
}

pub async fn namespaces_are_listed_by_whose_they_are(world: World) {
    let (team, alice) = (world.team("qa").await, world.person("alice").await);
    let (main, other) = (world.registry("main").await, world.registry("other").await);
    let private = Visibility::Private;
    let hers = NamespaceKind::Personal { account: alice, visibility: private };
    for registry in [other, main] {
        for name in ["b", "a"] {
            world.namespace(registry, name, of_team(team, private)).await;
        }
        world.namespace(registry, "alice", hers).await;
        world.namespace(registry, "left", NamespaceKind::Orphan).await;
    }
    let key = |row: &NamespaceRow| (row.registry.clone(), row.name.clone());
    let names = |rows: Vec<NamespaceRow>| {
        let names = rows.into_iter().map(|row| format!("{}/{}", row.registry, row.name.unwrap()));
        names.collect::<Vec<_>>()
    };
    let every = NamespaceFilter::EVERY;
    for (holder, expected) in [
        (Holder::Team(team), &["main/a", "main/b", "other/a", "other/b"][..]),
        (Holder::Account(alice), &["main/alice", "other/alice"]),
    ] {
        let rows = walk(key, async |slice| {
            world.people.namespaces_of(holder, &every, &slice).await.unwrap()
        });
        assert_eq!(names(rows.await), expected);
    }
    let orphans = walk(key, async |slice| world.people.orphans(&slice).await.unwrap()).await;
    assert_eq!(names(orphans), ["main/left", "other/left"]);
    // Who sees none of it is told of none.
    let none = NamespaceFilter { every: false, ..every };
    let slice = portus_core::page::Slice::first(9);
    let hidden = world.people.namespaces_of(Holder::Team(team), &none, &slice).await.unwrap();
    assert_eq!(hidden.rows, []);
}

pub async fn what_is_held_is_found_whole(world: World) {
    let (team, alice) = (world.team("qa").await, world.person("alice").await);
    let main = world.registry("main").await;
    let visibility = Visibility::Public;
    let one = world.namespace(main, "one", of_team(team, visibility)).await;
    let hers = NamespaceKind::Personal { account: alice, visibility };
    let own = world.namespace(main, "alice", hers).await;
    world.namespace(main, "left", NamespaceKind::Orphan).await;
    for (holder, expected) in [(Holder::Team(team), one), (Holder::Account(alice), own)] {
        let held = world.read(async |tx| tx.namespaces().held_by(holder).await).await;
        let ids: Vec<_> = held.iter().map(|namespace: &Namespace| namespace.id).collect();
        assert_eq!(ids, [expected]);
    }
}

pub async fn an_account_goes_with_all_that_refers_to_it(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let (team, main) = (world.team("qa").await, world.registry("main").await);
    for (number, account) in [(1, alice), (2, bob)] {
        world.member(team, account, Role::Viewer).await;
        own_something(&world, account, main, number).await;
    }
    let kind = NamespaceKind::Personal { account: alice, visibility: Visibility::Private };
    let own = world.namespace(main, "alice", kind).await;
    let kept = world.store.write(async |tx| tx.accounts().delete(alice).await).await;
    assert!(matches!(kept, Err(StoreError::Unavailable(_))), "{kept:?}");
    world
        .write(async |tx| {
            tx.namespaces().set_kind(own, NamespaceKind::Orphan).await?;
            tx.accounts().delete(alice).await
        })
        .await;
    assert_eq!(world.read(async |tx| tx.accounts().by_id(alice).await).await, None);
    for (number, there) in [(1, false), (2, true)] {
        let digest = SecretDigest([number; 32]);
        assert_eq!(world.lookups.application_token(&digest).await.unwrap().is_some(), there);
        assert_eq!(world.lookups.refresh_token(&digest).await.unwrap().is_some(), there);
        assert_eq!(world.browse.session(&digest).await.unwrap().is_some(), there);
    }
    let members = world.read(async |tx| tx.teams().members(team).await).await;
    assert_eq!(members.len(), 1);
    let again = world.person("alice").await;
    assert_ne!(again, alice, "a number is given once");
}

/// An application token, a refresh token and a session.
async fn own_something(world: &World, account: AccountId, registry: RegistryId, number: u8) {
    let (digest, created_at) = (SecretDigest([number; 32]), at(5));
    let token = NewApplicationToken {
        account,
        label: named("token"),
        limits: Limits::NONE,
        digest,
        created_at,
    };
    let address = "192.0.2.1".to_owned();
    let session =
        NewSession { account, digest, agent: "x".into(), address: address.clone(), created_at };
    let refresh = refresh(account, registry, number, 5);
    world
        .write(async |tx| {
            tx.tokens().add_application(&token).await?;
            tx.tokens().add_refresh(&refresh, 9).await?;
            tx.sessions().add(&session, 9).await
        })
        .await;
}

pub async fn a_team_goes_with_its_bots(world: World) {
    let (team, other) = (world.team("qa").await, world.team("other").await);
    let (alice, main) = (world.person("alice").await, world.registry("main").await);
    world.member(team, alice, Role::Owner).await;
    let robot = world.bot("robot", team, Role::Viewer).await;
    let stays = world.bot("stays", other, Role::Viewer).await;
    let own = world.namespace(main, "qa", of_team(team, Visibility::Private)).await;
    let kept = world.store.write(async |tx| tx.teams().delete(team).await).await;
    assert!(matches!(kept, Err(StoreError::Unavailable(_))), "{kept:?}");
    world
        .write(async |tx| {
            tx.namespaces().set_kind(own, NamespaceKind::Orphan).await?;
            tx.teams().delete(team).await
        })
        .await;
    assert_eq!(world.read(async |tx| tx.teams().by_id(team).await).await, None);
    assert_eq!(world.read(async |tx| tx.accounts().by_id(robot).await).await, None);
    for account in [alice, stays] {
        assert!(world.read(async |tx| tx.accounts().by_id(account).await).await.is_some());
    }
    assert!(world.read(async |tx| tx.teams().of(alice).await).await.is_empty());
}

pub async fn a_team_gets_a_name_that_no_other_has(world: World) {
    let (team, other) = (world.team("qa").await, world.team("other").await);
    world
        .write(async |tx| {
            let taken = tx.teams().rename(team, &named("OTHER")).await;
            assert!(matches!(taken, Err(StoreError::Taken)), "{taken:?}");
            tx.teams().rename(team, &named("Qa")).await
        })
        .await;
    let find = async |name: &str| {
        let found = world.read(async |tx| tx.teams().by_name(&named(name)).await).await;
        found.map(|team: Team| (team.id, team.name.to_string()))
    };
    assert_eq!(find("qa").await, Some((team, "Qa".into())));
    world.write(async |tx| tx.teams().rename(team, &named("crew")).await).await;
    assert_eq!(find("qa").await, None);
    assert_eq!(find("crew").await, Some((team, "crew".into())));
    assert_eq!(find("other").await, Some((other, "other".into())));
}

pub async fn teams_that_nobody_else_owns_are_found(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    for (name, hers, his) in [
        ("both", Role::Owner, Some(Role::Owner)),
        ("hers", Role::Owner, Some(Role::Contributor)),
        ("alone", Role::Owner, None),
        ("viewed", Role::Viewer, None),
    ] {
        let team = world.team(name).await;
        world.member(team, alice, hers).await;
        if let Some(his) = his {
            world.member(team, bob, his).await;
        }
    }
    let alone = async |account| {
        let teams = world.read(async |tx| tx.teams().owned_alone(account).await).await;
        teams.into_iter().map(|team: Team| team.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(alone(alice).await, ["alone", "hers"]);
    assert!(alone(bob).await.is_empty());
}

pub async fn refresh_tokens_are_listed_and_revoked_one_by_one(world: World) {
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    let main = world.registry("main").await;
    let add = async |account, number, second| {
        let new = refresh(account, main, number, second);
        world.write(async |tx| tx.tokens().add_refresh(&new, 9).await).await
    };
    let (old, young) = (add(alice, 1, 5).await, add(alice, 2, 6).await);
    let his = add(bob, 3, 7).await;
    world.write(async |tx| tx.tokens().refresh_used(old, at(9)).await).await;
    let listed = async |account| world.read(async |tx| tx.tokens().refreshes(account).await).await;
    let hers = listed(alice).await;
    let expected = RefreshToken {
        id: old,
        registry: named("main"),
        client: "ü".repeat(100),
        address: "192.0.2.1".into(),
        created_at: at(5),
        last_used_at: at(9),
    };
    assert_eq!(hers[0], expected);
    assert_eq!(hers.iter().map(|token| token.id).collect::<Vec<_>>(), [old, young]);
    let revoke = async |account, token| {
        world.write(async |tx| tx.tokens().revoke_one_refresh(account, token).await).await
    };
    assert!(!revoke(alice, his).await, "another's");
    assert!(revoke(alice, old).await);
    assert!(!revoke(alice, old).await, "twice");
    assert_eq!(listed(alice).await.len(), 1);
    assert_eq!(listed(bob).await.len(), 1);
}

fn refresh(account: AccountId, registry: RegistryId, number: u8, second: u64) -> NewRefreshToken {
    NewRefreshToken {
        account,
        registry,
        digest: SecretDigest([number; 32]),
        client: "ü".repeat(150),
        address: "192.0.2.1".into(),
        created_at: at(second),
    }
}
