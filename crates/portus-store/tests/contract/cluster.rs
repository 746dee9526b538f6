//! A PostgreSQL of the test's own, gone when the test's process is.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

use crate::world::wait_for;

/// A server on a free port, where text sorts as in English unless a column says otherwise.
pub struct Cluster {
    port: u16,
    /// The watchdog: it ends the server and removes the folder when its input ends.
    watchdog: Child,
    template: OnceCell<()>,
}

impl Cluster {
    /// Makes a cluster and starts it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("no temporary folder").keep();
        let account = Account::for_folder(&folder);
        account.make(&folder);
        for _ in 0..5 {
            let port = free_port();
            let mut watchdog = account.serve(&folder, port);
            if is_ready(&folder, &mut watchdog) {
                return Self { port, watchdog, template: OnceCell::new() };
            }
        }
        panic!("PostgreSQL does not start: {}", log(&folder));
    }

    /// The address of a new, migrated database.
    pub async fn database(&self, number: u64) -> String {
        self.template.get_or_init(|| self.make_template()).await;
        let name = format!("clause_{number}");
        let client = connect(&self.url("postgres")).await;
        let copy = format!("CREATE DATABASE {name} TEMPLATE template_portus");
        client.batch_execute(&copy).await.unwrap();
        self.url(&name)
    }

    /// A database with every migration, which nobody is connected to any more.
    async fn make_template(&self) {
        let client = connect(&self.url("postgres")).await;
        client.batch_execute("CREATE DATABASE template_portus").await.unwrap();
        crate::world::migrate(&self.url("template_portus")).await;
        wait_for("the end of the migration's connections", async || {
            let others = "SELECT FROM pg_stat_activity WHERE datname = 'template_portus'";
            client.query(others, &[]).await.unwrap().is_empty().then_some(())
        })
        .await;
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://portus@127.0.0.1:{}/{database}", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

/// A connection past the adapter.
pub async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    // Ends with the client.
    tokio::runtime::Handle::current().spawn(connection);
    client
}

/// Whose the server is: PostgreSQL refuses to run as root.
struct Account {
    binaries: PathBuf,
    is_root: bool,
}

const NOBODY: u32 = 65534;

impl Account {
    fn for_folder(folder: &Path) -> Self {
        let is_root = folder.metadata().expect("no temporary folder").uid() == 0;
        if is_root {
            chown(folder, Some(NOBODY), Some(NOBODY)).expect("the folder cannot be given away");
        }
        Self { binaries: binaries(), is_root }
    }

    fn command(&self, program: &str) -> Vec<String> {
        let path = self.binaries.join(program).display().to_string();
        if !self.is_root {
            return vec![path];
        }
        let other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", &path];
        other.map(str::to_owned).into()
    }

    /// Makes the cluster, with an ICU locale where this PostgreSQL has any.
    fn make(&self, folder: &Path) {
        let icu = ["--locale-provider=icu", "--icu-locale=en-US", "--locale=C"];
        let made = self.initdb(folder, &icu) || self.initdb(folder, &["--locale=C.UTF-8"]);
        assert!(made, "initdb failed: {}", log(folder));
    }

    fn initdb(&self, folder: &Path, locale: &[&str]) -> bool {
        let output = File::create(folder.join("log")).expect("the folder takes no file");
        let command = self.command("initdb");
        let (program, prefix) = command.split_first().expect("a command has a program");
        let status = Command::new(program)
            .args(prefix)
            .args(["--auth=trust", "--encoding=UTF8", "--no-sync", "--username=portus"])
            .args(locale)
            .arg("-D")
            .arg(folder.join("data"))
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a file has a second handle"))
            .stderr(output)
            .status();
        status.unwrap_or_else(|error| panic!("{program} does not start: {error}")).success()
    }

    fn serve(&self, folder: &Path, port: u16) -> Child {
        let log = File::options().append(true).open(folder.join("log")).expect("no log");
        Command::new("sh")
            .args(["-c", WATCHDOG, "watchdog"])
            .arg(folder)
            .args(self.command("postgres"))
            .arg("-D")
            .arg(folder.join("data"))
            .args(["-p", &port.to_string()])
            .args(SETTINGS.iter().flat_map(|setting| ["-c", setting]))
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a file has a second handle"))
            .stderr(log)
            .spawn()
            .expect("no shell")
    }
}

/// The pipe ends with the test's process, however that ends.
const WATCHDOG: &str = r#"
    trap '' HUP INT TERM
    folder=$1; shift
    exec 3<&0
    "$@" & server=$!
    (cat <&3 > /dev/null; touch "$folder/over"; kill -QUIT $server) 2> /dev/null &
    wait $server
    if [ -e "$folder/over" ]; then rm -rf "$folder"; fi
"#;

const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=300",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=32MB",
];

fn binaries() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<PathBuf> = versions
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
        .collect();
    installed.sort_by_key(|folder| {
        let version = folder.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        version.and_then(|version| version.parse::<u32>().ok())
    });
    installed.pop().or_else(on_the_path).expect(
        "PostgreSQL's `initdb` and `postgres` are needed for this test, in \
         /usr/lib/postgresql/<version>/bin or on the PATH: install the server package",
    )
}

fn on_the_path() -> Option<PathBuf> {
    let found = Command::new("sh").args(["-c", "command -v initdb"]).output().ok()?;
    let path = std::fs::canonicalize(String::from_utf8(found.stdout).ok()?.trim()).ok()?;
    path.parent().filter(|folder| folder.join("postgres").exists()).map(Path::to_owned)
}

/// A port that was free a moment ago; who loses the race for it tries another.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("no free port");
    listener.local_addr().expect("a listener has an address").port()
}

/// Whether the server takes connections; not, where it ended instead.
fn is_ready(folder: &Path, watchdog: &mut Child) -> bool {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        if watchdog.try_wait().is_ok_and(|ended| ended.is_some()) {
            return false;
        }
        let state = std::fs::read_to_string(folder.join("data/postmaster.pid"));
        if state.is_ok_and(|state| state.contains("ready")) {
            println!("       waited {:?} for PostgreSQL", started.elapsed());
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap_or_default()
}
