//! Teams and who is in them.

use portus_core::id::{AccountId, TeamId};
use portus_core::port::StoreError;
use portus_core::team::{Member, Role, Team, TeamName};

use crate::world::{World, at, named};

pub async fn a_team_reads_back_by_name_in_any_case_and_by_number(world: World) {
    let name: TeamName = named("Qualität 100%");
    let id = world.write(async |tx| tx.teams().add(&name, at(3)).await).await;
    let team = Some(Team { id, name, created_at: at(3) });

    for text in ["Qualität 100%", "QUALITÄT 100%"] {
        let found = world.read(async |tx| tx.teams().by_name(&named(text)).await).await;
        assert_eq!(found, team, "{text}");
    }
    for text in ["Qualität 1000", "Qualit_t 100%", "%"] {
        let found = world.read(async |tx| tx.teams().by_name(&named(text)).await).await;
        assert_eq!(found, None, "{text}");
    }
    assert_eq!(world.read(async |tx| tx.teams().by_id(id).await).await, team);
    assert_eq!(world.read(async |tx| tx.teams().by_id(TeamId(id.0 + 1)).await).await, None);
}

pub async fn names_of_teams_are_given_once_without_regard_to_case(world: World) {
    world
        .write(async |tx| {
            tx.teams().add(&named("Straße"), at(1)).await?;
            for name in ["Straße", "sTRAßE"] {
                let again = tx.teams().add(&named(name), at(1)).await;
                assert!(matches!(again, Err(StoreError::Taken)), "{again:?}");
            }
            tx.teams().add(&named("other"), at(1)).await
        })
        .await;
}

pub async fn members_are_listed_by_name_with_what_they_are(world: World) {
    let team = world.team("qa").await;
    let elsewhere = world.team("elsewhere").await;
    let bob = world.person("bob").await;
    let alice = world.person("Alice").await;
    world.member(team, bob, Role::Contributor).await;
    world.member(team, alice, Role::Owner).await;
    world.member(elsewhere, bob, Role::Owner).await;
    let robot = world.bot("a-robot", team, Role::Viewer).await;
    world.write(async |tx| tx.accounts().set_enabled(bob, false).await).await;

    let member = |account, name: &str, role, bot, enabled| Member {
        account,
        name: named(name),
        role,
        bot,
        enabled,
    };
    let members = world.read(async |tx| tx.teams().members(team).await).await;
    assert_eq!(
        members,
        [
            member(robot, "a-robot", Role::Viewer, true, true),
            member(alice, "Alice", Role::Owner, false, true),
            member(bob, "bob", Role::Contributor, false, false),
        ]
    );
}

pub async fn a_role_is_replaced_and_a_membership_ends(world: World) {
    let (team, other) = (world.team("qa").await, world.team("other").await);
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    assert_eq!(role(&world, team, alice).await, None);
    for wanted in Role::ALL {
        world.member(team, alice, wanted).await;
        assert_eq!(role(&world, team, alice).await, Some(wanted));
        let owners = world.read(async |tx| tx.teams().owners_besides(team, bob).await).await;
        assert_eq!(owners, u64::from(wanted == Role::Owner));
    }
    assert_eq!(role(&world, other, alice).await, None);

    world
        .write(async |tx| {
            assert!(!tx.teams().remove(other, alice).await?);
            assert!(tx.teams().remove(team, alice).await?);
            assert!(!tx.teams().remove(team, alice).await?);
            Ok(())
        })
        .await;
    assert_eq!(role(&world, team, alice).await, None);
    assert_eq!(world.read(async |tx| tx.teams().owners_besides(team, bob).await).await, 0);
}

pub async fn who_is_disabled_keeps_no_team(world: World) {
    let (team, other) = (world.team("qa").await, world.team("other").await);
    let (alice, bob) = (world.person("alice").await, world.person("bob").await);
    for owner in [alice, bob] {
        world.member(team, owner, Role::Owner).await;
        world.member(other, owner, Role::Owner).await;
    }
    let besides =
        async |account| world.read(async |tx| tx.teams().owners_besides(team, account).await).await;
    let alone = async |account| {
        let teams = world.read(async |tx| tx.teams().owned_alone(account).await).await;
        teams.into_iter().map(|team| team.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!((besides(alice).await, besides(bob).await), (1, 1));
    assert_eq!(alone(alice).await, [""; 0]);
    world.write(async |tx| tx.accounts().set_enabled(bob, false).await).await;
    assert_eq!((besides(alice).await, besides(bob).await), (0, 1));
    assert_eq!(alone(alice).await, ["other", "qa"]);
    assert_eq!(alone(bob).await, [""; 0]);
}

async fn role(world: &World, team: TeamId, account: AccountId) -> Option<Role> {
    world.read(async |tx| tx.teams().role(team, account).await).await
}
