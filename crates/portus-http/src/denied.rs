//! What was refused, on its way to the audit: answers carry it, and one place writes it down.

use std::sync::Arc;

use axum::extract::MatchedPath;
use axum::response::Response;
use portus_core::credential::Caller;
use portus_core::usecase::Origin;

use crate::Shared;

/// Put into an answer that refuses something. What a use case writes down itself is not said twice.
#[derive(Clone, Debug)]
pub(crate) struct Denied {
    /// Who asked.
    caller: Caller,
    /// The truth, which the answer need not tell.
    why: Arc<str>,
}

impl Denied {
    /// Refused to someone who is known, or to nobody in particular.
    pub(crate) fn to(caller: Caller, why: impl Into<Arc<str>>) -> Self {
        Self { caller, why: why.into() }
    }

    /// Refused before it was known who asks.
    pub(crate) fn to_stranger(why: impl Into<Arc<str>>) -> Self {
        Self::to(Caller::ANONYMOUS, why)
    }
}

/// Writes down what an answer refuses. No answer waits for it, and where nothing could ever be,
/// nothing was refused.
pub(crate) fn note(
    shared: &Shared,
    response: &mut Response,
    route: Option<&MatchedPath>,
    (origin, what): (&Origin, &str),
) {
    let Some(denied) = response.extensions_mut().remove::<Denied>() else { return };
    if route.is_none() {
        return;
    }
    let actor = origin.actor(denied.caller);
    shared.app.admin.note_refusal.note(&actor, what, &denied.why);
}

/// What is said in the audit of an answer that is the same for what is not there.
pub(crate) const UNSEEN: &str = "not there, or not to be seen by who asked";
