//! What others depend on goes away and comes back; Portus says so and goes on by itself.

use std::process::Command;

use portus_tests::process::{self, Program};
use portus_tests::relay::Relay;
use portus_tests::wire::{self, Ask};
use portus_tests::world::{Folder, SERVICE, password};
use portus_tests::{Event, Place, Portus, TokenRequest, World, eventually, programs, until};

#[test]
fn while_the_database_is_away_tokens_are_refused_for_now_and_it_recovers_by_itself() {
    let mut world = World::install(Place::LARGE, |_| {});
    let relay = Relay::to(world.postgres.as_ref().unwrap().port);
    let url = world.postgres.as_ref().unwrap().url_at(relay.port);
    world.portus.configure(|settings| {
        settings.set_text("database.url", &url);
    });
    world.run();
    world.settle();
    world.open_registry();
    world.asks("bob").get().expect(200);
    relay.cut();
    is_away(&world);
    relay.mend();
    is_back(&world, "mended");
    // A crash of the database itself.
    world.postgres.as_mut().unwrap().halt();
    is_away(&world);
    world.postgres.as_mut().unwrap().resume();
    is_back(&world, "restarted");
}

fn is_away(world: &World) {
    let reply = eventually("tokens are refused for now", || {
        Some(world.asks("bob").scope("repository:crew/app:pull").get()).filter(|r| r.status == 503)
    });
    assert!(reply.header("retry-after").parse::<u32>().unwrap() >= 1, "{:?}", reply.headers);
    assert!(reply.json()["errors"][0]["message"].is_string(), "{}", reply.text());
    assert!(!reply.text().contains("postgres"), "{}", reply.text());
    assert_eq!(world.asks("").get().status, 503, "facts that nobody confirmed are not used");
    let reply = world.notify(&[Event::push("crew/away", "1", "x", 1)]);
    assert_eq!(reply.status, 503, "nothing could be stored");
    wire::get(&format!("{}/readyz", world.portus.url)).ask().expect(503);
    wire::get(&format!("{}/healthz", world.portus.url)).ask().expect(200);
    let outcome = world.portus.ctl(&["user", "list"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert_eq!(outcome.stderr.trim().lines().count(), 1, "{outcome:?}");
}

fn is_back(world: &World, tag: &str) {
    until("tokens are given again", || world.asks("bob").get().status == 200);
    until("the server is ready again", || world.portus.is_ready());
    world.notify(&[Event::push("crew/back", tag, "x", 2)]).expect_success();
    until("the worker is back too", || world.tags("crew/back").contains(&tag.to_owned()));
}

#[test]
fn while_the_registry_is_away_tokens_are_given_and_its_jobs_wait() {
    let world = World::start(Place::SMALL);
    world.registry.halt();
    world.asks("bob").scope("repository:crew/app:pull").get().expect(200);
    // Its last words are applied all the same; the details wait.
    world.notify(&[Event::push("crew/last", "1", "words", 1)]).expect_success();
    until("the event is applied", || world.tags("crew/last") == ["1"]);
    assert_eq!(world.tag("crew/last", "1").unwrap()["details"], "pending");
    let outcome = world.portus.ctl(&["sync", "main"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let outcome = world.portus.ctl(&["doctor", "main"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(world.portus.is_ready());
    world.registry.resume();
    let image = portus_tests::Image::small("after");
    world.client("bob").push(&image, "crew/after", "1");
    until("pushes are described again", || {
        world.tag("crew/after", "1").is_some_and(|row| row["details"] == "read")
    });
}

/// The disk of the data folder is a small one of its own, in a mount namespace of the server's.
#[test]
fn on_a_full_disk_nothing_is_taken_that_could_not_be_kept() {
    let folder = Folder::new();
    let portus = Portus::new(folder.path(), |settings| {
        settings.set_text("data.dir", &folder.path().join("disk/data").to_string_lossy());
    });
    std::fs::create_dir(folder.path().join("disk")).unwrap();
    let script = format!(
        "mount -t tmpfs -o size=4m tmpfs disk && exec {} --config portus.toml",
        programs::ours("portus-server").display()
    );
    let mut command = process::command("unshare");
    if !rustix_is_root() {
        command.arg("--map-root-user");
    }
    command.args(["--mount", "sh", "-c", &script]).current_dir(folder.path());
    let server = Program::start("portus-server", command, &folder.path().join("portus-server.log"));
    until("portus-server is ready", || portus.is_ready());
    let inside = |line: &str, input: &str| {
        let mut command = Command::new("nsenter");
        command.arg(format!("--mount=/proc/{}/ns/mnt", server.id()));
        if !rustix_is_root() {
            command
                .arg(format!("--user=/proc/{}/ns/user", server.id()))
                .arg("--preserve-credentials");
        }
        // Entered from inside: from outside it would lead to the real disk.
        let line = format!("cd {} && {line}", folder.path().display());
        process::run_with_input(
            {
                command.args(["sh", "-c", &line]);
                command
            },
            input,
        )
    };
    let ctl = format!("{} --config portus.toml", programs::ours("portusctl").display());
    inside(
        &format!("{ctl} setup --admin alice --email a@example.org --password-stdin"),
        &password("alice"),
    )
    .ok();
    inside(
        &format!("{ctl} registry add main http://127.0.0.1:1 --service {SERVICE} --global public"),
        "",
    )
    .ok();
    let yaml = inside(&format!("{ctl} registry config main"), "").ok();
    let secret = portus_tests::registry::notification_secret(&yaml);
    let host = "127.0.0.1:1";
    let notify = |n: i64| {
        let event = Event::push("full", &format!("t{n}"), &"x".repeat(10), n).to_json(host);
        let body = serde_json::json!({ "events": [event] }).to_string();
        let request = wire::post(&format!("{}/v2/webhooks/events", portus.url));
        request.bearer_auth(&secret).body(body).ask().status
    };
    let alice = || {
        let request = TokenRequest::to(&portus.url).service(SERVICE);
        request.by("alice", &password("alice")).get().status
    };
    until("alice is known", || alice() == 200);
    assert!(notify(0) < 300);
    inside(
        "dd if=/dev/zero of=disk/ballast bs=4k count=2000 2>/dev/null; test -s disk/ballast",
        "",
    )
    .ok();
    let mut taken = 1;
    let refused = (1..3000).find(|n| {
        let status = notify(*n);
        taken += u64::from(status < 300);
        status >= 300
    });
    assert!(refused.is_some(), "a full disk was not noticed");
    assert_eq!(notify(5000), 503);
    assert_eq!(alice(), 200, "reading goes on");
    inside("rm disk/ballast", "").ok();
    until("events are taken again", || notify(5001) < 300);
    taken += 1;
    until("what was taken was kept", || {
        let listing = inside(&format!("{ctl} repo list --json"), "");
        let listing: serde_json::Value = serde_json::from_str(&listing.stdout).unwrap();
        listing["rows"][0]["tags"] == taken
    });
}

fn rustix_is_root() -> bool {
    rustix::process::geteuid().is_root()
}
