//! Accounts by name, for admins.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::account::{Account, Email, Username};
use portus_core::page::{Page as Part, Slice};
use portus_core::port::{AccountKinds, PeopleFilter};
use portus_core::secret::Secret;
use portus_core::usecase::NewPerson;
use serde::Deserialize;

use super::audit::refused;
use super::fault::{At, Fault, Told, told, typed};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::sent::{Asked, Sent};
use super::sign_in::{door, see, segment};
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "users.html")]
struct Page {
    f: Frame,
    rows: Vec<Account>,
    /// The whole addresses of the first part and the next one.
    start: Option<String>,
    next: Option<String>,
    prefix: String,
    kind: &'static str,
    fault: Option<Told>,
    form: PersonForm,
}

impl Page {
    fn is_kind(&self, kind: &str) -> bool {
        self.kind == kind
    }

    fn kinds(&self) -> [(&'static str, &'static str); 5] {
        let t = &self.f.t.users;
        let words = [t.all, t.people, t.bots, t.admins, t.disabled];
        let kinds = [Kind::All, Kind::People, Kind::Bots, Kind::Admins, Kind::Disabled];
        let mut words = words.into_iter();
        kinds.map(|kind| (kind.as_str(), words.next().unwrap_or_default()))
    }
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Admins,
    #[default]
    All,
    Bots,
    Disabled,
    People,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Admins => "admins",
            Self::All => "all",
            Self::Bots => "bots",
            Self::Disabled => "disabled",
            Self::People => "people",
        }
    }

    const fn kinds(self) -> AccountKinds {
        match self {
            Self::Admins => AccountKinds::Admins,
            Self::All => AccountKinds::All,
            Self::Bots => AccountKinds::Bots,
            Self::Disabled => AccountKinds::Disabled,
            Self::People => AccountKinds::People,
        }
    }
}

#[derive(Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    kind: Kind,
    after: Option<String>,
}

impl Wanted {
    fn filter(&self) -> PeopleFilter {
        let prefix = self.prefix.trim();
        let prefix = (!prefix.is_empty()).then(|| prefix.to_owned());
        PeopleFilter { kinds: self.kind.kinds(), prefix }
    }

    /// The address of the whole list.
    fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::from("/admin/users?"));
        query.extend_pairs([("prefix", &*self.prefix), ("kind", self.kind.as_str())]).finish()
    }
}

/// A person who gets an account.
#[derive(Default, Deserialize)]
pub(super) struct PersonForm {
    username: String,
    #[serde(default)]
    email: String,
    password: String,
    #[serde(default)]
    admin: bool,
}

pub(super) async fn show(visit: Visit, Asked(wanted): Asked<Wanted>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    page(&visit, StatusCode::OK, wanted, None, PersonForm::default()).await
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    wanted: Wanted,
    fault: Option<Told>,
    form: PersonForm,
) -> Result<Response, Trouble> {
    let slice = Slice { after: wanted.after.clone(), limit: ROWS };
    let roster = &visit.shared.app.api.roster;
    let found = roster.accounts(&visit.actor(), &wanted.filter(), &slice).await;
    let Part { rows, next } = found.map_err(refused)?;
    let f = Frame::of(visit, visit.t.accounts);
    let whole = wanted.address();
    let shown = Page {
        start: f.start(&whole, &wanted.after.is_none()),
        next: f.onward(&whole, &next),
        f,
        rows,
        kind: wanted.kind.as_str(),
        prefix: wanted.prefix,
        fault,
        form,
    };
    with_status(status, &shown)
}

pub(super) async fn make(visit: Visit, Sent(form): Sent<PersonForm>) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(see("/sign-in?to=/admin/users"));
    }
    let made = async {
        let person = NewPerson {
            name: typed::<Username>(&form.username).at("username")?,
            email: email(&form.email)?,
            password: Some(&form.password).filter(|it| !it.is_empty()).map(|it| Secret::new(&**it)),
            admin: form.admin,
        };
        visit.shared.app.web.create_account.create(&visit.actor(), &person).await?;
        Ok::<_, Fault>(person.name)
    };
    match made.await {
        Ok(name) => Ok(Notice::AccountMade.at(&format!("/admin/users/{}", segment(name.as_str())))),
        Err(fault) => {
            let (fault, refused) = (told(fault, visit.t)?, StatusCode::UNPROCESSABLE_ENTITY);
            page(&visit, refused, Wanted::default(), Some(fault), form).await
        }
    }
}

/// An address, where one was typed.
pub(super) fn email(text: &str) -> Result<Option<Email>, Fault> {
    match text.trim() {
        "" => Ok(None),
        text => typed(text).at("email").map(Some),
    }
}

const ROWS: u32 = 50;
