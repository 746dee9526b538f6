//! What is found by part of its name.

use portus_core::page::Page;
use portus_core::search::{
    FoundLabel, FoundManifest, FoundNamespace, FoundRepository, FoundTag, FoundTeam,
    InvalidSearchText, SearchText,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::call::Call;
use super::error::{Code, Problem};
use super::list::{List, PerPage, slice};
use super::query::Asked;

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Question {
    /// 2 to 255 characters, none of which stands for others; with fewer, nothing is found
    q: String,
    /// Only of this kind. Without it the first of each kind come, and no more of them
    #[param(inline)]
    kind: Option<FoundKind>,
    /// How many rows at most, of each kind where none is named
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list of one kind goes on, as the `Link` of the part before has it
    after: Option<String>,
}

/// What kind of thing was found
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FoundKind {
    Digest,
    /// An image by a label
    Label,
    Namespace,
    Repository,
    Tag,
    Team,
}

/// One thing that was found; what it has no name for is `null`.
#[derive(Serialize, ToSchema)]
pub(super) struct Found {
    kind: FoundKind,
    /// The registry's name
    registry: Option<String>,
    /// The namespace's name; `null` for the global one
    namespace: Option<String>,
    /// The whole path of the repository
    repository: Option<String>,
    tag: Option<String>,
    digest: Option<String>,
    team: Option<String>,
    /// The label that an image was found by
    label: Option<Label>,
}

/// A label of an image.
#[derive(Serialize, ToSchema)]
#[schema(as = FoundLabel)]
struct Label {
    #[schema(example = "org.opencontainers.image.vendor")]
    name: String,
    value: String,
}

impl Found {
    const fn of(kind: FoundKind) -> Self {
        Self {
            kind,
            registry: None,
            namespace: None,
            repository: None,
            tag: None,
            digest: None,
            team: None,
            label: None,
        }
    }
}

impl From<FoundRepository> for Found {
    fn from(found: FoundRepository) -> Self {
        Self {
            registry: Some(found.registry.to_string()),
            namespace: found.path.namespace().map(ToString::to_string),
            repository: Some(found.path.to_string()),
            ..Self::of(FoundKind::Repository)
        }
    }
}

impl From<FoundTag> for Found {
    fn from(found: FoundTag) -> Self {
        let FoundTag { registry, path, name, digest, .. } = found;
        let place = Self::from(FoundRepository { registry, path });
        let (tag, digest) = (Some(name.to_string()), Some(digest.to_string()));
        Self { kind: FoundKind::Tag, tag, digest, ..place }
    }
}

impl From<FoundManifest> for Found {
    fn from(found: FoundManifest) -> Self {
        let FoundManifest { registry, path, digest, .. } = found;
        let place = Self::from(FoundRepository { registry, path });
        Self { kind: FoundKind::Digest, digest: Some(digest.to_string()), ..place }
    }
}

impl From<FoundLabel> for Found {
    fn from(found: FoundLabel) -> Self {
        let FoundLabel { registry, path, digest, name, value } = found;
        let place = Self::from(FoundRepository { registry, path });
        let (digest, label) = (Some(digest.to_string()), Some(Label { name, value }));
        Self { kind: FoundKind::Label, digest, label, ..place }
    }
}

impl From<FoundNamespace> for Found {
    fn from(found: FoundNamespace) -> Self {
        Self {
            registry: Some(found.registry.to_string()),
            namespace: Some(found.name.to_string()),
            ..Self::of(FoundKind::Namespace)
        }
    }
}

impl From<FoundTeam> for Found {
    fn from(found: FoundTeam) -> Self {
        Self { team: Some(found.name.to_string()), ..Self::of(FoundKind::Team) }
    }
}

/// What the caller may see of what is called like this, the best first: repositories by any word of
/// their path, tags, namespaces and the caller's teams by how their name begins, manifests by the
/// first digits of their digest, images by the whole name of a label, perhaps with `=` and how its
/// value begins.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(Question), responses(
    (status = 200, body = [Found]),
))]
pub(super) async fn search(
    call: Call,
    Asked(asked): Asked<Question>,
) -> Result<List<Found>, Problem> {
    let text: SearchText = match asked.q.parse() {
        Ok(text) => text,
        Err(InvalidSearchText::TooShort) => {
            return Ok(call.list(Page { rows: Vec::new(), next: None }));
        }
        Err(error) => return Err(Problem::new(Code::InvalidValue, format!("q: {error}"))),
    };
    let (find, actor) = (&call.web().find, call.actor());
    let slice = slice(asked.per_page, asked.after);
    let page = match asked.kind {
        None => {
            let found = find.all(&actor, &text, slice.limit).await?;
            let rows = found.repositories.rows.into_iter().map(Found::from);
            let rows = rows.chain(found.tags.rows.into_iter().map(Found::from));
            let rows = rows.chain(found.manifests.rows.into_iter().map(Found::from));
            let rows = rows.chain(found.namespaces.rows.into_iter().map(Found::from));
            let rows = rows.chain(found.teams.rows.into_iter().map(Found::from));
            let rows = rows.chain(found.labels.rows.into_iter().map(Found::from));
            Page { rows: rows.collect(), next: None }
        }
        Some(FoundKind::Digest) => find.manifests(&actor, &text, &slice).await?.map(Found::from),
        Some(FoundKind::Label) => find.labels(&actor, &text, &slice).await?.map(Found::from),
        Some(FoundKind::Namespace) => {
            find.namespaces(&actor, &text, &slice).await?.map(Found::from)
        }
        Some(FoundKind::Repository) => {
            find.repositories(&actor, &text, &slice).await?.map(Found::from)
        }
        Some(FoundKind::Tag) => find.tags(&actor, &text, &slice).await?.map(Found::from),
        Some(FoundKind::Team) => find.teams(&actor, &text, &slice).await?.map(Found::from),
    };
    Ok(call.list(page))
}
