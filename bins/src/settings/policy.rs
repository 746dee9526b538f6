//! The operator's switches: who may do what.

use std::fmt::{self, Display};
use std::str::FromStr;

use portus_core::policy::Switches;

use super::reader::Reader;

/// `teams.create`, as it is written.
#[derive(Clone, Copy)]
enum TeamMakers {
    Admins,
    People,
}

impl Display for TeamMakers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Admins => "admins",
            Self::People => "people",
        })
    }
}

pub(super) fn read(reader: &mut Reader) -> Switches {
    let default = Switches::default();
    let makers = reader.value(
        "teams.create",
        if default.people_create_teams { TeamMakers::People } else { TeamMakers::Admins },
        "must be one of `people`, `admins`",
        |text| match text {
            "admins" => Some(TeamMakers::Admins),
            "people" => Some(TeamMakers::People),
            _ => None,
        },
    );
    Switches {
        push: word(reader, "push.policy", default.push, "`teams`, `personal`, `admins`"),
        delete: reader.flag("delete.enabled", default.delete),
        contributors_delete: reader.flag("delete.contributors", default.contributors_delete),
        create_namespaces: word(
            reader,
            "namespaces.create",
            default.create_namespaces,
            "`contributors`, `owners`, `admins`",
        ),
        create_on_push: word(
            reader,
            "namespaces.create_on_push",
            default.create_on_push,
            "`never`, `admins`, `members`",
        ),
        change_visibility: word(
            reader,
            "namespaces.visibility",
            default.change_visibility,
            KEEPERS,
        ),
        transfer: word(reader, "namespaces.transfer", default.transfer, KEEPERS),
        personal_namespaces: reader.flag("namespaces.personal", default.personal_namespaces),
        people_create_teams: matches!(makers, TeamMakers::People),
        catalog: word(reader, "registry.catalog", default.catalog, "`admins`, `signed-in`"),
        sign_up: reader.flag("signup.enabled", default.sign_up),
    }
}

fn word<T: Display + FromStr>(
    reader: &mut Reader,
    key: &'static str,
    default: T,
    words: &str,
) -> T {
    reader.value(key, default, &format!("must be one of {words}"), |text| text.parse().ok())
}

const KEEPERS: &str = "`owners`, `admins`";
