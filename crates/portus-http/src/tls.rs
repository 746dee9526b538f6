//! The certificate and key of a listener.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use arc_swap::ArcSwap;
use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{AlpnError, Ssl, SslAcceptor, SslAcceptorBuilder, SslMethod, select_next_proto};
use openssl::x509::X509;

/// A certificate chain and its key, read from files and, when those change, read again.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    acceptor: ArcSwap<SslAcceptor>,
    read: Mutex<Changed>,
}

/// When the files changed last.
type Changed = [Option<SystemTime>; 2];

impl Tls {
    /// Reads a certificate chain and its key, both PEM, the key without a password. TLS 1.2 and
    /// newer.
    ///
    /// # Errors
    ///
    /// Where a file cannot be read, or the key is not the certificate's.
    pub fn load(
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Result<Self, TlsError> {
        let (certificate, key) = (certificate.into(), key.into());
        let read = changed(&certificate, &key);
        let acceptor = acceptor(&certificate, &key)?;
        let acceptor = ArcSwap::from_pointee(acceptor);
        Ok(Self { certificate, key, acceptor, read: Mutex::new(read) })
    }

    /// Reads the files again, for connections that come from now on.
    ///
    /// # Errors
    ///
    /// As for [`Tls::load`]; then what was read before stays in use.
    pub fn reload(&self) -> Result<(), TlsError> {
        let changed = changed(&self.certificate, &self.key);
        let acceptor = acceptor(&self.certificate, &self.key)?;
        self.acceptor.store(Arc::new(acceptor));
        *self.read.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = changed;
        Ok(())
    }

    /// Reads the files again if they changed since; says whether it did.
    ///
    /// # Errors
    ///
    /// As for [`Tls::reload`]. Half a pair, while someone replaces the files, is one of them: the
    /// next call tries again.
    pub fn reload_if_changed(&self) -> Result<bool, TlsError> {
        let read = *self.read.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if read == changed(&self.certificate, &self.key) {
            return Ok(false);
        }
        self.reload().map(|()| true)
    }

    /// The state of one new connection.
    pub(crate) fn session(&self) -> Result<Ssl, ErrorStack> {
        Ssl::new(self.acceptor.load().context())
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Tls");
        shown.field("certificate", &self.certificate).field("key", &self.key);
        shown.finish_non_exhaustive()
    }
}

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate.
    #[error("the certificate in `{}` cannot be used", .0.display())]
    Certificate(PathBuf, #[source] ErrorStack),
    /// The key.
    #[error("the key in `{}` cannot be used", .0.display())]
    Key(PathBuf, #[source] ErrorStack),
    /// Each for itself is fine.
    #[error("the key in `{}` is not the certificate's", .0.display())]
    Pair(PathBuf, #[source] ErrorStack),
    /// There is no such file, or it may not be read.
    #[error("`{}` cannot be read", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// OpenSSL cannot be set up.
    #[error("TLS cannot be set up")]
    Setup(#[source] ErrorStack),
}

fn acceptor(certificate: &Path, key: &Path) -> Result<SslAcceptor, TlsError> {
    let mut builder =
        SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).map_err(TlsError::Setup)?;
    add_certificates(&mut builder, &read(certificate)?)
        .map_err(|error| TlsError::Certificate(certificate.into(), error))?;
    // Without a callback OpenSSL would ask the terminal for the password of a key that has one.
    let own = PKey::private_key_from_pem_callback(&read(key)?, |_| Ok(0))
        .map_err(|error| TlsError::Key(key.into(), error))?;
    builder
        .set_private_key(&own)
        .and_then(|()| builder.check_private_key())
        .map_err(|error| TlsError::Pair(key.into(), error))?;
    builder.set_alpn_select_callback(|_, offered| {
        select_next_proto(PROTOCOLS, offered).ok_or(AlpnError::NOACK)
    });
    Ok(builder.build())
}

/// The server's own certificate, which is first, and those between it and the root.
fn add_certificates(builder: &mut SslAcceptorBuilder, pem: &[u8]) -> Result<(), ErrorStack> {
    builder.set_certificate(&*X509::from_pem(pem)?)?;
    for between in X509::stack_from_pem(pem)?.into_iter().skip(1) {
        builder.add_extra_chain_cert(between)?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(file).map_err(|error| TlsError::Read(file.into(), error))
}

fn changed(certificate: &Path, key: &Path) -> Changed {
    [certificate, key].map(|file| std::fs::metadata(file).and_then(|file| file.modified()).ok())
}

/// Ours first: the wire form of `h2` and `http/1.1`.
const PROTOCOLS: &[u8] = b"\x02h2\x08http/1.1";
