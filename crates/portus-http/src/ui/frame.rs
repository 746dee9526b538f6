//! What surrounds every page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use portus_core::scope::Action;
use portus_core::usecase::Look;

use super::assets::{PATHS, Paths};
use super::fault::Told;
use super::notice::Notice;
use super::show::{self, Moment};
use super::texts::Texts;
use super::trouble::Trouble;
use super::visit::{Theme, Visit};

/// The layout's part of a page.
pub(super) struct Frame {
    pub(super) t: &'static Texts,
    pub(super) title: String,
    pub(super) theme: Theme,
    pub(super) viewer: Option<String>,
    pub(super) is_admin: bool,
    pub(super) guard: String,
    /// Whether there is anything for her to look for.
    pub(super) searches: bool,
    pub(super) path: String,
    pub(super) paths: &'static Paths,
    pub(super) version: &'static str,
    pub(super) now: std::time::SystemTime,
    pub(super) language: Option<&'static str>,
    pub(super) exact_times: bool,
    /// What the form did that led here.
    pub(super) notice: Option<Notice>,
}

/// A link of the top bar.
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    pub(super) here: bool,
}

impl Frame {
    pub(super) fn of(visit: &Visit, title: impl Into<String>) -> Self {
        Self {
            t: visit.t,
            title: title.into(),
            theme: visit.theme,
            viewer: visit.caller.name().map(ToString::to_string),
            is_admin: Look::is_admin(&visit.caller),
            guard: visit.guard(),
            searches: visit.look_around().is_ok(),
            path: visit.path.clone(),
            paths: &PATHS,
            version: env!("CARGO_PKG_VERSION"),
            now: visit.now,
            language: visit.language,
            exact_times: visit.exact_times,
            notice: visit.notice,
        }
    }

    pub(super) fn places(&self) -> Vec<Place> {
        let bare = self.path.split('?').next().unwrap_or_default();
        let mut all = vec![(self.t.home, "/"), (self.t.namespaces, "/namespaces")];
        if self.viewer.is_some() {
            all.push((self.t.teams, "/teams"));
            all.push((self.t.access.title, "/access"));
        }
        if self.is_admin {
            all.extend([(self.t.audit.title, "/audit"), (self.t.administration, "/admin")]);
        }
        all.into_iter()
            .map(|(name, path)| Place {
                name,
                path,
                here: bare == path || (path == "/admin" && bare.starts_with("/admin/")),
            })
            .collect()
    }

    pub(super) fn themes(&self) -> [(&'static str, &'static str); 3] {
        [("system", self.t.system), ("light", self.t.light), ("dark", self.t.dark)]
    }

    /// What was looked for on this page.
    pub(super) fn sought(&self) -> String {
        let query = self.path.strip_prefix("/search?").unwrap_or_default();
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(name, _)| name == "q").map(|(_, text)| text.into_owned());
        found.unwrap_or_default().chars().take(255).collect()
    }

    pub(super) fn initial(&self) -> String {
        self.viewer.iter().flat_map(|name| name.chars()).take(1).collect()
    }

    pub(super) fn moment(&self, at: &std::time::SystemTime) -> Moment {
        let moment = show::moment(*at, self.now, self.t);
        match self.exact_times {
            true => Moment { relative: moment.exact.clone(), ..moment },
            false => moment,
        }
    }

    /// How relative times are told, for the script that keeps them current.
    pub(super) fn ago(&self) -> Option<String> {
        (!self.exact_times).then(|| show::patterns(self.t))
    }

    /// The time of the page, in seconds since 1970.
    pub(super) fn seconds(&self) -> u64 {
        self.now.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
    }

    /// What is done to an image.
    pub(super) fn action(&self, action: &Action) -> &'static str {
        match action {
            Action::Pull => self.t.pull,
            Action::Push => self.t.push,
            Action::Delete => self.t.delete,
        }
    }

    /// How open a namespace can be: as it is sent, as it is called, and who sees it then.
    pub(super) fn visibilities(&self) -> [(&'static str, &'static str, &'static str); 3] {
        let (t, s) = (self.t, &self.t.settings);
        [
            ("private", t.private, s.private_means),
            ("protected", t.protected, s.protected_means),
            ("public", t.public, s.public_means),
        ]
    }

    /// The start of the list at an address, where this is a later part of it.
    pub(super) fn start(&self, path: &str, is_first: &bool) -> Option<String> {
        (!is_first).then(|| path.to_owned())
    }

    /// The next part of the list at an address, where there is one.
    pub(super) fn onward(&self, path: &str, next: &Option<String>) -> Option<String> {
        let after: String = form_urlencoded::byte_serialize(next.as_ref()?.as_bytes()).collect();
        let joint = if path.is_empty() || path.ends_with('?') { "" } else { "&" };
        Some(format!("{path}{joint}after={after}"))
    }

    /// Whether something is wrong with the field of this id.
    pub(super) fn is_wrong(&self, fault: &Option<Told>, id: &str) -> bool {
        fault.as_ref().is_some_and(|fault| fault.is_of(id))
    }

    /// What a program says, as people do.
    pub(super) fn sentence(&self, text: impl AsRef<str>) -> String {
        show::sentence(text.as_ref())
    }

    /// With a capital at its start.
    pub(super) fn capital(&self, word: &str) -> String {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            format!("{}{}", first.to_uppercase(), letters.as_str())
        })
    }

    pub(super) fn number(&self, number: &u64) -> String {
        show::number(*number, self.t)
    }

    pub(super) fn size(&self, bytes: &u64) -> String {
        show::size(*bytes, self.t)
    }

    pub(super) fn short<'a>(&self, digest: &'a str) -> &'a str {
        show::short(digest)
    }
}

/// A whole page.
pub(super) fn html(template: &impl Template) -> Result<Response, Trouble> {
    with_status(StatusCode::OK, template)
}

pub(super) fn with_status(
    status: StatusCode,
    template: &impl Template,
) -> Result<Response, Trouble> {
    match template.render() {
        Ok(text) => Ok((status, Html(text)).into_response()),
        Err(error) => Err(Trouble::Broken(error.to_string().into())),
    }
}
