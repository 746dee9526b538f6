//! What registries tell of is applied exactly once, whatever the order and however often it is told.

use std::collections::BTreeMap;
use std::fs;
use std::thread;

use portus_tests::image::digest;
use portus_tests::registry::notification_secret;
use portus_tests::wire::{self, Ask};
use portus_tests::world::REGISTRY;
use portus_tests::{Database, Event, Place, Worker, World, eventually, until};
use serde_json::{Value, json};

on_both_databases! {
    /// SR24
    fn events_taken_before_a_crash_are_applied_once_after_it(database) {
        let world = World::start(Place { database, worker: Worker::Apart });
        world.portus.kill_worker();
        let events: Vec<_> = (0..20)
            .flat_map(|n| {
                let tag = format!("t{n}");
                [
                    Event::push("crew/crash", &tag, "content", n),
                    Event::pull("crew/crash", &tag, "content", n + 100),
                ]
            })
            .collect();
        for event in &events {
            world.notify(std::slice::from_ref(event)).expect_success();
        }
        assert!(world.tags("crew/crash").is_empty(), "no worker runs");
        world.portus.kill_server();
        world.portus.start_worker();
        until("every event is applied", || world.tags("crew/crash").len() == 20);
        // The registry did not hear the answers and tells again.
        world.portus.start_server();
        for event in &events {
            world.notify(std::slice::from_ref(event)).expect_success();
        }
        settle(&world, "crew/crash");
        let row = world.tag("crew/crash", "t0").unwrap();
        assert_eq!(row["pulls"], 20, "each tag is on the one manifest that was pulled 20 times");
        let pushes = world.portus.rows(&["activity", "list", "--kind", "repository.push"]);
        let ours = pushes.iter().filter(|row| row["object"] == "crew/crash");
        let count: u64 = ours.filter_map(|row| row["count"].as_u64()).sum();
        assert_eq!(count, 20, "{pushes:?}");
    }
}

on_both_databases! {
    /// SR24
    fn the_order_and_the_number_of_deliveries_change_nothing(database) {
        let world = World::start(Place::on(database));
        let story = |repository: &str| {
            vec![
                Event::push(repository, "1", "first", 1),
                Event::push(repository, "latest", "first", 2),
                Event::pull(repository, "1", "first", 3),
                Event::push(repository, "1", "second", 4).by("alice"),
                Event::pull(repository, "1", "second", 5),
                Event::push(repository, "gone", "third", 6),
                Event::untag(repository, "gone", 7),
                Event::push(repository, "back", "third", 8),
                Event::untag(repository, "back", 9),
                Event::push(repository, "back", "fourth", 10),
                Event::pull(repository, "back", "fourth", 11).method("HEAD"),
                Event::push(repository, "robot", "fourth", 12).by("ci"),
                Event::push(repository, "stranger", "fourth", 13).by("somebody-else"),
                Event::push(repository, "nobody", "fourth", 14).by(""),
            ]
        };
        for event in story("crew/told") {
            world.notify(&[event]).expect_success();
        }
        settle(&world, "crew/told");
        let told = state(&world, "crew/told");
        assert_eq!(told.keys().collect::<Vec<_>>(), ["1", "back", "latest", "nobody", "robot", "stranger"]);
        assert_eq!(told["1"]["digest"], digest(b"second"));
        assert_eq!((&told["1"]["author"], &told["1"]["first_author"]), (&"alice".into(), &"bob".into()));
        assert_eq!(told["back"]["digest"], digest(b"fourth"));
        assert_eq!(told["robot"]["author"], "ci");
        assert_eq!((&told["stranger"]["author"], &told["nobody"]["author"]), (&Value::Null, &Value::Null));
        assert_eq!(told["1"]["pulls"], 1);

        let shuffled = story("crew/shuffled");
        let count = shuffled.len();
        thread::scope(|scope| {
            for lane in 0..3 {
                let (world, shuffled) = (&world, &shuffled);
                scope.spawn(move || {
                    for step in 0..count {
                        // A different order in every lane, none of them the story's.
                        let at = (count - 1 - step) * (5 + 4 * lane) + 3 * lane;
                        world.notify(&[shuffled[at % count].clone()]).expect_success();
                    }
                });
            }
        });
        world.notify(&shuffled).expect_success();
        settle(&world, "crew/shuffled");
        assert_eq!(state(&world, "crew/shuffled"), told);
        // The same in one body, backwards.
        let backwards: Vec<_> = story("crew/backwards").into_iter().rev().collect();
        world.notify(&backwards).expect_success();
        settle(&world, "crew/backwards");
        assert_eq!(state(&world, "crew/backwards"), told);
    }
}

/// Every body that was captured of real registries.
#[test]
fn whatever_real_registries_were_seen_to_post_is_taken_and_none_is_parked() {
    let mut world = World::install(Place::SMALL, |_| {});
    world.run();
    world.settle();
    let ctl = |arguments: &[&str]| world.portus.ctl(arguments).ok();
    for (name, host) in [("n282", "127.0.0.1:5028"), ("n311", "127.0.0.1:5003")] {
        let url = format!("http://{host}");
        ctl(&["registry", "add", name, &url, "--service", name]);
        ctl(&["namespace", "create", name, "--team", "crew", "--registry", name]);
        let secret = notification_secret(&ctl(&["registry", "config", name]));
        until("the server knows of the registry", || {
            world.notify_as(&secret, r#"{"events":[]}"#.to_owned()).status < 300
        });
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/captures");
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() > 40, "the captures are there");
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let registry = if name.starts_with("2.8") { "n282" } else { "n311" };
        let printed = ctl(&["registry", "config", registry]);
        let secret = notification_secret(&printed);
        let posts: Vec<Value> = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for post in posts {
            let reply = world.notify_as(&secret, post["body"].to_string());
            assert!(reply.status < 300, "{name}: {} {}", reply.status, reply.text());
        }
    }
    until("all of it is applied", || world.portus.metric("portus_inbox_waiting", "") == 0.0);
    let parked = world.portus.rows(&["events", "parked"]);
    assert!(parked.is_empty(), "{parked:?}");
    for registry in ["n282", "n311"] {
        let repositories = world.portus.rows(&["repo", "list", "--registry", registry]);
        assert!(repositories.len() >= 4, "{repositories:?}");
        let path = repositories[0]["path"].as_str().unwrap();
        assert!(path.starts_with(registry), "{path}");
    }
}

/// SR13 SR18 SR24
#[test]
fn forged_and_broken_notifications_change_nothing_and_block_nothing() {
    let world = World::start(Place::SMALL);
    forged_events_are_refused(&world);
    garbage_is_parked_and_not_refused(&world);
    an_odd_event_never_costs_its_batch(&world);
    a_push_that_nobody_let_in_is_parked_until_somebody_does(&world);
}

fn forged_events_are_refused(world: &World) {
    let forged = json!({ "events": [Event::push("crew/forged", "1", "x", 1).to_json(&world.registry.host)] });
    for secret in [
        "",
        "x",
        "portus_n_",
        &world.ci,
        "portus_n_00000000000000000000000000000000000000000000000000",
    ] {
        let reply = world.notify_as(secret, forged.to_string());
        assert_eq!(reply.status, 401, "{secret}: {}", reply.text());
    }
    let url = format!("{}/v2/webhooks/events", world.portus.url);
    wire::post(&url).body(forged.to_string()).ask().expect(401);
    let token = world.asks("alice").token().text;
    assert_eq!(world.notify_as(&token, forged.to_string()).status, 401);
    until("the refusal is in the audit", || {
        !world.portus.rows(&["activity", "list", "--kind", "event.refused"]).is_empty()
    });
    // What an event says of its actor is a name to look up, never a right.
    let event = Event::push("nobodys/forged", "1", "x", 2).by("alice");
    world.notify(&[event]).expect_success();
    let event = Event::push("crew/forged", "1", "x", 3).at_host("evil.example.org");
    let reply = world.notify(&[event]);
    assert!(reply.status < 300, "{}", reply.text());
    settle(world, "crew/forged");
    assert!(world.tags("nobodys/forged").is_empty() && world.tags("crew/forged").is_empty());
}

fn garbage_is_parked_and_not_refused(world: &World) {
    let before = world.portus.rows(&["events", "parked"]).len();
    for body in ["", "{", "[]", "null", "{\"events\":7}", "\u{0}\u{1}", "{\"events\":[{}]}"] {
        let reply = world.notify_body(body);
        assert!(reply.status < 300, "{body:?}: {} {}", reply.status, reply.text());
    }
    let huge = format!("{{\"events\":[{:?}]}}", "x".repeat(2 << 20));
    let reply = world.notify_body(huge);
    assert!(reply.status < 300, "{} {}", reply.status, reply.text());
    until("garbage is parked", || world.portus.rows(&["events", "parked"]).len() >= before + 4);
    let parked = world.portus.rows(&["events", "parked"]);
    for row in &parked {
        let raw = row["raw"].as_str().unwrap_or_default();
        assert!(raw.len() <= 64 << 10, "{} bytes are kept", raw.len());
        assert!(!row["error"].as_str().unwrap().is_empty(), "{row}");
    }
}

fn an_odd_event_never_costs_its_batch(world: &World) {
    let good = Event::push("crew/batch", "1", "good", 1).to_json(&world.registry.host);
    let mut no_action = Event::push("crew/batch", "2", "bad", 2).to_json(&world.registry.host);
    no_action["action"] = json!(["push"]);
    let mut no_name = Event::push("Crew//Bad", "3", "bad", 3).to_json(&world.registry.host);
    no_name["timestamp"] = json!("yesterday");
    let last = Event::push("crew/batch", "4", "good", 4).to_json(&world.registry.host);
    let body = json!({ "events": [no_action, good, no_name, 7, null, last] });
    world.notify_body(body.to_string()).expect_success();
    until("the good events are applied", || world.tags("crew/batch") == ["1", "4"]);
}

fn a_push_that_nobody_let_in_is_parked_until_somebody_does(world: &World) {
    world.notify(&[Event::push("later/app", "1", "later", 1)]).expect_success();
    let row = eventually("the event is parked", || {
        world.portus.row(&["events", "parked"], "repository", "later/app")
    });
    assert_eq!((&row["action"], &row["registry"]), (&"push".into(), &"main".into()));
    // Trying again changes nothing while nobody let it in.
    world.portus.ctl(&["events", "retry", &row["id"].to_string()]).ok();
    until("the event is parked again", || {
        world.portus.row(&["events", "parked"], "repository", "later/app").is_some()
    });
    assert!(world.tags("later/app").is_empty());
    // A namespace of that name does, by itself.
    world.portus.ctl(&["namespace", "create", "later", "--team", "crew"]).ok();
    until("the event is applied", || world.tags("later/app") == ["1"]);
    assert_eq!(world.portus.row(&["events", "parked"], "repository", "later/app"), None);
}

/// Waits until a marker that was told last is applied: then all before it is, too.
fn settle(world: &World, repository: &str) {
    let marker = format!("{}-marker", repository);
    world.notify(&[Event::push(&marker, "end", "marker", 5000)]).expect_success();
    until("the marker is applied", || world.tags(&marker) == ["end"]);
    if world.place.database == Database::Sqlite || world.place.worker == Worker::Embedded {
        until("nothing waits", || world.portus.metric("portus_inbox_waiting", "") == 0.0);
    }
}

/// What is known of each tag, without the details, which are read from the registry later.
fn state(world: &World, repository: &str) -> BTreeMap<String, Value> {
    let rows = world.portus.rows(&["tag", "list", repository]);
    rows.into_iter()
        .map(|mut row| {
            let name = row["name"].as_str().unwrap().to_owned();
            ["details", "size"].iter().for_each(|key| {
                row.as_object_mut().unwrap().remove(*key);
            });
            (name, row)
        })
        .collect()
}

#[test]
fn events_that_name_another_host_come_back_when_it_is_told_of() {
    let world = World::start(Place::SMALL);
    let event = Event::push("crew/moved", "1", "x", 1).at_host("hub.example.org:5000");
    world.notify(&[event]).expect_success();
    let parked = || world.portus.rows(&["events", "parked"]);
    until("the event is parked", || !parked().is_empty());
    let advice = world.portus.ctl(&["doctor"]).stdout;
    assert!(advice.contains("registry host add"), "{advice}");

    let host = ["registry", "host", "add", REGISTRY, "hub.example.org:5000"];
    world.portus.ctl(&host).ok();
    world.portus.ctl(&host).ok();
    world.portus.ctl(&["events", "retry", "--all"]).ok();
    until("the event is applied", || parked().is_empty());
    let hosts = |row: serde_json::Value| row["hosts"].clone();
    let row = world.portus.row(&["registry", "list"], "name", REGISTRY).unwrap();
    assert!(hosts(row).as_array().unwrap().contains(&"hub.example.org:5000".into()));
    let unknown = ["registry", "host", "remove", "nowhere", "hub.example.org"];
    assert_eq!(world.portus.ctl(&unknown).code, Some(1));
}
