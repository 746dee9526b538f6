//! Several servers and several workers on one PostgreSQL.

use portus_tests::world::{SERVICE, password};
use portus_tests::{Event, Place, Portus, Token, TokenRequest, Visitor, World, until};

/// SR4: every replica knows within a moment.
#[test]
fn what_changes_on_one_server_holds_on_all_and_workers_share_their_work() {
    let world = World::start(Place::LARGE);
    let second = replica(&world);
    let asks =
        |name: &str| TokenRequest::to(&second.url).service(SERVICE).by(name, &password(name));
    until("the second server knows the people", || asks("bob").get().status == 200);
    asks("bob").token().verify_by_certificate(&world.registry.authority());

    world.portus.ctl(&["user", "disable", "bob"]).ok();
    until("both refuse bob", || {
        asks("bob").get().status == 401 && world.asks("bob").get().status == 401
    });
    world.portus.ctl(&["user", "enable", "bob"]).ok();
    until("both let bob in", || {
        asks("bob").get().status == 200 && world.asks("bob").get().status == 200
    });

    // A refresh token of one is good at the other.
    let earned = asks("carol").with("offline_token", "true").get().expect(200).json();
    let refresh = earned["refresh_token"].as_str().unwrap();
    let scope = "repository:crew/app:pull";
    let reply = world.asks("").scope(scope).refresh(refresh).expect(200);
    assert_eq!(Token::of(&reply).on("crew/app"), "pull");

    let before = world.asks("carol").token().header["kid"].clone();
    world.portus.ctl(&["key", "rotate"]).ok();
    until("both sign with the new key", || {
        let kids =
            [world.asks("carol").token(), asks("carol").token()].map(|t| t.header["kid"].clone());
        kids[0] == kids[1] && kids[0] != before
    });
    workers_apply_each_event_once(&world, &second);
    guesses_at_one_server_count_at_the_other(&world, &second);
    a_session_that_ends_at_one_server_ends_at_the_other(&world, &second);
}

/// SR18: whoever guesses is not let in where her guesses were not.
fn guesses_at_one_server_count_at_the_other(world: &World, second: &Portus) {
    for attempt in 0..10 {
        let guess = TokenRequest::to(&world.portus.url).service(SERVICE);
        guess.by("mallory", &format!("wrong-password-{attempt}")).get().expect(401);
    }
    until("the guesses are in the database", || {
        let rows = world.portus.rows(&["activity", "list", "--kind", "account.sign_in_failed"]);
        let hers = rows.iter().filter(|row| row["object"] == "mallory");
        hers.filter_map(|row| row["count"].as_u64()).sum::<u64>() >= 10
    });
    let right = TokenRequest::to(&second.url).service(SERVICE);
    let locked = right.by("mallory", &password("mallory")).get();
    assert_eq!(locked.status, 401, "the right password was verified nowhere: {}", locked.text());
}

/// SR4: signed out is signed out everywhere.
fn a_session_that_ends_at_one_server_ends_at_the_other(world: &World, second: &Portus) {
    let here = Visitor::signed_in(&world.portus.url, "carol");
    let there = here.at(&second.url);
    assert_eq!(there.get("/tokens").status, 200, "a session is good at every server");
    here.post("/sign-out", &[]).expect(303);
    until("both want her to sign in", || {
        [&here, &there].iter().all(|one| one.get("/tokens").status == 303)
    });
}

fn workers_apply_each_event_once(world: &World, second: &Portus) {
    second.start_worker();
    let events: Vec<_> = (0..60)
        .flat_map(|n| {
            let repository = format!("crew/shared{}", n % 6);
            let tag = format!("t{n}");
            [
                Event::push(&repository, &tag, "content", n),
                Event::pull(&repository, &tag, "content", n + 100),
            ]
        })
        .collect();
    for some in events.chunks(7) {
        world.notify(some).expect_success();
    }
    for n in 0..6 {
        let repository = format!("crew/shared{n}");
        until(&format!("{repository} is complete"), || {
            world.tags(&repository).len() == 10
                && world.tag(&repository, &format!("t{n}")).is_some_and(|row| row["pulls"] == 10)
        });
    }
    let rows =
        world.portus.rows(&["activity", "list", "--kind", "repository.push", "--limit", "1000"]);
    let ours = rows.iter().filter(|row| row["object"].as_str().unwrap().starts_with("crew/shared"));
    assert_eq!(ours.filter_map(|row| row["count"].as_u64()).sum::<u64>(), 60);
}

/// A second server with the same database and the same master key.
fn replica(world: &World) -> Portus {
    let first = world.portus.folder.join("data/master.key");
    let url = world.postgres.as_ref().unwrap().url();
    let issuer = world.asks("").token().claims["iss"].as_str().unwrap().to_owned();
    let second = Portus::new(&world.folder("second"), |settings| {
        settings.set_text("database.url", &url);
        settings.set_text("keys.master_key_file", &first.to_string_lossy());
        settings.set_text("keys.issuer", &issuer);
        settings.set("worker.embedded", "false");
    });
    second.start_server();
    second
}
