use std::path::PathBuf;
use std::time::Duration;

/// How Portus calls registries.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// Who the tokens say it is: `portus:<installation>`.
    pub subject: String,
    /// How long a connection may take to open.
    pub connect_timeout: Duration,
    /// How long a request may take, from opening the connection to the last byte of the body.
    pub request_timeout: Duration,
    /// How many calls a registry gets at a time, whoever makes them.
    pub calls: usize,
    /// How long a token of our own is good for.
    pub token_lifetime: Duration,
    /// How many names to ask for at once. Registries refuse more than they are set to, 1000 by
    /// default; they are then asked for as many as they like.
    pub page_size: u32,
    /// The most bytes of a page of names. Distribution 2.x lists all tags at once.
    pub max_listing: usize,
    /// The most bytes of a manifest. Registries take 4 MiB.
    pub max_manifest: usize,
    /// The most bytes of an image's configuration.
    pub max_config: usize,
    /// Certificates, in PEM, of authorities to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Hosts that registries keep their blobs on and may redirect to, though their addresses are
    /// private.
    pub storage_hosts: Vec<String>,
}

impl ClientSettings {
    /// The defaults, for tokens of `subject`.
    pub fn new(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(30),
            calls: 4,
            token_lifetime: Duration::from_secs(120),
            page_size: 1000,
            max_listing: 32 * MIB,
            max_manifest: 4 * MIB,
            max_config: MIB,
            ca_file: None,
            storage_hosts: Vec::new(),
        }
    }
}

/// Why registries cannot be called at all.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The file of authorities is not there or not readable.
    #[error("the certificates in `{}` cannot be read", path.display())]
    CaFile {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file of authorities holds something else.
    #[error("`{}` holds no certificates in PEM", path.display())]
    NoCertificates {
        /// Which.
        path: PathBuf,
    },
    /// TLS did not start.
    #[error("the HTTP client cannot be set up")]
    Setup(#[source] Box<dyn std::error::Error + Send + Sync>),
}

const MIB: usize = 1024 * 1024;
