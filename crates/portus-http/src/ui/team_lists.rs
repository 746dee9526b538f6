//! What a team's page lists: people, bots, namespaces, each a part at a time.

use portus_core::page::{BotRow, NamespaceRow, Page, Slice};
use portus_core::port::{Headcount, MemberFilter, StoreError};
use portus_core::team::{Member, Role, Team};
use serde::Deserialize;

use super::visit::Visit;

/// Where each list goes on; the others start anew.
#[derive(Default, Deserialize)]
pub(super) struct Parts {
    after: Option<String>,
    bots: Option<String>,
    members: Option<String>,
}

/// A part of each.
pub(super) struct Lists {
    pub(super) count: Headcount,
    pub(super) people: List<Member>,
    pub(super) bots: List<BotRow>,
    pub(super) namespaces: List<NamespaceRow>,
    /// The first names of those who own it and may act.
    pub(super) owners: String,
}

/// A part of one list, with what leads to its start and to its next part.
pub(super) struct List<T> {
    pub(super) rows: Vec<T>,
    pub(super) start: Option<String>,
    pub(super) next: Option<String>,
}

impl Lists {
    pub(super) async fn of(visit: &Visit, team: &Team, parts: &Parts) -> Result<Self, StoreError> {
        let (roster, actor) = (&visit.shared.app.api.roster, visit.actor());
        let of = |after: &Option<String>| Slice { after: after.clone(), limit: ROWS };
        let (people, bots, namespaces) = (of(&parts.members), of(&parts.bots), of(&parts.after));
        let (all, few) = (people_of_any_role(), Slice::first(FEW));
        let owning = MemberFilter { role: Some(Role::Owner), may_act: true, ..all };
        let (count, people, bots, namespaces, owners) = tokio::try_join!(
            roster.headcount(team),
            roster.members(team, &all, &people),
            roster.bots(team, &bots),
            roster.namespaces(&actor, team, &namespaces),
            roster.members(team, &owning, &few),
        )?;
        let more = owners.next.as_ref().map(|_| "…".to_owned());
        let owners = owners.rows.iter().map(|owner| owner.name.to_string()).chain(more);
        Ok(Self {
            count,
            people: List::of(people, "members", "members", &parts.members),
            bots: List::of(bots, "bots", "bots", &parts.bots),
            namespaces: List::of(namespaces, "after", "namespaces", &parts.after),
            owners: owners.collect::<Vec<_>>().join(", "),
        })
    }
}

impl<T> List<T> {
    /// `word` is what the query calls its cursor, `place` where it is on the page.
    fn of(page: Page<T>, word: &str, place: &str, after: &Option<String>) -> Self {
        let next = page.next.map(|next| {
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("?{word}={next}#{place}")
        });
        Self { rows: page.rows, start: after.as_ref().map(|_| format!("?#{place}")), next }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.start.is_none()
    }
}

/// The first names of some, and how many more there are.
pub(super) struct First {
    pub(super) names: String,
    pub(super) more: u64,
}

impl First {
    /// The people of a team, and its bots.
    pub(super) async fn of(visit: &Visit, team: &Team) -> Result<[Self; 2], StoreError> {
        let (roster, few) = (&visit.shared.app.api.roster, Slice::first(FEW));
        let all = people_of_any_role();
        let (count, people, bots) = tokio::try_join!(
            roster.headcount(team),
            roster.members(team, &all, &few),
            roster.bots(team, &few),
        )?;
        let people = people.rows.iter().map(|member| member.name.to_string()).collect();
        let bots = bots.rows.iter().map(|bot| bot.name.to_string()).collect();
        Ok([Self::among(people, count.people), Self::among(bots, count.bots)])
    }

    fn among(names: Vec<String>, count: u64) -> Self {
        Self { more: count.saturating_sub(names.len() as u64), names: names.join(", ") }
    }
}

fn people_of_any_role() -> MemberFilter {
    MemberFilter { is_person: true, ..MemberFilter::default() }
}

/// How many rows a part has.
const ROWS: u32 = 50;

/// How many names stand for all.
const FEW: u32 = 10;
