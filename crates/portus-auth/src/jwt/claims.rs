use portus_core::port::Access;
use portus_core::scope::Action;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// The claims set of a registry token, as JSON; times in seconds since 1970.
///
/// Source: `distribution`, `docs/content/spec/auth/jwt.md`. Registries before 3.0 take `aud` only
/// as a string and times only as integers.
#[derive(Serialize)]
pub(super) struct Payload<'a> {
    pub(super) iss: &'a str,
    pub(super) sub: &'a str,
    pub(super) aud: &'a str,
    pub(super) exp: u64,
    pub(super) nbf: u64,
    pub(super) iat: u64,
    pub(super) jti: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) access: Option<Entries<'a>>,
}

/// The `access` of a token.
pub(super) struct Entries<'a>(&'a [Access]);

impl<'a> From<&'a [Access]> for Entries<'a> {
    fn from(access: &'a [Access]) -> Self {
        Self(access)
    }
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Entry))
    }
}

struct Entry<'a>(&'a Access);

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("Access", 3)?;
        match self.0 {
            Access::Catalog => {
                entry.serialize_field("type", "registry")?;
                entry.serialize_field("name", "catalog")?;
                entry.serialize_field("actions", &["*"])?;
            }
            Access::Repository { path, actions, star } => {
                entry.serialize_field("type", "repository")?;
                entry.serialize_field("name", &format_args!("{path}"))?;
                entry.serialize_field("actions", &Names { actions, star: *star })?;
            }
        }
        entry.end()
    }
}

struct Names<'a> {
    actions: &'a [Action],
    star: bool,
}

impl Serialize for Names<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.star {
            serializer.collect_seq(["*"])
        } else {
            serializer.collect_seq(self.actions.iter().map(|action| action.as_str()))
        }
    }
}
