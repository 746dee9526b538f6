//! Application tokens: one's own, and those of bots.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use portus_core::account::Username;
use portus_core::credential::{ApplicationToken, Limits, TokenActions, TokenLabel};
use portus_core::usecase::{NewToken as Wanted, TokenPlaces};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Sent, value};
use super::call::{At, SignedIn, named};
use super::created::{Created, address};
use super::error::Problem;
use super::moment::Moment;
use super::once::ShownOnce;

/// An application token: all but the secret.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationToken)]
pub(super) struct Token {
    id: i64,
    /// What its owner calls it
    application: String,
    actions: Vec<&'static str>,
    /// The numbers of the namespaces it is for; `null` is every one
    namespaces: Option<Vec<i64>>,
    /// What those are called that the caller can see: `main/crew`, `main/_` for the global one;
    /// `null` is every one
    #[schema(example = json!(["main/crew"]))]
    namespace_names: Option<Vec<String>>,
    /// When it ends; `null` is never
    expires_at: Option<Moment>,
    created_at: Moment,
    /// When it was last good for something
    last_used_at: Option<Moment>,
}

/// An application token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewApplicationToken)]
pub(super) struct New {
    /// What its owner calls it: 1 to 100 characters, unique for the owner
    application: String,
    /// What it may be used for; `push` and `delete` include `pull`
    #[schema(min_items = 1)]
    actions: Vec<TokenAction>,
    /// Where; everywhere when it is left out
    namespaces: Option<Vec<Place>>,
    /// When it ends; never when it is left out
    expires_at: Option<Moment>,
}

/// What a token may be used for.
#[derive(Clone, Copy, Deserialize, PartialEq, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TokenAction {
    Api,
    Delete,
    Pull,
    Push,
}

/// A namespace by name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NamespaceByName)]
struct Place {
    /// The registry's name
    registry: String,
    /// The namespace's name; `_` is the global one
    namespace: String,
}

/// An application token that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeApplicationToken)]
pub(super) struct Made {
    application: String,
    /// The secret, which is told this once
    plain_token: String,
}

impl Token {
    fn of(token: ApplicationToken, places: &TokenPlaces) -> Self {
        let names = places.of(&token);
        let names = names.map(|names| names.into_iter().map(str::to_owned).collect());
        let Limits { actions, namespaces, expires_at } = token.limits;
        Self {
            id: token.id.0,
            application: token.label.to_string(),
            actions: actions.words(),
            namespaces: namespaces.map(|listed| listed.iter().map(|id| id.0).collect()),
            namespace_names: names,
            expires_at: expires_at.map(Moment),
            created_at: Moment(token.created_at),
            last_used_at: token.last_used_at.map(Moment),
        }
    }
}

impl New {
    fn read(&self) -> Result<Wanted, Problem> {
        let named = |place: &Place| {
            let name = match place.namespace.as_str() {
                "_" => None,
                name => Some(value("namespaces.namespace", name)?),
            };
            Ok((value("namespaces.registry", &place.registry)?, name))
        };
        let has = |action| self.actions.contains(&action);
        let namespaces = self.namespaces.as_ref();
        Ok(Wanted {
            label: value("application", &self.application)?,
            actions: TokenActions {
                pull: has(TokenAction::Pull),
                push: has(TokenAction::Push),
                delete: has(TokenAction::Delete),
                api: has(TokenAction::Api),
            },
            namespaces: namespaces
                .map(|places| places.iter().map(named).collect::<Result<_, Problem>>())
                .transpose()?,
            expires_at: self.expires_at.map(|Moment(at)| at),
        })
    }
}

/// The application tokens of the caller, or of a bot of hers, newest first.
#[utoipa::path(
    get, path = "/api/v1/users/{username}/application_tokens", tag = "tokens",
    params(("username" = String, Path, description = "The owner's name")),
    responses((status = 200, body = [Token])),
)]
pub(super) async fn list(
    SignedIn(call): SignedIn,
    At(owner): At<String>,
) -> Result<Json<Vec<Token>>, Problem> {
    let tokens = call.web().tokens.list(&call.actor(), &named(&owner)?).await?;
    let places = call.web().tokens.places(&call.actor(), &tokens).await?;
    Ok(Json(tokens.into_iter().map(|token| Token::of(token, &places)).collect()))
}

/// An application token of the caller, or of a bot of hers: all but the secret.
#[utoipa::path(
    get, path = "/api/v1/users/{username}/application_tokens/{application}", tag = "tokens",
    params(
        ("username" = String, Path, description = "The owner's name"),
        ("application" = String, Path, description = "What the owner calls the token"),
    ),
    responses((status = 200, body = Token)),
)]
pub(super) async fn show(
    SignedIn(call): SignedIn,
    At((owner, label)): At<(String, String)>,
) -> Result<Json<Token>, Problem> {
    let (owner, label): (Username, TokenLabel) = (named(&owner)?, named(&label)?);
    let mut tokens = call.web().tokens.list(&call.actor(), &owner).await?;
    tokens.retain(|token| token.label == label);
    let places = call.web().tokens.places(&call.actor(), &tokens).await?;
    let found = tokens.pop().map(|token| Token::of(token, &places));
    found.map(Json).ok_or_else(Problem::absent)
}

/// Makes an application token of the caller, or of a bot of hers. One that is made with another
/// one may do no more than that, and ends no later.
#[utoipa::path(
    post, path = "/api/v1/users/{username}/application_tokens", tag = "tokens",
    params(("username" = String, Path, description = "The owner's name")),
    request_body = New, responses((status = 201, body = Made)),
)]
pub(super) async fn create(
    SignedIn(call): SignedIn,
    At(owner): At<String>,
    Sent(new): Sent<New>,
) -> Result<impl IntoResponse, Problem> {
    let (owner, wanted): (Username, _) = (named(&owner)?, new.read()?);
    let secret = call.web().tokens.create(&call.actor(), &owner, &wanted).await?;
    let at = address(&["users", owner.as_str(), "application_tokens", wanted.label.as_str()]);
    let body = Made { application: new.application, plain_token: secret.expose().to_owned() };
    Ok((Extension(ShownOnce), Created { at, body }))
}

/// Ends an application token of the caller, or of a bot of hers.
#[utoipa::path(
    delete, path = "/api/v1/users/{username}/application_tokens/{application}", tag = "tokens",
    params(
        ("username" = String, Path, description = "The owner's name"),
        ("application" = String, Path, description = "What the owner calls the token"),
    ),
    responses((status = 204)),
)]
pub(super) async fn revoke(
    SignedIn(call): SignedIn,
    At((owner, label)): At<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (owner, label) = (named(&owner)?, named(&label)?);
    call.web().tokens.revoke(&call.actor(), &owner, &label).await?;
    Ok(StatusCode::NO_CONTENT)
}
