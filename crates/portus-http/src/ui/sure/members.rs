//! Before someone is in a team no more, or owns it no more.

use axum::response::Response;
use portus_core::account::Username;
use portus_core::policy::Deed;
use portus_core::team::Role;
use portus_core::usecase::SeenTeam;
use serde::Deserialize;

use super::{What, page};
use crate::ui::sent::{Asked, Named};
use crate::ui::sign_in::{door, see};
use crate::ui::team::{address, find, refuse_heir};
use crate::ui::texts::Texts;
use crate::ui::trouble::Trouble;
use crate::ui::visit::Visit;

/// Which member.
#[derive(Deserialize)]
pub(in crate::ui) struct Who {
    #[serde(default)]
    username: String,
}

/// Who owns it then, and what she is who hands it over.
#[derive(Deserialize)]
pub(in crate::ui) struct Heir {
    #[serde(default)]
    to: String,
    #[serde(default)]
    then: String,
}

fn word(role: Role, t: &Texts) -> &'static str {
    match role {
        Role::Contributor => t.team.contributor,
        Role::Owner => t.team.owner,
        Role::Viewer => t.team.viewer,
    }
}

/// Whether the viewer may do that in the team.
fn allow(visit: &Visit, seen: &SeenTeam, deed: Deed) -> Result<(), Trouble> {
    let own = deed == Deed::LeaveTeam && seen.role.is_some();
    let ruling = visit.shared.app.api.roster.rule(&visit.actor(), deed, seen.role, own);
    if ruling.allowed { Ok(()) } else { Err(Trouble::refused(ruling)) }
}

/// A member, before she is removed.
pub(in crate::ui) async fn member(
    visit: Visit,
    Named(team): Named<String>,
    Asked(who): Asked<Who>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &team).await?;
    allow(&visit, &seen, Deed::ManageMembers)?;
    let named: Username = who.username.parse().map_err(|_| Trouble::NotFound)?;
    let inspect = &visit.shared.app.api.inspect;
    let member = inspect.member(&visit.actor(), &seen.team.name, &named).await?;
    let member = member.filter(|one| !one.bot).ok_or(Trouble::NotFound)?;
    let (t, name) = (visit.t, member.name.as_str());
    let what = What {
        does: (t.team.remove_named)(name),
        goes: (t.sure.member_goes)(name, seen.team.name.as_str()),
        note: word(member.role, t).to_owned(),
        stays: t.sure.member_stays.to_owned(),
        ..What::default()
    };
    let back = address(seen.team.name.as_str());
    let action = format!("{back}/members/remove");
    page(&visit, what, (action, vec![("username", name.to_owned())]), back)
}

/// The viewer herself, before she leaves.
pub(in crate::ui) async fn leave(
    visit: Visit,
    Named(team): Named<String>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &team).await?;
    allow(&visit, &seen, Deed::LeaveTeam)?;
    let t = visit.t;
    let what = What {
        does: t.team.leave.to_owned(),
        goes: (t.sure.leave_goes)(seen.team.name.as_str()),
        note: seen.role.map_or("", |role| word(role, t)).to_owned(),
        stays: t.sure.leave_stays.to_owned(),
        ..What::default()
    };
    let back = address(seen.team.name.as_str());
    page(&visit, what, (format!("{back}/leave"), Vec::new()), back)
}

/// The team, before someone else owns it in the viewer's place.
pub(in crate::ui) async fn hand_over(
    visit: Visit,
    Named(team): Named<String>,
    Asked(heir): Asked<Heir>,
) -> Result<Response, Trouble> {
    if !visit.is_signed_in() {
        return Ok(door(&visit));
    }
    let seen = find(&visit, &team).await?;
    allow(&visit, &seen, Deed::ManageMembers)?;
    // Going back to it, she owns it no more.
    if seen.role != Some(Role::Owner) {
        return Ok(see(&address(seen.team.name.as_str())));
    }
    let to: Username = match heir.to.trim().parse() {
        Ok(to) => to,
        Err(error) => return refuse_heir(&visit, seen, heir.to, error).await,
    };
    let t = visit.t;
    let becomes = match heir.then.as_str() {
        "" => (t.sure.leave_goes)(seen.team.name.as_str()),
        then => {
            let role = then.parse::<Role>().map_err(|_| Trouble::Odd)?;
            (t.sure.over_goes)(seen.team.name.as_str(), word(role, t))
        }
    };
    let what = What {
        does: (t.sure.over_to)(seen.team.name.as_str(), to.as_str()),
        goes: becomes,
        stays: (t.sure.over_stays)(to.as_str()),
        ..What::default()
    };
    let back = address(seen.team.name.as_str());
    let fields = vec![("to", to.to_string()), ("then", heir.then)];
    page(&visit, what, (format!("{back}/hand-over"), fields), back)
}
