//! `--with-registry`: a registry beside Portus, started by it and ended with it.

mod child;
mod configuration;
mod enrolment;
pub mod parent;
mod stale;

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use portus::wiring::make_folder;

pub use child::RegistryChild;
pub use enrolment::Enrolment;

/// What is needed to start a registry, found before anything else starts.
pub struct Prepared {
    program: PathBuf,
    folder: PathBuf,
    /// Where the registry will listen.
    pub listen: SocketAddr,
    /// Held as long as this process lives: nobody else runs a registry in this folder.
    _lock: File,
}

/// Finds the registry's program, takes the folder, and ends what an earlier run left there.
///
/// # Errors
///
/// In a sentence that says what to do.
pub fn prepare(data: &Path, listen: SocketAddr, path: Option<&OsStr>) -> anyhow::Result<Prepared> {
    let program = find_program(path)?;
    let folder = data.join("registry");
    make_folder(data)?;
    make_folder(&folder.join("storage"))?;
    // The registry may change its working directory; we do not.
    let folder = folder.canonicalize()?;
    let lock = lock(&folder)?;
    stale::end_recorded(&folder.join(PID))?;
    let listen = free(listen)?;
    Ok(Prepared { program, folder, listen, _lock: lock })
}

impl Prepared {
    /// `host:port` of the registry, as seen from this machine.
    fn local_address(&self) -> SocketAddr {
        local(self.listen)
    }
}

/// The address at which this machine reaches what listens there.
pub fn local(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// The registry's program.
///
/// # Errors
///
/// Where there is none on `path`, saying how to get it.
pub fn find_program(path: Option<&OsStr>) -> anyhow::Result<PathBuf> {
    let folders: Vec<PathBuf> =
        path.map(|path| std::env::split_paths(path).collect()).unwrap_or_default();
    PROGRAMS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|program| program.is_file())
        .context(
            "there is no `registry` or `docker-registry` on PATH: on Debian and Ubuntu, \
             `apt-get install docker-registry`; elsewhere it is in the releases of \
             https://github.com/distribution/distribution",
        )
}

fn lock(folder: &Path) -> anyhow::Result<File> {
    let path = folder.join("lock");
    let file =
        File::create(&path).with_context(|| format!("`{}` cannot be made", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            bail!("another portus-server runs the registry in `{}`", folder.display())
        }
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// The address if nothing listens there; with port 0, one where nothing does.
fn free(listen: SocketAddr) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind(listen).with_context(|| {
        format!("the registry cannot listen on {listen}: name another place with --registry-listen")
    })?;
    Ok(listener.local_addr()?)
}

const PROGRAMS: [&str; 2] = ["registry", "docker-registry"];
const PID: &str = "pid";
