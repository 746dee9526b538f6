//! Who can do what, what someone reaches, and what would change it.

use axum::Json;
use portus_core::page::Slice;
use portus_core::policy::SwitchChange;
use portus_core::usecase::{Affected, AsWhat, Change, Effect, Holder, Place, ReachedPlace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call::{SignedIn, named};
use super::choice::{Action, Role, Visibility};
use super::error::{Code, Problem};
use super::list::{List, PerPage, slice};
use super::namespace::place;
use super::query::Asked;

/// Of which right is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhoCan {
    /// The registry's name
    registry: String,
    /// The namespace's name; `_` is the global one
    namespace: String,
    #[param(inline)]
    action: Action,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on: `next` of the part before
    after: Option<String>,
}

/// Who has a right.
#[derive(Serialize, ToSchema)]
pub(super) struct Holders {
    /// The rule that lets everyone, signed in or not; `null` where none does
    everyone: Option<&'static str>,
    /// The rule that lets everyone who signed in; `null` where none does
    signed_in: Option<&'static str>,
    /// Those who have it for what they are, by name
    accounts: Vec<RightHolder>,
    /// Where the list goes on; `null` where this is all
    next: Option<String>,
}

/// Someone who has a right.
#[derive(Serialize, ToSchema)]
pub(super) struct RightHolder {
    username: String,
    /// Whether it is a program's account
    bot: bool,
    /// `admin`, `owner` of a namespace of her own, or `member` of the team
    way: &'static str,
    /// In the team
    role: Option<Role>,
    /// The rule that lets her
    grant: &'static str,
}

impl From<Holder> for RightHolder {
    fn from(holder: Holder) -> Self {
        let (way, role) = match holder.as_what {
            AsWhat::Admin => ("admin", None),
            AsWhat::Member(role) => ("member", Some(role.into())),
            AsWhat::Owner => ("owner", None),
        };
        let (username, grant) = (holder.name.to_string(), holder.by.id);
        Self { username, bot: holder.bot, way, role, grant }
    }
}

/// Who may do something in a namespace; for its owners and admins.
#[utoipa::path(get, path = "/api/v1/who-can", tag = "access", params(WhoCan), responses(
    (status = 200, body = Holders),
))]
pub(super) async fn who_can(
    SignedIn(call): SignedIn,
    Asked(asked): Asked<WhoCan>,
) -> Result<Json<Holders>, Problem> {
    let (registry, namespace) = place(&asked.registry, &asked.namespace)?;
    let (who_can, slice) = (&call.web().who_can, slice(asked.per_page, asked.after));
    let at = (&registry, &namespace);
    let found = who_can.holders(&call.actor(), at, asked.action.into(), &slice).await?;
    let page = found.holders.map(RightHolder::from);
    Ok(Json(Holders {
        everyone: found.everyone.map(|grant| grant.id),
        signed_in: found.signed_in.map(|grant| grant.id),
        accounts: page.rows,
        next: page.next,
    }))
}

/// Of whose rights is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhatCan {
    /// About whom; the caller where it is left out. About others admins may ask, and owners within
    /// their namespaces
    username: Option<String>,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
}

/// A namespace that someone can pull from, and what else she may do there.
#[derive(Serialize, ToSchema)]
pub(super) struct Reach {
    registry: String,
    /// `null` for the global one
    namespace: Option<String>,
    rights: Vec<Right>,
}

/// What someone may do.
#[derive(Serialize, ToSchema)]
pub(super) struct Right {
    action: Action,
    /// The rule that lets her
    grant: &'static str,
}

impl From<ReachedPlace> for Reach {
    fn from(place: ReachedPlace) -> Self {
        let right = |(action, by): (portus_core::scope::Action, portus_core::policy::Grant)| {
            Right { action: action.into(), grant: by.id }
        };
        Self {
            registry: place.registry.to_string(),
            namespace: place.name.map(|name| name.to_string()),
            rights: place.actions.into_iter().map(right).collect(),
        }
    }
}

/// Where someone may do what, by registry and name. A disabled account reaches nothing.
#[utoipa::path(get, path = "/api/v1/what-can", tag = "access", params(WhatCan), responses(
    (status = 200, body = [Reach]),
))]
pub(super) async fn what_can(
    SignedIn(call): SignedIn,
    Asked(asked): Asked<WhatCan>,
) -> Result<List<Reach>, Problem> {
    let who = match (&asked.username, call.caller.name()) {
        (Some(name), _) => named(name)?,
        (None, Some(own)) => own.clone(),
        (None, None) => return Err(Problem::absent()),
    };
    let slice: Slice = slice(asked.per_page, asked.after);
    let found = call.web().what_can.reach(&call.actor(), &who, &slice).await?;
    Ok(call.list(found.places.map(Reach::from)))
}

/// The change that is thought of: a member's role, a namespace's visibility, or a switch.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct WhatIf {
    /// A member's role: the team; with `username` and `role`
    team: Option<String>,
    /// Whose role
    username: Option<String>,
    /// The role she would have; left out: she would be no member
    #[param(inline)]
    role: Option<Role>,
    /// A namespace's visibility: its registry; with `namespace` and `visibility`
    registry: Option<String>,
    /// The namespace's name; `_` is the global one
    namespace: Option<String>,
    /// How open it would be
    #[param(inline)]
    visibility: Option<Visibility>,
    /// A switch of the configuration, such as `push.policy`; with `value`. For admins
    switch: Option<String>,
    /// The value it would have, as in the configuration
    value: Option<String>,
}

/// What would come of a change.
#[derive(Serialize, ToSchema)]
pub(super) struct Outlook {
    /// The role, visibility or value that there is now
    now: Option<String>,
    /// Every right that would come or go
    effects: Vec<Difference>,
    /// Whether there are more namespaces than were looked at
    cut: bool,
}

/// A right that would come or go.
#[derive(Serialize, ToSchema)]
pub(super) struct Difference {
    /// Whether it would come
    gains: bool,
    action: Action,
    /// Whose it is: `account`, `members`, `oneself`, `claimants`, `signed_in`, `everyone`, `admins`
    who: &'static str,
    username: Option<String>,
    role: Option<Role>,
    /// Which namespaces: `one`, or all that are `team`, `personal`, `global`, `orphan`, `unused`
    place: &'static str,
    registry: Option<String>,
    namespace: Option<String>,
    /// The rule that would give it, or gives it now
    grant: &'static str,
}

impl From<Effect> for Difference {
    fn from(effect: Effect) -> Self {
        let (who, username, role) = match effect.who {
            Affected::Account(name) => ("account", Some(name.to_string()), None),
            Affected::Admins => ("admins", None, None),
            Affected::Claimants => ("claimants", None, None),
            Affected::Everyone => ("everyone", None, None),
            Affected::Members(role) => ("members", None, Some(role.into())),
            Affected::Oneself => ("oneself", None, None),
            Affected::SignedIn => ("signed_in", None, None),
        };
        let (place, registry, namespace) = match effect.place {
            Place::Kind(kind) => (kind, None, None),
            Place::Namespace(registry, name) => {
                ("one", Some(registry.to_string()), name.map(|name| name.to_string()))
            }
        };
        Self {
            gains: effect.gains,
            action: effect.action.into(),
            who,
            username,
            role,
            place,
            registry,
            namespace,
            grant: effect.by.id,
        }
    }
}

/// Who would gain or lose what by a change; nothing is changed. For owners of what it is about, and
/// admins.
#[utoipa::path(get, path = "/api/v1/what-if", tag = "access", params(WhatIf), responses(
    (status = 200, body = Outlook),
))]
pub(super) async fn what_if(
    SignedIn(call): SignedIn,
    Asked(asked): Asked<WhatIf>,
) -> Result<Json<Outlook>, Problem> {
    let found = call.web().what_if.preview(&call.actor(), &change(asked)?).await?;
    Ok(Json(Outlook {
        now: found.now,
        effects: found.effects.into_iter().map(Difference::from).collect(),
        cut: found.is_cut,
    }))
}

fn change(asked: WhatIf) -> Result<Change, Problem> {
    match asked {
        WhatIf {
            team: Some(team),
            username: Some(username),
            role,
            registry: None,
            namespace: None,
            visibility: None,
            switch: None,
            value: None,
        } => Ok(Change::Role {
            team: named(&team)?,
            member: named(&username)?,
            role: role.map(Into::into),
        }),
        WhatIf {
            registry: Some(registry),
            namespace: Some(namespace),
            visibility: Some(visibility),
            team: None,
            username: None,
            role: None,
            switch: None,
            value: None,
        } => {
            let (registry, namespace) = place(&registry, &namespace)?;
            Ok(Change::Visibility { registry, namespace, visibility: visibility.into() })
        }
        WhatIf {
            switch: Some(switch),
            value: Some(word),
            team: None,
            username: None,
            role: None,
            registry: None,
            namespace: None,
            visibility: None,
        } => {
            let change = SwitchChange::read(&switch, &word);
            change.map(Change::Switch).map_err(|error| {
                Problem::new(Code::InvalidValue, format!("switch, value: {error}"))
            })
        }
        _ => {
            let detail = "one change is asked about: `team`, `username` and `role`; `registry`, \
                 `namespace` and `visibility`; or `switch` and `value`";
            Err(Problem::new(Code::MalformedQuery, detail))
        }
    }
}
