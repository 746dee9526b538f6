//! One tag or digest: what is in it, where it comes from, what the tag was before.

use askama::Template;
use axum::response::Response;
use portus_core::companion::Referrer;
use portus_core::configuration::{Configuration, Instruction};
use portus_core::digest::Digest;
use portus_core::image::{Child, ManifestKind};
use portus_core::page::{DetailsState, ManifestView, Page, TagRow};
use portus_core::shelf::{About, PastRow, StoredChild};
use portus_core::usecase::SeenRepository;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::commands::{Command, Wanted};
use super::frame::{Frame, html};
use super::namespace::{Right, rights};
use super::repository::{is_closed, reference};
use super::tags;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "manifest.html")]
struct One {
    f: Frame,
    seen: SeenRepository,
    /// What comes after the path: `:1` or `@sha256:…`.
    which: String,
    by_digest: String,
    digest: String,
    tag: Option<TagRow>,
    manifest: Option<ManifestView>,
    about: About,
    inner: Option<Inner>,
    referrers: Vec<Referrer>,
    past: Page<PastRow>,
    is_first: bool,
    commands: Vec<Command>,
    rights: Vec<Right>,
}

/// What the page shows of an image: its own, or one of an index.
struct Inner {
    /// Which of an index.
    platform: Option<String>,
    layers: Vec<Layer>,
    size: u64,
    configuration: Option<Configuration>,
    created: Option<Created>,
}

/// When an image was built: a time, where the builder wrote one.
enum Created {
    At(std::time::SystemTime),
    Text(String),
}

/// A layer, and how much it is of the largest and of all.
struct Layer {
    digest: String,
    media_type: String,
    size: u64,
    /// The step that made it.
    made_by: Option<Instruction>,
    share: String,
    start: String,
    width: String,
}

impl One {
    /// A manifest of the index, if it is there.
    fn stored(&self, child: &Child) -> Option<&StoredChild> {
        self.about.children.iter().find(|one| one.digest == child.descriptor.digest)
    }

    fn kind(&self, one: &Referrer) -> &'static str {
        tags::kind(one.kind, self.f.t)
    }

    /// What an index names that runs on something.
    fn platforms<'a>(&self, view: &'a ManifestView) -> Vec<&'a Child> {
        view.children.iter().filter(|child| child.attests.is_none()).collect()
    }
}

/// What is asked for: a tag and what it points at, or a digest.
pub(super) struct Asked {
    pub(super) digest: Digest,
    pub(super) tag: Option<TagRow>,
    /// Where the list of what the tag was goes on.
    pub(super) after: Option<String>,
}

pub(super) async fn show(
    visit: &Visit,
    seen: SeenRepository,
    asked: Asked,
) -> Result<Response, Trouble> {
    let look = &visit.shared.app.web.look;
    let Asked { digest, tag, after } = asked;
    let manifest = look.manifest(&seen, &digest).await?;
    if manifest.is_none() && tag.is_none() {
        return Err(Trouble::NotFound);
    }
    let about = look.about(&seen, &digest).await?.unwrap_or_default();
    let inner = match &manifest {
        Some(view) => inner(visit, &seen, view, &about).await?,
        None => None,
    };
    let of: Vec<Digest> =
        about.children.iter().map(|one| one.digest.clone()).chain([digest.clone()]).collect();
    let referrers = look.referrers(&seen, &of).await?;
    let slice = portus_core::page::Slice { after: after.clone(), limit: ROWS };
    let past = match &tag {
        Some(tag) => look.past(&seen, &tag.name, &slice).await?,
        None => Page { rows: Vec::new(), next: None },
    };
    let which = match &tag {
        Some(tag) => format!(":{}", tag.name),
        None => format!("@{digest}"),
    };
    let repository = reference(&seen, None);
    let artifact = manifest.as_ref().and_then(|view| view.artifact_type.as_ref());
    let closed = is_closed(&seen);
    let wanted = Wanted { repository: &repository, which: &which, artifact, closed };
    html(&One {
        f: Frame::of(visit, format!("{}{which}", seen.row.path)),
        commands: wanted.commands(),
        by_digest: format!("{repository}@{digest}"),
        digest: digest.to_string(),
        rights: rights(visit, &seen.namespace),
        is_first: after.is_none(),
        which,
        tag,
        manifest,
        about,
        inner,
        referrers,
        past,
        seen,
    })
}

/// Of an index the first image that is there.
async fn inner(
    visit: &Visit,
    seen: &SeenRepository,
    view: &ManifestView,
    about: &About,
) -> Result<Option<Inner>, Trouble> {
    if view.media_type.kind() != ManifestKind::Index {
        return Ok(Some(Inner::of(None, view, about.configuration.clone())));
    }
    let Some(child) = first_there(view, about) else { return Ok(None) };
    let (look, digest) = (&visit.shared.app.web.look, &child.descriptor.digest);
    let found = look.manifest(seen, digest).await?;
    let Some(view) = found.filter(|view| view.details == DetailsState::Read) else {
        return Ok(None);
    };
    let about = look.about(seen, digest).await?.unwrap_or_default();
    let platform = child.platform.as_ref().map(ToString::to_string);
    Ok(Some(Inner::of(platform, &view, about.configuration)))
}

/// The first image of an index that is there.
fn first_there<'a>(view: &'a ManifestView, about: &About) -> Option<&'a Child> {
    view.children.iter().find(|child| {
        let is_there = |one: &StoredChild| one.digest == child.descriptor.digest;
        child.platform.is_some() && about.children.iter().any(is_there)
    })
}

impl Inner {
    fn of(
        platform: Option<String>,
        view: &ManifestView,
        configuration: Option<Configuration>,
    ) -> Self {
        let sizes: Vec<u64> = view.layers.iter().map(|layer| layer.size).collect();
        let steps = configuration.as_ref().map(|said| said.steps(&sizes)).unwrap_or_default();
        let mut makers = steps.into_iter().filter(|(_, size)| size.is_some());
        let largest = sizes.iter().copied().max().unwrap_or(0).max(1);
        let size = sizes.iter().fold(0u64, |sum, size| sum.saturating_add(*size));
        let mut before = 0u64;
        let layers = view.layers.iter().map(|layer| {
            let start = percent(before, size);
            before = before.saturating_add(layer.size);
            Layer {
                digest: layer.digest.to_string(),
                media_type: layer.media_type.to_string(),
                size: layer.size,
                made_by: makers.next().map(|(line, _)| line),
                share: percent(layer.size, largest),
                start,
                width: percent(layer.size, size),
            }
        });
        let layers = layers.collect();
        let created = configuration.as_ref().and_then(|said| said.created.as_deref()).map(created);
        Self { platform, layers, size, configuration, created }
    }

    /// The Dockerfile, as far as it can be read back.
    fn steps(&self) -> Vec<(Instruction, Option<u64>)> {
        let sizes: Vec<u64> = self.layers.iter().map(|layer| layer.size).collect();
        self.configuration.as_ref().map(|said| said.steps(&sizes)).unwrap_or_default()
    }
}

fn created(text: &str) -> Created {
    match OffsetDateTime::parse(text, &Rfc3339) {
        // Reproducible builds say 1970, which no build was made in.
        Ok(at) if at > OffsetDateTime::UNIX_EPOCH => Created::At(at.into()),
        _ => Created::Text(text.to_owned()),
    }
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.2}%", 100.0 * part as f64 / whole.max(1) as f64)
}

/// How many rows the list of what a tag was has.
const ROWS: u32 = 50;
