//! The registry's own configuration file.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;
use portus::registry_config::{RegistryConfig, quoted};

/// What the file says.
pub struct Configuration {
    /// Where the registry listens.
    pub listen: SocketAddr,
    /// Where its files are.
    pub storage: PathBuf,
    /// What it signs the state of uploads with.
    pub upload_secret: String,
    /// How it works with Portus.
    pub portus: RegistryConfig,
}

impl Configuration {
    /// Writes the file, for the eyes of its owner only: it holds the notification secret.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        private_file(path, self.text().as_bytes())
    }

    fn text(&self) -> String {
        let Self { listen, storage, upload_secret, portus } = self;
        let listen = quoted(&listen.to_string());
        let storage = quoted(&storage.display().to_string());
        let upload_secret = quoted(upload_secret);
        // `draintimeout` makes it finish its requests when it is told to end.
        format!(
            "# Written by portus-server at each start: changes are lost.
version: 0.1
log:
  level: info
  formatter: text
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: {storage}
  delete:
    enabled: true
  cache:
    blobdescriptor: inmemory
http:
  addr: {listen}
  secret: {upload_secret}
  draintimeout: 10s
catalog:
  maxentries: 1000
{portus}"
        )
    }
}

/// Writes a file that only its owner may read.
pub fn private_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let write = || {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(path)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        file.write_all(bytes)
    };
    write().with_context(|| format!("`{}` cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use portus::registry_config::TrustedKeys;
    use portus_core::secret::Secret;

    use super::*;

    #[test]
    fn the_file_says_all_that_the_registry_needs_and_only_to_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.yml");
        fs::write(&path, "an older one").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        Configuration {
            listen: "127.0.0.1:5000".parse().unwrap(),
            storage: "/srv/a \"b\"/storage".into(),
            upload_secret: "abc".into(),
            portus: RegistryConfig {
                realm: "http://localhost:8080/v2/token".into(),
                service: "localhost:5000".into(),
                issuer: "portus".into(),
                keys: TrustedKeys::Bundle("/srv/ca.pem".into()),
                events: "http://127.0.0.1:8080/v2/webhooks/events".into(),
                secret: Secret::new("portus_n_x"),
            },
        }
        .write(&path)
        .unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&path).unwrap();
        for line in [
            "    rootdirectory: \"/srv/a \\\"b\\\"/storage\"\n",
            "  addr: \"127.0.0.1:5000\"\n",
            "    rootcertbundle: \"/srv/ca.pem\"\n",
            "        Authorization: [\"Bearer portus_n_x\"]\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
