//! A team never loses its last owner by two hands at once.

use std::thread;

use portus_tests::{Place, World};

on_both_databases! {
    fn of_two_owners_demoted_at_once_one_is_left(database) {
        let world = World::install(Place::on(database), |_| {});
        world.run();
        world.portus.ctl_with_input(&["setup", "--admin", "alice", "--email", "a@example.org", "--password-stdin"],
            "alice-and-seven-herons").ok();
        for name in ["olivia", "oscar"] {
            world.create_person(name);
        }
        for round in 0..6 {
            let team = format!("team{round}");
            world.portus.ctl(&["team", "create", &team, "--owner", "olivia"]).ok();
            world.portus.ctl(&["team", "member", "add", &team, "oscar", "--role", "owner"]).ok();
            let both = both_at_once(&world, &team, round % 2 == 0);
            assert_eq!(both.iter().filter(|is_ok| **is_ok).count(), 1, "{team}: {both:?}");
            let owners = world.portus.rows(&["team", "show", &team]);
            let left = owners.iter().filter(|row| row["role"] == "owner").count();
            assert_eq!(left, 1, "{owners:?}");
        }
    }
}

/// Two processes, each taking one of the two owners away.
fn both_at_once(world: &World, team: &str, by_role: bool) -> Vec<bool> {
    thread::scope(|scope| {
        let hands = ["olivia", "oscar"].map(|name| {
            scope.spawn(move || {
                let outcome = match by_role {
                    true => world.portus.ctl(&["team", "member", "role", team, name, "viewer"]),
                    false => world.portus.ctl(&["team", "member", "remove", team, name]),
                };
                assert!(matches!(outcome.code, Some(0 | 1)), "{outcome:?}");
                outcome.is_ok()
            })
        });
        hands.into_iter().map(|hand| hand.join().unwrap()).collect()
    })
}

#[test]
fn the_last_owner_of_a_team_stays_and_the_last_admin_goes_only_by_the_operators_hand() {
    let world = World::start(Place::SMALL);
    for arguments in [
        &["team", "member", "role", "crew", "alice", "viewer"][..],
        &["team", "member", "remove", "crew", "alice"],
    ] {
        let outcome = world.portus.ctl(arguments);
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        assert_eq!(outcome.stderr.trim().lines().count(), 1, "{outcome:?}");
    }
    // Disabling an account is never refused: the team is shown as ownerless.
    world.portus.ctl(&["user", "disable", "alice"]).ok();
    let row = world.portus.row(&["team", "list"], "name", "crew").unwrap();
    assert_eq!(row["owners"], 0, "{row}");
    world.portus.ctl(&["user", "enable", "alice"]).ok();
}
