//! Registries: where the images are.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use crate::id::RegistryId;
use crate::text::{checked_text, is_deceptive};

/// What a registry is called here: one to 100 letters, digits, `.`, `_` and `-`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RegistryName(Box<str>);

checked_text!(RegistryName);

impl FromStr for RegistryName {
    type Err = InvalidRegistryName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if (1..=100).contains(&text.len()) && text.chars().all(plain) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidRegistryName(text.chars().take(110).collect::<String>().into()))
        }
    }
}

/// A text that is not a [`RegistryName`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a registry's name: 1 to 100 letters, digits, `.`, `_` and `-`")]
pub struct InvalidRegistryName(pub Box<str>);

/// The `service` a registry announces and wants as the audience of its tokens: one to 255
/// characters.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ServiceName(Box<str>);

checked_text!(ServiceName);

impl FromStr for ServiceName {
    type Err = InvalidServiceName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = !text.contains(|c: char| is_deceptive(c) || matches!(c, '"' | '\\'));
        if (1..=255).contains(&text.len()) && plain && text.trim() == text {
            Ok(Self(text.into()))
        } else {
            Err(InvalidServiceName)
        }
    }
}

/// A text that is not a [`ServiceName`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a service name has 1 to 255 bytes, no quotes, backslashes or control characters")]
pub struct InvalidServiceName;

/// `host` or `host:port`, lower case, as events name it.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RegistryHost(Box<str>);

checked_text!(RegistryHost);

impl FromStr for RegistryHost {
    type Err = InvalidRegistryHost;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidRegistryHost(text.chars().take(80).collect::<String>().into());
        let lower = text.to_ascii_lowercase();
        let (host, port) = match lower.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (lower.as_str(), None),
        };
        let is_name = !host.is_empty()
            && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
        let is_v6 = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
        let has_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        if (is_name || is_v6) && has_port && lower.len() <= 260 {
            Ok(Self(lower.into()))
        } else {
            Err(invalid())
        }
    }
}

/// A text that is not a [`RegistryHost`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a host or host:port")]
pub struct InvalidRegistryHost(pub Box<str>);

/// Where Portus calls a registry: `http://host[:port]` or `https://host[:port]`, no path.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct RegistryUrl {
    text: Box<str>,
    host: RegistryHost,
}

impl RegistryUrl {
    /// The text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host and, where it is written, the port.
    pub fn host(&self) -> &RegistryHost {
        &self.host
    }
}

impl fmt::Display for RegistryUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for RegistryUrl {
    type Err = InvalidRegistryUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidRegistryUrl(text.chars().take(200).collect::<String>().into());
        let (scheme, rest) = text.split_once("://").ok_or_else(invalid)?;
        if !matches!(scheme, "http" | "https") {
            return Err(invalid());
        }
        let host: RegistryHost =
            rest.strip_suffix('/').unwrap_or(rest).parse().map_err(|_| invalid())?;
        Ok(Self { text: format!("{scheme}://{host}").into(), host })
    }
}

/// A text that is not a [`RegistryUrl`].
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not a registry's address such as `https://registry.example.org:5000`")]
pub struct InvalidRegistryUrl(pub Box<str>);

/// How a registry was told which keys to trust.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyTrust {
    /// `rootcertbundle` holds the CA: tokens carry their certificate in `x5c`.
    Bundle,
    /// `jwks` holds the keys: tokens name theirs by `kid` and carry no certificate, which such a
    /// registry would refuse.
    Jwks,
}

impl KeyTrust {
    /// As it is written in commands and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Jwks => "jwks",
        }
    }
}

/// A registry, as the store knows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Registry {
    /// The store's number.
    pub id: RegistryId,
    /// Unique.
    pub name: RegistryName,
    /// Where Portus calls it.
    pub url: RegistryUrl,
    /// What it may announce itself as, the first being what `registry config` prints.
    pub services: Vec<ServiceName>,
    /// The hosts its events may name besides the one of `url`.
    pub hosts: Vec<RegistryHost>,
    /// How it was told which keys to trust.
    pub trust: KeyTrust,
    /// How long its tokens are good for, where it has a lifetime of its own.
    pub token_lifetime: Option<Duration>,
    /// When its catalog was first listed whole. Until then it may hold images of a name that
    /// someone could take.
    pub read_at: Option<SystemTime>,
    /// How often its notification secret was changed.
    pub secret_generation: u32,
    /// When it was added.
    pub created_at: SystemTime,
}

impl Registry {
    /// The service of this registry that is spelled `text`.
    pub fn service(&self, text: &str) -> Option<&ServiceName> {
        self.services.iter().find(|service| service.as_str() == text)
    }

    /// What clients call it: the first of its hosts that is not the one Portus itself calls, else
    /// that one.
    pub fn called(&self) -> &str {
        let own = self.url.host();
        let other = self.hosts.iter().find(|host| host.as_str() != own.as_str());
        other.map_or(own.as_str(), |host| host.as_str())
    }

    /// Whether an event of this registry may name `host`.
    pub fn goes_by(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        self.url.host().as_str() == host || self.hosts.iter().any(|one| one.as_str() == host)
    }
}

/// A registry that is about to be added.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewRegistry {
    /// Unique.
    pub name: RegistryName,
    /// Where Portus calls it.
    pub url: RegistryUrl,
    /// At least one; unique over all registries.
    pub services: Vec<ServiceName>,
    /// The hosts its events may name besides the one of `url`.
    pub hosts: Vec<RegistryHost>,
    /// How it was told which keys to trust.
    pub trust: KeyTrust,
    /// How long its tokens are good for, where it has a lifetime of its own.
    pub token_lifetime: Option<Duration>,
    /// Now.
    pub created_at: SystemTime,
}

/// How long a registry token is good for at most; no setting lets it be longer.
pub const LONGEST_TOKEN: Duration = Duration::from_secs(3600);

/// How long a name stays out of use that tokens may speak of: the lifetime that they were signed
/// with may be set to something else by now, and a registry's clock may be a minute off.
pub const HELD_FOR: Duration = Duration::from_secs(LONGEST_TOKEN.as_secs() + 60);

/// What Portus knows of a registry, and would forget with it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Holdings {
    /// Namespaces, the global one among them.
    pub namespaces: u64,
    /// Repositories, those that are empty by now among them.
    pub repositories: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_and_a_host() {
        for (text, kept) in [
            ("http://localhost:5000/", "http://localhost:5000"),
            ("https://Registry.example.org", "https://registry.example.org"),
            ("http://[::1]:5000", "http://[::1]:5000"),
        ] {
            assert_eq!(text.parse::<RegistryUrl>().unwrap().as_str(), kept);
        }
        for bad in [
            "",
            "localhost:5000",
            "ftp://a",
            "http://",
            "http://a/b",
            "http://u:p@a",
            "http://a:99999",
            "http://a:0",
            "http://a b",
        ] {
            assert!(bad.parse::<RegistryUrl>().is_err(), "{bad:?} was taken");
        }
    }
}
