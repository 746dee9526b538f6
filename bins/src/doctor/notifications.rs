//! Whether what happens in a registry comes in: a manifest is looked at, of which the registry has
//! to tell.

use std::time::{Duration, SystemTime};

use crate::wiring::Portus;
use portus_core::digest::Digest;
use portus_core::page::Slice;
use portus_core::policy::NamespaceFilter;
use portus_core::port::{RepositoryFilter, StoreError};
use portus_core::registry::Registry;
use portus_core::repository::RepositoryPath;
use tokio::time::{Instant, sleep};

use portus_core::port::{Finding, PatchLine};

use super::finding::{shown, theirs};
use crate::registry_config::quoted;
use crate::worker::chain;

const CHECK: &str = "notifications";

/// Looks at a manifest and waits for the registry to tell of it. Where `possible` is false there
/// is nobody it could tell.
pub(super) async fn examine(
    portus: &Portus,
    registry: &Registry,
    possible: bool,
) -> Result<Finding, anyhow::Error> {
    let before = last(portus, registry).await?;
    if !possible {
        let found = "cannot be checked before what else is wrong is mended";
        return Ok(Finding::warn(CHECK, with_last(found, before)));
    }
    match touch(portus, registry).await? {
        Touched::Nothing => {
            let found = "cannot be checked while nothing is known to be in the registry";
            Ok(Finding::warn(CHECK, with_last(found, before)))
        }
        Touched::Refused(why) => {
            let found = format!("cannot be checked: {why}");
            Ok(Finding::warn(CHECK, with_last(&found, before)))
        }
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
        Some(at) if at + LATELY > now => {
            Ok(Finding::ok(CHECK, format!("the last came {}", shown(at))))
        }
        _ => {
            let found = "nothing came within a day, which may be right";
            let change = "check again: a manifest is read then, of which the registry has to tell";
            Ok(Finding::warn(CHECK, with_last(found, before)).change(change))
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
            return Ok(Finding::ok(CHECK, format!("the registry told of {path} in {took} ms")));
        }
        sleep(BETWEEN_LOOKS).await;
    }
    let (events, name) = (portus.settings.server.url.events(), &registry.name);
    let found = format!("the registry did not tell of {path} within {PATIENCE:?}");
    let finding = Finding::fail(CHECK, with_last(&found, before));
    let endpoint = vec![
        PatchLine::Keep("- name: portus".into()),
        PatchLine::Add(format!("  url: {}", quoted(&events))),
        PatchLine::Add("  headers:".into()),
        PatchLine::Add(format!(
            "    Authorization: # as printed by: portusctl registry config {name}"
        )),
    ];
    let finding = finding.patch(theirs(registry, &["notifications", "endpoints"], endpoint));
    Ok(finding.change(format!(
        "in the registry's configuration: notifications.endpoints[].url: {events}, and headers.Authorization \
         as `portusctl registry config {name}` prints them; the registry's machine has to reach that address"
    )))
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

fn with_last(found: &str, last: Option<SystemTime>) -> String {
    match last {
        Some(at) => format!("{found}; the last came {}", shown(at)),
        None => format!("{found}; none ever came"),
    }
}

const LATELY: Duration = Duration::from_secs(24 * 3600);
const FEW: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(5);
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);
