//! Whether everything is set up, and what to change where it is not.

use askama::Template;
use axum::response::Response;
use portus_core::finding::{PatchLine, Verdict};
use portus_core::port::Examination;
use portus_core::usecase::Health;

use super::signed_in;
use crate::ui::frame::{Frame, html};
use crate::ui::notice::Notice;
use crate::ui::sent::Sent;
use crate::ui::sign_in::Nothing;
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

#[derive(Template)]
#[template(path = "admin.html")]
struct Page {
    f: Frame,
    checked: Examination,
    good: usize,
    health: Health,
    has_registries: bool,
}

pub(in crate::ui) async fn show(visit: Visit) -> Result<Response, Trouble> {
    signed_in(&visit)?;
    let actor = visit.actor();
    let oversee = &visit.shared.app.admin.oversee;
    let health = oversee.health(&actor).await?;
    let checked = oversee.findings(&actor).await?;
    html(&Page {
        f: Frame::of(&visit, visit.t.administration),
        good: checked.findings.iter().filter(|finding| finding.is_ok()).count(),
        checked,
        has_registries: !health.registries.is_empty(),
        health,
    })
}

pub(in crate::ui) async fn check(
    visit: Visit,
    Sent(_): Sent<Nothing>,
) -> Result<Response, Trouble> {
    visit.shared.app.admin.oversee.look_again(&visit.actor()).await?;
    Ok(Notice::Checked.at("/admin"))
}
