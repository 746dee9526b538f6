//! A portus-server on its own core, as an operator would run it.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use portus_tests::process::Program;
use portus_tests::{Database, Place, World, programs, wait};

use crate::cores::Cores;

/// An installation with people in it, and its server while it runs.
pub struct Server {
    pub world: World,
    program: Option<Program>,
}

impl Server {
    /// Installs it with the settings of a new installation: passwords hashed at cost 12, the worker
    /// embedded, one line in the log for every request. Only registries' catalogs are not listed.
    pub fn install(database: Database, cores: &Cores) -> Self {
        let world = World::install(Place::on(database), |settings| {
            settings
                .set("passwords.cost", "12")
                .set_text("log.level", "info")
                .set_text("registry.sync", "off");
        });
        world.portus.ctl(&["migrate"]).ok();
        let mut server = Self { program: None, world };
        server.start(cores);
        server.world.settle();
        server
    }

    /// Starts it, and says how long it took until it was ready.
    pub fn start(&mut self, cores: &Cores) -> Duration {
        let portus = &self.world.portus;
        let mut command = cores.pinned(&programs::ours("portus-server"));
        command.arg("--config").arg(portus.configuration()).current_dir(&portus.folder);
        let started = Instant::now();
        let log = portus.folder.join("portus-server.log");
        self.program = Some(Program::start("portus-server", command, &log));
        while !portus.is_ready() {
            assert!(started.elapsed() < wait::LIMIT, "not ready: {}", portus.log());
            thread::sleep(Duration::from_millis(1));
        }
        started.elapsed()
    }

    /// Ends it.
    pub fn stop(&mut self) {
        let program = self.program.take().expect("a running server");
        assert!(program.stop().success(), "the server ended badly");
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.program.as_ref().expect("a running server").id()
    }

    /// Its memory that is in use, in MiB.
    pub fn resident(&self) -> f64 {
        let id = self.id();
        let status = fs::read_to_string(format!("/proc/{id}/status")).expect("a running server");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")).expect("a size");
        kib.trim().parse::<f64>().expect("a number") / 1024.0
    }

    /// How many statements its look-ups took so far.
    pub fn statements(&self) -> f64 {
        self.world.portus.metric("portus_store_statements_total", "pool=\"lookups\"")
    }

    /// Where its database is.
    pub fn database_url(&self) -> String {
        match &self.world.postgres {
            Some(postgres) => postgres.url(),
            None => {
                let file = self.world.portus.folder.join("data/portus.db");
                format!("sqlite://{}", file.display())
            }
        }
    }
}
