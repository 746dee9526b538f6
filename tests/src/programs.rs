//! Where programs are: ours beside the test, others on the machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Outcome};

/// One of the workspace's own programs, built by the same profile as the test.
pub fn ours(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap();
    let program = folder.join(name);
    assert!(
        program.is_file(),
        "`{}` is missing: run `cargo build --workspace --bins` first",
        program.display()
    );
    program
}

/// Where scripts/install-tools keeps what it fetches.
pub fn cache() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    cache.or_else(home).unwrap().join("portus")
}

/// The library that gives a program another time.
pub fn faketime() -> PathBuf {
    let places = fs::read_dir("/usr/lib").unwrap().map(|place| place.unwrap().path());
    let found = places
        .map(|place| place.join("faketime/libfaketimeMT.so.1"))
        .find(|library| library.is_file());
    found.expect("libfaketime is missing: on Debian, `apt-get install libfaketime`")
}

/// Skopeo, copying from and to registries without TLS.
pub struct Skopeo;

impl Skopeo {
    /// Copies an image layout in a folder to a registry.
    pub fn push(from: &Path, to: &str, credentials: &str) -> Outcome {
        let mut command = process::command("skopeo");
        command.args(["copy", "--all", "--preserve-digests", "--dest-tls-verify=false"]);
        command.args(["--dest-creds", credentials]);
        command.arg(format!("oci:{}", from.display())).arg(format!("docker://{to}"));
        process::run(command)
    }

    /// Copies an image from a registry to an image layout in a folder.
    pub fn pull(from: &str, to: &Path, credentials: Option<&str>) -> Outcome {
        let mut command = process::command("skopeo");
        command.args(["copy", "--all", "--preserve-digests", "--src-tls-verify=false"]);
        match credentials {
            Some(credentials) => command.args(["--src-creds", credentials]),
            None => command.arg("--src-no-creds"),
        };
        command.arg(format!("docker://{from}")).arg(format!("oci:{}:pulled", to.display()));
        process::run(command)
    }

    /// Deletes what a tag points at.
    pub fn delete(image: &str, credentials: &str) -> Outcome {
        let mut command = process::command("skopeo");
        command.args(["delete", "--tls-verify=false", "--creds", credentials]);
        process::run({
            command.arg(format!("docker://{image}"));
            command
        })
    }

    /// Signs in and keeps the credential in `auth_file`.
    pub fn login(registry: &str, user: &str, password: &str, auth_file: &Path) -> Outcome {
        let mut command = process::command("skopeo");
        command.args(["login", "--tls-verify=false", "--username", user, "--password-stdin"]);
        command.arg("--authfile").arg(auth_file).arg(registry);
        process::run_with_input(command, password)
    }
}

/// Podman, with storage of its own.
pub struct Podman {
    folder: PathBuf,
}

impl Podman {
    /// A podman that has nothing yet.
    pub fn new(folder: &Path) -> Self {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("auth.json"), "{}").unwrap();
        Self { folder: folder.into() }
    }

    /// Any command.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        let mut command = self.command();
        command.args(arguments);
        process::run(command)
    }

    /// Signs in to a registry.
    pub fn login(&self, registry: &str, user: &str, password: &str) -> Outcome {
        let mut command = self.command();
        command.args(["login", "--tls-verify=false", "--username", user, "--password-stdin"]);
        command.arg(registry);
        process::run_with_input(command, password)
    }

    fn command(&self) -> Command {
        let mut command = process::command("podman");
        command.env("REGISTRY_AUTH_FILE", self.folder.join("auth.json"));
        command.arg("--root").arg(self.folder.join("root"));
        command.arg("--runroot").arg(self.folder.join("run"));
        command.args(["--storage-driver", "vfs"]);
        command
    }
}
