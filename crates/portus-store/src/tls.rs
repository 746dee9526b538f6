//! TLS to PostgreSQL, as `sslmode` asks for it.

use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode};
use postgres_openssl::MakeTlsConnector;
use tokio_postgres::config::SslMode;

use crate::database::ConnectError;

/// What an address says of TLS, taken out of it: PostgreSQL's Rust client knows neither
/// `verify-ca`, `verify-full` nor `sslrootcert`.
pub(crate) struct Tls {
    /// The address without what is said here.
    pub(crate) address: String,
    /// Whether there may, or must, be TLS.
    pub(crate) mode: SslMode,
    verify: Verify,
    root_certificate: Option<String>,
}

/// How much of the server's certificate is checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Verify {
    Nothing,
    Authority,
    Name,
}

impl Tls {
    /// Reads `sslmode` and `sslrootcert`; without them TLS is used where the server has it.
    ///
    /// Source: PostgreSQL 17, "SSL Support", table 32.1; a root certificate makes `require` check
    /// the authority.
    pub(crate) fn of(url: &str) -> Result<Self, ConnectError> {
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut verify) = (SslMode::Prefer, Verify::Nothing);
        let mut root_certificate = None;
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (_, value) = decoded(pair);
            match pair.split('=').next() {
                Some("sslmode") => (mode, verify) = sslmode(&value)?,
                Some("sslrootcert") => root_certificate = Some(value),
                _ => rest.push(pair),
            }
        }
        if mode == SslMode::Require && verify == Verify::Nothing && root_certificate.is_some() {
            verify = Verify::Authority;
        }
        let mark = if rest.is_empty() { "" } else { "?" };
        let address = format!("{address}{mark}{}", rest.join("&"));
        Ok(Self { address, mode, verify, root_certificate })
    }

    pub(crate) fn connector(&self) -> Result<MakeTlsConnector, ConnectError> {
        let mut builder =
            SslConnector::builder(SslMethod::tls_client()).map_err(ConnectError::Tls)?;
        if let Some(file) = &self.root_certificate {
            builder.set_ca_file(file).map_err(ConnectError::Tls)?;
        }
        if self.verify == Verify::Nothing {
            builder.set_verify(SslVerifyMode::NONE);
        }
        let mut connector = MakeTlsConnector::new(builder.build());
        let check_name = self.verify == Verify::Name;
        connector.set_callback(move |session, _| {
            session.set_verify_hostname(check_name);
            Ok(())
        });
        Ok(connector)
    }
}

fn sslmode(text: &str) -> Result<(SslMode, Verify), ConnectError> {
    Ok(match text {
        "disable" => (SslMode::Disable, Verify::Nothing),
        "prefer" => (SslMode::Prefer, Verify::Nothing),
        "require" => (SslMode::Require, Verify::Nothing),
        "verify-ca" => (SslMode::Require, Verify::Authority),
        "verify-full" => (SslMode::Require, Verify::Name),
        other => return Err(ConnectError::SslMode(other.into())),
    })
}

fn decoded(pair: &str) -> (String, String) {
    let pair = form_urlencoded::parse(pair.as_bytes()).next();
    pair.map(|(key, value)| (key.into_owned(), value.into_owned())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sslmode_says_whether_there_is_tls_and_what_is_checked() {
        for (query, mode, verify) in [
            ("", SslMode::Prefer, Verify::Nothing),
            ("?sslmode=disable", SslMode::Disable, Verify::Nothing),
            ("?sslmode=require", SslMode::Require, Verify::Nothing),
            ("?sslrootcert=/ca.pem&sslmode=require", SslMode::Require, Verify::Authority),
            ("?sslmode=verify-ca", SslMode::Require, Verify::Authority),
            ("?sslmode=verify-full", SslMode::Require, Verify::Name),
        ] {
            let tls = Tls::of(&format!("postgres://db/portus{query}")).unwrap();
            assert_eq!((tls.mode, tls.verify), (mode, verify), "{query}");
            assert_eq!(tls.address, "postgres://db/portus");
        }
        assert!(Tls::of("postgres://db/portus?sslmode=sometimes").is_err());
    }

    #[test]
    fn what_is_not_about_tls_stays_as_it_was() {
        let tls = Tls::of(
            "postgres://db/portus?options=-csearch_path%3Dx&sslmode=verify-full&sslrootcert=%2Fa%20b.pem&application_name=portus",
        )
        .unwrap();
        assert_eq!(
            tls.address,
            "postgres://db/portus?options=-csearch_path%3Dx&application_name=portus"
        );
        assert_eq!(tls.root_certificate.as_deref(), Some("/a b.pem"));
    }
}
