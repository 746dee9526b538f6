//! What goes by the time: keys that ended, and a clock that is wrong.

use portus_tests::world::REGISTRY;
use portus_tests::{Image, Place, World};

/// Nobody started it for more than a year: every certificate has ended meanwhile.
#[test]
fn keys_that_ended_while_portus_was_off_are_renewed_before_anything_is_signed() {
    let mut world = World::install(Place::SMALL, |_| {});
    world.portus.set_clock(Some("-400d"));
    world.run();
    world.settle();
    let old = world.portus.rows(&["key", "list"]);
    world.portus.stop_server();

    world.portus.set_clock(None);
    world.portus.start_server();
    assert_ne!(world.portus.rows(&["key", "list"]), old);
    world.open_registry();
    world.client("bob").push(&Image::small("late"), "crew/late", "1");
    portus_tests::until("the push is known", || world.tags("crew/late") == ["1"]);
}

/// Tokens of a clock an hour ahead are good for later: registries refuse them, the doctor says why,
/// and when the clock is right again all goes on.
#[test]
fn a_server_whose_clock_is_ahead_recovers_with_it() {
    let world = World::start(Place::SMALL);
    let (bob, image) = (world.client("bob"), Image::small("early"));
    world.portus.stop_server();
    world.portus.set_clock(Some("+1h"));
    world.portus.start_server();
    assert_eq!(bob.try_push(&image, "crew/early", "1").status, 401);
    let outcome = world.portus.ctl(&["doctor", REGISTRY]);
    assert_ne!(outcome.code, Some(0));
    assert!(outcome.stdout.contains("clock"), "{}", outcome.stdout);

    world.portus.stop_server();
    world.portus.set_clock(None);
    world.portus.start_server();
    bob.push(&image, "crew/early", "1");
    portus_tests::until("the push is known", || world.tags("crew/early") == ["1"]);
    world.portus.ctl(&["doctor", REGISTRY]).ok();
}
