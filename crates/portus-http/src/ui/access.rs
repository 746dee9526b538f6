//! Who may do what, and why.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use form_urlencoded::Serializer;
use portus_core::policy::Decision;
use portus_core::scope::Action;
use portus_core::usecase::{ExplainError, Explanation, Subject};
use serde::Deserialize;

use super::fault::{At, Fault, Told, told, typed};
use super::frame::{Frame, with_status};
use super::sent::Asked;
use super::sign_in::see;
use super::texts::{Said, Texts};
use super::trouble::Trouble;
use super::visit::Visit;

/// Where Access explains one thing: an action, a registry and what is in it, and for whom.
pub(super) fn address((action, registry, path): (&str, &str, &str), who: &str) -> String {
    let asked = [("registry", registry), ("repository", path), ("action", action), ("who", who)];
    encoded("/access", &asked)
}

/// A page with what it is asked.
pub(super) fn encoded(page: &str, asked: &[(&str, &str)]) -> String {
    let start = format!("{page}?");
    let length = start.len();
    Serializer::for_suffix(start, length).extend_pairs(asked).finish()
}

#[derive(Template)]
#[template(path = "access.html")]
struct Page {
    f: Frame,
    tab: &'static str,
    asked: Question,
    answer: Option<Answer>,
    fault: Option<Told>,
}

struct Answer {
    allowed: bool,
    sentence: String,
    /// Each rule for it, whom and what it speaks of, and why it did not apply.
    missed: Vec<(&'static str, String, &'static str)>,
    ways: Vec<String>,
}

impl Answer {
    fn of(found: &Explanation, texts: &Texts) -> Self {
        let t = &texts.outlook;
        let (mut missed, mut ways) = (Vec::new(), Vec::new());
        match &found.decision {
            _ if found.disabled => {}
            Decision::Allow { .. } => {}
            Decision::Deny { missed: grants } => {
                for (grant, miss) in grants {
                    let of = format!("{} · {}", t.audience(grant), t.reach(grant));
                    missed.push((grant.id, of, t.miss(*miss)));
                    ways.extend(t.way(grant, *miss));
                }
                if grants.is_empty() {
                    ways.push(t.switched_off.to_owned());
                }
            }
            Decision::Limited(_) => ways.push(t.way_credential.to_owned()),
        }
        Self { allowed: found.is_allowed(), sentence: found.said(texts), missed, ways }
    }
}

impl Page {
    fn actions(&self) -> [(&'static str, &'static str); 3] {
        let t = self.f.t;
        [("pull", t.pull), ("push", t.push), ("delete", t.delete)]
    }
}

#[derive(Clone, Default, Deserialize)]
pub(super) struct Question {
    #[serde(default)]
    registry: String,
    #[serde(default)]
    repository: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    who: String,
}

pub(super) async fn show(visit: Visit, Asked(asked): Asked<Question>) -> Result<Response, Trouble> {
    let Some(own) = visit.caller.name().cloned() else {
        return Ok(see("/sign-in?to=/access"));
    };
    let page = |status, answer, fault| {
        let f = Frame::of(&visit, visit.t.access.title);
        with_status(status, &Page { f, tab: "explain", asked: asked.clone(), answer, fault })
    };
    if asked.repository.trim().is_empty() {
        return page(StatusCode::OK, None, None);
    }
    let question = read(&asked, own);
    let (subject, action, registry, path) = match question {
        Ok(question) => question,
        Err(fault) => {
            let fault = told(fault, visit.t)?;
            return page(StatusCode::UNPROCESSABLE_ENTITY, None, Some(fault));
        }
    };
    let explain = &visit.shared.app.web.explain;
    match explain.explain(&visit.actor(), &subject, action, (&registry, &path)).await {
        Ok(found) => page(StatusCode::OK, Some(Answer::of(&found, visit.t)), None),
        Err(ExplainError::Store(error)) => Err(error.into()),
        // Of whom one may not ask, one does not learn whether they are there.
        Err(ExplainError::Refused(refused)) => Err(Trouble::hidden(refused)),
        Err(ExplainError::UnknownAccount(_)) => Err(Trouble::NotFound),
        Err(error @ ExplainError::UnknownRegistry(_)) => {
            let fault = Told::of("registry", error.said(visit.t));
            page(StatusCode::NOT_FOUND, None, Some(fault))
        }
    }
}

type Read =
    (Subject, Action, portus_core::registry::RegistryName, portus_core::repository::RepositoryPath);

fn read(asked: &Question, own: portus_core::account::Username) -> Result<Read, Fault> {
    // A namespace alone stands for anything in it.
    let path = match asked.repository.trim() {
        "_/" => "any".to_owned(),
        path if path.ends_with('/') => format!("{path}any"),
        path => path.to_owned(),
    };
    let path = typed(&path).at("repository")?;
    let registry = typed(&asked.registry).at("registry")?;
    let action = match asked.action.as_str() {
        "push" => Action::Push,
        "delete" => Action::Delete,
        _ => Action::Pull,
    };
    let subject = match asked.who.trim() {
        "" => Subject::Account(own),
        "-" => Subject::Anonymous,
        name => Subject::Account(typed(name).at("who")?),
    };
    Ok((subject, action, registry, path))
}
