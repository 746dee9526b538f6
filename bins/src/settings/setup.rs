//! `[setup]`: the first admin of an installation that nobody visits.

use portus_core::account::Username;
use portus_core::secret::Secret;

use super::reader::Reader;

/// The first admin, made at the first start and never again.
#[derive(Clone, Debug)]
pub struct FirstAdmin {
    /// The name.
    pub name: Username,
    /// The password, without the line's end.
    pub password: Secret,
}

impl FirstAdmin {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let name = reader.optional("setup.admin", "must be a username", |text| match text {
            "" => Some(None),
            text => text.parse::<Username>().ok().map(Some),
        });
        let password = reader.secret_in_file("setup.password_file").map(|(secret, _)| secret);
        match (name.flatten(), password) {
            (Some(name), Some(password)) => {
                Some(Self { name, password: Secret::new(password.expose().trim_end()) })
            }
            (Some(_), None) => {
                reader.object("setup.admin", "`setup.password_file` is missing beside it");
                None
            }
            (None, Some(_)) => {
                reader.object("setup.password_file", "`setup.admin` is missing beside it");
                None
            }
            (None, None) => None,
        }
    }
}
