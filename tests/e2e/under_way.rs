//! A deletion while it runs, as whoever asked for it sees it on a phone.

use portus_tests::world::Worker;
use portus_tests::{Browser, Image, Place, Wishes, World, until};

#[test]
fn a_deletion_under_way_is_seen_on_a_phone_and_called_off() {
    let world = World::start(Place { worker: Worker::Apart, ..Place::SMALL });
    for tag in ["1", "2"] {
        world.client("bob").push(&Image::small(tag), "crew/app", tag);
    }
    until("the tags are known", || world.tags("crew/app").len() == 2);
    let browser = Browser::start(&world.folder("browser"), &world.portus.url, Wishes::USUAL);
    browser.sign_in("alice");
    browser.open("/deletions/new?registry=main&repository=crew/app");
    browser.fill("name", "crew/app");
    world.portus.kill_worker();
    browser.follow("Delete repository");
    assert!(browser.text().contains("Under way"), "{}", browser.text());
    // Held back: the worker is there again, and the registry is not.
    world.registry.halt();
    world.portus.start_worker();
    let path = browser.path().split('?').next().unwrap().to_owned();
    until("it waits for the registry", || {
        browser.open(&path);
        !browser.all("main .notice").is_empty()
    });
    looks_on_a_phone(&browser, &path);
    let button = browser.find(&format!("form[action='{path}/cancel'] button"));
    browser.leave(|| button.click());
    until("it is called off", || {
        browser.open(&path);
        browser.text().contains("Cancelled")
    });
    assert!(browser.all(&format!("form[action='{path}/cancel']")).is_empty(), "once is enough");
    assert_eq!(browser.barriers(), Vec::<String>::new());
    assert_eq!(browser.complaints(), Vec::<String>::new());
    world.registry.resume();
    assert_eq!(world.tags("crew/app"), ["1", "2"], "nothing went");
}

/// How far it is, and how to call it off, for everyone who looks.
fn looks_on_a_phone(browser: &Browser, path: &str) {
    browser.resize(360, 740);
    for theme in ["light", "dark"] {
        browser.prefer(theme);
        browser.open(path);
        // It looks again by itself, which is not to happen while it is looked at.
        browser.ask("window.stop(); null");
        assert_eq!(browser.barriers(), Vec::<String>::new(), "{theme}");
        browser.photograph(&format!("deletion-under-way-{theme}"));
        assert_eq!(browser.overhang(), 0);
        let progress = browser.find("main progress");
        assert_eq!(
            (progress.attribute("value"), progress.attribute("max")),
            ("0".into(), "2".into())
        );
        assert!(!progress.attribute("aria-label").is_empty());
        let button = browser.find(&format!("form[action='{path}/cancel'] button"));
        assert!(button.is_shown() && button.text() == "Cancel deletion", "{}", button.text());
    }
}
