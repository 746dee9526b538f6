//! Application tokens of one's own.

use std::time::{Duration, SystemTime};

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::account::Username;
use portus_core::credential::{ApplicationToken, TokenActions};
use portus_core::secret::Secret;
use portus_core::usecase::{ManageTokensError, NewToken};

use super::frame::{Frame, with_status};
use super::sent::Sent;
use super::sign_in::see;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "tokens.html")]
struct Page {
    f: Frame,
    name: Username,
    tokens: Vec<ApplicationToken>,
    /// The one that was just made.
    made: Option<(String, String)>,
    fault: Option<String>,
    form: Wanted,
    now: SystemTime,
}

/// What the form says; kept when it is wrong.
#[derive(Default)]
struct Wanted {
    label: String,
    actions: Vec<String>,
    days: String,
}

impl Wanted {
    /// Read by hand, since a box that is ticked repeats its name.
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut wanted = Self::default();
        for (name, value) in fields.into_iter().take(100) {
            match name.as_str() {
                "label" => wanted.label = value,
                "may" => wanted.actions.push(value),
                "days" => wanted.days = value,
                _ => {}
            }
        }
        wanted
    }

    fn token(&self, now: SystemTime) -> Result<NewToken, String> {
        let label = self.label.trim().parse().map_err(|error| format!("{error}"))?;
        let actions: TokenActions = match self.actions.as_slice() {
            [] => TokenActions::default(),
            words => words.join(",").parse().map_err(|error| format!("{error}"))?,
        };
        let days: u64 = self.days.parse().map_err(|_| format!("`{}` is no number", self.days))?;
        let expires_at = match days.min(3650) {
            0 => None,
            days => Some(now + Duration::from_secs(days * 86_400)),
        };
        Ok(NewToken { label, actions, namespaces: None, expires_at })
    }

    fn may(&self, word: &str) -> bool {
        self.actions.iter().any(|action| action == word)
    }
}

impl Page {
    fn actions(&self) -> [(&'static str, &'static str); 4] {
        let t = self.f.t;
        [("pull", t.pull), ("push", t.push), ("delete", t.delete), ("api", "API")]
    }

    fn is_over(&self, token: &&ApplicationToken) -> bool {
        token.limits.expires_at.is_some_and(|end| end <= self.now)
    }
}

pub(super) async fn show(visit: Visit) -> Result<Response, Trouble> {
    let wanted = Wanted { actions: vec!["pull".into()], days: "90".into(), ..Wanted::default() };
    page(&visit, StatusCode::OK, None, None, wanted).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    made: Option<(String, Secret)>,
    fault: Option<String>,
    form: Wanted,
) -> Result<Response, Trouble> {
    let Some(name) = visit.caller.name().cloned() else {
        return Ok(see("/sign-in?to=/tokens"));
    };
    let web = &visit.shared.app.web;
    let tokens = match web.tokens.list(&visit.actor(), &name).await {
        Ok(tokens) => tokens,
        Err(ManageTokensError::Store(error)) => return Err(error.into()),
        Err(_) => return Err(Trouble::Refused),
    };
    let shown = Page {
        f: Frame::of(visit, visit.t.tokens.title),
        name,
        tokens,
        made: made.map(|(label, secret)| (label, secret.expose().to_owned())),
        fault,
        form,
        now: visit.now,
    };
    with_status(status, &shown)
}

pub(super) async fn make(
    visit: Visit,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let wanted = Wanted::read(fields);
    let Some(name) = visit.caller.name() else { return Ok(see("/sign-in?to=/tokens")) };
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    let token = match wanted.token(visit.now) {
        Ok(token) => token,
        Err(fault) => return page(&visit, refused, None, Some(fault), wanted).await,
    };
    let made = visit.shared.app.web.tokens.create(&visit.actor(), name, &token).await;
    match made {
        Ok(secret) => {
            let made = Some((token.label.to_string(), secret));
            let fresh =
                Wanted { actions: vec!["pull".into()], days: "90".into(), ..Wanted::default() };
            page(&visit, StatusCode::OK, made, None, fresh).await
        }
        Err(ManageTokensError::Store(error)) => Err(error.into()),
        Err(ManageTokensError::Refused(_)) => Err(Trouble::Refused),
        Err(error) => page(&visit, refused, None, Some(error.to_string()), wanted).await,
    }
}

pub(super) async fn revoke(
    visit: Visit,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let wanted = Wanted::read(fields);
    let Some(name) = visit.caller.name() else { return Ok(see("/sign-in?to=/tokens")) };
    let label = wanted.label.parse().map_err(|_| Trouble::NotFound)?;
    match visit.shared.app.web.tokens.revoke(&visit.actor(), name, &label).await {
        // Twice is once.
        Ok(()) | Err(ManageTokensError::UnknownToken(..)) => Ok(see("/tokens")),
        Err(ManageTokensError::Store(error)) => Err(error.into()),
        Err(_) => Err(Trouble::Refused),
    }
}
