//! The certificates of the CA and of signing keys.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{HasPublic, PKeyRef, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder, X509NameRef};

use crate::entropy::random;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Longer than a registry's configuration is left alone.
const CA_LIFETIME: Duration = DAY.saturating_mul(3652);
const LEAF_LIFETIME: Duration = DAY.saturating_mul(30);
/// Registries whose clock is behind take a new key's tokens at once.
const HEAD_START: Duration = Duration::from_secs(60 * 60);
/// Version 3 is written as 2.
const VERSION_3: i32 = 2;

/// A CA's certificate, signed by itself: ten years.
pub(crate) fn of_ca(
    key: &PKeyRef<Private>,
    installation: &str,
    now: SystemTime,
) -> Result<X509, ErrorStack> {
    let name = common_name(&format!("Portus CA {installation}"))?;
    let mut certificate = begin(key, &name, &name, now, now + CA_LIFETIME)?;
    let limits = BasicConstraints::new().critical().ca().pathlen(0).build()?;
    certificate.append_extension(limits)?;
    certificate.append_extension(KeyUsage::new().critical().key_cert_sign().build()?)?;
    let identifier = SubjectKeyIdentifier::new().build(&certificate.x509v3_context(None, None))?;
    certificate.append_extension(identifier)?;
    certificate.sign(key, MessageDigest::sha256())?;
    Ok(certificate.build())
}

/// A signing key's certificate from the CA, and when it ends: thirty days, in whole seconds.
pub(crate) fn of_signing_key<T: HasPublic>(
    ca: &X509,
    ca_key: &PKeyRef<Private>,
    key: &PKeyRef<T>,
    name: &str,
    now: SystemTime,
) -> Result<(X509, SystemTime), ErrorStack> {
    let ends = UNIX_EPOCH + Duration::from_secs(seconds(now + LEAF_LIFETIME).unsigned_abs());
    let subject = common_name(name)?;
    let mut certificate = begin(key, &subject, ca.subject_name(), now, ends)?;
    certificate.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
    let context = certificate.x509v3_context(Some(ca), None);
    let issuer = AuthorityKeyIdentifier::new().keyid(true).build(&context)?;
    certificate.append_extension(issuer)?;
    certificate.sign(ca_key, MessageDigest::sha256())?;
    Ok((certificate.build(), ends))
}

fn begin<T: HasPublic>(
    key: &PKeyRef<T>,
    subject: &X509NameRef,
    issuer: &X509NameRef,
    now: SystemTime,
    ends: SystemTime,
) -> Result<X509Builder, ErrorStack> {
    let mut certificate = X509::builder()?;
    certificate.set_version(VERSION_3)?;
    certificate.set_serial_number(random_serial()?.as_ref())?;
    certificate.set_subject_name(subject)?;
    certificate.set_issuer_name(issuer)?;
    certificate.set_not_before(Asn1Time::from_unix(seconds(now - HEAD_START))?.as_ref())?;
    certificate.set_not_after(Asn1Time::from_unix(seconds(ends))?.as_ref())?;
    certificate.set_pubkey(key)?;
    Ok(certificate)
}

/// 128 random bits, positive.
fn random_serial() -> Result<Asn1Integer, ErrorStack> {
    BigNum::from_slice(&random::<16>())?.to_asn1_integer()
}

fn common_name(text: &str) -> Result<X509Name, ErrorStack> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_text("CN", text)?;
    Ok(name.build())
}

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
