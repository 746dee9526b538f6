//! The keys that tokens are signed with.

use std::time::{Duration, SystemTime};

use askama::Template;
use axum::response::Response;
use portus_core::key::{KeyState, StoredKey};
use portus_core::usecase::KeepKeysError;

use super::{Done, signed_in};
use crate::admin::certificate;
use crate::registry::told;
use crate::ui::frame::{Frame, html};
use crate::ui::sent::{Asked, Sent};
use crate::ui::sign_in::{Nothing, see};
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

#[derive(Template)]
#[template(path = "admin_keys.html")]
struct Page {
    f: Frame,
    done: Option<&'static str>,
    fingerprint: Option<String>,
    ends: Option<SystemTime>,
    keys: Vec<StoredKey>,
    waits: bool,
}

pub(in crate::ui) async fn show(
    visit: Visit,
    Asked(done): Asked<Done>,
) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    let admin = &visit.shared.app.admin;
    admin.oversee.allow(&visit.actor())?;
    let ring = admin.keep_keys.ring().await?;
    let ca = certificate(&ring.installation.ca_certificate);
    let ends = ca.as_ref().and_then(|ca| ca.ends);
    html(&Page {
        f: Frame::of(&visit, visit.t.admin.keys),
        done: done.said(&visit),
        ends: ends.map(|ends| SystemTime::UNIX_EPOCH + Duration::from_secs(ends)),
        fingerprint: ca.map(|ca| ca.fingerprint),
        waits: ring.keys.iter().any(|key| key.state == KeyState::Next),
        keys: ring.keys,
    })
}

pub(in crate::ui) async fn rotate(
    visit: Visit,
    Sent(_): Sent<Nothing>,
) -> Result<Response, Trouble> {
    match visit.shared.app.admin.keep_keys.rotate(&visit.actor()).await {
        // One waits already, as the page says.
        Err(KeepKeysError::Waits(_)) => Ok(see("/admin/keys")),
        made => made.map(|_| see("/admin/keys?done=rotated")).map_err(Trouble::from),
    }
}

pub(in crate::ui) async fn activate(
    visit: Visit,
    Sent(_): Sent<Nothing>,
) -> Result<Response, Trouble> {
    match visit.shared.app.admin.keep_keys.activate(&visit.actor()).await {
        // Someone else did it a moment ago, as the page says.
        Err(KeepKeysError::NoneWaits) => Ok(see("/admin/keys")),
        done => done.map(|_| see("/admin/keys?done=activated")).map_err(Trouble::from),
    }
}

impl From<KeepKeysError> for Trouble {
    fn from(error: KeepKeysError) -> Self {
        match error {
            KeepKeysError::Refused(_) => Self::Refused,
            KeepKeysError::Store(error) => error.into(),
            error => Self::Broken(told(&error).into()),
        }
    }
}
