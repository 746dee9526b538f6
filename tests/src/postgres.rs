//! A PostgreSQL of the test's own, with an ICU locale: sorting by it would show.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use tokio_postgres::NoTls;

use crate::process::{self, Program};
use crate::{port, wait, wire};

/// A cluster with one database, `portus`.
pub struct Postgres {
    /// Where it listens, on loopback.
    pub port: u16,
    folder: PathBuf,
    program: Option<Program>,
}

impl Postgres {
    /// Makes a cluster below `folder` and starts it.
    pub fn start(folder: &Path) -> Self {
        let folder = folder.join("postgres");
        fs::create_dir_all(&folder).unwrap();
        if let Some(owner) = Owner::for_root() {
            chown(&folder, Some(owner.user), Some(owner.group)).unwrap();
        }
        let mut initdb = tool("initdb");
        initdb.arg("-D").arg(folder.join("data"));
        initdb.args(["-U", "portus", "--auth=trust", "-E", "UTF8", "--no-sync"]);
        initdb.args(["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]);
        initdb.current_dir(&folder);
        process::run(initdb).ok();
        let mut postgres = Self { port: port::free(), folder, program: None };
        postgres.resume();
        wire::runtime().block_on(async {
            let client = postgres.connect("postgres").await.unwrap();
            client.batch_execute("CREATE DATABASE portus").await.unwrap();
        });
        postgres
    }

    /// `postgres://…`, as settings want it.
    pub fn url(&self) -> String {
        self.url_at(self.port)
    }

    /// The same by way of another port.
    pub fn url_at(&self, port: u16) -> String {
        format!("postgres://portus@127.0.0.1:{port}/portus?sslmode=disable")
    }

    /// Starts it after [`Postgres::halt`].
    pub fn resume(&mut self) {
        let mut server = tool("postgres");
        server.arg("-D").arg(self.folder.join("data")).current_dir(&self.folder);
        let port = format!("port={}", self.port);
        for setting in [
            "listen_addresses=127.0.0.1",
            &port,
            "unix_socket_directories=",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "shared_buffers=32MB",
            "max_connections=60",
        ] {
            server.args(["-c", setting]);
        }
        let log = self.folder.parent().unwrap().join("postgres.log");
        self.program = Some(Program::start("postgres", server, &log));
        wait::until("PostgreSQL answers", || {
            wire::runtime().block_on(async { self.connect("postgres").await.is_ok() })
        });
    }

    /// Stops it, as a crash would.
    pub fn halt(&mut self) {
        if let Some(program) = self.program.take() {
            program.signal(rustix::process::Signal::QUIT);
            let mut program = program;
            program.ended();
        }
    }

    /// The first column of each row of a query, as text.
    pub fn column(&self, query: &str) -> Vec<String> {
        wire::runtime().block_on(async {
            let client = self.connect("portus").await.unwrap();
            let messages = client.simple_query(query).await.unwrap();
            let rows = messages.iter().filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            });
            rows.collect()
        })
    }

    /// Everything in it, as text.
    pub fn dump(&self) -> String {
        let mut dump = process::command(path("pg_dump"));
        dump.args(["--inserts", "--dbname", &self.url()]);
        let text = process::run(dump).ok();
        // Newer ones guard their output with a random word.
        let lines = text.lines().filter(|line| !line.contains("restrict "));
        lines.collect::<Vec<_>>().join("\n")
    }

    async fn connect(
        &self,
        database: &str,
    ) -> Result<tokio_postgres::Client, tokio_postgres::Error> {
        let settings = format!("host=127.0.0.1 port={} user=portus dbname={database}", self.port);
        let (client, connection) = tokio_postgres::connect(&settings, NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Its children end by themselves once it is gone.
        self.program.take();
    }
}

/// Whose the cluster is where the test runs as root, for whom PostgreSQL does not start.
struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    fn for_root() -> Option<Self> {
        let root = rustix::process::geteuid().is_root();
        root.then(|| {
            let users = fs::read_to_string("/etc/passwd").unwrap();
            let line = ["postgres:", "nobody:"]
                .iter()
                .find_map(|name| users.lines().find(|line| line.starts_with(name)))
                .expect("a user `postgres` or `nobody` to run PostgreSQL as");
            let numbers: Vec<u32> =
                line.split(':').filter_map(|field| field.parse().ok()).collect();
            Self { user: numbers[0], group: numbers[1] }
        })
    }
}

/// A program of PostgreSQL, run as a user it does not refuse.
fn tool(name: &str) -> Command {
    let Some(owner) = Owner::for_root() else {
        return process::command(path(name));
    };
    let mut command = process::command("setpriv");
    command.arg(format!("--reuid={}", owner.user)).arg(format!("--regid={}", owner.group));
    command.args(["--clear-groups", "--pdeathsig", "KILL", "--"]).arg(path(name));
    command
}

fn path(name: &str) -> PathBuf {
    let mut versions: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.filter_map(|entry| entry.ok()).map(|entry| entry.path()).collect())
        .unwrap_or_default();
    versions.sort();
    let newest = versions.iter().rev().map(|version| version.join("bin").join(name));
    newest.into_iter().find(|path| path.is_file()).unwrap_or_else(|| name.into())
}

/// Lets another user reach what is below `folder`.
pub fn open_to_others(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o711)).unwrap();
}
