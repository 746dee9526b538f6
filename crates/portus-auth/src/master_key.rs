use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::entropy::random;

/// The 32 bytes that everything kept secret in the database is sealed with or derived from; prints
/// as `***`.
///
/// Its file is one line, `portus-master-key-v1:` and 44 characters of base64, and nobody but its
/// owner may read it.
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Makes a key and its file, unless there is a file already; either way the key of the file.
    ///
    /// Several processes may do so at once: all get the same key. A file is there whole or not at
    /// all. Missing directories are made, open to their owner only.
    pub fn create(path: &Path) -> Result<Self, MasterKeyError> {
        match Self::load(path) {
            Err(MasterKeyError::Missing { .. }) => {}
            found => return found,
        }
        write_new(path, &Self::from_bytes(random()).line())
            .map_err(|source| MasterKeyError::Write { path: path.into(), source })?;
        Self::load(path)
    }

    /// Reads the key from its file.
    pub fn load(path: &Path) -> Result<Self, MasterKeyError> {
        let unread = |source| MasterKeyError::Read { path: path.into(), source };
        let file = File::open(path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => MasterKeyError::Missing { path: path.into() },
            _ => unread(source),
        })?;
        let about = file.metadata().map_err(unread)?;
        let mode = about.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(MasterKeyError::TooOpen { path: path.into(), mode });
        }
        let mut line = Zeroizing::new(String::with_capacity(MAX_LINE_BYTES));
        match file.take(MAX_LINE_BYTES as u64).read_to_string(&mut line) {
            Err(source) if source.kind() != ErrorKind::InvalidData => Err(unread(source)),
            _ => Self::parse(&line).ok_or_else(|| MasterKeyError::Malformed { path: path.into() }),
        }
    }

    /// A key that is kept elsewhere: by a secret store, or by a test.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes.into())
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn line(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(STANDARD.encode(self.0.as_slice()));
        Zeroizing::new(format!("{PREFIX}{}\n", *digits))
    }

    fn parse(line: &str) -> Option<Self> {
        let digits = line.strip_suffix('\n').unwrap_or(line).strip_prefix(PREFIX)?;
        let bytes = Zeroizing::new(STANDARD.decode(digits).ok()?);
        bytes.as_slice().try_into().ok().map(Self::from_bytes)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

const PREFIX: &str = "portus-master-key-v1:";
/// More than a line has, so that a longer file is not taken for a whole one.
const MAX_LINE_BYTES: usize = 100;

/// Puts the text where nothing is. Where something is already, that stays: someone was quicker.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
    let draft = Draft(directory.join(format!(".master-key-{:016x}", u64::from_ne_bytes(random()))));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft.0)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // Unlike a renamed file, a linked one never replaces another.
    match fs::hard_link(&draft.0, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => File::open(directory)?.sync_all(),
    }
}

/// A file that is removed whatever happens.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// The file is not one that Portus wrote.
    #[error(
        "`{path}` is not a master key of Portus: one line, `portus-master-key-v1:` and 44 characters of base64"
    )]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// There is no file.
    #[error("there is no master key at `{path}`")]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error("the master key at `{path}` cannot be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others may read or change the file.
    #[error(
        "others than its owner may use the master key at `{path}` (mode {mode:03o}): `chmod 600 {path}`"
    )]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file could not be made.
    #[error("the master key cannot be written to `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}
