//! Whether what happens in a registry comes in: a manifest is looked at, of which the registry has
//! to tell.

use std::time::{Duration, SystemTime};

use crate::wiring::Portus;
use portus_core::digest::Digest;
use portus_core::finding::{Advice, Check, Finding, Found, Last, PatchLine};
use portus_core::page::Slice;
use portus_core::policy::NamespaceFilter;
use portus_core::port::{RepositoryFilter, StoreError};
use portus_core::registry::Registry;
use portus_core::repository::RepositoryPath;
use tokio::time::{Instant, sleep};

use super::finding::{shown, theirs};
use crate::registry_config::quoted;
use crate::worker::chain;

const CHECK: Check = Check::Notifications;

/// Looks at a manifest and waits for the registry to tell of it. Where `possible` is false there
/// is nobody it could tell.
pub(super) async fn examine(
    portus: &Portus,
    registry: &Registry,
    possible: bool,
) -> Result<Finding, anyhow::Error> {
    let before = last(portus, registry).await?;
    if !possible {
        return Ok(Finding::warn(CHECK, Found::OtherTroubleFirst(told(before))));
    }
    match touch(portus, registry).await? {
        Touched::Nothing => Ok(Finding::warn(CHECK, Found::NothingKnown(told(before)))),
        Touched::Refused(why) => Ok(Finding::warn(CHECK, Found::Untouchable(why, told(before)))),
        Touched::Seen(path) => wait(portus, registry, &path, before).await,
    }
}

/// The same without asking the registry for anything: when it last told of something.
pub(super) async fn remembered(
    portus: &Portus,
    registry: &Registry,
) -> Result<Finding, anyhow::Error> {
    let before = last(portus, registry).await?;
    let now = portus.clock.now();
    match before {
        Some(at) if at + LATELY > now => Ok(Finding::ok(CHECK, Found::LastCame(shown(at)))),
        _ => {
            let found = Found::NothingLately(told(before));
            Ok(Finding::warn(CHECK, found).change(Advice::CheckAgain))
        }
    }
}

async fn wait(
    portus: &Portus,
    registry: &Registry,
    path: &RepositoryPath,
    before: Option<SystemTime>,
) -> Result<Finding, anyhow::Error> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if last(portus, registry).await? != before {
            let took = began.elapsed().as_millis();
            return Ok(Finding::ok(CHECK, Found::Told(path.clone(), took)));
        }
        sleep(BETWEEN_LOOKS).await;
    }
    let (events, name) = (portus.settings.server.url.events(), &registry.name);
    let found = Found::ToldNothing(path.clone(), PATIENCE.into(), told(before));
    let finding = Finding::fail(CHECK, found);
    let endpoint = vec![
        PatchLine::Keep("- name: portus".into()),
        PatchLine::Add(format!("  url: {}", quoted(&events))),
        PatchLine::Add("  headers:".into()),
        PatchLine::Add(format!(
            "    Authorization: # as printed by: portusctl registry config {name}"
        )),
    ];
    let finding = finding.patch(theirs(registry, &["notifications", "endpoints"], endpoint));
    Ok(finding.change(Advice::Endpoint(events, name.clone())))
}

enum Touched {
    Nothing,
    Refused(String),
    Seen(RepositoryPath),
}

async fn touch(portus: &Portus, registry: &Registry) -> Result<Touched, anyhow::Error> {
    let registries = portus.registries()?;
    for (path, digest) in known(portus, registry).await? {
        match registries.touch(registry, &path, &digest).await {
            Ok(true) => return Ok(Touched::Seen(path)),
            // Deleted meanwhile, or before Portus knew the registry.
            Ok(false) => {}
            Err(error) => return Ok(Touched::Refused(chain(&error))),
        }
    }
    Ok(Touched::Nothing)
}

/// Some manifests that should be there.
async fn known(
    portus: &Portus,
    registry: &Registry,
) -> Result<Vec<(RepositoryPath, Digest)>, anyhow::Error> {
    let (browse, store) = (&portus.database.browse, &portus.database.store);
    let filter = RepositoryFilter {
        readable: NamespaceFilter::EVERY,
        registry: Some(registry.id),
        namespace: None,
    };
    let mut known = Vec::new();
    for row in browse.repositories(&filter, &Slice::first(FEW)).await?.rows {
        let id = store
            .read::<_, StoreError>(async |tx| {
                tx.repositories().by_path(registry.id, &row.path).await
            })
            .await?;
        let Some(id) = id else { continue };
        let tags = browse.tags(id, &Slice::first(1)).await?.rows;
        known.extend(tags.into_iter().map(|tag| (row.path.clone(), tag.digest)));
    }
    Ok(known)
}

async fn last(portus: &Portus, registry: &Registry) -> Result<Option<SystemTime>, StoreError> {
    let store = &portus.database.store;
    store.read(async |tx| tx.inbox().last_received(registry.id).await).await
}

fn told(last: Option<SystemTime>) -> Last {
    last.map_or(Last::Never, |at| Last::At(shown(at)))
}

const LATELY: Duration = Duration::from_secs(24 * 3600);
const FEW: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(5);
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
