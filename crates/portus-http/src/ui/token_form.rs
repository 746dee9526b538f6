//! The form that makes an application token.

use std::time::{Duration, SystemTime};

use portus_core::account::Username;
use portus_core::credential::TokenActions;
use portus_core::port::NamespaceKey;
use portus_core::registry::RegistryName;
use portus_core::secret::Secret;
use portus_core::usecase::{ManageTokensError, NewToken};
use time::format_description::well_known::Iso8601;
use time::{Date, PrimitiveDateTime, Time};

use super::fault::{At, Fault, Mistake, Told, told, typed};
use super::texts::{Said, Texts};
use super::trouble::Trouble;
use super::visit::Visit;

/// What a form sends; a box that is ticked repeats its name.
pub(super) type Fields = Vec<(String, String)>;

/// What the form says; kept when it is wrong.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) label: String,
    pub(super) actions: Vec<String>,
    pub(super) days: String,
    /// A day, where `days` is `on`.
    pub(super) until: String,
    pub(super) namespaces: String,
    /// Whether there is one of that label which was never used.
    pub(super) again: bool,
    /// Where it is sent.
    pub(super) action: String,
}

impl Wanted {
    /// A form that nobody filled yet.
    pub(super) fn fresh() -> Self {
        let action = "/tokens".into();
        Self { actions: vec!["pull".into()], days: "90".into(), action, ..Self::default() }
    }

    /// The same for a bot, whose token lives where a program does.
    pub(super) fn for_program() -> Self {
        Self { days: "365".into(), ..Self::fresh() }
    }

    pub(super) fn read(fields: Fields) -> Self {
        let mut wanted = Self { action: "/tokens".into(), ..Self::default() };
        for (name, value) in fields.into_iter().take(100) {
            match name.as_str() {
                "label" => wanted.label = value,
                "may" => wanted.actions.push(value),
                "days" => wanted.days = value,
                "until" => wanted.until = value,
                "namespaces" => wanted.namespaces = value,
                "again" => wanted.again = true,
                _ => {}
            }
        }
        wanted
    }

    fn token(&self, now: SystemTime) -> Result<NewToken, Fault> {
        let label = typed(&self.label).at("label")?;
        let actions: TokenActions = match self.actions.as_slice() {
            [] => TokenActions::default(),
            words => typed(&words.join(",")).at("may")?,
        };
        let namespaces = self.places().at("namespaces")?;
        Ok(NewToken { label, actions, namespaces, expires_at: self.end(now).at("expires")? })
    }

    fn end(&self, now: SystemTime) -> Result<Option<SystemTime>, Fault> {
        if self.days == "on" {
            return Ok(Some(end_of(&self.until)?));
        }
        let days: u64 = self.days.parse().map_err(|_| Mistake::Number(self.days.clone()))?;
        Ok(match days.min(3650) {
            0 => None,
            days => Some(now + Duration::from_secs(days * 86_400)),
        })
    }

    fn places(&self) -> Result<Option<Vec<(RegistryName, NamespaceKey)>>, Fault> {
        let mut places = Vec::new();
        for word in self.namespaces.split([' ', ',', '\n', '\r', '\t']) {
            if word.is_empty() {
                continue;
            }
            let (registry, name) =
                word.split_once('/').ok_or_else(|| Mistake::Place(word.to_owned()))?;
            let name = match name {
                // No namespace can be called so: it is the one of names without a slash.
                "_" => None,
                name => Some(typed(name)?),
            };
            places.push((typed(registry)?, name));
        }
        Ok(if places.is_empty() { None } else { Some(places) })
    }

    pub(super) fn may(&self, word: &str) -> bool {
        self.actions.iter().any(|action| action == word)
    }

    /// What can be ticked.
    pub(super) fn words(&self, t: &'static Texts) -> [(&'static str, &'static str); 4] {
        [("pull", t.pull), ("push", t.push), ("delete", t.delete), ("api", "API")]
    }
}

/// When a day is over, in UTC.
fn end_of(day: &str) -> Result<SystemTime, Mistake> {
    let read = Date::parse(day.trim(), &Iso8601::DATE).ok();
    let next = read.filter(|day| (1970..=9998).contains(&day.year())).and_then(Date::next_day);
    let next = next.ok_or_else(|| Mistake::Day(day.to_owned()))?;
    Ok(PrimitiveDateTime::new(next, Time::MIDNIGHT).assume_utc().into())
}

/// A token's label and secret, or what is wrong and the form as it was.
pub(super) type Made = Result<(String, Secret), (Told, Wanted)>;

/// Makes the token that a form asks for. One that was never used gives way where the form says so:
/// whoever pressed the button twice never saw its secret.
pub(super) async fn make_token(
    visit: &Visit,
    owner: &Username,
    wanted: Wanted,
) -> Result<Made, Trouble> {
    let token = match wanted.token(visit.now) {
        Ok(token) => token,
        Err(fault) => {
            let fault = told(fault, visit.t)?;
            return Ok(Err((fault, Wanted { again: false, ..wanted })));
        }
    };
    let (tokens, actor) = (&visit.shared.app.web.tokens, visit.actor());
    let made = match wanted.again {
        true => tokens.remake(&actor, owner, &token).await,
        false => tokens.create(&actor, owner, &token).await,
    };
    match made {
        Ok(secret) => Ok(Ok((token.label.to_string(), secret))),
        Err(ManageTokensError::Store(error)) => Err(error.into()),
        Err(ManageTokensError::Refused(refused)) => Err(refused.into()),
        Err(error) => {
            let again = match &error {
                ManageTokensError::Taken(_, label) => {
                    let there = tokens.list(&actor, owner).await.unwrap_or_default();
                    there.iter().any(|one| one.label == *label && one.last_used_at.is_none())
                }
                _ => false,
            };
            let fault = match error {
                ManageTokensError::Expired => Told::of("expires", error.said(visit.t)),
                ManageTokensError::NoActions => Told::of("may", error.said(visit.t)),
                error => told(error.into(), visit.t)?,
            };
            Ok(Err((fault, Wanted { again, ..wanted })))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(namespaces: &str, until: &str) -> Wanted {
        let (days, label) = ("on".into(), "x".into());
        let (namespaces, until) = (namespaces.into(), until.into());
        Wanted { days, label, namespaces, until, ..Wanted::fresh() }
    }

    #[test]
    fn a_day_that_is_chosen_counts_whole() {
        let token = wanted("", "1970-01-31").token(SystemTime::UNIX_EPOCH).ok().unwrap();
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(31 * 86_400);
        assert_eq!((token.expires_at, token.namespaces), (Some(end), None));
        for odd in ["", "tomorrow", "1969-12-31", "9999-12-31", "1970-02-30", "+12345-01-01"] {
            assert!(wanted("", odd).token(SystemTime::UNIX_EPOCH).is_err(), "{odd}");
        }
    }

    #[test]
    fn namespaces_are_read_by_registry_and_name() {
        let read = |text: &str| wanted(text, "2027-01-31").places();
        let places = read(" main/crew, other/a.b ").ok().unwrap().unwrap();
        assert_eq!(places.len(), 2);
        let global = read("main/_").ok().unwrap().unwrap();
        assert_eq!(global, [("main".parse().unwrap(), None)]);
        assert!(read("  ").ok().unwrap().is_none());
        for odd in ["crew", "main/", "/crew", "main/Crew", "main/a/b"] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
