//! Who asks.

use axum::Json;
use portus_core::credential::AccountStanding;
use portus_core::policy::Standing;
use serde::Serialize;
use utoipa::ToSchema;

use super::call::SignedIn;
use super::error::Problem;
use super::moment::Moment;

/// Who asks, and what the credential is good for.
#[derive(Serialize, ToSchema)]
#[schema(as = Myself)]
pub(super) struct Myself {
    /// The account's number
    id: i64,
    /// As it was written when the account was made
    username: String,
    /// Where mail goes
    email: Option<String>,
    /// Whether it administers Portus
    admin: bool,
    /// Whether it is a program's account
    bot: bool,
    /// With what
    credential: Shown,
}

/// What was shown, and what it is good for.
#[derive(Serialize, ToSchema)]
#[schema(as = ShownCredential)]
struct Shown {
    kind: Kind,
    /// `pull`, `push`, `delete`, `api`
    actions: Vec<&'static str>,
    /// The numbers of the namespaces it is for; `null` is every one
    namespaces: Option<Vec<i64>>,
    /// When it ends; `null` is never
    expires_at: Option<Moment>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CredentialKind)]
enum Kind {
    ApplicationToken,
    Session,
}

/// Who asks, and what the credential is good for.
#[utoipa::path(get, path = "/api/v1/self", tag = "self", responses((status = 200, body = Myself)))]
pub(super) async fn show(SignedIn(call): SignedIn) -> Result<Json<Myself>, Problem> {
    let identity = call.caller.identity.as_ref().ok_or_else(Problem::absent)?;
    let limits = &call.caller.limits;
    let listed = limits.namespaces.as_ref();
    let email = call.web().change_email.current(&identity.name).await?;
    Ok(Json(Myself {
        id: identity.id.0,
        username: identity.name.to_string(),
        email: email.map(|email| email.to_string()),
        admin: Standing::of(&call.caller) == Standing::Admin,
        bot: matches!(identity.standing, AccountStanding::Bot { .. }),
        credential: Shown {
            kind: if call.session.is_some() { Kind::Session } else { Kind::ApplicationToken },
            actions: limits.actions.words(),
            namespaces: listed.map(|listed| listed.iter().map(|id| id.0).collect()),
            expires_at: limits.expires_at.map(Moment),
        },
    }))
}
