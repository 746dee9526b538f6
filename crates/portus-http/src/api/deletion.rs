//! Deletions: what would go, and how far what was asked for is.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use portus_core::deletion::{Deletion as Stored, DeletionItem, DeletionScope, DeletionState};
use portus_core::deletion_reason::DeletionReason;
use portus_core::id::DeletionId;
use portus_core::page::Slice;
use portus_core::usecase::{Confirmed, Wanted, WantedTag};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::address::OfRepository;
use super::body::{Sent, value};
use super::call::{At, Call, SignedIn, named};
use super::error::{Code, Problem};
use super::list::{List, Part};
use super::moment::Moment;
use super::namespace::place;
use super::preview::Preview;
use super::query::Asked;
use super::sole::Sole;

/// A deletion that someone asked for.
#[derive(Serialize, ToSchema)]
pub(super) struct Deletion {
    id: i64,
    /// The registry's name
    registry: String,
    /// The namespace's name; `null` for the global one
    namespace: Option<String>,
    scope: Scope,
    /// What goes, in words
    #[schema(example = "qa/app:1")]
    object: String,
    state: State,
    /// Why it waits, or ended as it did; may be empty
    reason: String,
    /// Who asked for it
    asked_by: String,
    asked_at: Moment,
    finished_at: Option<Moment>,
    /// How many tags and manifests there are to delete; grows while a namespace is listed
    items_count: u64,
    /// How many are gone
    done_count: u64,
    /// How many the registry did not delete
    failed_count: u64,
    /// How many were left alone
    kept_count: u64,
    /// How many were not begun when it was called off
    cancelled_count: u64,
}

/// One thing that a deletion takes away.
#[derive(Serialize, ToSchema)]
#[schema(as = DeletionItem)]
pub(super) struct Item {
    /// The whole path
    repository: String,
    /// `null` for a manifest with all that is on it
    tag: Option<String>,
    /// The manifest, or what the tag pointed at when it was asked for
    digest: String,
    state: ItemState,
    /// Why it ended as it did; may be empty
    reason: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident of $from:ident { $($word:ident)* }) => {
        #[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        $(#[$doc])*
        pub(super) enum $name { $($word,)* }

        impl From<$from> for $name {
            fn from(from: $from) -> Self {
                match from { $($from::$word => Self::$word,)* }
            }
        }

        impl From<$name> for $from {
            fn from(from: $name) -> Self {
                match from { $($name::$word => Self::$word,)* }
            }
        }
    };
}

type StoredItem = portus_core::deletion::ItemState;

words! {
    /// How much goes.
    #[schema(as = DeletionScope)]
    Scope of DeletionScope { Images Namespace Repository }
}
words! {
    /// How far it is.
    #[schema(as = DeletionState)]
    State of DeletionState { Cancelled Done Incomplete Stopped UnderWay }
}
words! {
    /// How far an item is.
    #[schema(as = DeletionItemState)]
    ItemState of StoredItem { Cancelled Done Failed Kept Waiting }
}

/// Whether to look only, and what may go too.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wish {
    /// Only say what would go: 200 with a preview
    #[serde(default)]
    #[param(required = false, default = false)]
    dry_run: bool,
}

/// The same, of a tag.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TagWish {
    /// Only say what would go: 200 with a preview
    #[serde(default)]
    #[param(required = false, default = false)]
    dry_run: bool,
    /// Needed where other tags are on the same digest and the registry deletes only digests
    #[param(inline)]
    siblings: Option<Siblings>,
    /// What the tag has to point at still
    digest: Option<String>,
}

/// What becomes of other tags on the same digest.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Siblings)]
enum Siblings {
    /// They go too
    All,
}

impl From<Stored> for Deletion {
    fn from(stored: Stored) -> Self {
        Self {
            id: stored.id.0,
            registry: stored.registry_name.to_string(),
            namespace: stored.namespace_name.map(|name| name.to_string()),
            scope: stored.scope.into(),
            object: stored.object,
            state: stored.state.into(),
            reason: reason(stored.reason),
            asked_by: stored.actor,
            asked_at: Moment(stored.asked_at),
            finished_at: stored.finished_at.map(Moment),
            items_count: stored.counts.total,
            done_count: stored.counts.done,
            failed_count: stored.counts.failed,
            kept_count: stored.counts.kept,
            cancelled_count: stored.counts.cancelled,
        }
    }
}

impl From<DeletionItem> for Item {
    fn from(item: DeletionItem) -> Self {
        Self {
            repository: item.repository.to_string(),
            tag: item.tag.map(|tag| tag.to_string()),
            digest: item.digest.to_string(),
            state: item.state.into(),
            reason: reason(item.reason),
        }
    }
}

/// Deletes a tag, or says what that would do.
#[utoipa::path(
    delete, path = "/api/v1/tags/{registry}/{repository}:{tag}", tag = "deletions",
    params(
        OfRepository,
        ("tag" = String, Path, description = "The tag"),
        TagWish,
    ),
    responses((status = 202, body = Deletion), (status = 200, body = Preview)),
)]
pub(super) async fn tag(
    SignedIn(call): SignedIn,
    Sole { registry, path, which }: Sole<':'>,
    Asked(wish): Asked<TagWish>,
) -> Result<Response, Problem> {
    let seen = wish.digest.as_deref().map(|digest| value("digest", digest)).transpose()?;
    let tag = WantedTag { name: named(&which)?, seen };
    let wanted = Wanted::Tags(named(&registry)?, named(&path)?, vec![tag]);
    let confirmed = Confirmed { all_siblings: wish.siblings.is_some() };
    answer(&call, &wanted, confirmed, wish.dry_run).await
}

/// Deletes a manifest with every tag on it, or says what that would do.
#[utoipa::path(
    delete, path = "/api/v1/manifests/{registry}/{repository}@{digest}", tag = "deletions",
    params(
        OfRepository,
        ("digest" = String, Path, description = "`sha256:` and 64 hexadecimal digits"),
        Wish,
    ),
    responses((status = 202, body = Deletion), (status = 200, body = Preview)),
)]
pub(super) async fn manifest(
    SignedIn(call): SignedIn,
    Sole { registry, path, which }: Sole<'@'>,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let wanted = Wanted::Manifest(named(&registry)?, named(&path)?, named(&which)?);
    answer(&call, &wanted, Confirmed::default(), wish.dry_run).await
}

/// Deletes a repository with all that is in it, or says what that would do.
#[utoipa::path(
    delete, path = "/api/v1/repositories/{registry}/{repository}", tag = "deletions",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("repository" = String, Path, description = "The whole path; its slashes may be encoded"),
        Wish,
    ),
    responses((status = 202, body = Deletion), (status = 200, body = Preview)),
)]
pub(super) async fn repository(
    SignedIn(call): SignedIn,
    At((registry, path)): At<(String, String)>,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let wanted = Wanted::Repository(named(&registry)?, named(&path)?);
    answer(&call, &wanted, Confirmed::default(), wish.dry_run).await
}

/// Deletes a namespace with all that is in it, or says what that would do.
#[utoipa::path(
    delete, path = "/api/v1/namespaces/{registry}/{namespace}", tag = "deletions",
    params(
        ("registry" = String, Path, description = "The registry's name"),
        ("namespace" = String, Path, description = "The namespace's name"),
        Wish,
    ),
    responses((status = 202, body = Deletion), (status = 200, body = Preview)),
)]
pub(super) async fn namespace(
    SignedIn(call): SignedIn,
    At((registry, name)): At<(String, String)>,
    Asked(wish): Asked<Wish>,
) -> Result<Response, Problem> {
    let (registry, name) = place(&registry, &name)?;
    let wanted = Wanted::Namespace(registry, name);
    answer(&call, &wanted, Confirmed::default(), wish.dry_run).await
}

/// Tags of a repository to be deleted in one go.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDeletion)]
pub(super) struct New {
    /// The registry's name
    registry: String,
    /// The whole path
    repository: String,
    #[schema(min_items = 1, max_items = 100)]
    tags: Vec<TagToDelete>,
    /// Needed where other tags are on the same digests and the registry deletes only digests
    #[schema(inline)]
    siblings: Option<Siblings>,
}

/// A tag to be deleted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TagToDelete {
    name: String,
    /// What it has to point at still
    digest: Option<String>,
}

impl TagToDelete {
    fn read(&self) -> Result<WantedTag, Problem> {
        let digest = self.digest.as_deref();
        let seen = digest.map(|digest| value("tags.digest", digest)).transpose()?;
        Ok(WantedTag { name: value("tags.name", &self.name)?, seen })
    }
}

/// Deletes several tags of a repository, or says what that would do.
#[utoipa::path(
    post, path = "/api/v1/deletions", tag = "deletions", params(Wish), request_body = New,
    responses((status = 202, body = Deletion), (status = 200, body = Preview)),
)]
pub(super) async fn create(
    SignedIn(call): SignedIn,
    Asked(wish): Asked<Wish>,
    Sent(new): Sent<New>,
) -> Result<Response, Problem> {
    let registry = value("registry", &new.registry)?;
    let path = value("repository", &new.repository)?;
    let tags = new.tags.iter().map(TagToDelete::read).collect::<Result<Vec<_>, _>>()?;
    if tags.is_empty() {
        return Err(Problem::new(Code::InvalidValue, "name at least one tag"));
    }
    let confirmed = Confirmed { all_siblings: new.siblings.is_some() };
    answer(&call, &Wanted::Tags(registry, path, tags), confirmed, wish.dry_run).await
}

async fn answer(
    call: &Call,
    wanted: &Wanted,
    confirmed: Confirmed,
    dry_run: bool,
) -> Result<Response, Problem> {
    let delete = &call.web().delete_images;
    if dry_run {
        let plan = delete.plan.plan(&call.actor(), wanted).await?;
        return Ok(Json(Preview::of(&plan, confirmed.all_siblings)).into_response());
    }
    let id = delete.ask(&call.actor(), wanted, confirmed).await?;
    let (deletion, _) = find(call, id, &Slice::first(1)).await?;
    let address = [(LOCATION, format!("/api/v1/deletions/{id}"))];
    Ok((StatusCode::ACCEPTED, address, Json(Deletion::from(deletion))).into_response())
}

type Seen = (Stored, portus_core::page::Page<DeletionItem>);

async fn find(call: &Call, id: DeletionId, slice: &Slice) -> Result<Seen, Problem> {
    let seen = call.web().follow_deletions.one(&call.actor(), id, slice).await?;
    seen.ok_or_else(Problem::absent)
}

/// How far a deletion is.
#[utoipa::path(
    get, path = "/api/v1/deletions/{deletion}", tag = "deletions",
    params(("deletion" = i64, Path, description = "Its number")),
    responses((status = 200, body = Deletion)),
)]
pub(super) async fn show(
    SignedIn(call): SignedIn,
    At(deletion): At<String>,
) -> Result<Json<Deletion>, Problem> {
    let (deletion, _) = find(&call, DeletionId(named(&deletion)?), &Slice::first(1)).await?;
    Ok(Json(deletion.into()))
}

/// What a deletion takes away, in the order in which it is done.
#[utoipa::path(
    get, path = "/api/v1/deletions/{deletion}/items", tag = "deletions",
    params(("deletion" = i64, Path, description = "Its number"), Part),
    responses((status = 200, body = [Item])),
)]
pub(super) async fn items(
    SignedIn(call): SignedIn,
    At(deletion): At<String>,
    Asked(part): Asked<Part>,
) -> Result<List<Item>, Problem> {
    let (_, items) = find(&call, DeletionId(named(&deletion)?), &part.slice()).await?;
    Ok(call.list(items.map(Item::from)))
}

/// Calls a deletion off: what is gone stays gone, what was not begun stays. A namespace that was to
/// go is whose it was.
#[utoipa::path(
    post, path = "/api/v1/deletions/{deletion}/cancel", tag = "deletions",
    params(("deletion" = i64, Path, description = "Its number")),
    responses((status = 200, body = Deletion)),
)]
pub(super) async fn cancel(
    SignedIn(call): SignedIn,
    At(deletion): At<String>,
) -> Result<Json<Deletion>, Problem> {
    let id = DeletionId(named(&deletion)?);
    call.web().cancel_deletion.cancel(&call.actor(), id).await?;
    let (deletion, _) = find(&call, id, &Slice::first(1)).await?;
    Ok(Json(deletion.into()))
}

/// In words; empty where there is none.
fn reason(reason: Option<DeletionReason>) -> String {
    reason.map(|reason| reason.to_string()).unwrap_or_default()
}
