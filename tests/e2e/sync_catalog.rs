//! A registry that was there before Portus, and what notifications missed.

use std::thread;

use portus_tests::distribution3::{Distribution3, Setup};
use portus_tests::world::REGISTRY;
use portus_tests::{Client, Image, Place, World, eventually, until};
use serde_json::Value;

on_both_databases! {
    /// SR19
    fn a_registry_filled_before_is_complete_after_one_sync(database) {
        let mut world = World::install(Place::on(database), |settings| {
            settings.set_text("registry.sync", "off");
        });
        fill(&mut world);
        world.run();
        world.settle();
        let printed = world.portus.ctl(&["registry", "config", REGISTRY]).ok();
        world.registry.start(&printed);
        // Portus reads a new registry at once, by itself, where it can reach it.
        let before = world.portus.json(&["sync", REGISTRY, "--dry-run"]);
        assert_eq!((&before["complete"], &before["dry_run"]), (&true.into(), &true.into()));
        let report = world.portus.json(&["sync", REGISTRY]);
        assert_eq!((&report["complete"], &report["repositories"]), (&true.into(), &50.into()));
        all_is_known(&world);
        let again = world.portus.json(&["sync", REGISTRY]);
        assert_eq!((&again["added"], &again["moved"]), (&0.into(), &0.into()), "{again}");
        what_is_new_belongs_to_nobody(&world);
        details_follow(&world);
        a_sync_while_pushes_go_on_loses_none(&world);
        what_notifications_missed_is_found(&world);
    }
}

/// SR19
#[test]
fn a_dry_run_prints_the_difference_and_writes_nothing() {
    let mut world = World::install(Place::LARGE, |settings| {
        settings.set_text("registry.sync", "off");
    });
    fill(&mut world);
    // No worker: nobody else reads the registry.
    world.portus.ctl(&["migrate"]).ok();
    world.portus.start_server();
    world.settle();
    let printed = world.portus.ctl(&["registry", "config", REGISTRY]).ok();
    world.registry.start(&printed);
    // Nor one who could store what the registry tells of the reading.
    world.portus.stop_server();
    let dump = world.postgres.as_ref().unwrap().dump();
    let report = world.portus.json(&["sync", REGISTRY, "--dry-run"]);
    assert_eq!((&report["added"], &report["dry_run"]), (&500.into(), &true.into()), "{report}");
    let differences = report["differences"].to_string();
    assert!(differences.contains("team7/app"), "{differences}");
    assert!(differences.len() > 1000, "it names what it would do");
    let after = world.postgres.as_ref().unwrap().dump();
    let new: Vec<_> = after.lines().filter(|line| !dump.contains(line)).collect();
    assert!(dump == after, "a dry run wrote something: {new:?}");
    assert!(world.portus.rows(&["repo", "list"]).is_empty());
    let row = world.portus.row(&["registry", "list"], "name", REGISTRY).unwrap();
    assert_eq!(row["read_at"], Value::Null);
}

/// PROTOCOL: pages of names and of tags, a full last page with a `Link`, empty repositories.
#[test]
fn long_catalogs_and_long_lists_of_tags_are_read_to_the_end() {
    let mut world = World::install(Place::SMALL, |_| {});
    world.run();
    world.settle();
    let registry = Distribution3::reserve();
    registry.start(setup(&world));
    // A person who may do anything, at a registry Portus has not heard of.
    let alice = Client::new(&registry.url, "alice", &portus_tests::world::password("alice"));
    let image = Image::small("paged");
    let add = ["registry", "add", "paged", &registry.url, "--service", "paged.test"];
    world.portus.ctl(&[&add[..], &["--trust", "jwks"]].concat()).ok();
    world
        .portus
        .ctl(&["namespace", "create", "many", "--team", "crew", "--registry", "paged"])
        .ok();
    until("the registry is known", || alice.ask("GET", "/v2/").status == 200);
    thread::scope(|scope| {
        for lane in 0..4 {
            let (alice, image) = (&alice, &image);
            scope.spawn(move || {
                for n in (0..230).filter(|n| n % 4 == lane) {
                    alice.push(image, &format!("many/r{n:03}"), "1");
                }
                for n in (0..1000).filter(|n| n % 4 == lane) {
                    let tag = format!("t{n:04}");
                    alice.put_manifest(&image.manifest, "many/tags", &tag).expect(201);
                }
            });
        }
    });
    let report = world.portus.json(&["sync", "paged"]);
    assert_eq!((&report["repositories"], &report["complete"]), (&231.into(), &true.into()));
    let list = ["tag", "list", "many/tags", "--registry", "paged", "--limit", "1000"];
    until("a thousand tags are known", || world.portus.rows(&list).len() == 1000);
    // Our own listing comes in pages, too.
    let mut pages = 0;
    let (mut names, mut after) = (Vec::new(), None::<String>);
    loop {
        let mut arguments =
            vec!["tag", "list", "many/tags", "--registry", "paged", "--limit", "300"];
        if let Some(after) = &after {
            arguments.extend(["--after", after]);
        }
        let page = world.portus.json(&arguments);
        names.extend(page["rows"].as_array().unwrap().iter().map(|row| row["name"].to_string()));
        pages += 1;
        match page["next"].as_str() {
            Some(next) => after = Some(next.into()),
            None => break,
        }
    }
    names.dedup();
    assert_eq!((pages, names.len()), (4, 1000));
}

/// Adding one starts its listing at once.
#[test]
fn a_new_registry_is_read_by_itself_and_opens_when_that_is_done() {
    let mut world = World::install(Place::LARGE, |_| {});
    world.run();
    world.settle();
    let registry = Distribution3::reserve();
    registry.start(setup(&world));
    let add = ["registry", "add", "paged", &registry.url, "--service", "paged.test"];
    world.portus.ctl(&[&add[..], &["--trust", "jwks"]].concat()).ok();
    eventually("the new registry was read", || {
        let row = world.portus.row(&["registry", "list"], "name", "paged")?;
        row["read_at"].as_str().map(str::to_owned)
    });
}

#[test]
fn half_a_listing_changes_nothing() {
    let mut world = World::install(Place::SMALL, |settings| {
        settings.set_text("registry.sync", "off");
        // Longer than a busy machine takes.
        settings.set_text("registry.request_timeout", "8s");
    });
    fill(&mut world);
    world.run();
    world.settle();
    world.open_registry();
    // Not when each was pushed: the registry may tell of the last tag of one a moment later.
    let known = |world: &World| {
        let rows = world.portus.rows(&["repo", "list", "--limit", "1000"]);
        rows.iter().map(|row| (row["path"].clone(), row["tags"].clone())).collect::<Vec<_>>()
    };
    let before = known(&world);
    assert_eq!(before.len(), 50);
    world.registry.halt();
    let outcome = world.portus.ctl(&["sync", REGISTRY]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(outcome.stderr.trim().lines().count(), 1, "{outcome:?}");
    assert_eq!(known(&world), before);
    world.registry.resume();
    let report = world.portus.json(&["sync", REGISTRY]);
    assert_eq!((&report["added"], &report["moved"]), (&0.into(), &0.into()), "{report}");
}

/// A registry whose notifications get lost.
fn setup(world: &World) -> Setup {
    Setup { hook: "http://127.0.0.1:1/".into(), ..world.trusting("paged.test") }
}

/// 50 repositories of ten tags each, one of them multi-arch, in a registry that nobody guards.
fn fill(world: &mut World) {
    world.registry.start_open();
    let client = Client::anonymous(&world.registry.url);
    let plain = Image::small("filled");
    let index = Image::index("filled", &["amd64", "arm64/v8", "s390x"]);
    thread::scope(|scope| {
        for lane in 0..4 {
            let (client, plain, index) = (&client, &plain, &index);
            scope.spawn(move || {
                for n in (0..50).filter(|n| n % 4 == lane) {
                    let name =
                        if n == 49 { "library".into() } else { format!("team{}/app{n}", n % 10) };
                    let name = if n == 7 { "team7/app".into() } else { name };
                    let image = if n == 11 { index } else { plain };
                    client.push(image, &name, "0");
                    for tag in 1..10 {
                        client.put_manifest(&image.manifest, &name, &tag.to_string()).expect(201);
                    }
                }
            });
        }
    });
    world.registry.halt();
}

fn all_is_known(world: &World) {
    let rows = world.portus.rows(&["repo", "list", "--limit", "1000"]);
    assert_eq!(rows.len(), 50);
    assert!(rows.iter().all(|row| row["tags"] == 10), "{rows:?}");
    assert_eq!(world.tags("team7/app").len(), 10);
    assert_eq!(world.tag("library", "3").unwrap()["digest"], Image::small("filled").digest());
}

fn what_is_new_belongs_to_nobody(world: &World) {
    let row = world.portus.row(&["namespace", "list"], "name", "team7").unwrap();
    assert_eq!((&row["kind"], &row["visibility"]), (&"orphan".into(), &Value::Null));
    assert_eq!(world.granted("bob", "team7/app", "pull"), "");
    world.portus.ctl(&["namespace", "give", "team7", "--team", "crew"]).ok();
    until("the team has it", || world.granted("bob", "team7/app", "pull,push") == "pull,push");
}

fn details_follow(world: &World) {
    let index = Image::index("filled", &["amd64", "arm64/v8", "s390x"]);
    let row = eventually("the platforms of the index are known", || {
        world.tag("team1/app11", "5").filter(|row| row["details"] == "read")
    });
    assert_eq!(row["digest"], index.digest());
    assert_eq!(
        (row["platforms"].as_array().unwrap().len(), &row["size"]),
        (3, &index.size().into())
    );
    assert_eq!(row["author"], Value::Null, "a crawl does not know who pushed");
}

fn a_sync_while_pushes_go_on_loses_none(world: &World) {
    let bob = world.client("bob");
    let images: Vec<_> = (0..12).map(|n| Image::small(&format!("live{n}"))).collect();
    thread::scope(|scope| {
        scope.spawn(|| {
            for (n, image) in images.iter().enumerate() {
                bob.push(image, "crew/live", &format!("t{n}"));
                bob.push(image, "crew/live", "latest");
            }
        });
        for _ in 0..2 {
            let report = world.portus.json(&["sync", REGISTRY]);
            assert_eq!(report["complete"], true, "{report}");
        }
    });
    until("every push is known", || {
        let latest = world.tag("crew/live", "latest");
        world.tags("crew/live").len() == 13
            && latest.is_some_and(|row| row["digest"] == images[11].digest())
    });
    for (n, image) in images.iter().enumerate() {
        let row = world.tag("crew/live", &format!("t{n}")).unwrap();
        assert_eq!((&row["digest"], &row["author"]), (&image.digest().into(), &"bob".into()));
    }
}

fn what_notifications_missed_is_found(world: &World) {
    let image = Image::small("missed");
    let bob = world.client("bob");
    let scope = "repository:crew/missed:pull,push";
    let token = world.asks("bob").scope(scope).token();
    // While Portus is down a token that is out still works; the registry dies with what it did not tell.
    world.portus.kill_server();
    bob.holding(&token).push(&image, "crew/missed", "1");
    world.registry.halt();
    world.registry.resume();
    world.portus.start_server();
    assert!(world.tags("crew/missed").is_empty());
    world.portus.ctl(&["sync", REGISTRY]).ok();
    assert_eq!(world.tags("crew/missed"), ["1"]);
}
