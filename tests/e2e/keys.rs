//! Keys: made at first start, rotated under load, kept with one master key.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use portus_tests::wire::{self, Ask, Reply};
use portus_tests::world::{Folder, REGISTRY};
use portus_tests::{Database, Image, Place, Portus, World, until};

on_both_databases! {
    fn a_key_is_rotated_under_load_without_one_failed_pull(database) {
        let world = World::start(Place::on(database));
        world.client("bob").push(&Image::small("steady"), "crew/steady", "1");
        let before = world.asks("bob").token();
        let pullers = ["bob", "carol", "ci", "alice"].map(Puller::new);
        let (done, outages) = (AtomicBool::new(false), AtomicUsize::new(0));
        thread::scope(|scope| {
            for puller in &pullers {
                let (world, done, outages) = (&world, &done, &outages);
                scope.spawn(move || {
                    while !done.load(Ordering::SeqCst) {
                        puller.pull(world, outages);
                    }
                });
            }
            // However this ends, the others stop pulling.
            let _stop = Stop(&done);
            pulls_go_on(&pullers);
            world.portus.ctl(&["key", "rotate"]).ok();
            until("tokens are signed by the new key", || {
                world.asks("bob").token().header != before.header
            });
            pulls_go_on(&pullers);
            // A registry that starts anew trusts the same CA.
            outages.fetch_add(1, Ordering::SeqCst);
            world.registry.halt();
            until("nobody can pull", || pullers.iter().all(Puller::is_waiting));
            world.registry.resume();
            outages.fetch_add(1, Ordering::SeqCst);
            pulls_go_on(&pullers);
        });
        println!("{} pulls, none of them failed", pullers.iter().map(Puller::pulls).sum::<usize>());
        let after = world.asks("bob").token();
        after.verify_by_certificate(&world.registry.authority());
        assert_ne!(before.header["kid"], after.header["kid"]);
        let rows = world.portus.rows(&["key", "list"]);
        assert_eq!(rows.len(), 2, "{rows:?}");
        // So does one whose server starts anew.
        world.portus.kill_server();
        world.portus.start_server();
        assert!(world.client("carol").can_pull("crew/steady", "1"));
        let same = world.asks("bob").token();
        assert_eq!(same.header["kid"], after.header["kid"], "the key is in the database");
        the_published_keys_are_those_that_sign(&world);
    }
}

/// Someone who pulls all the time, and minds everything but that nobody is there.
struct Puller {
    name: &'static str,
    pulls: AtomicUsize,
    /// How often nobody was there since the last pull.
    misses: AtomicUsize,
}

impl Puller {
    fn new(name: &'static str) -> Self {
        Self { name, pulls: AtomicUsize::new(0), misses: AtomicUsize::new(0) }
    }

    /// `outages` is odd while the registry is away.
    fn pull(&self, world: &World, outages: &AtomicUsize) {
        let before = outages.load(Ordering::SeqCst);
        match self.try_pull(world) {
            Ok(reply) => {
                assert_eq!(reply.status, 200, "{}: {}", self.name, reply.text());
                self.misses.store(0, Ordering::SeqCst);
                self.pulls.fetch_add(1, Ordering::SeqCst);
            }
            Err(error) => {
                let was_up = before.is_multiple_of(2) && outages.load(Ordering::SeqCst) == before;
                assert!(!was_up, "{}: {error:?}", self.name);
                self.misses.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    fn try_pull(&self, world: &World) -> Result<Reply, reqwest::Error> {
        let url = format!("{}/v2/crew/steady/manifests/1", world.registry.url);
        let request =
            || wire::get(&url).header("accept", "application/vnd.oci.image.manifest.v1+json");
        request().try_ask()?.expect(401);
        let token = world.asks(self.name).scope("repository:crew/steady:pull").token();
        request().bearer_auth(&token.text).try_ask()
    }

    fn pulls(&self) -> usize {
        self.pulls.load(Ordering::SeqCst)
    }

    fn is_waiting(&self) -> bool {
        self.misses.load(Ordering::SeqCst) > 0
    }
}

fn pulls_go_on(pullers: &[Puller]) {
    let so_far: Vec<_> = pullers.iter().map(Puller::pulls).collect();
    until("everybody pulled ten times more", || {
        pullers.iter().zip(&so_far).all(|(puller, so_far)| puller.pulls() > so_far + 10)
    });
}

/// Raises a flag when it goes.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

fn the_published_keys_are_those_that_sign(world: &World) {
    let token = world.asks("bob").token();
    let set = wire::get(&format!("{}/.well-known/jwks.json", world.portus.url)).ask().expect(200);
    let kids: Vec<_> =
        set.json()["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect();
    assert!(kids.contains(&token.header["kid"]), "{kids:?}");
    assert!(!set.text().contains("\"d\""), "a private key is published");
}

#[test]
fn tokens_can_be_signed_with_rsa() {
    let world = World::start_with(Place::SMALL, |settings| {
        settings.set_text("keys.algorithm", "RS256");
    });
    let token = world.asks("bob").token();
    assert_eq!(token.header["alg"], "RS256");
    token.verify_by_certificate(&world.registry.authority());
    world.client("bob").push(&Image::small("rsa"), "crew/rsa", "1");
    assert!(world.client("carol").can_pull("crew/rsa", "1"));
}

/// SR3 SR11
#[test]
fn a_database_opens_only_with_the_master_key_that_it_was_made_with() {
    let world = World::install(Place { database: Database::Sqlite, ..Place::SMALL }, |_| {});
    world.run();
    let path = world.portus.folder.join("data/master.key");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");
    let key = fs::read(&path).unwrap();
    world.portus.stop_server();
    // Another installation makes another key.
    let other = Folder::new();
    let elsewhere = Portus::new(other.path(), |_| {});
    elsewhere.ctl(&["migrate"]).ok();
    elsewhere.start_server();
    let another = fs::read(other.path().join("data/master.key")).unwrap();
    assert_ne!(key, another);
    for wrong in [Some(another), None, Some(vec![0; 32]), Some(Vec::new())] {
        match &wrong {
            Some(wrong) => fs::write(&path, wrong).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        world.portus.launch_server();
        let status = world.portus.with_server(|server| server.ended());
        assert!(!status.success(), "it started with {wrong:?}");
        let log = world.portus.log();
        assert!(log.contains("master key"), "{log}");
        let outcome = world.portus.ctl(&["registry", "list"]);
        assert!(outcome.is_ok() || outcome.stderr.contains("master key"), "{outcome:?}");
        match wrong {
            Some(wrong) => assert_eq!(fs::read(&path).unwrap(), wrong, "it was overwritten"),
            None => assert!(!path.exists(), "a new one was made over an old database"),
        }
    }
    fs::write(&path, &key).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    world.portus.start_server();
}

/// SR6: tokens already out die in time, and no token outlives the certificate it carries.
#[test]
fn a_registry_may_have_a_token_lifetime_of_its_own() {
    let world = World::start_with(Place::SMALL, |settings| {
        settings.set_text("token.lifetime", "2m");
    });
    assert_eq!(world.asks("bob").get().json()["expires_in"], 120);
    let add = ["registry", "add", "short", "http://127.0.0.1:1", "--service", "short.test"];
    world.portus.ctl(&[&add[..], &["--token-lifetime", "1m"]].concat()).ok();
    let request = portus_tests::TokenRequest::to(&world.portus.url).service("short.test");
    until("the registry is known", || request.get().status == 200);
    let answer = request.get().json();
    assert_eq!(answer["expires_in"], 60);
    let row = world.portus.row(&["registry", "list"], "name", REGISTRY).unwrap();
    assert_eq!(row["trust"], "bundle");
}
