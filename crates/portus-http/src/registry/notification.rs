//! `POST /v2/webhooks/events`: where registries tell what happened in them.
//!
//! A registry sends its events in order and waits for each: anything but success for one of them
//! holds up all later ones until it is mended. So whatever an authenticated registry sends is
//! taken in, to be looked at later where it cannot be read.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use portus_core::event::Incoming;
use portus_core::registry::Registry;
use portus_core::secret::Secret;
use portus_core::usecase::{AcceptError, Origin};
use tokio::time::Instant;

use super::RegistryError;
use super::authorization::Authorization;
use super::{body, event};
use crate::{Shared, SharedState};

pub(crate) async fn post(
    State(shared): SharedState,
    Extension(origin): Extension<Origin>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, RegistryError> {
    let registry = authenticate(&shared, &headers, &origin)?;
    let incoming = read(body, shared.app.limits.notification_body).await?;
    let received = u64::try_from(incoming.len()).unwrap_or(u64::MAX);
    let accepted = shared.app.accept_notification.accept(&registry, incoming).await?;
    metrics::counter!("portus_events_received_total").increment(received);
    tracing::debug!(
        registry.name = %registry.name,
        events = accepted.fresh,
        parked = accepted.parked,
        repeated = accepted.repeated,
        "events received"
    );
    Ok(StatusCode::ACCEPTED)
}

/// The registry that sends this. One that shows its secret is never made to wait.
fn authenticate(
    shared: &Shared,
    headers: &HeaderMap,
    origin: &Origin,
) -> Result<Registry, RegistryError> {
    let networks = &shared.app.limits.notification_networks;
    if !networks.is_empty() && !networks.iter().any(|network| network.contains(origin.address)) {
        return Err(RegistryError::Network);
    }
    let secret = secret(headers);
    let found = shared.app.accept_notification.registry(secret.as_ref(), origin);
    if let Err(AcceptError::Refused) = &found {
        let failures = &shared.notification_failures;
        let mark = failures.mark(secret.as_ref().map(Secret::expose));
        failures.wrong(origin.address, mark, Instant::now()).map_err(RegistryError::Limited)?;
    }
    Ok(found?)
}

/// The secret, as a bearer token or, from a proxy that knows nothing else, as a password.
fn secret(headers: &HeaderMap) -> Option<Secret> {
    match Authorization::read(headers) {
        Ok(Some(Authorization::Basic { password, .. })) => Some(password),
        Ok(Some(Authorization::Bearer(secret))) => Some(secret),
        Ok(None) | Err(_) => None,
    }
}

async fn read(body: Body, limit: usize) -> Result<Vec<Incoming>, RegistryError> {
    let received = body::receive(body, limit, MAX_DRAINED).await?;
    Ok(if received.is_cut {
        vec![event::too_large(&received.kept, &received.digest, received.bytes)]
    } else {
        event::read(&received.kept)
    })
}

/// How much of a body that is too large is read at most, in bytes.
const MAX_DRAINED: u64 = 64 * 1024 * 1024;
