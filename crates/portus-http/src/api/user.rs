//! People's and bots' accounts.

use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use portus_core::account::{Account, AccountKind, Email, Username};
use portus_core::port::{AccountKinds, PeopleFilter};
use portus_core::usecase::{NewPerson, Owner};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Hidden, Sent, value};
use super::call::{At, Call, SignedIn, named};
use super::created::{Created, address};
use super::error::{Code, Problem};
use super::list::{List, PerPage, slice};
use super::moment::Moment;
use super::query::Asked;

/// An account.
#[derive(Serialize, ToSchema)]
pub(super) struct User {
    id: i64,
    /// As it was written when the account was made
    username: String,
    /// Where mail goes
    email: Option<String>,
    /// Whether it administers Portus
    admin: bool,
    /// Whether it is a program's account
    bot: bool,
    /// Whether it may do anything at all
    enabled: bool,
    /// The name of the person's own namespace in every registry
    namespace: Option<String>,
    created_at: Moment,
}

/// Which accounts are wanted, and which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Only admins, bots, disabled accounts, or people
    #[param(inline)]
    kind: Option<Kind>,
    /// Only those whose names start so, in any case
    prefix: Option<String>,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UserKind)]
enum Kind {
    Admin,
    Bot,
    Disabled,
    Person,
}

impl From<Kind> for AccountKinds {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Admin => Self::Admins,
            Kind::Bot => Self::Bots,
            Kind::Disabled => Self::Disabled,
            Kind::Person => Self::People,
        }
    }
}

/// A person who gets an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUser {
    /// Unique without regard to case
    username: String,
    /// Where mail goes
    email: Option<String>,
    /// 8 characters to 72 bytes; without one a link lets her set it
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<Hidden>,
    /// Whether she administers Portus
    #[serde(default)]
    admin: bool,
}

/// What becomes of an account; one thing at a time.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChange {
    /// Whether it may do anything at all
    enabled: Option<bool>,
    /// Whether she administers Portus
    admin: Option<bool>,
    /// What she signs in with from now on; ends her sessions
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<Hidden>,
}

/// Who gets a person's own namespaces when she goes; nobody where both are left out.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Heir {
    /// A team's name
    team: Option<String>,
    /// A person's name
    heir: Option<String>,
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self {
            id: account.id.0,
            username: account.name.to_string(),
            email: account.email.as_ref().map(Email::to_string),
            admin: account.is_admin(),
            bot: account.is_bot(),
            enabled: account.enabled,
            namespace: match &account.kind {
                AccountKind::Bot { .. } => None,
                AccountKind::Person { personal, .. } => Some(personal.to_string()),
            },
            created_at: Moment(account.created_at),
        }
    }
}

/// People and bots by name; for admins.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", params(Wanted), responses(
    (status = 200, body = [User]),
))]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<User>, Problem> {
    let kinds = wanted.kind.map(AccountKinds::from).unwrap_or_default();
    let filter = PeopleFilter { kinds, prefix: wanted.prefix.filter(|it| !it.is_empty()) };
    let part = slice(wanted.per_page, wanted.after);
    let page = call.api().roster.accounts(&call.actor(), &filter, &part).await?;
    Ok(call.list(page.map(User::from)))
}

/// An account: one's own, or any for admins.
#[utoipa::path(
    get, path = "/api/v1/users/{username}", tag = "users",
    params(("username" = String, Path, description = "The account's name")),
    responses((status = 200, body = User)),
)]
pub(super) async fn show(
    SignedIn(call): SignedIn,
    At(name): At<String>,
) -> Result<Json<User>, Problem> {
    find(&call, &named(&name)?).await.map(Json)
}

async fn find(call: &Call, name: &Username) -> Result<User, Problem> {
    let account = call.api().inspect.account(&call.actor(), name).await?;
    account.map(User::from).ok_or_else(Problem::absent)
}

/// What speaks of an account that the caller may not see is no answer.
pub(super) async fn hidden(call: &Call, name: &Username, problem: Problem) -> Problem {
    match find(call, name).await {
        Ok(_) => problem,
        Err(other) => other.covering(&problem),
    }
}

/// Makes a person's account; for admins.
#[utoipa::path(
    post, path = "/api/v1/users", tag = "users", request_body = NewUser,
    responses((status = 201, body = User)),
)]
pub(super) async fn create(
    SignedIn(call): SignedIn,
    Sent(new): Sent<NewUser>,
) -> Result<impl IntoResponse, Problem> {
    let person = NewPerson {
        name: value("username", &new.username)?,
        email: new.email.map(|email| value("email", &email)).transpose()?,
        password: new.password.map(|Hidden(password)| password),
        admin: new.admin,
    };
    call.web().create_account.create(&call.actor(), &person).await?;
    let body = find(&call, &person.name).await?;
    Ok(Created { at: address(&["users", &body.username]), body })
}

/// Enables, disables, promotes or demotes an account, or sets its password; for admins.
#[utoipa::path(
    patch, path = "/api/v1/users/{username}", tag = "users",
    params(("username" = String, Path, description = "The account's name")),
    request_body = UserChange, responses((status = 204)),
)]
pub(super) async fn change(
    SignedIn(call): SignedIn,
    At(name): At<String>,
    Sent(change): Sent<UserChange>,
) -> Result<StatusCode, Problem> {
    let (name, actor, account) = (named(&name)?, call.actor(), &call.api().change_account);
    match (change.enabled, change.admin, change.password) {
        (Some(true), None, None) => account.enable(&actor, &name).await?,
        (Some(false), None, None) => account.disable(&actor, &name).await?,
        (None, Some(true), None) => account.promote(&actor, &name).await?,
        (None, Some(false), None) => account.demote(&actor, &name).await?,
        (None, None, Some(Hidden(password))) => {
            account.set_password(&actor, &name, &password).await?;
        }
        _ => {
            let detail = "one of `enabled`, `admin` and `password` is changed at a time";
            return Err(Problem::new(Code::InvalidValue, detail));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a person's account for good; for admins. Her own namespaces go to a team or a person, or
/// to nobody, so that only admins see them. The last owner of a team stays, and the last admin.
#[utoipa::path(
    delete, path = "/api/v1/users/{username}", tag = "users",
    params(("username" = String, Path, description = "The account's name"), Heir),
    responses((status = 204)),
)]
pub(super) async fn delete(
    SignedIn(call): SignedIn,
    At(name): At<String>,
    Asked(heir): Asked<Heir>,
) -> Result<StatusCode, Problem> {
    let heir = match (&heir.team, &heir.heir) {
        (Some(team), None) => Some(Owner::Team(value("team", team)?)),
        (None, Some(person)) => Some(Owner::Person(value("heir", person)?)),
        (None, None) => None,
        _ => return Err(Problem::new(Code::InvalidValue, "either `team` or `heir` gets them")),
    };
    call.api().delete_account.delete(&call.actor(), &named(&name)?, heir.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}
