use std::path::Path;
use std::sync::Arc;

use portus_core::port::{Clock, RemoteRegistries, RemoteRegistry, TokenSigner};
use portus_core::registry::Registry;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder};

use crate::address::PublicOnly;
use crate::connection::{Caller, Connection, Turns};
use crate::remote::HttpRegistry;
use crate::settings::{ClientError, ClientSettings};
use crate::token::Tokens;

/// Registries over HTTP. Connections and tokens are kept and shared.
pub struct HttpRegistries {
    caller: Arc<Caller>,
}

impl HttpRegistries {
    /// A client that signs its tokens with `signer`.
    ///
    /// # Errors
    ///
    /// Where the file of authorities is no such file, or TLS does not start.
    pub fn new(
        signer: Arc<dyn TokenSigner>,
        clock: Arc<dyn Clock>,
        settings: ClientSettings,
    ) -> Result<Self, ClientError> {
        let authorities = settings.ca_file.as_deref().map(certificates).transpose()?;
        let authorities = authorities.unwrap_or_default();
        let storage_hosts: Arc<[String]> = Arc::from(settings.storage_hosts.as_slice());
        let near = build(client(&settings, &authorities))?;
        let resolver = PublicOnly::new(Arc::clone(&storage_hosts));
        let away = build(client(&settings, &authorities).dns_resolver(Arc::new(resolver)))?;
        let subject = settings.subject.clone();
        let tokens = Tokens::new(signer, Arc::clone(&clock), subject, settings.token_lifetime);
        let turns = Turns::new(settings.calls);
        let caller = Caller { near, away, clock, settings, storage_hosts, tokens, turns };
        Ok(Self { caller: Arc::new(caller) })
    }

    /// One registry, to be called.
    pub(crate) fn connect(&self, registry: &Registry) -> Connection {
        Connection { caller: Arc::clone(&self.caller), registry: registry.clone() }
    }
}

impl RemoteRegistries for HttpRegistries {
    fn open(&self, registry: &Registry) -> Arc<dyn RemoteRegistry> {
        Arc::new(HttpRegistry::new(self.connect(registry)))
    }
}

/// What every client has: limits of time, no redirects, no proxy that would resolve names for us.
fn client(settings: &ClientSettings, authorities: &[Certificate]) -> ClientBuilder {
    Client::builder()
        .user_agent(concat!("portus/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.request_timeout)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .tls_certs_merge(authorities.iter().cloned())
}

fn build(builder: ClientBuilder) -> Result<Client, ClientError> {
    builder.build().map_err(|error| ClientError::Setup(Box::new(error)))
}

fn certificates(path: &Path) -> Result<Vec<Certificate>, ClientError> {
    let unreadable = |source| ClientError::CaFile { path: path.to_owned(), source };
    let text = std::fs::read(path).map_err(unreadable)?;
    match Certificate::from_pem_bundle(&text) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(ClientError::NoCertificates { path: path.to_owned() }),
    }
}
