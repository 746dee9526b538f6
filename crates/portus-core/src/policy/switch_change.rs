//! A switch that an operator thinks of changing.

use super::{CreateOnPush, PushPolicy, Switches};

/// Another value of a switch that decides who may do what with images.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SwitchChange {
    /// `delete.contributors`
    ContributorsDelete(bool),
    /// `namespaces.create_on_push`
    CreateOnPush(CreateOnPush),
    /// `delete.enabled`
    Delete(bool),
    /// `push.policy`
    Push(PushPolicy),
}

impl SwitchChange {
    /// Every value of every switch there is a change for, by key.
    pub fn all() -> Vec<Self> {
        let push = PushPolicy::ALL.iter().copied().map(Self::Push);
        let create = CreateOnPush::ALL.iter().copied().map(Self::CreateOnPush);
        let flags = [true, false]
            .into_iter()
            .flat_map(|on| [Self::Delete(on), Self::ContributorsDelete(on)]);
        push.chain(create).chain(flags).collect()
    }

    /// Reads a key and a value as the configuration has them.
    ///
    /// # Errors
    ///
    /// Where there is no such switch, or it has no such value.
    pub fn read(key: &str, value: &str) -> Result<Self, InvalidSwitchChange> {
        let found = Self::all().into_iter().find(|one| one.key() == key && one.value() == value);
        found.ok_or(InvalidSwitchChange)
    }

    /// As it is called in the configuration: section and name, with a dot between.
    pub const fn key(self) -> &'static str {
        match self {
            Self::ContributorsDelete(_) => "delete.contributors",
            Self::CreateOnPush(_) => "namespaces.create_on_push",
            Self::Delete(_) => "delete.enabled",
            Self::Push(_) => "push.policy",
        }
    }

    /// The value as it is written in the configuration, without quotes.
    pub const fn value(self) -> &'static str {
        match self {
            Self::ContributorsDelete(true) | Self::Delete(true) => "true",
            Self::ContributorsDelete(false) | Self::Delete(false) => "false",
            Self::CreateOnPush(value) => value.as_str(),
            Self::Push(value) => value.as_str(),
        }
    }

    /// The same switch as it is set.
    pub const fn of(self, switches: &Switches) -> Self {
        match self {
            Self::ContributorsDelete(_) => Self::ContributorsDelete(switches.contributors_delete),
            Self::CreateOnPush(_) => Self::CreateOnPush(switches.create_on_push),
            Self::Delete(_) => Self::Delete(switches.delete),
            Self::Push(_) => Self::Push(switches.push),
        }
    }

    /// The switches with this one changed.
    pub const fn applied(self, switches: &Switches) -> Switches {
        let switches = *switches;
        match self {
            Self::ContributorsDelete(on) => Switches { contributors_delete: on, ..switches },
            Self::CreateOnPush(create_on_push) => Switches { create_on_push, ..switches },
            Self::Delete(delete) => Switches { delete, ..switches },
            Self::Push(push) => Switches { push, ..switches },
        }
    }

    /// The lines of `portus.toml`: the section's head and the switch.
    pub fn lines(self) -> [String; 2] {
        let (section, name) = self.key().split_once('.').unwrap_or_default();
        let value = match self {
            Self::ContributorsDelete(_) | Self::Delete(_) => self.value().to_owned(),
            Self::CreateOnPush(_) | Self::Push(_) => format!("\"{}\"", self.value()),
        };
        [format!("[{section}]"), format!("{name} = {value}")]
    }
}

/// No switch that can be asked about has this value.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("there is no such switch, or it has no such value")]
pub struct InvalidSwitchChange;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{CatalogSwitch, CreateNamespaces, Keepers, Policy};

    /// What else an operator decides is about deeds: it gives and takes no right to images.
    #[test]
    fn every_switch_that_decides_about_images_can_be_asked_about() {
        let now = Switches::default();
        let others = Switches {
            push: now.push,
            delete: now.delete,
            contributors_delete: now.contributors_delete,
            create_namespaces: CreateNamespaces::Admins,
            create_on_push: now.create_on_push,
            change_visibility: Keepers::Admins,
            transfer: Keepers::Admins,
            personal_namespaces: false,
            people_create_teams: false,
            catalog: CatalogSwitch::SignedIn,
            sign_up: true,
        };
        assert_eq!(Policy::new(others).grants(), Policy::new(now).grants());
        let changed = |change: SwitchChange| Policy::new(change.applied(&now));
        let all = SwitchChange::all();
        let decides = |key| {
            let mut changes = all.iter().filter(|change| change.key() == key);
            changes.any(|change| changed(*change).grants() != Policy::new(now).grants())
        };
        assert!(all.iter().all(|change| decides(change.key())));
    }

    #[test]
    fn every_change_reads_back_and_is_what_it_says() {
        for change in SwitchChange::all() {
            assert_eq!(SwitchChange::read(change.key(), change.value()), Ok(change));
            let switches = change.applied(&Switches::default());
            assert_eq!(change.of(&switches), change);
        }
        for (key, value) in [("push.policy", "everyone"), ("audit.pulls", "true"), ("", "")] {
            assert!(SwitchChange::read(key, value).is_err(), "{key} = {value}");
        }
        let change = SwitchChange::Push(PushPolicy::Admins);
        assert_eq!(change.lines(), ["[push]", "policy = \"admins\""]);
    }
}
