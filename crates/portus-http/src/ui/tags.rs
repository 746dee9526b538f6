//! The list of what is in a repository.

use form_urlencoded::Serializer;
use portus_core::companion::ReferrerKind;
use portus_core::digest::Digest;
use portus_core::page::Slice;
use portus_core::shelf::{ImageFilter, ImageOrder, ImageRow, ManifestRow};
use portus_core::usecase::SeenRepository;
use serde::Deserialize;

use super::texts::Texts;
use super::trouble::Trouble;
use super::visit::Visit;

/// What the address of a repository, a tag or a digest asks for.
#[derive(Default, Deserialize)]
pub(super) struct Wanted {
    pub(super) after: Option<String>,
    q: Option<String>,
    sort: Option<String>,
    show: Option<String>,
    untagged: Option<String>,
    /// Where the comments go on.
    pub(super) comments: Option<String>,
    /// What to compare, and with what.
    pub(super) compare: Option<String>,
    pub(super) with: Option<String>,
    pub(super) platform: Option<String>,
}

/// Part of the list, and how it was asked for.
pub(super) struct Tags {
    pub(super) images: Vec<Image>,
    pub(super) untagged: Vec<ManifestRow>,
    pub(super) next: Option<String>,
    pub(super) is_first: bool,
    pub(super) q: String,
    pub(super) sort: &'static str,
    pub(super) show: Show,
    /// The query without where it goes on.
    kept: String,
}

/// An image of the list, and what is about it.
pub(super) struct Image {
    pub(super) row: ImageRow,
    pub(super) referrers: Vec<ReferrerKind>,
}

/// Which part of a repository.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Show {
    Tagged,
    Companions,
    Untagged,
}

impl Show {
    pub(super) const ALL: [Self; 3] = [Self::Tagged, Self::Companions, Self::Untagged];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Tagged => "tags",
            Self::Companions => "attached",
            Self::Untagged => "untagged",
        }
    }
}

impl Wanted {
    fn order(&self) -> ImageOrder {
        let wanted = self.sort.as_deref();
        let found = ImageOrder::ALL.into_iter().find(|order| wanted == Some(order.as_str()));
        found.unwrap_or_default()
    }

    fn show(&self) -> Show {
        let wanted = self.show.as_deref();
        match Show::ALL.into_iter().find(|show| wanted == Some(show.as_str())) {
            Some(show) => show,
            None if self.untagged.is_some() => Show::Untagged,
            None => Show::Tagged,
        }
    }

    pub(super) fn slice(&self) -> Slice {
        Slice { after: self.after.clone(), limit: ROWS }
    }
}

impl Tags {
    pub(super) async fn of(
        visit: &Visit,
        seen: &SeenRepository,
        wanted: &Wanted,
    ) -> Result<Self, Trouble> {
        let (q, show) = (wanted.q.clone().unwrap_or_default(), wanted.show());
        let order = wanted.order();
        let asked = [("q", &*q), ("sort", order.as_str()), ("show", show.as_str())];
        let mut tags = Self {
            images: Vec::new(),
            untagged: Vec::new(),
            next: None,
            is_first: wanted.after.is_none(),
            q: q.clone(),
            sort: order.as_str(),
            show,
            kept: query(&asked),
        };
        let look = &visit.shared.app.web.look;
        if show == Show::Untagged {
            let page = look.manifests(seen, Some(false), &wanted.slice()).await?;
            (tags.untagged, tags.next) = (page.rows, page.next);
            return Ok(tags);
        }
        let named = Some(q.trim().to_owned()).filter(|text| !text.is_empty());
        let filter = ImageFilter { order, named, companions: show == Show::Companions };
        let page = look.images(seen, &filter, &wanted.slice()).await?;
        let digests: Vec<Digest> = page.rows.iter().map(|row| row.first.digest.clone()).collect();
        let about = look.referrers(seen, &digests).await?;
        tags.next = page.next;
        let image = |row: ImageRow| {
            let of = about.iter().filter(|one| one.of == row.first.digest);
            let mut referrers: Vec<_> = of.map(|one| one.kind).collect();
            referrers.sort_unstable();
            referrers.dedup();
            Image { row, referrers }
        };
        tags.images = page.rows.into_iter().map(image).collect();
        Ok(tags)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.images.is_empty() && self.untagged.is_empty()
    }

    /// Whether something narrows the list, so that there may be more without it.
    pub(super) fn is_filtered(&self) -> bool {
        !self.q.trim().is_empty() || self.show != Show::Tagged
    }

    pub(super) fn start(&self) -> String {
        format!("?{}", self.kept)
    }

    pub(super) fn orders(&self, t: &'static Texts) -> [(&'static str, &'static str); 3] {
        let words = |order| match order {
            ImageOrder::Name => t.images.by_name,
            ImageOrder::Push => t.images.by_push,
            ImageOrder::Version => t.images.by_version,
        };
        ImageOrder::ALL.map(|order| (order.as_str(), words(order)))
    }

    pub(super) fn shows(&self, t: &'static Texts) -> [(&'static str, &'static str); 3] {
        let words = |show| match show {
            Show::Tagged => t.images.all_tags,
            Show::Companions => t.images.attached,
            Show::Untagged => t.images.untagged,
        };
        Show::ALL.map(|show| (show.as_str(), words(show)))
    }
}

fn query(asked: &[(&str, &str)]) -> String {
    let given = asked.iter().filter(|(_, value)| !value.is_empty());
    Serializer::new(String::new()).extend_pairs(given).finish()
}

/// What a referrer is, in words.
pub(super) fn kind(kind: ReferrerKind, t: &'static Texts) -> &'static str {
    match kind {
        ReferrerKind::Attestation => t.images.attestation,
        ReferrerKind::Other => t.images.attachment,
        ReferrerKind::Sbom => t.images.sbom,
        ReferrerKind::Signature => t.images.signature,
    }
}

/// How many rows a page has.
const ROWS: u32 = 50;
