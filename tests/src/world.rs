//! Where a test begins: a Portus, a registry in front of it, and people.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::UNIX_EPOCH;

use serde_json::Value;

use crate::client::Client;
use crate::distribution3;
use crate::portus::{Portus, Settings};
use crate::postgres::{self, Postgres};
use crate::registry::{Registry, notification_secret};
use crate::token::TokenRequest;
use crate::wait::until;
use crate::wire::{self, Ask};

/// Which database keeps everything.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Database {
    Postgres,
    Sqlite,
}

/// Where the background work is done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Worker {
    /// In `portus-sync`.
    Apart,
    /// In the server.
    Embedded,
}

/// How a Portus is deployed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Place {
    pub database: Database,
    pub worker: Worker,
}

impl Place {
    /// One file, one program.
    pub const SMALL: Self = Self { database: Database::Sqlite, worker: Worker::Embedded };
    /// PostgreSQL, the worker apart.
    pub const LARGE: Self = Self { database: Database::Postgres, worker: Worker::Apart };

    /// A database, the worker embedded.
    pub const fn on(database: Database) -> Self {
        Self { database, worker: Worker::Embedded }
    }
}

/// The registry's name in Portus.
pub const REGISTRY: &str = "main";
/// What the registry calls itself.
pub const SERVICE: &str = "registry.test";

/// A Portus that runs, with a registry `main` and these people: alice (an admin who owns the team
/// `crew`), bob (contributor), carol (viewer), mallory (in no team), and the bot ci (contributor). The
/// team has the namespaces `crew` (private), `shared` (protected) and `open` (public).
pub struct World {
    pub registry: Registry,
    pub portus: Portus,
    pub postgres: Option<Postgres>,
    pub place: Place,
    /// The bot's application token.
    pub ci: String,
    folder: Folder,
}

impl World {
    /// With default settings.
    pub fn start(place: Place) -> Self {
        Self::start_with(place, |_| {})
    }

    /// With settings of the test's own.
    pub fn start_with(place: Place, change: impl FnOnce(&mut Settings)) -> Self {
        let mut world = Self::install(place, change);
        world.run();
        world.settle();
        world.open_registry();
        world
    }

    /// Only installed: nothing runs, nobody is there.
    pub fn install(place: Place, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = Folder::new();
        let postgres = match place.database {
            Database::Postgres => Some(Postgres::start(folder.path())),
            Database::Sqlite => None,
        };
        let portus = Portus::new(folder.path(), |settings| {
            if let Some(postgres) = &postgres {
                settings.set_text("database.url", &postgres.url());
            }
            if place.worker == Worker::Apart {
                settings.set("worker.embedded", "false");
            }
            change(settings);
        });
        let registry = Registry::reserve(folder.path(), "registry");
        Self { registry, portus, postgres, place, ci: String::new(), folder }
    }

    /// Makes the tables and starts the programs.
    pub fn run(&self) {
        self.portus.ctl(&["migrate"]).ok();
        self.portus.start_server();
        if self.place.worker == Worker::Apart {
            self.portus.start_worker();
        }
    }

    /// Makes the people, their team and its namespaces, and tells of the registry.
    pub fn settle(&mut self) {
        let setup = ["setup", "--admin", "alice", "--email", "alice@example.org"];
        self.portus
            .ctl_with_input(&[&setup[..], &["--password-stdin"]].concat(), &password("alice"))
            .ok();
        self.furnish();
    }

    /// The same, where alice is there already.
    pub fn furnish(&mut self) {
        let ctl = |arguments: &[&str]| self.portus.ctl(arguments).ok();
        for name in ["bob", "carol", "mallory"] {
            self.create_person(name);
        }
        ctl(&["team", "create", "crew", "--owner", "alice"]);
        ctl(&["team", "member", "add", "crew", "bob", "--role", "contributor"]);
        ctl(&["team", "member", "add", "crew", "carol", "--role", "viewer"]);
        ctl(&["bot", "create", "ci", "--team", "crew", "--role", "contributor"]);
        self.ci = self.create_token(&["ci", "--label", "pipeline", "--actions", "pull,push"]);
        ctl(&["registry", "add", REGISTRY, &self.registry.url, "--service", SERVICE]);
        ctl(&["namespace", "create", "crew", "--team", "crew"]);
        ctl(&["namespace", "create", "shared", "--team", "crew", "--visibility", "protected"]);
        ctl(&["namespace", "create", "open", "--team", "crew", "--visibility", "public"]);
    }

    /// Starts the registry with the configuration that Portus prints for it, and reads it once.
    pub fn open_registry(&mut self) {
        let printed = self.portus.ctl(&["registry", "config", REGISTRY]).ok();
        self.registry.start(&printed);
        self.portus.ctl(&["sync", REGISTRY]).ok();
        until("the server knows of all that", || self.granted("bob", "crew/app", "pull") == "pull");
    }

    /// Makes an account for someone.
    pub fn create_person(&self, name: &str) {
        let arguments = ["user", "create", name, "--password-stdin"];
        self.portus.ctl_with_input(&arguments, &password(name)).ok();
    }

    /// Makes an application token and returns its secret.
    pub fn create_token(&self, arguments: &[&str]) -> String {
        let made = self.portus.json(&[&["token", "create"], arguments].concat());
        made["secret"].as_str().expect("a secret").into()
    }

    /// Someone at the registry, by password; nobody in particular for an empty name.
    pub fn client(&self, name: &str) -> Client {
        match name {
            "" => Client::anonymous(&self.registry.url),
            "ci" => Client::new(&self.registry.url, name, &self.ci),
            _ => Client::new(&self.registry.url, name, &password(name)),
        }
    }

    /// Someone asking for a token for the registry; nobody in particular for an empty name.
    pub fn asks(&self, name: &str) -> TokenRequest {
        let request = TokenRequest::to(&self.portus.url).service(SERVICE);
        match name {
            "" => request,
            "ci" => request.by(name, &self.ci),
            _ => request.by(name, &password(name)),
        }
    }

    /// What someone is granted on a repository of those `actions` asked for.
    #[track_caller]
    pub fn granted(&self, name: &str, repository: &str, actions: &str) -> String {
        let scope = format!("repository:{repository}:{actions}");
        self.asks(name).scope(&scope).token().on(repository)
    }

    /// What Portus knows of a tag.
    pub fn tag(&self, repository: &str, tag: &str) -> Option<Value> {
        let listing = self.portus.ctl(&["tag", "list", repository, "--json"]);
        let listing: Value =
            serde_json::from_str(&listing.is_ok().then_some(listing.stdout)?).ok()?;
        listing["rows"].as_array()?.iter().find(|row| row["name"] == tag).cloned()
    }

    /// The names of the tags that Portus knows in a repository.
    pub fn tags(&self, repository: &str) -> Vec<String> {
        let listing = self.portus.ctl(&["tag", "list", repository, "--limit", "1000", "--json"]);
        if !listing.is_ok() {
            return Vec::new();
        }
        let listing: Value = serde_json::from_str(&listing.stdout).unwrap();
        let rows = listing["rows"].as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    }

    /// Everything that the database keeps, as bytes to search.
    pub fn stored_bytes(&self) -> Vec<u8> {
        if let Some(postgres) = &self.postgres {
            return postgres.dump().into_bytes();
        }
        let files = ["portus.db", "portus.db-wal"].iter();
        files
            .filter_map(|name| fs::read(self.portus.folder.join("data").join(name)).ok())
            .flatten()
            .collect()
    }

    /// How a stand-in registry of the third generation is set up to trust this Portus. What its events
    /// carry is the secret of the registry with that service, where there is one yet.
    pub fn trusting(&self, service: &str) -> distribution3::Setup {
        until("the service is known", || self.asks("").get().status == 200);
        let issuer = self.asks("").token().claims["iss"].as_str().unwrap().to_owned();
        let jwks =
            wire::get(&format!("{}/.well-known/jwks.json", self.portus.url)).ask().expect(200);
        let registries = self.portus.rows(&["registry", "list"]);
        let ours = registries.iter().find(|row| {
            row["services"].as_array().is_some_and(|all| all.contains(&service.into()))
        });
        let secret = ours.map(|row| {
            let name = row["name"].as_str().unwrap();
            notification_secret(&self.portus.ctl(&["registry", "config", name]).ok())
        });
        distribution3::Setup {
            realm: format!("{}/v2/token", self.portus.url),
            service: service.into(),
            issuer,
            jwks: jwks.text(),
            hook: format!("{}/v2/webhooks/events", self.portus.url),
            secret: secret.unwrap_or_default(),
        }
    }

    /// A folder for what the test makes.
    pub fn folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }
}

/// Somebody's password.
pub fn password(name: &str) -> String {
    format!("{name}-and-seven-herons")
}

/// `name:password`, as clients take it.
pub fn credentials(name: &str) -> String {
    format!("{name}:{}", password(name))
}

/// A temporary folder, which stays where the test failed.
pub struct Folder(Option<tempfile::TempDir>);

impl Folder {
    /// A new, empty one that other users can enter.
    pub fn new() -> Self {
        // Lower case, since podman makes an image name of it, and short, since it refuses a longer one.
        let now = UNIX_EPOCH.elapsed().unwrap().as_micros() as u32;
        let name = format!("portus-{:x}-{now:x}", std::process::id());
        let folder = tempfile::Builder::new().prefix(&name).rand_bytes(0).tempdir().unwrap();
        postgres::open_to_others(folder.path());
        Self(Some(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.as_ref().map_or(Path::new("/"), tempfile::TempDir::path)
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(folder) = self.0.take().filter(|_| thread::panicking()) {
            eprintln!("what was there is kept in {}", folder.keep().display());
        }
    }
}
