//! Requests to one registry.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use portus_core::id::RegistryId;
use portus_core::port::{Access, Clock, RemoteError};
use portus_core::registry::Registry;
use portus_core::repository::RepositoryPath;
use portus_core::scope::Action;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Client, Method, Response, Url};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::answer::Answer;
use crate::settings::ClientSettings;
use crate::token::Tokens;
use crate::unreached::unreachable;

/// What all registries are called with.
pub(crate) struct Caller {
    /// For the registries themselves, whose addresses an admin wrote.
    pub(crate) near: Client,
    /// For where they redirect to.
    pub(crate) away: Client,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: ClientSettings,
    pub(crate) storage_hosts: Arc<[String]>,
    pub(crate) tokens: Tokens,
    pub(crate) turns: Turns,
}

/// How many calls each registry gets at a time.
pub(crate) struct Turns {
    each: usize,
    taken: Mutex<HashMap<RegistryId, Arc<Semaphore>>>,
}

impl Turns {
    pub(crate) fn new(each: usize) -> Self {
        Self { each: each.max(1), taken: Mutex::default() }
    }

    pub(crate) async fn take(&self, registry: RegistryId) -> Option<OwnedSemaphorePermit> {
        let places = {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            taken.entry(registry).or_insert_with(|| Arc::new(Semaphore::new(self.each))).clone()
        };
        // Nobody closes the semaphore.
        places.acquire_owned().await.ok()
    }
}

/// One registry, to be called.
pub(crate) struct Connection {
    pub(crate) caller: Arc<Caller>,
    pub(crate) registry: Registry,
}

/// One request.
pub(crate) struct Ask<'a> {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// What the token has to grant.
    pub(crate) access: Option<&'a Access>,
    pub(crate) accept: &'a [&'static str],
    /// The most bytes of the body of a success.
    pub(crate) limit: usize,
}

impl Connection {
    /// The address of something in the registry; `path` is made of names that need no escaping.
    pub(crate) fn url(&self, path: &str) -> Result<Url, RemoteError> {
        let text = format!("{}{path}", self.registry.url);
        Url::parse(&text).map_err(|_| RemoteError::Odd("its address is none".into()))
    }

    /// Asks with a token of our own, and reads the whole answer.
    pub(crate) async fn ask(&self, ask: Ask<'_>) -> Result<Answer, RemoteError> {
        let limit = ask.limit;
        let _turn = self.caller.turns.take(self.registry.id).await;
        let response = self.send(ask).await?;
        read(response, limit).await
    }

    /// Asks with a token of our own. An answer that refuses it makes the next one fresh.
    pub(crate) async fn send(&self, ask: Ask<'_>) -> Result<Response, RemoteError> {
        let bearer = self.caller.tokens.bearer(&self.registry, ask.access)?;
        let mut request =
            self.caller.near.request(ask.method, ask.url).header(AUTHORIZATION, bearer);
        for accepted in ask.accept {
            request = request.header(ACCEPT, HeaderValue::from_static(accepted));
        }
        let response = request.send().await.map_err(unreachable)?;
        if response.status() == reqwest::StatusCode::UNAUTHORIZED {
            self.caller.tokens.forget(&self.registry, ask.access);
        }
        Ok(response)
    }
}

/// Reads a body, and stops where it is too long.
pub(crate) async fn read(mut response: Response, limit: usize) -> Result<Answer, RemoteError> {
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let limit = if status.is_success() { limit } else { MAX_COMPLAINT };
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() <= limit {
            body.extend_from_slice(&chunk);
        } else if status.is_success() {
            return Err(RemoteError::Odd(format!("its answer has more than {limit} bytes")));
        } else {
            break;
        }
    }
    Ok(Answer { status, headers, body })
}

/// The right to read one repository.
pub(crate) fn pull(path: &RepositoryPath) -> Access {
    Access::Repository { path: path.clone(), actions: vec![Action::Pull], star: false }
}

const MAX_COMPLAINT: usize = 16 * 1024;
