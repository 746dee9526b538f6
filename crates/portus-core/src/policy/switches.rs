//! What an operator decides in the configuration.

use std::fmt;
use std::str::FromStr;

/// The operator's switches. The defaults are those of the documentation.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Switches {
    /// `push.policy`: who pushes besides admins.
    pub push: PushPolicy,
    /// `delete.enabled`: whether anything can be deleted at all.
    pub delete: bool,
    /// `delete.contributors`: whether contributors delete too.
    pub contributors_delete: bool,
    /// `namespaces.create`: who in a team makes namespaces for it.
    pub create_namespaces: CreateNamespaces,
    /// `namespaces.create_on_push`: whose push makes a namespace.
    pub create_on_push: CreateOnPush,
    /// `namespaces.visibility`: who opens and closes namespaces.
    pub change_visibility: Keepers,
    /// `namespaces.transfer`: who gives namespaces away.
    pub transfer: Keepers,
    /// `namespaces.personal`: whether people get namespaces of their own.
    pub personal_namespaces: bool,
    /// `teams.create`: whether people make teams, or admins only.
    pub people_create_teams: bool,
    /// `registry.catalog`: who lists everything in a registry.
    pub catalog: CatalogSwitch,
    /// `signup.enabled`: whether strangers make accounts of their own.
    pub sign_up: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            push: PushPolicy::Teams,
            delete: true,
            contributors_delete: false,
            create_namespaces: CreateNamespaces::Owners,
            create_on_push: CreateOnPush::Never,
            change_visibility: Keepers::Owners,
            transfer: Keepers::Owners,
            personal_namespaces: true,
            people_create_teams: true,
            catalog: CatalogSwitch::Admins,
            sign_up: false,
        }
    }
}

/// A text that is not a value of a switch.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{given}` is not one of {allowed}")]
pub struct InvalidSwitch {
    given: Box<str>,
    allowed: &'static str,
}

macro_rules! switch {
    ($(#[$doc:meta])* $name:ident: $allowed:literal; $($(#[$variant_doc:meta])* $variant:ident = $word:literal;)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As it is written in the configuration.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = InvalidSwitch;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(InvalidSwitch { given: text.into(), allowed: $allowed }),
                }
            }
        }
    };
}

switch! {
    /// Who pushes besides admins.
    PushPolicy: "`teams`, `personal`, `admins`";
    /// Nobody.
    Admins = "admins";
    /// People, to their own namespaces.
    Personal = "personal";
    /// Contributors and owners too, to their teams'.
    Teams = "teams";
}

switch! {
    /// Who in a team makes namespaces for it.
    CreateNamespaces: "`contributors`, `owners`, `admins`";
    /// Admins of Portus only.
    Admins = "admins";
    /// Contributors and owners.
    Contributors = "contributors";
    /// Owners.
    Owners = "owners";
}

switch! {
    /// Whose push to a name nobody uses makes a namespace.
    CreateOnPush: "`never`, `admins`, `members`";
    /// An admin's.
    Admins = "admins";
    /// Also that of a person who owns a team of the same name.
    Members = "members";
    /// Nobody's.
    Never = "never";
}

switch! {
    /// Who may do something to a namespace besides admins.
    Keepers: "`owners`, `admins`";
    /// Nobody.
    Admins = "admins";
    /// The owners of its team, or the person whose it is.
    Owners = "owners";
}

switch! {
    /// Who lists everything in a registry; the registry cannot filter that list.
    CatalogSwitch: "`admins`, `signed-in`";
    /// Admins.
    Admins = "admins";
    /// Every person and bot.
    SignedIn = "signed-in";
}
