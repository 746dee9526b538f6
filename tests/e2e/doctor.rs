//! The doctor finds what does not agree, and names the line to change.

use portus_tests::process::Outcome;
use portus_tests::world::REGISTRY;
use portus_tests::{Place, World};

#[test]
fn the_doctor_names_what_to_change_in_a_registry() {
    let mut world = World::start(Place::SMALL);
    let healthy = world.portus.ctl(&["doctor", REGISTRY]);
    assert_eq!(healthy.code, Some(0), "{healthy:?}");
    world.portus.ctl(&["doctor"]).ok();
    let printed = world.registry.yaml.clone();
    for (right, wrong, named) in [
        ("service: \"registry.test\"", "service: \"other.test\"", "service"),
        ("/v2/token\"", "/v2/tokens\"", "realm"),
        ("issuer: ", "issuer: wrong-", "issuer"),
    ] {
        let yaml = match named {
            "issuer" => replaced_issuer(&printed),
            _ => printed.replace(right, wrong),
        };
        assert_ne!(yaml, printed, "{named}");
        let outcome = examined(&mut world, &yaml);
        assert_eq!(outcome.code, Some(1), "{named}: {outcome:?}");
        let said = outcome.stdout.clone() + &outcome.stderr;
        assert!(said.contains(named), "{named} is not in {said}");
    }
    world.registry.halt();
    let outcome = world.portus.ctl(&["doctor", REGISTRY]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let outcome = world.portus.ctl(&["doctor", "nowhere"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
}

fn replaced_issuer(printed: &str) -> String {
    let lines = printed.lines().map(|line| match line.trim_start().starts_with("issuer:") {
        true => "    issuer: \"somebody else\"".to_owned(),
        false => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

fn examined(world: &mut World, yaml: &str) -> Outcome {
    world.registry.halt();
    world.registry.start(yaml);
    world.portus.ctl(&["doctor", REGISTRY])
}
