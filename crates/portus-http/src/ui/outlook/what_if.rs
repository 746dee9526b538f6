//! What a change would do, before it is made.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::policy::SwitchChange;
use portus_core::usecase::{
    Change, ChangeMembersError, ChangeNamespaceError, Outlook, WhatIfError,
};

use super::Question;
use crate::ui::access::encoded;
use crate::ui::fault::{Told, told};
use crate::ui::frame::{Frame, with_status};
use crate::ui::notice::Notice;
use crate::ui::sent::{Asked, Sent};
use crate::ui::sign_in::see;
use crate::ui::texts::Said;
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

#[derive(Template)]
#[template(path = "what_if.html")]
struct WhatIfPage {
    f: Frame,
    tab: &'static str,
    asked: Question,
    found: Option<Outlook>,
    /// What would be in the place of what is.
    then: Option<String>,
    /// What the configuration would say.
    lines: Option<[String; 2]>,
    /// The values that each switch can have.
    switches: BTreeMap<&'static str, Vec<String>>,
    fault: Option<Told>,
}

impl WhatIfPage {
    /// What is or would be, in the words of its kind: a role, a visibility, a switch's value.
    fn state<'a>(&self, state: &'a Option<String>) -> &'a str {
        let t = self.f.t;
        match state.as_deref() {
            None => t.outlook.no_member,
            Some("contributor") => t.team.contributor,
            Some("owner") => t.team.owner,
            Some("private") => t.private,
            Some("protected") => t.protected,
            Some("public") => t.public,
            Some("viewer") => t.team.viewer,
            Some(value) => value,
        }
    }

    fn roles(&self) -> [(&'static str, &'static str); 3] {
        let t = &self.f.t.team;
        [("viewer", t.viewer), ("contributor", t.contributor), ("owner", t.owner)]
    }

    fn visibilities(&self) -> [(&'static str, &'static str); 3] {
        let t = self.f.t;
        [("private", t.private), ("protected", t.protected), ("public", t.public)]
    }
}

pub(in crate::ui) async fn show(
    visit: Visit,
    Asked(asked): Asked<Question>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/access/what-if"));
    }
    outlook(&visit, asked, None).await
}

async fn outlook(visit: &Visit, asked: Question, fault: Option<Told>) -> Result<Response, Trouble> {
    let mut switches: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for change in SwitchChange::all() {
        switches.entry(change.key()).or_default().push(format!(
            "{}={}",
            change.key(),
            change.value()
        ));
    }
    let change = asked.change();
    let mut page = WhatIfPage {
        f: Frame::of(visit, visit.t.outlook.what_if),
        tab: "what-if",
        asked,
        found: None,
        then: None,
        lines: None,
        switches,
        fault,
    };
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let mut status = if page.fault.is_some() { refused } else { StatusCode::OK };
    match change {
        None => {}
        Some(Err(fault)) => {
            page.fault = Some(told(fault, visit.t)?);
            status = refused;
        }
        Some(Ok(change)) => {
            match visit.shared.app.web.what_if.preview(&visit.actor(), &change).await {
                Ok(found) => {
                    page.found = Some(found);
                    page.then = then(&change);
                    if let Change::Switch(switch) = change {
                        page.lines = Some(switch.lines());
                    }
                }
                Err(WhatIfError::Store(error)) => return Err(error.into()),
                Err(error @ WhatIfError::Orphan) => {
                    page.fault = Some(Told::of_form(error.said(visit.t)));
                    status = refused;
                }
                Err(WhatIfError::Refused(refused)) => return Err(Trouble::hidden(refused)),
                Err(_) => return Err(Trouble::NotFound),
            }
        }
    }
    with_status(status, &page)
}

/// What a change puts in the place of what is; `None` where a member would be none.
fn then(change: &Change) -> Option<String> {
    match change {
        Change::Role { role, .. } => role.map(|role| role.as_str().to_owned()),
        Change::Switch(switch) => Some(switch.value().to_string()),
        Change::Visibility { visibility, .. } => Some(visibility.to_string()),
    }
}

/// Makes the change that was looked at.
pub(in crate::ui) async fn change(
    visit: Visit,
    Sent(asked): Sent<Question>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/access/what-if"));
    }
    let change = asked.change().and_then(Result::ok).ok_or(Trouble::Odd)?;
    match perform(&visit, &change).await? {
        None => Ok(Notice::Changed.at(&asked.again())),
        Some(fault) => outlook(&visit, asked, Some(fault)).await,
    }
}

impl Question {
    fn is_role(&self, role: &str) -> bool {
        self.role == role
    }

    /// What names the change.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("team", &*self.team),
            ("who", &self.who),
            ("role", &self.role),
            ("registry", &self.registry),
            ("namespace", &self.namespace),
            ("visibility", &self.visibility),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The page of the same change, which then is how it is.
    fn again(&self) -> String {
        address(&self.fields())
    }
}

/// The page that says what a change would do, which these fields name.
pub(in crate::ui) fn address(fields: &[(&str, &str)]) -> String {
    encoded("/access/what-if", fields)
}

/// What kept it from being done, in words.
async fn perform(visit: &Visit, change: &Change) -> Result<Option<Told>, Trouble> {
    let (api, actor) = (&visit.shared.app.api, visit.actor());
    match change {
        Change::Role { team, member, role } => {
            let members = &api.change_members;
            let done = match role {
                None => members.remove(&actor, team, member).await,
                Some(role) => match members.set_role(&actor, team, member, *role).await {
                    Err(ChangeMembersError::NoMember(..)) => {
                        members.add(&actor, team, member, *role).await
                    }
                    done => done,
                },
            };
            match done {
                Ok(()) => Ok(None),
                Err(ChangeMembersError::Store(error)) => Err(error.into()),
                Err(ChangeMembersError::Refused(refused)) => Err(Trouble::hidden(refused)),
                Err(ChangeMembersError::UnknownTeam(_)) => Err(Trouble::NotFound),
                Err(error) => Ok(Some(Told::of_form(error.said(visit.t)))),
            }
        }
        Change::Visibility { registry, namespace, visibility } => {
            let at = (registry, namespace);
            match api.change_namespace.set_visibility(&actor, at, *visibility).await {
                Ok(()) => Ok(None),
                Err(ChangeNamespaceError::Store(error)) => Err(error.into()),
                Err(error @ ChangeNamespaceError::Orphan) => {
                    Ok(Some(Told::of_form(error.said(visit.t))))
                }
                Err(ChangeNamespaceError::Refused(refused)) => Err(Trouble::hidden(refused)),
                Err(_) => Err(Trouble::NotFound),
            }
        }
        Change::Switch(_) => Err(Trouble::Odd),
    }
}
