//! A repository with its tags and what is said of it; and what an address within it names.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portus_core::companion::ReferrerKind;
use portus_core::digest::Digest;
use portus_core::namespace::Visibility;
use portus_core::page::{DetailsState, Slice};
use portus_core::port::SaidOf;
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use portus_core::tag::TagName;
use portus_core::usecase::SeenRepository;

use super::activity::{Line, lines};
use super::commands::{self, Command};
use super::frame::{Frame, with_status};
use super::namespace::{Right, rights};
use super::remarks::{Remarks, Said};
use super::sent::{Asked, Named};
use super::tags::{self, Show, Tags, Wanted};
use super::trouble::Trouble;
use super::visit::Visit;
use super::{compare, manifest};

#[derive(Template)]
#[template(path = "repository.html")]
struct Whole {
    f: Frame,
    seen: SeenRepository,
    /// Bytes; what several images have counts once.
    size: u64,
    /// How to get the first of the list.
    commands: Vec<Command>,
    tags: Tags,
    rights: Vec<Right>,
    said: Remarks,
    /// What was done lately, for those who signed in, and where all of it is.
    lines: Vec<Line>,
    all_activity: String,
}

impl Whole {
    fn may_delete(&self) -> bool {
        self.rights.iter().any(|right| right.action == self.f.t.delete && right.allowed)
    }

    fn kind(&self, kind: &ReferrerKind) -> &'static str {
        tags::kind(*kind, self.f.t)
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
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Trouble> {
    let look = &visit.shared.app.web.look;
    visit.look_around()?;
    let registry = registry.parse().map_err(|_| Trouble::NotFound)?;
    let which = Which::read(&rest).ok_or(Trouble::NotFound)?;
    let seen = look.repository(&visit.caller, &registry, which.path()).await?;
    let seen = seen.ok_or(Trouble::NotFound)?;
    match which {
        Which::Repository(_) if wanted.compare.is_some() => {
            compare::show(&visit, seen, &wanted).await
        }
        Which::Repository(_) => whole(&visit, seen, &wanted, None).await,
        Which::Tag(_, tag) => {
            let row = look.tag(&seen, &tag).await?.ok_or(Trouble::NotFound)?;
            let (digest, after) = (row.digest.clone(), wanted.after);
            manifest::show(&visit, seen, manifest::Asked { digest, tag: Some(row), after }).await
        }
        Which::Digest(_, digest) => {
            manifest::show(&visit, seen, manifest::Asked { digest, tag: None, after: None }).await
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
    whole(visit, seen, &Wanted::default(), Some(said)).await
}

async fn whole(
    visit: &Visit,
    seen: SeenRepository,
    wanted: &Wanted,
    unkept: Option<Said>,
) -> Result<Response, Trouble> {
    let status = if unkept.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let tags = Tags::of(visit, &seen, wanted).await?;
    let first = tags.images.first().map(|image| &image.row.first);
    let which = first.map(|tag| format!(":{}", tag.name)).unwrap_or_default();
    let repository = reference(&seen, None);
    let closed = is_closed(&seen);
    let artifact = first.and_then(|tag| tag.artifact_type.as_ref());
    let pulled = commands::Wanted { repository: &repository, which: &which, artifact, closed };
    let lines = match visit.is_signed_in() {
        true => {
            let survey = &visit.shared.app.web.survey;
            let page = survey.activities(SaidOf::Repository(seen.id), &Slice::first(LINES)).await?;
            lines(page.rows, visit.t)
        }
        false => Vec::new(),
    };
    let whole = Whole {
        all_activity: format!("/activities/{}/{}", seen.row.registry, seen.row.path),
        lines,
        f: Frame::of(visit, seen.row.path.to_string()),
        commands: pulled.commands(),
        size: visit.shared.app.web.look.size(&seen).await?,
        rights: rights(visit, &seen.namespace),
        said: Remarks::of(visit, &seen, wanted.comments.clone(), unkept).await?,
        tags,
        seen,
    };
    with_status(status, &whole)
}

/// How much of what was done the page shows.
const LINES: u32 = 10;

/// Whether only those with an account get it.
pub(super) fn is_closed(seen: &SeenRepository) -> bool {
    seen.namespace.kind.visibility() != Some(Visibility::Public)
}

/// What a client pulls; without a tag it looks for `latest`.
pub(super) fn reference(seen: &SeenRepository, tag: Option<&TagName>) -> String {
    let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
    format!("{}/{}{tag}", seen.namespace.registry.called(), seen.row.path)
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
