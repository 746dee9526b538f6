//! What is set, and where.

use askama::Template;
use axum::response::Response;
use portus_core::policy::SwitchChange;

use super::signed_in;
use crate::admin::{Setting, SettingSource};
use crate::ui::frame::{Frame, html};
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

#[derive(Template)]
#[template(path = "admin_settings.html")]
struct Page<'a> {
    f: Frame,
    settings: &'a [Setting],
}

impl Page<'_> {
    /// Whether one can ask what another value would do.
    fn is_switch(&self, key: &str) -> bool {
        SwitchChange::all().into_iter().any(|change| change.key() == key)
    }
}

pub(in crate::ui) async fn show(visit: Visit) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    let admin = &visit.shared.app.admin;
    admin.oversee.allow(&visit.actor())?;
    html(&Page { f: Frame::of(&visit, visit.t.admin.settings), settings: &admin.settings })
}
