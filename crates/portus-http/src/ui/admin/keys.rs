//! The keys that tokens are signed with.

use std::time::{Duration, SystemTime};

use askama::Template;
use axum::response::Response;
use portus_core::key::{KeyState, StoredKey};
use portus_core::usecase::KeepKeysError;

use super::signed_in;
use crate::admin::certificate;
use crate::registry::told;
use crate::ui::frame::{Frame, html};
use crate::ui::notice::Notice;
use crate::ui::sent::Sent;
use crate::ui::sign_in::Nothing;
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

#[derive(Template)]
#[template(path = "admin_keys.html")]
struct Page {
    f: Frame,
    fingerprint: Option<String>,
    ends: Option<SystemTime>,
    keys: Vec<StoredKey>,
    waits: bool,
}

pub(in crate::ui) async fn show(visit: Visit) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    let admin = &visit.shared.app.admin;
    admin.oversee.allow(&visit.actor())?;
    let ring = admin.keep_keys.ring().await?;
    let ca = certificate(&ring.installation.ca_certificate);
    let ends = ca.as_ref().and_then(|ca| ca.ends);
    html(&Page {
        f: Frame::of(&visit, visit.t.admin.keys),
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
        Err(KeepKeysError::Waits(_)) => Ok(Notice::KeyWaits.at("/admin/keys")),
        made => made.map(|_| Notice::KeyMade.at("/admin/keys")).map_err(Trouble::from),
    }
}

pub(in crate::ui) async fn activate(
    visit: Visit,
    Sent(_): Sent<Nothing>,
) -> Result<Response, Trouble> {
    match visit.shared.app.admin.keep_keys.activate(&visit.actor()).await {
        Err(KeepKeysError::NoneWaits) => Ok(Notice::KeyNoneWaits.at("/admin/keys")),
        done => done.map(|_| Notice::KeyActivated.at("/admin/keys")).map_err(Trouble::from),
    }
}

impl From<KeepKeysError> for Trouble {
    fn from(error: KeepKeysError) -> Self {
        match error {
            KeepKeysError::Refused(refused) => refused.into(),
            KeepKeysError::Store(error) => error.into(),
            error => Self::Broken(told(&error).into()),
        }
    }
}
