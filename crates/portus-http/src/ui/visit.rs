//! Who looks at a page, with what, and how she likes it.

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Extension, FromRequestParts, Request, State};
use axum::http::header::{CACHE_CONTROL, COOKIE, SET_COOKIE, USER_AGENT, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use portus_core::activity::Actor;
use portus_core::credential::Caller;
use portus_core::id::SessionId;
use portus_core::secret::Secret;
use portus_core::usecase::Origin;
use tokio::time::Instant;

use super::Web;
use super::cookie::{self, Cookie};
use super::notice::{self, Notice};
use super::texts::{self, Texts};
use super::trouble::{Trouble, page};
use crate::Shared;
use crate::denied::Denied;
use crate::each_request::guarded;
use crate::quota::Key;

/// One request of a browser.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) shared: Arc<Shared>,
    pub(super) t: &'static Texts,
    /// Who; anonymous for someone who did not sign in.
    pub(super) caller: Caller,
    /// With which session.
    pub(super) session: Option<(SessionId, Secret)>,
    /// What the guard of her forms is made of: the session, or a cookie of its own.
    seed: Secret,
    pub(super) theme: Theme,
    /// The language she chose; `None` is what her browser asks for.
    pub(super) language: Option<&'static str>,
    /// Whether she wants times exact.
    pub(super) exact_times: bool,
    pub(super) origin: Origin,
    pub(super) agent: String,
    pub(super) path: String,
    /// What the form did that led here.
    pub(super) notice: Option<Notice>,
    pub(super) now: SystemTime,
}

/// Which colours.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(super) fn named(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// As `data-theme` has it.
    pub(super) fn attribute(self) -> Option<&'static str> {
        (self != Self::System).then(|| self.as_str())
    }
}

impl Visit {
    /// On whose behalf she does things.
    pub(super) fn actor(&self) -> Actor {
        self.origin.actor(self.caller.clone())
    }

    /// Whether she signed in.
    pub(super) fn is_signed_in(&self) -> bool {
        self.session.is_some()
    }

    /// Whether she may look at all: strangers only where the operator lets them.
    pub(super) fn look_around(&self) -> Result<(), Trouble> {
        let may = self.shared.app.web.anonymous_browse || self.is_signed_in();
        may.then_some(()).ok_or(Trouble::NotFound)
    }

    /// What her forms carry, so that no other site can send one for her.
    pub(super) fn guard(&self) -> String {
        self.shared.app.web.sign_in.guard(&self.seed)
    }

    /// Refuses a form that was not made by a page of hers.
    pub(super) fn check_guard(&self, sent: &str) -> Result<(), Trouble> {
        is_guard(&self.shared.app.web, &self.seed, sent).then_some(()).ok_or(Trouble::Stale)
    }

    /// A cookie of this installation.
    pub(super) fn cookie(&self, kind: Cookie) -> cookie::Named {
        cookie::Named { kind, insecure: self.shared.app.web.insecure_cookies }
    }
}

impl FromRequestParts<Arc<Shared>> for Visit {
    type Rejection = Trouble;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &Arc<Shared>,
    ) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(Trouble::Broken("no visit".into()))
    }
}

/// Finds out who visits, refuses what another site sends, and dresses what went wrong as a page.
pub(super) async fn attend(
    State(shared): State<Arc<Shared>>,
    mut request: Request,
    next: Next,
) -> Response {
    let cookie = |kind| cookie::Named { kind, insecure: shared.app.web.insecure_cookies };
    let read = |kind| cookie(kind).read(request.headers());
    let [form, session] = [Cookie::Form, Cookie::Session].map(read);
    let likes = [Cookie::Language, Cookie::Theme, Cookie::Times].map(read);
    let fresh = form.is_none().then(|| shared.app.web.sign_in.seed());
    let seed = form.or_else(|| fresh.clone()).unwrap_or_else(|| Secret::new(""));
    let mut visit = Visit::of_stranger(&shared, &request, seed);
    visit.like(likes.each_ref().map(|like| like.as_ref().map_or("", Secret::expose)));
    let answered = guarded(&shared.app.limits, async {
        let resumed = visit.resume(session).await.err();
        let left = shared.page_quota.take(Key::of(&visit.caller, &visit.origin), Instant::now());
        let resumed = resumed.or(left.wait().map(Trouble::TooMany));
        let foreign = is_foreign(request.method(), request.headers(), &shared.app.web.origin);
        request.extensions_mut().insert(visit.clone());
        match resumed.or(foreign.then_some(Trouble::Foreign)) {
            Some(trouble) => trouble.into_response(),
            None => next.run(request).await,
        }
    });
    let answered = answered.await;
    let mut response = answered.unwrap_or_else(|failed| Trouble::from(failed).into_response());
    if let Some(trouble) = response.extensions_mut().remove::<Trouble>() {
        response = page(&visit, &trouble);
        if let Some(why) = trouble.denial() {
            response.extensions_mut().insert(Denied::to(visit.caller.clone(), why));
        }
    }
    if let (Some(seed), None) = (fresh, &visit.session) {
        let set = cookie(Cookie::Form).set(seed.expose(), None);
        response.headers_mut().append(SET_COOKIE, set);
    }
    secure(response.headers_mut(), &shared.app.web.origin);
    response
}

impl Visit {
    /// Someone who has not shown a session yet.
    fn of_stranger(shared: &Arc<Shared>, request: &Request, seed: Secret) -> Self {
        let headers = request.headers();
        let (path, notice) = notice::taken(request.method(), request.uri());
        let origin = request.extensions().get::<Origin>().cloned().unwrap_or(Origin::LOCAL);
        Self {
            shared: shared.clone(),
            t: texts::wanted(headers),
            caller: Caller::ANONYMOUS,
            session: None,
            seed,
            theme: Theme::System,
            language: None,
            exact_times: false,
            origin,
            agent: text(headers, &USER_AGENT),
            path,
            notice,
            now: shared.app.web.clock.now(),
        }
    }

    /// Takes in what she chose: language, theme, times. What nobody offers is no choice.
    fn like(&mut self, [language, theme, times]: [&str; 3]) {
        if let Some(chosen) = texts::named(language) {
            (self.t, self.language) = (chosen, Some(chosen.language));
        }
        self.theme = Theme::named(theme);
        self.exact_times = times == EXACT;
    }

    /// Takes up the session of a cookie, if it is one.
    async fn resume(&mut self, session: Option<Secret>) -> Result<(), Trouble> {
        let Some(secret) = session else { return Ok(()) };
        if let Some(found) = self.shared.app.web.sign_in.resume(&secret).await? {
            self.caller = found.caller;
            self.seed = secret.clone();
            self.session = Some((found.session, secret));
        }
        Ok(())
    }
}

/// Takes no form of a stranger where strangers see nothing, before it is read.
pub(super) async fn keep_out(
    Extension(visit): Extension<Visit>,
    request: Request,
    next: Next,
) -> Response {
    let may = matches!(*request.method(), Method::GET | Method::HEAD);
    match visit.look_around() {
        Err(trouble) if !may => trouble.into_response(),
        _ => next.run(request).await,
    }
}

/// Says what browsers may do with a page, and what not.
fn secure(headers: &mut HeaderMap, origin: &str) {
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.append(VARY, HeaderValue::from_static("cookie, accept-language"));
    for (name, value) in SECURE {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if origin.starts_with("https:") {
        let hsts = HeaderValue::from_static("max-age=31536000");
        headers.insert("strict-transport-security", hsts);
    }
}

/// Whether a request that changes something comes from another site. Every browser in use says
/// where a form comes from; what says nothing is none, and has no business with forms.
///
/// Source: Fetch Metadata Request Headers; RFC 6454, section 7.
pub(crate) fn is_foreign(method: &Method, headers: &HeaderMap, own: &str) -> bool {
    if matches!(*method, Method::GET | Method::HEAD) {
        return false;
    }
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => site != "same-origin",
        (None, Some(origin)) => origin != own,
        (None, None) => true,
    }
}

/// Whether a browser sent the guard that is made of what it keeps.
pub(crate) fn is_guard(web: &Web, seed: &Secret, sent: &str) -> bool {
    let right = web.sign_in.guard(seed);
    right.len() == sent.len() && openssl::memcmp::eq(right.as_bytes(), sent.as_bytes())
}

/// What a browser that is signed in sends along.
pub(crate) fn session_secret(web: &Web, headers: &HeaderMap) -> Option<Secret> {
    cookie::Named { kind: Cookie::Session, insecure: web.insecure_cookies }.read(headers)
}

fn text(headers: &HeaderMap, name: &axum::http::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// The cookie of who wants times exact.
pub(super) const EXACT: &str = "exact";

/// What every page says to browsers.
const SECURE: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// The cookies that a request carries.
pub(super) fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='))
}
