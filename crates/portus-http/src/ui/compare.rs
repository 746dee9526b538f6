//! Two images of a repository beside each other.

use askama::Template;
use axum::response::Response;
use portus_core::comparison::{Comparison, Difference, Side};
use portus_core::usecase::{ComparedImages, Reference, SeenRepository};

use super::frame::{Frame, html};
use super::tags::Wanted;
use super::trouble::Trouble;
use super::visit::Visit;

#[derive(Template)]
#[template(path = "compare.html")]
struct Compare {
    f: Frame,
    seen: SeenRepository,
    from: String,
    to: String,
    /// None while nothing to compare was given, or one of the two is not there.
    found: Option<ComparedImages>,
    is_asked: bool,
}

impl Compare {
    fn differences<'a>(&self, found: &'a Comparison) -> [(&'static str, &'a [Difference]); 3] {
        let t = &self.f.t.images;
        [
            (t.config, &*found.settings),
            (t.environment, &*found.environment),
            (t.labels, &*found.labels),
        ]
    }

    fn total(&self, found: &Comparison, side: Side) -> String {
        self.f.size(&found.size(side))
    }

    fn is_same(&self, found: &Comparison) -> bool {
        found.layers.iter().all(|one| one.side == Side::Both)
            && self.differences(found).iter().all(|(_, differences)| differences.is_empty())
    }

    /// The address of a tag or digest.
    fn place(&self, which: &str) -> String {
        let sign = if which.contains(':') { '@' } else { ':' };
        format!("/repositories/{}/{}{sign}{which}", self.seen.row.registry, self.seen.row.path)
    }
}

/// Compares what the address names, if it names two that are there.
pub(super) async fn show(
    visit: &Visit,
    seen: SeenRepository,
    wanted: &Wanted,
) -> Result<Response, Trouble> {
    let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
    let (from, to) = (text(&wanted.compare), text(&wanted.with));
    let platform = wanted.platform.as_deref().and_then(|text| text.parse().ok());
    let look = &visit.shared.app.web.look;
    let found = match (from.parse::<Reference>(), to.parse::<Reference>()) {
        (Ok(from), Ok(to)) => look.compare(&seen, (&from, &to), platform.as_ref()).await?,
        _ => None,
    };
    html(&Compare {
        f: Frame::of(visit, format!("{}: {}", seen.row.path, visit.t.images.compare)),
        is_asked: !from.is_empty() && !to.is_empty(),
        from,
        to,
        found,
        seen,
    })
}
