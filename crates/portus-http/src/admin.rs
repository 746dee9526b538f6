//! What those use who look after Portus.

use std::sync::Arc;

use openssl::hash::MessageDigest;
use openssl::x509::X509;
use portus_core::registry::Registry;
use portus_core::usecase::{
    AddRegistry, ChangeRegistry, DiscardEvents, KeepKeys, NoteRefusal, Oversee, RemoveRegistry,
};

/// What pages and the REST interface need for those who look after Portus.
pub struct Admin {
    /// Shows how Portus fares.
    pub oversee: Arc<Oversee>,
    /// Adds registries.
    pub add_registry: Arc<AddRegistry>,
    /// Changes registries.
    pub change_registry: Arc<ChangeRegistry>,
    /// Removes registries.
    pub remove_registry: Arc<RemoveRegistry>,
    /// Throws parked events away.
    pub discard_events: Arc<DiscardEvents>,
    /// The signing keys.
    pub keep_keys: Arc<KeepKeys>,
    /// Writes down what was refused.
    pub note_refusal: Arc<NoteRefusal>,
    /// What is set, by name.
    pub settings: Arc<[Setting]>,
    /// What a registry is to be told so that it trusts Portus, without its secret.
    pub registry_config: Arc<dyn Fn(&Registry) -> String + Send + Sync>,
}

/// One setting as it is; a secret's value is `***`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Setting {
    /// Such as `server.listen`.
    pub key: String,
    /// As it was written, or as the default would be.
    pub value: String,
    /// What it comes from.
    pub source: SettingSource,
    /// Which file, variable or option, where it comes from one.
    pub place: Option<String>,
}

/// What a setting comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SettingSource {
    /// Nobody said otherwise.
    Default,
    /// The environment.
    Environment,
    /// The configuration file.
    File,
    /// The command line.
    Flag,
}

/// What may be shown of a certificate.
pub(crate) struct Certificate {
    /// SHA-256, in pairs of hexadecimal digits.
    pub(crate) fingerprint: String,
    /// Seconds since 1970.
    pub(crate) ends: Option<u64>,
}

/// Looks at a certificate, PEM.
pub(crate) fn certificate(pem: &str) -> Option<Certificate> {
    let read = X509::from_pem(pem.as_bytes()).ok()?;
    let digest = read.digest(MessageDigest::sha256()).ok()?;
    let pairs: Vec<_> = digest.iter().map(|byte| format!("{byte:02X}")).collect();
    let epoch = openssl::asn1::Asn1Time::from_unix(0).ok()?;
    let since = epoch.diff(read.not_after()).ok();
    let ends = since.and_then(|since| {
        let (days, seconds) = (i64::from(since.days), i64::from(since.secs));
        u64::try_from(days * 86_400 + seconds).ok()
    });
    Some(Certificate { fingerprint: pairs.join(":"), ends })
}
