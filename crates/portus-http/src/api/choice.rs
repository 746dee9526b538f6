//! Words of which one is chosen, as JSON and queries have them.

use portus_core::{namespace, scope, team};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident of $core:path: $($variant:ident)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $name {
            $($variant,)*
        }

        impl From<$core> for $name {
            fn from(value: $core) -> Self {
                use $core as Core;
                match value { $(Core::$variant => Self::$variant,)* }
            }
        }

        impl From<$name> for $core {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant,)* }
            }
        }
    };
}

choice! {
    /// What is done to images
    Action of scope::Action: Delete Pull Push
}

choice! {
    /// What a member of a team may do: pull, push too, manage too
    Role of team::Role: Viewer Contributor Owner
}

choice! {
    /// Who sees what is in a namespace without being of its team: nobody, who signed in, everyone
    Visibility of namespace::Visibility: Private Protected Public
}
