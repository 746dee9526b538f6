//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use portus::settings::Flag;

/// The authorization server of a Docker registry.
///
/// Everything that can be set is in the configuration file (examples/portus.toml explains each),
/// in environment variables such as PORTUS_SERVER__LISTEN, or here; the later wins.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
pub struct Flags {
    /// The configuration file [default: ./portus.toml or /etc/portus/portus.toml, if there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where files are kept: `data.dir`
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// Where to listen: `server.listen`
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Where the state is, sqlite://PATH or postgres://USER@HOST/DATABASE: `database.url`
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Starts a registry too, with all that it needs, and ends it with this program
    #[arg(long)]
    pub with_registry: bool,
    /// Where that registry listens
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:5000",
        requires = "with_registry"
    )]
    pub registry_listen: SocketAddr,
    /// Says everything that is wrong with the configuration, and starts nothing
    #[arg(long)]
    pub check: bool,
    /// Prints every setting with where it comes from, and starts nothing
    #[arg(long, conflicts_with = "check")]
    pub print_config: bool,
}

impl Flags {
    /// What these set.
    pub fn settings(&self) -> Vec<Flag> {
        let flag = |name, key, value: &Option<String>| {
            value.clone().map(|value| Flag { name, key, value })
        };
        [
            flag("--data", "data.dir", &self.data),
            flag("--listen", "server.listen", &self.listen),
            flag("--database", "database.url", &self.database),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

const EXAMPLES: &str = "\
Examples:
  portus-server --with-registry --data ./data     a whole private registry on this machine
  portus-server --config /etc/portus/portus.toml  beside registries that run elsewhere
  portus-server --check                           is the configuration sound?

It exits with 0 when it was told to end, 1 when it cannot go on, 2 when the configuration is wrong.";
