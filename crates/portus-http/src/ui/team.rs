//! One team: who is in it, its bots, its namespaces.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::account::InvalidUsername;
use portus_core::page::Slice;
use portus_core::policy::Deed;
use portus_core::port::SaidOf;
use portus_core::team::Role;
use portus_core::usecase::{ChangeMembersError, SeenTeam};
use serde::Deserialize;

use super::activity::{Line, lines};
use super::describe::Words;
use super::fault::{At, Fault, Told, told, typed};
use super::frame::{Frame, with_status};
use super::notice::Notice;
use super::outlook;
use super::sent::{Asked, Named, Sent};
use super::sign_in::{Nothing, door, see, segment};
use super::team_lists::{Lists, Parts};
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "team.html")]
struct Page {
    f: Frame,
    seen: SeenTeam,
    lists: Lists,
    may: May,
    base: String,
    fault: Option<Told>,
    form: Typed,
    words: Words,
    /// What was done lately, and where all of it is.
    lines: Vec<Line>,
    all_activity: String,
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
    /// A description that is too long.
    description: Option<String>,
}

/// A member and, where that matters, a role.
#[derive(Deserialize)]
pub(super) struct MemberForm {
    username: String,
    #[serde(default)]
    role: String,
    /// `ask` only asks what it would do.
    #[serde(default)]
    act: String,
}

impl MemberForm {
    /// The page that says who would gain and who would lose what.
    fn asks(&self, team: &SeenTeam) -> Option<Response> {
        let pairs =
            [("team", team.team.name.as_str()), ("who", &self.username), ("role", &self.role)];
        (self.act == "ask").then(|| see(&outlook::what_if::address(&pairs)))
    }
}

#[derive(Deserialize)]
pub(super) struct NameForm {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct TextForm {
    text: String,
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
    Asked(parts): Asked<Parts>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &team).await?;
    page(&visit, StatusCode::OK, seen, &parts, None, Typed::default()).await
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
    parts: &Parts,
    fault: Option<Told>,
    form: Typed,
) -> Result<Response, Trouble> {
    let survey = &visit.shared.app.web.survey;
    let text = survey.description(SaidOf::Team(seen.team.id)).await?;
    let lately = survey.activities(SaidOf::Team(seen.team.id), &Slice::first(LINES)).await?;
    let mut words = Words::of(text, survey.may_describe_team(&visit.actor(), seen.role));
    if let Some(written) = form.description.clone() {
        words.refuse(written);
    }
    let name = if form.name.is_empty() { seen.team.name.to_string() } else { form.name };
    let may = May::of(visit, &seen);
    // Who owns it no more has no form to say it at.
    let fault = fault.map(|fault| {
        let has_field = may.hand_over || !fault.is_of("to");
        fault.unless(has_field)
    });
    let shown = Page {
        f: Frame::of(visit, seen.team.name.to_string()),
        lists: Lists::of(visit, &seen.team, parts).await?,
        may,
        base: address(seen.team.name.as_str()),
        form: Typed { name, ..form },
        fault,
        words,
        lines: lines(lately.rows, visit.t),
        all_activity: format!("{}/activity", address(seen.team.name.as_str())),
        seen,
    };
    with_status(status, &shown)
}

/// Says what the team is for.
pub(super) async fn describe(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<TextForm>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let Ok(description) = form.text.parse() else {
        let form = Typed { description: Some(form.text), ..Typed::default() };
        let first = Parts::default();
        return page(&visit, StatusCode::UNPROCESSABLE_ENTITY, seen, &first, None, form).await;
    };
    let teams = &visit.shared.app.api.change_team;
    let said = teams.change(&visit.actor(), &seen.team.name, None, Some(&description)).await;
    after(&visit, seen, said.map_err(Fault::from), Notice::Described, Typed::default()).await
}

/// The team's page again: as it is now, or with what is wrong.
async fn after(
    visit: &Visit,
    seen: SeenTeam,
    outcome: Result<(), Fault>,
    notice: Notice,
    form: Typed,
) -> Result<Response, Trouble> {
    match outcome {
        Ok(()) => Ok(notice.at(&address(seen.team.name.as_str()))),
        Err(fault) => {
            let (fault, refused) = (told(fault, visit.t)?, StatusCode::UNPROCESSABLE_ENTITY);
            page(visit, refused, seen, &Parts::default(), Some(fault), form).await
        }
    }
}

pub(super) async fn add(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<MemberForm>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    if let Some(asked) = form.asks(&seen) {
        return Ok(asked);
    }
    let added = async {
        let (name, role) = (typed(&form.username).at("member")?, typed(&form.role)?);
        let members = &visit.shared.app.api.change_members;
        members.add(&visit.actor(), &seen.team.name, &name, role).await.at("member")
    };
    let outcome = added.await;
    let form = Typed { member: form.username, ..Typed::default() };
    after(&visit, seen, outcome, Notice::MemberAdded, form).await
}

/// Changes what a member or a bot is.
pub(super) async fn set_role(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<MemberForm>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    if let Some(asked) = form.asks(&seen) {
        return Ok(asked);
    }
    let changed = async {
        let (name, role) = (typed(&form.username)?, typed(&form.role)?);
        let members = &visit.shared.app.api.change_members;
        Ok(members.set_role(&visit.actor(), &seen.team.name, &name, role).await?)
    };
    let outcome = changed.await;
    after(&visit, seen, outcome, Notice::MemberRole, Typed::default()).await
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
        return Ok(Notice::TeamLeft.at("/teams"));
    }
    after(&visit, seen, outcome, Notice::MemberRemoved, Typed::default()).await
}

pub(super) async fn leave(
    visit: Visit,
    Named(team): Named<String>,
    Sent(Nothing {}): Sent<Nothing>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let left = visit.shared.app.api.change_members.leave(&visit.actor(), &seen.team.name).await;
    match left {
        Ok(()) => Ok(Notice::TeamLeft.at("/teams")),
        Err(error) => {
            after(&visit, seen, Err(error.into()), Notice::TeamLeft, Typed::default()).await
        }
    }
}

pub(super) async fn hand_over(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<HandOver>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let handed = async {
        let to = typed(&form.to).at("to")?;
        let then = match form.then.as_str() {
            "" => None,
            role => Some(typed(role)?),
        };
        let members = &visit.shared.app.api.change_members;
        members.hand_over(&visit.actor(), &seen.team.name, &to, then).await.at("to")?;
        Ok::<_, Fault>(then)
    };
    let outcome = match handed.await {
        Ok(None) => return Ok(Notice::HandedOver.at("/teams")),
        outcome => outcome.map(drop),
    };
    let form = Typed { to: form.to, ..Typed::default() };
    after(&visit, seen, outcome, Notice::HandedOver, form).await
}

/// The team's page again, since nobody can be called like that.
pub(super) async fn refuse_heir(
    visit: &Visit,
    seen: SeenTeam,
    to: String,
    error: InvalidUsername,
) -> Result<Response, Trouble> {
    let form = Typed { to, ..Typed::default() };
    let fault = Fault::Told(Box::new(error), Some("to"));
    after(visit, seen, Err(fault), Notice::HandedOver, form).await
}

pub(super) async fn rename(
    visit: Visit,
    Named(team): Named<String>,
    Sent(form): Sent<NameForm>,
) -> Result<Response, Trouble> {
    let seen = find(&visit, &team).await?;
    let renamed = async {
        let name: portus_core::team::TeamName = typed(&form.name).at("name")?;
        let teams = &visit.shared.app.api.change_team;
        teams.change(&visit.actor(), &seen.team.name, Some(&name), None).await?;
        Ok::<_, Fault>(name)
    };
    match renamed.await {
        Ok(name) => Ok(Notice::TeamRenamed.at(&address(name.as_str()))),
        Err(fault) => {
            let form = Typed { name: form.name, ..Typed::default() };
            after(&visit, seen, Err(fault), Notice::TeamRenamed, form).await
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
        let (name, role) = (typed(&form.username).at("bot")?, typed(&form.role)?);
        let bots = &visit.shared.app.api.create_bot;
        bots.create(&visit.actor(), &name, &seen.team.name, role).await?;
        Ok::<_, Fault>(name)
    };
    match made.await {
        Ok(name) => {
            let base = address(seen.team.name.as_str());
            Ok(Notice::BotMade.at(&format!("{base}/bots/{}", segment(name.as_str()))))
        }
        Err(fault) => {
            let form = Typed { bot: form.username, ..Typed::default() };
            after(&visit, seen, Err(fault), Notice::BotMade, form).await
        }
    }
}

/// How much of what was done the page shows.
const LINES: u32 = 10;
