//! `portusctl registry config`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use portus::registry_config::{self, TrustedKeys};
use portus::wiring::Portus;
use portus_core::port::Vault;
use portus_core::registry::{KeyTrust, Registry, RegistryName};

use crate::failure::Failure;
use crate::listing;
use crate::operator::{self, Operator};

#[derive(Args, Debug)]
pub struct Config {
    /// Which registry
    name: RegistryName,
    /// What to print
    #[arg(long, value_enum, default_value_t = Part::Yaml)]
    part: Part,
    /// Write the CA's certificate to FILE, and name FILE as the bundle
    #[arg(long, value_name = "FILE")]
    bundle_out: Option<PathBuf>,
    /// Write the list of keys to FILE, and name FILE as the jwks
    #[arg(long, value_name = "FILE")]
    jwks_out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    /// Sections of the registry's configuration
    Yaml,
    /// The certificate of Portus' CA, PEM
    Bundle,
    /// Portus' public keys, a JSON Web Key Set
    Jwks,
}

impl Config {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let portus = operator.portus().await?;
        portus.load_keys().await?;
        let registry = operator::registry(&portus, Some(&self.name)).await?;
        self.check(&registry)?;
        let (ca, jwks) = (&portus.installation.ca_certificate, portus.signer.jwks());
        let bundle_file = written(self.bundle_out.as_deref(), ca)?;
        let jwks_file = written(self.jwks_out.as_deref(), &jwks)?;
        let text = match (self.part, registry.trust) {
            (Part::Bundle, _) => ca.clone(),
            (Part::Jwks, _) => format!("{jwks}\n"),
            (Part::Yaml, KeyTrust::Bundle) => {
                let path = bundle_file.unwrap_or_else(|| BUNDLE_FILE.into());
                let how = head(&registry, "bundle", &path, ca);
                how + &yaml(&portus, &registry, TrustedKeys::Bundle(path))
            }
            (Part::Yaml, KeyTrust::Jwks) => {
                let path = jwks_file.unwrap_or_else(|| JWKS_FILE.into());
                let how = head(&registry, "jwks", &path, &jwks);
                how + &yaml(&portus, &registry, TrustedKeys::Jwks(path))
            }
        };
        Ok(listing::print(&text)?)
    }

    fn check(&self, registry: &Registry) -> Result<(), Failure> {
        let wrong = match registry.trust {
            KeyTrust::Bundle => self.jwks_out.as_ref().map(|_| "--jwks-out"),
            KeyTrust::Jwks => self.bundle_out.as_ref().map(|_| "--bundle-out"),
        };
        let (name, trust) = (&registry.name, registry.trust.as_str());
        let refusal = wrong.map(|option| {
            Failure::Input(format!("{option} is not for registry `{name}`, which uses `{trust}`"))
        });
        refusal.map_or(Ok(()), Err)
    }
}

fn yaml(portus: &Portus, registry: &Registry, keys: TrustedKeys) -> String {
    let secret = portus.vault.notification_secret(registry.id, registry.secret_generation);
    registry_config::told(&portus.settings, registry, keys, secret)
}

/// How to use what follows, and the file that it names, as comments.
fn head(registry: &Registry, part: &str, path: &str, text: &str) -> String {
    let name = &registry.name;
    let mut lines = vec![
        format!("# For the configuration of registry `{name}`. Holds a secret."),
        format!("# The registry reads {path} at its start. Make it with"),
        format!("#   portusctl registry config {name} --part {part}"),
        "# or from these lines without their `# `:".to_owned(),
    ];
    lines.extend(text.lines().map(|line| format!("# {line}")));
    lines.push(String::new());
    lines.join("\n")
}

/// Writes a file where one is wanted; its whole path.
fn written(path: Option<&Path>, text: &str) -> Result<Option<String>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let whole = std::fs::write(path, text).and_then(|()| path.canonicalize());
    match whole {
        Ok(whole) => Ok(Some(whole.display().to_string())),
        Err(error) => {
            let path = path.display();
            Err(Failure::Failed(format!("`{path}` cannot be written: {error}")))
        }
    }
}

const BUNDLE_FILE: &str = "/etc/docker/registry/portus-ca.pem";
const JWKS_FILE: &str = "/etc/distribution/portus-jwks.json";

pub(super) const EXAMPLES: &str = "\
Examples:
  portusctl registry config hub
  portusctl registry config hub --bundle-out /etc/docker/registry/portus-ca.pem > portus.yml
  portusctl registry config hub --part bundle > portus-ca.pem
  portusctl registry config lab --part jwks > portus-jwks.json";
