//! Blobs: the one thing a registry may redirect for.

use portus_core::configuration::Configuration;
use portus_core::image::{Descriptor, Platform};
use portus_core::port::RemoteError;
use portus_core::repository::RepositoryPath;
use reqwest::header::LOCATION;
use reqwest::{Client, Method, Url};
use url::Host;

use crate::address::{PrivateAddress, is_exempt, is_public};
use crate::answer::Answer;
use crate::configuration::read as read_configuration;
use crate::connection::{Ask, Connection, pull, read};
use crate::content::{apart, verify};
use crate::document::config_platform;
use crate::unreached::unreachable;

impl Connection {
    /// What an image's configuration says, and what it runs on; `None` where it cannot be read, now
    /// or ever.
    ///
    /// # Errors
    ///
    /// Where the registry cannot be reached: it may say so later.
    pub(crate) async fn configuration(
        &self,
        repository: &RepositoryPath,
        config: &Descriptor,
    ) -> Result<(Option<Platform>, Option<Box<Configuration>>), RemoteError> {
        match self.blob(repository, config).await {
            Ok(body) => {
                apart(body, |body| Ok((config_platform(body), read_configuration(body)))).await
            }
            Err(BlobError::Registry(error @ RemoteError::Unreachable(_))) => Err(error),
            Err(error) => {
                let digest = config.digest.as_str();
                tracing::debug!(registry.name = %self.registry.name, repository.path = %repository,
                    manifest.config = digest, error = %error.text(), "a configuration was not read");
                Ok((None, None))
            }
        }
    }

    async fn blob(
        &self,
        repository: &RepositoryPath,
        wanted: &Descriptor,
    ) -> Result<Vec<u8>, BlobError> {
        let limit = self.caller.settings.max_config;
        if usize::try_from(wanted.size).is_ok_and(|size| size > limit) {
            return Err(BlobError::TooLong);
        }
        let url = self.url(&format!("/v2/{repository}/blobs/{}", wanted.digest))?;
        let access = pull(repository);
        let ask = Ask {
            method: Method::GET,
            url: url.clone(),
            access: Some(&access),
            accept: &["*/*"],
            limit,
        };
        let mut answer = self.ask(ask).await?;
        if answer.status.is_redirection() {
            answer = self.follow(&url, &answer, limit).await?;
        }
        if !answer.status.is_success() {
            return Err(answer.failure().into());
        }
        verify(&wanted.digest, &answer.body)?;
        Ok(answer.body)
    }

    /// Follows one redirect, without our token.
    async fn follow(&self, from: &Url, answer: &Answer, limit: usize) -> Result<Answer, BlobError> {
        let location = answer.header(&LOCATION).and_then(|target| from.join(target).ok());
        let target = location.ok_or(BlobError::Redirect("leads nowhere"))?;
        let client = self.client_for(from, &target)?;
        let away = |error| BlobError::Away(Box::new(error));
        // Back at the registry it is one of its calls.
        let _turn = match target.host() == from.host() {
            true => self.caller.turns.take(self.registry.id).await,
            false => None,
        };
        let response = client.get(target).send().await.map_err(|e| away(unreachable(e)))?;
        read(response, limit).await.map_err(away)
    }

    /// The client to follow a redirect with: for a foreign host the one that connects to public
    /// addresses only.
    fn client_for(&self, from: &Url, target: &Url) -> Result<&Client, BlobError> {
        let is_web = matches!(target.scheme(), "http" | "https");
        let loses_tls = from.scheme() == "https" && target.scheme() != "https";
        if !is_web || loses_tls {
            return Err(BlobError::Redirect("leads away from TLS"));
        }
        if !target.username().is_empty() || target.password().is_some() {
            return Err(BlobError::Redirect("holds a password"));
        }
        if target.host() == from.host() {
            return Ok(&self.caller.near);
        }
        let address = match target.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            _ => None,
        };
        let exempt = is_exempt(&self.caller.storage_hosts, target.host_str().unwrap_or_default());
        // An address in the link itself is never resolved, so it is looked at here.
        if !exempt && address.is_some_and(|address| !is_public(address)) {
            return Err(BlobError::Private(PrivateAddress));
        }
        Ok(&self.caller.away)
    }
}

/// Why a blob was not read.
#[derive(Debug, thiserror::Error)]
enum BlobError {
    /// Where the registry redirects to did not answer as asked.
    #[error("the registry's storage: {0}")]
    Away(#[source] Box<RemoteError>),
    /// The registry redirects into the private network.
    #[error("the registry redirects to another host: {0}")]
    Private(PrivateAddress),
    /// The registry redirects in a way that is not followed.
    #[error("the redirect {0}")]
    Redirect(&'static str),
    /// The registry itself did not answer as asked.
    #[error(transparent)]
    Registry(#[from] RemoteError),
    /// It says that it is longer than a configuration is.
    #[error("it is too long")]
    TooLong,
}

impl BlobError {
    fn text(&self) -> String {
        match std::error::Error::source(self) {
            Some(cause) => format!("{self}: {cause}"),
            None => self.to_string(),
        }
    }
}
