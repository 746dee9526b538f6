//! Who can do what, what someone reaches, and what a change would do.

pub(super) mod what_if;

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
use portus_core::usecase::{Change, Holders, Reached, WhatCanError, WhoCanError};
use serde::Deserialize;

use super::fault::{At, Fault, Told, told, typed};
use super::frame::{Frame, with_status};
use super::sent::Asked;
use super::sign_in::see;
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
        let registry = typed(&self.registry).at("registry")?;
        Ok((registry, namespace(self.namespace.trim()).at("namespace")?))
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

    /// The same question, from its first part on.
    fn address(&self, path: &str) -> String {
        let mut query = Serializer::new(format!("{path}?"));
        for (name, value) in [
            ("registry", &*self.registry),
            ("namespace", &self.namespace),
            ("action", &self.action),
            ("who", &self.who),
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
            team: typed(&self.team).at("team")?,
            member: typed(&self.who).at("who")?,
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
    start: Option<String>,
    next: Option<String>,
    fault: Option<Told>,
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
        start: None,
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
        WhoCanError::Refused(refused) => Trouble::hidden(refused),
        WhoCanError::Unknown => Trouble::NotFound,
    })?;
    let whole = asked.address("/access/who-can");
    page.start = page.f.start(&whole, &asked.after.is_empty());
    page.next = page.f.onward(&whole, &found.holders.next);
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
    start: Option<String>,
    next: Option<String>,
    fault: Option<Told>,
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
        start: None,
        next: None,
        fault: None,
    };
    let name = match typed(who).at("who") {
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
        WhatCanError::Refused(refused) => Trouble::hidden(refused),
        WhatCanError::UnknownAccount(_) => Trouble::NotFound,
    })?;
    let whole = asked.address("/access/what-can");
    page.start = page.f.start(&whole, &asked.after.is_empty());
    page.next = page.f.onward(&whole, &found.places.next);
    page.found = Some(found);
    with_status(StatusCode::OK, &page)
}

const ROWS: u32 = 50;
