//! One request, and who makes it.

use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, Path};
use axum::http::Uri;
use axum::http::request::Parts;
use portus_core::account::Username;
use portus_core::activity::Actor;
use portus_core::credential::Caller;
use portus_core::id::SessionId;
use portus_core::page::Page;
use portus_core::secret::Secret;
use portus_core::usecase::Origin;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::credentials::{Known, identify};
use super::error::{Code, Problem};
use super::list::List;
use crate::guess::{Checks, checked};
use crate::quota::{Key, Left};
use crate::ui::Web;
use crate::{Admin, Api, Shared};

/// A request of someone who may look at what is public: of anybody, unless the operator lets
/// strangers see nothing.
#[derive(Clone)]
pub(super) struct Call {
    shared: Arc<Shared>,
    pub(super) caller: Caller,
    /// With which session, where a browser asks.
    pub(super) session: Option<SessionId>,
    origin: Origin,
    uri: Uri,
}

/// Who makes a request, told to what answers it.
#[derive(Clone, Default)]
pub(super) struct WhoCalls(Arc<OnceLock<Caller>>);

impl WhoCalls {
    /// Who, as far as it was found out.
    pub(super) fn known(&self) -> Caller {
        self.0.get().cloned().unwrap_or(Caller::ANONYMOUS)
    }

    /// Tells what answers a request who makes it, even where that is all she gets.
    pub(super) fn tell(parts: &Parts, caller: &Caller) {
        if let Some(Self(slot)) = parts.extensions.get::<Self>() {
            slot.get_or_init(|| caller.clone());
        }
    }
}

/// A request of someone who showed who she is.
pub(super) struct SignedIn(pub(super) Call);

impl Call {
    /// What pages and the API use.
    pub(super) fn web(&self) -> &Web {
        &self.shared.app.web
    }

    /// What only the API uses.
    pub(super) fn api(&self) -> &Api {
        &self.shared.app.api
    }

    /// What those use who look after Portus.
    pub(super) fn admin(&self) -> &Admin {
        &self.shared.app.admin
    }

    /// On whose behalf things are done.
    pub(super) fn actor(&self) -> Actor {
        self.origin.actor(self.caller.clone())
    }

    /// Where the request came from.
    pub(super) const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Makes a change of the caller's own that asks for her password again.
    pub(super) async fn checked<T, E: Checks>(
        &self,
        shown: (&Username, &Secret),
        change: impl Future<Output = Result<T, E>>,
    ) -> Result<Result<T, E>, Problem> {
        checked(&self.shared, shown, &self.origin, change).await.map_err(Problem::limited)
    }

    /// Part of a list, with the address of the next one.
    pub(super) fn list<T>(&self, page: Page<T>) -> List<T> {
        List::new(page, &self.web().origin, &self.uri)
    }

    async fn read(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Problem> {
        let (caller, session) = identified(shared, parts).await?;
        let origin = origin(parts);
        Ok(Self { shared: shared.clone(), caller, session, origin, uri: parts.uri.clone() })
    }

    fn signed_in(self) -> Result<Self, Problem> {
        match self.caller.identity {
            Some(_) => Ok(self),
            None => Err(Problem::new(Code::CredentialsMissing, "this is for those who sign in")),
        }
    }
}

/// Who sends a request: found out once, and counted.
pub(super) async fn identified(shared: &Shared, parts: &mut Parts) -> Result<Known, Problem> {
    if let Some(known) = parts.extensions.get::<Known>() {
        return Ok(known.clone());
    }
    let origin = origin(parts);
    let known = identify(shared, parts, &origin).await?;
    let left = shared.api_quota.take(Key::of(&known.0, &origin), Instant::now());
    if let Some(told) = parts.extensions.get::<Told>() {
        let _ = told.0.set(left);
    }
    if let Some(wait) = left.wait() {
        return Err(Problem::quota(wait));
    }
    parts.extensions.insert(known.clone());
    Ok(known)
}

/// Where what a caller has left is written for the answer.
#[derive(Clone, Default)]
pub(super) struct Told(pub(super) Arc<OnceLock<Left>>);

fn origin(parts: &Parts) -> Origin {
    parts.extensions.get::<Origin>().cloned().unwrap_or(Origin::LOCAL)
}

impl FromRequestParts<Arc<Shared>> for Call {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Self::Rejection> {
        let call = Self::read(parts, shared).await?;
        if shared.app.web.anonymous_browse { Ok(call) } else { call.signed_in() }
    }
}

impl FromRequestParts<Arc<Shared>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Self::Rejection> {
        Call::read(parts, shared).await?.signed_in().map(Self)
    }
}

/// The parts of the path.
pub(super) struct At<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Shared>> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Self::Rejection> {
        // What is no text names nothing.
        let path = Path::from_request_parts(parts, shared).await.map_err(|_| Problem::nowhere())?;
        let Path(parts) = path;
        Ok(Self(parts))
    }
}

/// What a part of the path names; what can be no name is the name of nothing.
pub(super) fn named<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::nowhere())
}
