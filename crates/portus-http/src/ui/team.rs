//! One team: who is in it, its bots, its namespaces.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::page::{NamespaceRow, Slice};
use portus_core::policy::Deed;
use portus_core::team::{Member, Role};
use portus_core::usecase::{ChangeMembersError, SeenTeam};
use serde::Deserialize;

use super::fault::{Fault, told, typed};
use super::frame::{Frame, with_status};
use super::home::Part;
use super::sent::{Asked, Named, Sent};
use super::sign_in::{Nothing, door, see, segment};
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "team.html")]
struct Page {
    f: Frame,
    seen: SeenTeam,
    people: Vec<Member>,
    bots: Vec<Member>,
    /// The names of those who own it and may act.
    owners: String,
    namespaces: Vec<NamespaceRow>,
    next: Option<String>,
    is_first: bool,
    may: May,
    base: String,
    fault: Option<String>,
    form: Typed,
}

/// What the viewer may do here.
struct May {
    members: bool,
    bots: bool,
    team: bool,
    namespaces: bool,
    hand_over: bool,
    leave: bool,
}

/// What was typed into a form that did nothing.
#[derive(Default)]
struct Typed {
    member: String,
    bot: String,
    name: String,
    to: String,
}

/// A member and, where that matters, a role.
#[derive(Deserialize)]
pub(super) struct MemberForm {
    username: String,
    #[serde(default)]
    role: String,
}

#[derive(Deserialize)]
pub(super) struct NameForm {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct HandOver {
    to: String,
    /// Empty: she leaves.
    then: String,
}

impl May {
    fn of(visit: &Visit, seen: &SeenTeam) -> Self {
        let (roster, actor) = (&visit.shared.app.api.roster, visit.actor());
        let rule = |deed| roster.rule(&actor, deed, seen.role, false).allowed;
        let members = rule(Deed::ManageMembers);
        let own = seen.role.is_some();
        Self {
            members,
            bots: rule(Deed::ManageBots),
            team: rule(Deed::ManageTeam),
            namespaces: rule(Deed::CreateNamespace),
            hand_over: members && seen.role == Some(Role::Owner),
            leave: own && roster.rule(&actor, Deed::LeaveTeam, seen.role, own).allowed,
        }
    }
}

pub(super) async fn show(
    visit: Visit,
    Named(team): Named<String>,
    Asked(part): Asked<Part>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &team).await?;
    page(&visit, StatusCode::OK, seen, &part.slice(), None, Typed::default()).await
}

/// A team that the viewer may know of.
pub(super) async fn find(visit: &Visit, team: &str) -> Result<SeenTeam, Trouble> {
    let name = team.parse().map_err(|_| Trouble::NotFound)?;
    let seen = visit.shared.app.api.inspect.team(&visit.actor(), &name).await?;
    seen.ok_or(Trouble::NotFound)
}

/// Where a team's page is.
pub(super) fn address(team: &str) -> String {
    format!("/teams/{}", segment(team))
}

async fn page(
    visit: &Visit,
    status: StatusCode,
    seen: SeenTeam,
    slice: &Slice,
    fault: Option<String>,
    form: Typed,
) -> Result<Response, Trouble> {
    let roster = &visit.shared.app.api.roster;
    let namespaces = roster.namespaces(&visit.actor(), &seen.team, slice).await?;
    let (bots, people): (Vec<_>, Vec<_>) = seen.members.iter().cloned().partition(|one| one.bot);
    let owners = people.iter().filter(|one| one.role == Role::Owner && one.enabled);
    let owners: Vec<_> = owners.map(|owner| owner.name.to_string()).collect();
    let name = if form.name.is_empty() { seen.team.name.to_string() } else { form.name };
    let shown = Page {
        f: Frame::of(visit, seen.team.name.to_string()),
        owners: owners.join(", "),
        bots,
        people,
        namespaces: namespaces.rows,
        next: namespaces.next,
        is_first: slice.after.is_none(),
        may: May::of(visit, &seen),
        base: address(seen.team.name.as_str()),
        form: Typed { name, ..form },
        fault,
        seen,
    };
    with_status(status, &shown)
}

/// The team's page again: as it is now, or with what is wrong.
async fn after(
    visit: &Visit,
    seen: SeenTeam,
    outcome: Result<(), Fault>,
    form: Typed,
) -> Result<Response, Trouble> {
    match outcome {
        Ok(()) => Ok(see(&address(seen.team.name.as_str()))),
        Err(fault) => {
            let (fault, refused) = (told(fault)?, StatusCode::UNPROCESSABLE_ENTITY);
            page(visit, refused, seen, &Slice::first(ROWS), Some(fault), form).await
        }
    }
}

pub(super) async fn add(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<MemberForm>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let added = async {
        let (name, role) = (typed(&form.username)?, typed(&form.role)?);
        let members = &visit.shared.app.api.change_members;
        Ok(members.add(&visit.actor(), &seen.team.name, &name, role).await?)
    };
    let outcome = added.await;
    after(&visit, seen, outcome, Typed { member: form.username, ..Typed::default() }).await
}

/// Changes what a member or a bot is.
pub(super) async fn set_role(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<MemberForm>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let changed = async {
        let (name, role) = (typed(&form.username)?, typed(&form.role)?);
        let members = &visit.shared.app.api.change_members;
        Ok(members.set_role(&visit.actor(), &seen.team.name, &name, role).await?)
    };
    let outcome = changed.await;
    after(&visit, seen, outcome, Typed::default()).await
}

pub(super) async fn remove(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<MemberForm>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let removed = async {
        let name = typed(&form.username)?;
        let members = &visit.shared.app.api.change_members;
        match members.remove(&visit.actor(), &seen.team.name, &name).await {
            // Twice is once.
            Err(ChangeMembersError::NoMember(..)) => Ok(()),
            outcome => Ok(outcome?),
        }
    };
    let outcome = removed.await;
    if outcome.is_ok() && find(&visit, &team).await.is_err() {
        // Whoever removed herself sees the team no more.
        return Ok(see("/teams"));
    }
    after(&visit, seen, outcome, Typed::default()).await
}

pub(super) async fn leave(
    visit: Visit,
    Named(team): Named<String>,
    Sent(Nothing {}): Sent<Nothing>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let left = visit.shared.app.api.change_members.leave(&visit.actor(), &seen.team.name).await;
    match left {
        Ok(()) => Ok(see("/teams")),
        Err(error) => after(&visit, seen, Err(error.into()), Typed::default()).await,
    }
}

pub(super) async fn hand_over(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<HandOver>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let handed = async {
        let to = typed(&form.to)?;
        let then = match form.then.as_str() {
            "" => None,
            role => Some(typed(role)?),
        };
        let members = &visit.shared.app.api.change_members;
        members.hand_over(&visit.actor(), &seen.team.name, &to, then).await?;
        Ok::<_, Fault>(then)
    };
    match handed.await {
        Ok(None) => Ok(see("/teams")),
        Ok(Some(_)) => after(&visit, seen, Ok(()), Typed::default()).await,
        Err(fault) => {
            after(&visit, seen, Err(fault), Typed { to: form.to, ..Typed::default() }).await
        }
    }
}

pub(super) async fn rename(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<NameForm>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let renamed = async {
        let name: portus_core::team::TeamName = typed(&form.name)?;
        let teams = &visit.shared.app.api.change_team;
        teams.change(&visit.actor(), &seen.team.name, Some(&name), None).await?;
        Ok::<_, Fault>(name)
    };
    match renamed.await {
        Ok(name) => Ok(see(&address(name.as_str()))),
        Err(fault) => {
            after(&visit, seen, Err(fault), Typed { name: form.name, ..Typed::default() }).await
        }
    }
}

pub(super) async fn make_bot(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<MemberForm>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let made = async {
        let (name, role) = (typed(&form.username)?, typed(&form.role)?);
        let bots = &visit.shared.app.api.create_bot;
        bots.create(&visit.actor(), &name, &seen.team.name, role).await?;
        Ok::<_, Fault>(name)
    };
    match made.await {
        Ok(name) => {
            let base = address(seen.team.name.as_str());
            Ok(see(&format!("{base}/bots/{}", segment(name.as_str()))))
        }
        Err(fault) => {
            after(&visit, seen, Err(fault), Typed { bot: form.username, ..Typed::default() }).await
        }
    }
}

const ROWS: u32 = 50;
