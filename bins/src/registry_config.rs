//! What a registry has to be told so that it trusts Portus: the sections of its own
//! configuration.
//!
//! Source: <https://distribution.github.io/distribution/about/configuration/>

use std::fmt::{self, Write as _};

use portus_core::registry::{KeyTrust, Registry};
use portus_core::secret::Secret;

use crate::settings::Settings;

/// The `auth` and `notifications` sections of a registry's configuration, in YAML. Holds the
/// notification secret.
pub struct RegistryConfig {
    /// Where clients ask for tokens.
    pub realm: String,
    /// What the registry calls itself, and expects as the audience of tokens.
    pub service: String,
    /// The issuer it expects.
    pub issuer: String,
    /// How it learns which keys to trust.
    pub keys: TrustedKeys,
    /// Where its notifications go.
    pub events: String,
    /// What it sends them with.
    pub secret: Secret,
}

/// How a registry learns which keys to trust: a file on its own machine, read once at its start.
pub enum TrustedKeys {
    /// The CA's certificate, PEM.
    Bundle(String),
    /// The keys, as a JSON Web Key Set.
    Jwks(String),
}

impl fmt::Display for RegistryConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, path) = match &self.keys {
            TrustedKeys::Bundle(path) => ("rootcertbundle", path),
            TrustedKeys::Jwks(path) => ("jwks", path),
        };
        writeln!(f, "auth:")?;
        writeln!(f, "  token:")?;
        writeln!(f, "    realm: {}", quoted(&self.realm))?;
        writeln!(f, "    service: {}", quoted(&self.service))?;
        writeln!(f, "    issuer: {}", quoted(&self.issuer))?;
        writeln!(f, "    {kind}: {}", quoted(path))?;
        writeln!(f, "notifications:")?;
        writeln!(f, "  endpoints:")?;
        writeln!(f, "    - name: portus")?;
        writeln!(f, "      url: {}", quoted(&self.events))?;
        let authorization = format!("Bearer {}", self.secret.expose());
        writeln!(f, "      headers:")?;
        writeln!(f, "        Authorization: [{}]", quoted(&authorization))?;
        writeln!(f, "      timeout: 5s")?;
        writeln!(f, "      threshold: 3")?;
        writeln!(f, "      backoff: 1s")?;
        // Every layer that is read or written would be an event.
        writeln!(f, "      ignore:")?;
        writeln!(f, "        mediatypes: [application/octet-stream]")
    }
}

/// What a registry is to be told, with the file of keys that it names, and `secret` in its
/// `Authorization`.
pub fn told(settings: &Settings, registry: &Registry, keys: TrustedKeys, secret: Secret) -> String {
    let service = registry.services.first().map_or("", |service| service.as_str());
    let config = RegistryConfig {
        realm: settings.server.url.realm(),
        service: service.into(),
        issuer: settings.keys.issuer.clone(),
        keys,
        events: settings.server.url.events(),
        secret,
    };
    let delete = settings.switches.delete;
    let storage = "# Goes into the `storage` section that is there already.\n";
    format!("{config}{storage}storage:\n  delete:\n    enabled: {delete}\n")
}

/// Where the file of keys is, where nobody says otherwise.
pub fn usual_file(trust: KeyTrust) -> TrustedKeys {
    match trust {
        KeyTrust::Bundle => TrustedKeys::Bundle("/etc/docker/registry/portus-ca.pem".into()),
        KeyTrust::Jwks => TrustedKeys::Jwks("/etc/distribution/portus-jwks.json".into()),
    }
}

/// A text as YAML takes it whatever it holds: JSON's strings are YAML's double-quoted ones.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                // Writing into a String does not fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_so_that_they_end_nothing() {
        for text in ["plain", "a\"b\\c", "line\nbreak: x", "\u{7f}\t", "é 🐳"] {
            let back: String = serde_json::from_str(&quoted(text)).unwrap();
            assert_eq!(back, text);
        }
    }

    #[test]
    fn a_registry_is_told_all_that_it_needs() {
        let config = RegistryConfig {
            realm: "https://portus.example.org/v2/token".into(),
            service: "registry.example.org:5000".into(),
            issuer: "portus".into(),
            keys: TrustedKeys::Bundle("/etc/registry/portus-ca.pem".into()),
            events: "https://portus.example.org/v2/webhooks/events".into(),
            secret: Secret::new("portus_n_secret"),
        };
        let expected = r#"auth:
  token:
    realm: "https://portus.example.org/v2/token"
    service: "registry.example.org:5000"
    issuer: "portus"
    rootcertbundle: "/etc/registry/portus-ca.pem"
notifications:
  endpoints:
    - name: portus
      url: "https://portus.example.org/v2/webhooks/events"
      headers:
        Authorization: ["Bearer portus_n_secret"]
      timeout: 5s
      threshold: 3
      backoff: 1s
      ignore:
        mediatypes: [application/octet-stream]
"#;
        assert_eq!(config.to_string(), expected);
    }
}
