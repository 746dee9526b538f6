//! What is in a repository, by image: sorted and narrowed.

use portus_core::shelf::{ImageFilter, ImageOrder, ImageRow};
use portus_core::tag::TagName;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::address::OfRepository;
use super::call::{At, Call, named};
use super::error::Problem;
use super::list::{List, PerPage, slice};
use super::query::Asked;
use super::repository::find;
use super::tag::Tag;

/// An image, with the tags that point at it.
#[derive(Serialize, ToSchema)]
pub(super) struct Image {
    /// The tag that the list is sorted by
    #[serde(flatten)]
    first: Tag,
    /// The tags on the same digest, in the order of the list; at most fifty
    tags: Vec<String>,
    /// Whether there are more
    more_tags: bool,
}

/// Which images are wanted, in which order, and which part of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// By name; by the newest push of a tag; or by the greatest version
    #[serde(default)]
    #[param(inline, required = false)]
    sort: Sort,
    /// Only those with a tag that holds this text
    filter: Option<String>,
    /// Those whose tags belong to another image instead: signatures and the like
    #[serde(default)]
    #[param(required = false)]
    attached: bool,
    /// How many rows at most
    #[serde(default)]
    #[param(value_type = u32, minimum = 1, maximum = 100, default = 30, required = false)]
    per_page: PerPage,
    /// Where the list goes on, as the `Link` of the part before has it
    after: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImageSort)]
enum Sort {
    #[default]
    Name,
    PushedAt,
    Version,
}

impl From<Sort> for ImageOrder {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Name => Self::Name,
            Sort::PushedAt => Self::Push,
            Sort::Version => Self::Version,
        }
    }
}

impl From<ImageRow> for Image {
    fn from(ImageRow { first, tags, more }: ImageRow) -> Self {
        let tags = tags.iter().map(TagName::to_string).collect();
        Self { first: Tag::from(first), tags, more_tags: more }
    }
}

/// The images of a repository with their tags.
#[utoipa::path(
    get, path = "/api/v1/images/{registry}/{repository}", tag = "repositories",
    params(OfRepository, Wanted), responses((status = 200, body = [Image])),
)]
pub(super) async fn images(
    call: Call,
    At((registry, path)): At<(String, String)>,
    Asked(wanted): Asked<Wanted>,
) -> Result<List<Image>, Problem> {
    let seen = find(&call, &registry, &named(&path)?).await?;
    let filter = ImageFilter {
        order: wanted.sort.into(),
        named: wanted.filter.filter(|text| !text.is_empty()),
        companions: wanted.attached,
    };
    let part = slice(wanted.per_page, wanted.after);
    let page = call.web().look.images(&seen, &filter, &part).await?;
    Ok(call.list(page.map(Image::from)))
}
