//! A repository with its tags, and one tag or digest of it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::digest::Digest;
use portus_core::page::{DetailsState, ManifestView, Slice, TagRow};
use portus_core::port::SaidOf;
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use portus_core::tag::TagName;
use portus_core::usecase::SeenRepository;
use portus_core::words::Comment;
use serde::Deserialize;

use super::describe::Words;
use super::frame::{Frame, html, with_status};
use super::home::Part;
use super::namespace::{Right, rights};
use super::sent::{Asked, Named};
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "repository.html")]
struct Whole {
    f: Frame,
    seen: SeenRepository,
    reference: String,
    tags: Vec<TagRow>,
    next: Option<String>,
    is_first: bool,
    rights: Vec<Right>,
    words: Words,
    starred: bool,
    may_remark: bool,
    comments: Vec<Written>,
    more_comments: Option<String>,
    /// What could not be kept as a comment.
    unsaid: Option<String>,
}

/// A comment, as the page shows it.
struct Written {
    comment: Comment,
    removable: bool,
}

/// What someone wrote that could not be kept.
pub(super) enum Said {
    Comment(String),
    Description(String),
}

/// Which part of the tags, and which of the comments.
#[derive(Default, Deserialize)]
pub(super) struct Parts {
    after: Option<String>,
    comments: Option<String>,
}

#[derive(Template)]
#[template(path = "manifest.html")]
struct One {
    f: Frame,
    seen: SeenRepository,
    /// What comes after the path: `:1` or `@sha256:…`.
    which: String,
    by_name: String,
    by_digest: String,
    digest: String,
    tag: Option<TagRow>,
    manifest: Option<ManifestView>,
    layers: Vec<Layer>,
    rights: Vec<Right>,
}

/// A layer, and how much of the whole it is.
struct Layer {
    digest: String,
    media_type: String,
    size: u64,
    share: String,
}

impl One {
    /// How to get it, by tool.
    fn commands(&self) -> [(&'static str, String); 5] {
        let image = &self.by_name;
        let path = self.seen.row.path.to_string();
        let name = path.rsplit('/').next().unwrap_or_default();
        [
            ("docker", format!("docker pull {image}")),
            ("podman", format!("podman pull {image}")),
            ("skopeo", format!("skopeo copy docker://{image} dir:{name}")),
            ("crane", format!("crane pull {image} {name}.tar")),
            ("Kubernetes", format!("containers:\n- name: {name}\n  image: {image}")),
        ]
    }
}

/// What the last part of an address names.
enum Which {
    Repository(RepositoryPath),
    Tag(RepositoryPath, TagName),
    Digest(RepositoryPath, Digest),
}

impl Which {
    /// `a/b`, `a/b:tag`, `a/b@sha256:…`: neither sign can be in a path.
    fn read(text: &str) -> Option<Self> {
        if let Some((path, digest)) = text.split_once('@') {
            return Some(Self::Digest(path.parse().ok()?, digest.parse().ok()?));
        }
        if let Some((path, tag)) = text.split_once(':') {
            return Some(Self::Tag(path.parse().ok()?, tag.parse().ok()?));
        }
        Some(Self::Repository(text.parse().ok()?))
    }

    fn path(&self) -> &RepositoryPath {
        match self {
            Self::Repository(path) | Self::Tag(path, _) | Self::Digest(path, _) => path,
        }
    }
}

pub(super) async fn show(
    visit: Visit,
    Named((registry, rest)): Named<(String, String)>,
    Asked(parts): Asked<Parts>,
) -> Result<Response, Trouble> {
    let look = &visit.shared.app.web.look;
    visit.look_around()?;
    let registry = registry.parse().map_err(|_| Trouble::NotFound)?;
    let which = Which::read(&rest).ok_or(Trouble::NotFound)?;
    let seen = look.repository(&visit.caller, &registry, which.path()).await?;
    let seen = seen.ok_or(Trouble::NotFound)?;
    match which {
        Which::Repository(_) => whole(&visit, seen, parts, None).await,
        Which::Tag(_, tag) => {
            let row = look.tag(&seen, &tag).await?.ok_or(Trouble::NotFound)?;
            let manifest = look.manifest(&seen, &row.digest).await?;
            one(&visit, seen, row.digest.clone(), Some(row), manifest)
        }
        Which::Digest(_, digest) => {
            let manifest = look.manifest(&seen, &digest).await?.ok_or(Trouble::NotFound)?;
            one(&visit, seen, digest, None, Some(manifest))
        }
    }
}

/// The same page, with what could not be kept.
pub(super) async fn say_again(
    visit: &Visit,
    (registry, path): (&RegistryName, &RepositoryPath),
    said: Said,
) -> Result<Response, Trouble> {
    let look = &visit.shared.app.web.look;
    let seen = look.repository(&visit.caller, registry, path).await?.ok_or(Trouble::NotFound)?;
    whole(visit, seen, Parts::default(), Some(said)).await
}

async fn whole(
    visit: &Visit,
    seen: SeenRepository,
    parts: Parts,
    said: Option<Said>,
) -> Result<Response, Trouble> {
    let (web, actor) = (&visit.shared.app.web, visit.actor());
    let is_first = parts.after.is_none();
    let part = Part { after: parts.after };
    let page = web.look.tags(&seen, &part.slice()).await?;
    let place = &seen.namespace;
    let text = web.survey.description(SaidOf::Repository(seen.id)).await?;
    let mut words = Words::of(text, web.survey.may_describe(&actor, place));
    let slice = Slice { after: parts.comments, limit: COMMENTS };
    let comments = web.survey.comments(&seen, &slice).await?;
    let shown = comments.rows.into_iter().map(|comment| Written {
        removable: web.survey.may_remove(&actor, place, &comment),
        comment,
    });
    let comments_shown = shown.collect();
    let status = if said.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let unsaid = match said {
        Some(Said::Comment(text)) => Some(text),
        Some(Said::Description(text)) => {
            words.refuse(text);
            None
        }
        None => None,
    };
    let whole = Whole {
        words,
        starred: web.survey.is_starred(&visit.caller, &seen).await?,
        may_remark: web.survey.may_remark(&actor),
        comments: comments_shown,
        more_comments: comments.next,
        unsaid,
        f: Frame::of(visit, seen.row.path.to_string()),
        reference: reference(&seen, page.rows.first().map(|tag| &tag.name)),
        tags: page.rows,
        next: page.next,
        is_first,
        rights: rights(visit, &seen.namespace),
        seen,
    };
    with_status(status, &whole)
}

/// How many comments a page shows.
const COMMENTS: u32 = 20;

/// What a client pulls; without a tag it looks for `latest`.
fn reference(seen: &SeenRepository, tag: Option<&TagName>) -> String {
    let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
    format!("{}/{}{tag}", seen.namespace.registry.called(), seen.row.path)
}

fn one(
    visit: &Visit,
    seen: SeenRepository,
    digest: Digest,
    tag: Option<TagRow>,
    manifest: Option<ManifestView>,
) -> Result<Response, Trouble> {
    let which = match &tag {
        Some(tag) => format!(":{}", tag.name),
        None => format!("@{digest}"),
    };
    let reference = reference(&seen, None);
    let layers = manifest.iter().flat_map(|manifest| &manifest.layers);
    let largest = layers.clone().map(|layer| layer.size).max().unwrap_or(0).max(1);
    let layers = layers.map(|layer| Layer {
        digest: layer.digest.to_string(),
        media_type: layer.media_type.to_string(),
        size: layer.size,
        share: format!("{:.1}%", 100.0 * layer.size as f64 / largest as f64),
    });
    html(&One {
        f: Frame::of(visit, format!("{}{which}", seen.row.path)),
        by_name: format!("{reference}{which}"),
        by_digest: format!("{reference}@{digest}"),
        digest: digest.to_string(),
        layers: layers.collect(),
        rights: rights(visit, &seen.namespace),
        which,
        tag,
        manifest,
        seen,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_repository_a_tag_or_a_digest() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let by_digest = format!("qa/app@{digest}");
        assert!(matches!(Which::read("qa/app"), Some(Which::Repository(_))));
        assert!(matches!(Which::read("qa/a/b:1.2"), Some(Which::Tag(_, _))));
        assert!(matches!(Which::read(&by_digest), Some(Which::Digest(_, _))));
        for odd in ["", "qa/app:", "qa/app@", "QA/app", "qa/app:a b", "qa/app@sha256:1"] {
            assert!(Which::read(odd).is_none(), "{odd}");
        }
    }
}
