//! Who can do what in a namespace, in numbers: for those who keep it.

use portus_core::usecase::{HolderSummary, SeenNamespace, Tally, WhoCanError};

use super::texts::Texts;
use super::trouble::Trouble;
use super::visit::Visit;

/// Each action, and how many may.
pub(super) struct Sums {
    pub(super) rows: Vec<(&'static str, String)>,
    /// The first owners by name, and how many more there are.
    pub(super) owners: String,
    pub(super) more: u64,
    /// Whether there are more than were counted.
    pub(super) is_cut: bool,
}

impl Sums {
    /// Of a namespace that the viewer keeps.
    pub(super) async fn of(visit: &Visit, place: &SeenNamespace) -> Result<Option<Self>, Trouble> {
        let who_can = &visit.shared.app.web.who_can;
        match who_can.summary(&visit.actor(), (&place.registry.name, &place.name)).await {
            Ok(found) => Ok(Some(Self::said(&found, visit.t))),
            Err(WhoCanError::Store(error)) => Err(error.into()),
            // It went meanwhile, or is kept by others now.
            Err(WhoCanError::Refused(_) | WhoCanError::Unknown) => Ok(None),
        }
    }

    fn said(found: &HolderSummary, t: &Texts) -> Self {
        let names = [t.pull, t.push, t.delete];
        let rows = names.into_iter().zip(&found.tallies);
        let owners: Vec<_> = found.owners.iter().take(NAMED).map(ToString::to_string).collect();
        Self {
            rows: rows.map(|(name, tally)| (name, sums(tally, t))).collect(),
            more: (found.owners.len() - owners.len()) as u64,
            owners: owners.join(", "),
            is_cut: found.is_cut,
        }
    }
}

/// `everyone who signed in, 3 owners, 2 bots`, without what there is none of.
fn sums(tally: &Tally, t: &Texts) -> String {
    let o = &t.outlook;
    let mut words: Vec<String> = match (tally.everyone, tally.signed_in) {
        (true, _) => vec![o.everyone.into()],
        (_, true) => vec![o.signed_in.into()],
        _ => Vec::new(),
    };
    let counts = [
        (tally.owners, o.owners_counted),
        (tally.contributors, o.contributors_counted),
        (tally.viewers, o.viewers_counted),
        (tally.bots, o.bots_counted),
        (tally.admins, o.admins_counted),
    ];
    words.extend(
        counts.iter().filter(|(number, _)| *number > 0).map(|(number, said)| said(*number)),
    );
    if words.is_empty() { o.no_one.into() } else { words.join(", ") }
}

/// How many owners are named.
const NAMED: usize = 5;

#[cfg(test)]
mod tests {
    use portus_core::scope::Action;

    use super::*;

    #[test]
    fn who_is_not_there_is_not_counted() {
        let none = Tally {
            action: Action::Push,
            everyone: false,
            signed_in: false,
            owners: 0,
            contributors: 0,
            viewers: 0,
            bots: 0,
            admins: 0,
        };
        let some = Tally { owners: 1, contributors: 2, admins: 1, ..none.clone() };
        let open = Tally { signed_in: true, ..some.clone() };
        let (english, german) = (&Texts::ENGLISH, &Texts::GERMAN);
        assert_eq!(sums(&some, english), "1 owner, 2 contributors, 1 admin");
        assert_eq!(sums(&some, german), "1 Eigner, 2 Mitwirkende, 1 Admin");
        assert!(sums(&open, english).starts_with("everyone who signed in, 1 owner"));
        assert_eq!(sums(&none, english), english.outlook.no_one);
    }
}
