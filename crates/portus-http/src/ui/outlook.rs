//! Who can do what, what someone reaches, and what a change would do.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use form_urlencoded::Serializer;
use portus_core::namespace::NamespaceName;
use portus_core::page::Slice;
use portus_core::policy::SwitchChange;
use portus_core::port::NamespaceKey;
use portus_core::repository::RepositoryPath;
use portus_core::scope::Action;
use portus_core::usecase::{
    Change, ChangeMembersError, ChangeNamespaceError, Holders, Outlook, Reached, WhatCanError,
    WhatIfError, WhoCanError,
};
use serde::Deserialize;

use super::fault::{Fault, told, typed};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Asked, Sent};
use super::sign_in::see;
use super::texts::Said;
use super::trouble::Trouble;
use super::visit::Visit;

/// What a form asks, as its address keeps it.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Question {
    registry: String,
    namespace: String,
    action: String,
    who: String,
    team: String,
    role: String,
    visibility: String,
    switch: String,
    after: String,
}

impl Question {
    fn place(&self) -> Result<(portus_core::registry::RegistryName, NamespaceKey), Fault> {
        let registry = typed(&self.registry)?;
        Ok((registry, namespace(self.namespace.trim())?))
    }

    fn action(&self) -> Action {
        match self.action.as_str() {
            "push" => Action::Push,
            "delete" => Action::Delete,
            _ => Action::Pull,
        }
    }

    fn slice(&self) -> Slice {
        let after = (!self.after.is_empty()).then(|| self.after.clone());
        Slice { after, limit: ROWS }
    }

    /// The same question, about the next part.
    fn next(&self, path: &str, after: &str) -> String {
        let mut query = Serializer::new(format!("{path}?"));
        for (name, value) in [
            ("registry", &*self.registry),
            ("namespace", &self.namespace),
            ("action", &self.action),
            ("who", &self.who),
            ("after", after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// The change that is thought of; `None` where none is.
    fn change(&self) -> Option<Result<Change, Fault>> {
        if !self.switch.is_empty() {
            let (key, value) = self.switch.split_once('=').unwrap_or_default();
            let switch = SwitchChange::read(key, value).map(Change::Switch);
            return Some(switch.map_err(Fault::told));
        }
        if !self.team.trim().is_empty() || !self.who.trim().is_empty() {
            return Some(self.role());
        }
        (!self.visibility.is_empty()).then(|| {
            let (registry, namespace) = self.place()?;
            let visibility = typed(&self.visibility)?;
            Ok(Change::Visibility { registry, namespace, visibility })
        })
    }

    fn role(&self) -> Result<Change, Fault> {
        Ok(Change::Role {
            team: typed(&self.team)?,
            member: typed(&self.who)?,
            role: match self.role.as_str() {
                "" => None,
                role => Some(typed(role)?),
            },
        })
    }
}

/// `_` is the global one; a path names the namespace that it is in.
fn namespace(text: &str) -> Result<NamespaceKey, Fault> {
    if text == "_" {
        return Ok(None);
    }
    if text.contains('/') {
        let path: RepositoryPath = typed(text)?;
        return Ok(path.namespace().cloned());
    }
    let name: NamespaceName = typed(text)?;
    Ok(Some(name))
}

#[derive(Template)]
#[template(path = "who_can.html")]
struct WhoCanPage {
    f: Frame,
    tab: &'static str,
    asked: Question,
    found: Option<Holders>,
    next: Option<String>,
    fault: Option<String>,
}

impl WhoCanPage {
    fn actions(&self) -> [(&'static str, &'static str); 3] {
        let t = self.f.t;
        [("pull", t.pull), ("push", t.push), ("delete", t.delete)]
    }
}

pub(super) async fn who_can(
    visit: Visit,
    Asked(asked): Asked<Question>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/access/who-can"));
    }
    let f = Frame::of(&visit, visit.t.outlook.who_can);
    let mut page = WhoCanPage {
        f,
        tab: "who-can",
        asked: asked.clone(),
        found: None,
        next: None,
        fault: None,
    };
    if asked.namespace.trim().is_empty() {
        return with_status(StatusCode::OK, &page);
    }
    let (registry, namespace) = match asked.place() {
        Ok(place) => place,
        Err(fault) => {
            page.fault = Some(told(fault, visit.t)?);
            return with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (web, at) = (&visit.shared.app.web, (&registry, &namespace));
    let found = web.who_can.holders(&visit.actor(), at, asked.action(), &asked.slice()).await;
    let found = found.map_err(|error| match error {
        WhoCanError::Store(error) => error.into(),
        WhoCanError::Refused(_) | WhoCanError::Unknown => Trouble::NotFound,
    })?;
    let next = found.holders.next.as_deref();
    page.next = next.map(|after| asked.next("/access/who-can", after));
    page.found = Some(found);
    with_status(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "what_can.html")]
struct WhatCanPage {
    f: Frame,
    tab: &'static str,
    asked: Question,
    who: String,
    found: Option<Reached>,
    next: Option<String>,
    fault: Option<String>,
}

pub(super) async fn what_can(
    visit: Visit,
    Asked(asked): Asked<Question>,
) -> Result<Response, Trouble> {
    let Some(own) = visit.caller.name() else {
        return Ok(see("/sign-in?to=/access/what-can"));
    };
    let who = match asked.who.trim() {
        "" => own.as_str(),
        who => who,
    };
    let mut page = WhatCanPage {
        f: Frame::of(&visit, visit.t.outlook.what_can),
        tab: "what-can",
        asked: asked.clone(),
        who: who.to_owned(),
        found: None,
        next: None,
        fault: None,
    };
    let name = match typed(who) {
        Ok(name) => name,
        Err(fault) => {
            page.fault = Some(told(fault, visit.t)?);
            return with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let what_can = &visit.shared.app.web.what_can;
    let found = what_can.reach(&visit.actor(), &name, &asked.slice()).await;
    let found = found.map_err(|error| match error {
        WhatCanError::Store(error) => error.into(),
        WhatCanError::Refused(_) | WhatCanError::UnknownAccount(_) => Trouble::NotFound,
    })?;
    let next = found.places.next.as_deref();
    page.next = next.map(|after| asked.next("/access/what-can", after));
    page.found = Some(found);
    with_status(StatusCode::OK, &page)
}

#[derive(Template)]
#[template(path = "what_if.html")]
struct WhatIfPage {
    f: Frame,
    tab: &'static str,
    asked: Question,
    found: Option<Outlook>,
    /// What the configuration would say.
    lines: Option<[String; 2]>,
    /// The values that each switch can have.
    switches: BTreeMap<&'static str, Vec<String>>,
    fault: Option<String>,
}

impl WhatIfPage {
    fn word(&self, action: &Action) -> &'static str {
        let t = self.f.t;
        match action {
            Action::Pull => t.pull,
            Action::Push => t.push,
            Action::Delete => t.delete,
        }
    }

    fn visibilities(&self) -> [(&'static str, &'static str); 3] {
        let t = self.f.t;
        [("private", t.private), ("protected", t.protected), ("public", t.public)]
    }
}

pub(super) async fn what_if(
    visit: Visit,
    Asked(asked): Asked<Question>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/access/what-if"));
    }
    outlook(&visit, asked, None).await
}

async fn outlook(
    visit: &Visit,
    asked: Question,
    fault: Option<String>,
) -> Result<Response, Trouble> {
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
                    if let Change::Switch(switch) = change {
                        page.lines = Some(switch.lines());
                    }
                }
                Err(WhatIfError::Store(error)) => return Err(error.into()),
                Err(error @ WhatIfError::Orphan) => {
                    page.fault = Some(error.said(visit.t));
                    status = refused;
                }
                Err(_) => return Err(Trouble::NotFound),
            }
        }
    }
    with_status(status, &page)
}

/// Makes the change that was looked at.
pub(super) async fn change(visit: Visit, Sent(asked): Sent<Question>) -> Result<Response, Trouble> {
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
        let mut query = Serializer::new("/access/what-if?".to_owned());
        query.extend_pairs(self.fields()).finish()
    }
}

/// What kept it from being done, in words.
async fn perform(visit: &Visit, change: &Change) -> Result<Option<String>, Trouble> {
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
                Err(ChangeMembersError::Refused(_) | ChangeMembersError::UnknownTeam(_)) => {
                    Err(Trouble::NotFound)
                }
                Err(error) => Ok(Some(error.said(visit.t))),
            }
        }
        Change::Visibility { registry, namespace, visibility } => {
            let at = (registry, namespace);
            match api.change_namespace.set_visibility(&actor, at, *visibility).await {
                Ok(()) => Ok(None),
                Err(ChangeNamespaceError::Store(error)) => Err(error.into()),
                Err(error @ ChangeNamespaceError::Orphan) => Ok(Some(error.said(visit.t))),
                Err(_) => Err(Trouble::NotFound),
            }
        }
        Change::Switch(_) => Err(Trouble::Odd),
    }
}

const ROWS: u32 = 50;
