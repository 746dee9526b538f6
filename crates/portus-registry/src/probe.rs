//! What a registry shows to someone who looks at how it is set up. Judging it is not done here.

use std::error::Error;
use std::time::SystemTime;

use portus_core::digest::Digest;
use portus_core::port::{Access, RemoteError};
use portus_core::registry::Registry;
use portus_core::repository::RepositoryPath;
use portus_core::scope::Action;
use reqwest::{Method, StatusCode};

use crate::HttpRegistries;
use crate::answer::{API_VERSION, Answer, plain};
pub use crate::challenge::Challenge;
use crate::connection::{Ask, Connection, read};
pub use crate::unreached::Unreached;

/// What a registry showed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Probe {
    /// It answered.
    Answered(Greeting),
    /// It did not.
    Unreached(Unreached),
}

/// How a registry answers `GET /v2/`, and what it lets Portus do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Greeting {
    /// The status without a token: 401 where it wants one, 200 where it asks nobody.
    pub status: u16,
    /// The `Docker-Distribution-Api-Version` header: `registry/2.0`.
    pub api_version: Option<String>,
    /// What it announces without a token.
    pub challenge: Option<Challenge>,
    /// Whole seconds that its clock is ahead of ours; negative where it is behind.
    pub clock_ahead: Option<i64>,
    /// Which generation of distribution it looks like.
    pub generation: Option<Generation>,
    /// Whether it takes the token that Portus signs for it.
    pub token: Result<(), TokenTrouble>,
    /// Whether manifests can be deleted, where it could be found out.
    pub deletes: Option<bool>,
}

/// Generations of distribution, as far as answers differ.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Generation {
    /// 2.x
    Two,
    /// 3.x, or another registry
    Three,
}

/// Why a token of ours was not good for `GET /v2/`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TokenTrouble {
    /// The registry refuses it.
    #[error("it refuses the token: {said}")]
    Refused {
        /// The `error` of its challenge: `invalid_token`. Distribution 3.x gives none for a wrong
        /// signature.
        error: Option<String>,
        /// The status and the message.
        said: String,
    },
    /// The registry answered something else.
    #[error("it answers {0}")]
    Unexpected(String),
    /// No token could be signed, or no answer came.
    #[error("{0}")]
    Untried(String),
}

impl HttpRegistries {
    /// Looks at a registry. Nothing in it changes, and it sends no notification.
    pub async fn probe(&self, registry: &Registry) -> Probe {
        let connection = self.connect(registry);
        match connection.greet().await {
            Ok(answer) => Probe::Answered(connection.look(&answer).await),
            Err(unreached) => Probe::Unreached(unreached),
        }
    }

    /// Reads a manifest, of which a registry sends a notification that Portus keeps; whether it is
    /// there. One of a mere question would not be kept.
    ///
    /// # Errors
    ///
    /// Where the registry does not answer as asked.
    pub async fn touch(
        &self,
        registry: &Registry,
        repository: &RepositoryPath,
        digest: &Digest,
    ) -> Result<bool, RemoteError> {
        let connection = self.connect(registry);
        let answer = connection.fetch(Method::GET, repository, digest.as_str()).await?;
        match answer.status {
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            _ => Err(answer.failure()),
        }
    }
}

impl Connection {
    /// What it says to someone who shows nothing.
    async fn greet(&self) -> Result<Answer, Unreached> {
        let broken = |error: RemoteError| Unreached::Connection(with_cause(&error));
        let url = self.url(BASE).map_err(broken)?;
        let response = self.caller.near.get(url).send().await?;
        read(response, MAX_BODY).await.map_err(broken)
    }

    async fn look(&self, greeting: &Answer) -> Greeting {
        let (token, accepted) = match self.show_token().await {
            Ok(answer) => (Ok(()), Some(answer)),
            Err(trouble) => (Err(trouble), None),
        };
        Greeting {
            status: greeting.status.as_u16(),
            api_version: greeting.header(&API_VERSION).map(plain),
            challenge: Challenge::read(&greeting.headers),
            clock_ahead: greeting.date().map(|date| seconds_ahead(date, self.caller.clock.now())),
            generation: accepted.as_ref().and_then(generation).or_else(|| generation(greeting)),
            token,
            deletes: self.deletes().await,
        }
    }

    async fn show_token(&self) -> Result<Answer, TokenTrouble> {
        let untried = |error: RemoteError| TokenTrouble::Untried(with_cause(&error));
        let url = self.url(BASE).map_err(untried)?;
        let ask = Ask { method: Method::GET, url, access: None, accept: &[], limit: MAX_BODY };
        let answer = self.ask(ask).await.map_err(untried)?;
        match answer.status {
            StatusCode::OK => Ok(answer),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(TokenTrouble::Refused {
                error: Challenge::read(&answer.headers).and_then(|challenge| challenge.error),
                said: answer.said(),
            }),
            _ => Err(TokenTrouble::Unexpected(answer.said())),
        }
    }

    /// Deletes a manifest that never was, from a repository that never was: where deleting is
    /// switched off, a registry says so before it looks for either.
    async fn deletes(&self) -> Option<bool> {
        let path: RepositoryPath = NOWHERE.parse().ok()?;
        let url = self.url(&format!("/v2/{path}/manifests/{NOTHING}")).ok()?;
        let access = Access::Repository { path, actions: vec![Action::Delete], star: false };
        let access = Some(&access);
        let ask = Ask { method: Method::DELETE, url, access, accept: &[], limit: MAX_BODY };
        let answer = self.ask(ask).await.ok()?;
        match answer.status {
            StatusCode::METHOD_NOT_ALLOWED => Some(false),
            StatusCode::NOT_FOUND if answer.is_absent() => Some(true),
            _ => None,
        }
    }
}

/// Distribution 3 dropped the character set from the type of its JSON.
fn generation(answer: &Answer) -> Option<Generation> {
    let content_type = answer.content_type().to_ascii_lowercase();
    let parameters = content_type.strip_prefix("application/json")?;
    answer.header(&API_VERSION)?;
    Some(if parameters.contains("charset") { Generation::Two } else { Generation::Three })
}

fn seconds_ahead(theirs: SystemTime, ours: SystemTime) -> i64 {
    let seconds = |time: std::time::Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match theirs.duration_since(ours) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

fn with_cause(error: &RemoteError) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

const BASE: &str = "/v2/";
const NOWHERE: &str = "portus-doctor/none";
const NOTHING: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
const MAX_BODY: usize = 64 * 1024;
