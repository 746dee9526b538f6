//! What can be known without asking anybody: the database, the keys, the inbox.

use std::time::Duration;

use crate::settings::{DatabaseKind, Settings};
use crate::wiring::{self, Portus};
use portus_core::key::{KeyState, StoredKey};
use portus_core::page::Slice;
use portus_core::port::StoreError;
use portus_core::registry::Registry;
use portus_core::usecase::Install;
use portus_store::Database;

use portus_core::port::Finding;

use super::finding::{setting, shown};
use crate::worker::chain;

/// Opens the database and the master key, without making either.
pub(super) async fn open(settings: &Settings, findings: &mut Vec<Finding>) -> Option<Portus> {
    match tables(settings, None).await {
        Ok(found) => findings.push(Finding::ok("database", found)),
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    }
    let database = wiring::database(settings).ok()?;
    let file = settings.keys.master_key_file.display();
    match Portus::open(settings, database).await {
        Ok(portus) => {
            let found = format!("the key in {file} opens what the database holds");
            findings.push(Finding::ok("master key", found));
            Some(portus)
        }
        Err(error) => {
            let change = setting(settings, "keys.master_key_file");
            let change = format!("{change}: the file that was made at the first start");
            findings.push(Finding::fail("master key", chain(&error)).change(change));
            None
        }
    }
}

/// What can be said of the database and the master key by a program that has both open.
pub(super) async fn opened(portus: &Portus, findings: &mut Vec<Finding>) {
    match tables(&portus.settings, Some(&portus.database)).await {
        Ok(found) => findings.push(Finding::ok("database", found)),
        Err(finding) => findings.push(finding),
    }
    let file = portus.settings.keys.master_key_file.display();
    let found = format!("the key in {file} opens what the database holds");
    findings.push(Finding::ok("master key", found));
}

async fn tables(settings: &Settings, database: Option<&Database>) -> Result<String, Finding> {
    let fail = |found: String| Finding::fail("database", found);
    let where_set = || setting(settings, "database.url");
    let unstarted = "start portus-server, or run portusctl setup";
    let shown = match &settings.database.kind {
        DatabaseKind::Sqlite(path) if !path.exists() => {
            let found = format!("there is no database at {}", path.display());
            return Err(fail(found).change(format!("{unstarted}; or change {}", where_set())));
        }
        DatabaseKind::Sqlite(path) => path.display().to_string(),
        DatabaseKind::Postgres => "PostgreSQL".into(),
    };
    let opened;
    let database = match database {
        Some(database) => database,
        None => {
            opened = wiring::database(settings)
                .map_err(|error| fail(format!("{error:#}")).change(where_set()))?;
            &*opened
        }
    };
    let pending = database.pending_migrations().await;
    let pending = pending.map_err(|error| fail(chain(&error)).change(where_set()))?;
    if !pending.is_empty() {
        let found = format!("the tables in {shown} lack {} steps", pending.len());
        return Err(fail(found).change("portusctl migrate"));
    }
    match Install::is_installed(database.store.as_ref()).await {
        Ok(true) => Ok(format!("{shown} answers and is up to date")),
        Ok(false) => Err(fail(format!("Portus was never started on {shown}")).change(unstarted)),
        Err(error) => Err(fail(chain(&error)).change(where_set())),
    }
}

/// Whether there is something to sign with, for long enough.
pub(super) async fn keys(portus: &Portus, findings: &mut Vec<Finding>) {
    let loaded = portus.load_keys().await;
    let ring = portus.keep_keys().ring().await;
    let finding = match (loaded, ring) {
        (Err(error), _) => Finding::fail("signing keys", format!("{error:#}")),
        (_, Err(error)) => Finding::fail("signing keys", chain(&error)),
        (Ok(()), Ok(ring)) => signing(&ring.keys, portus.clock.now()),
    };
    findings.push(finding);
}

fn signing(keys: &[StoredKey], now: std::time::SystemTime) -> Finding {
    const CHECK: &str = "signing keys";
    let change = "a running portus-server or portus-sync renews it: start one";
    let Some(active) = keys.iter().find(|key| key.state == KeyState::Active) else {
        return Finding::fail(CHECK, "no key is active").change("portusctl key rotate");
    };
    let ends = shown(active.certificate_ends);
    if active.certificate_ends <= now {
        let found = format!("the certificate ended {ends}: no token can be signed");
        return Finding::fail(CHECK, found).change(change);
    }
    if active.certificate_ends < now + RENEWED_LONG_BEFORE {
        let found = format!("the certificate ends {ends}, and was not renewed in time");
        return Finding::warn(CHECK, found).change(change);
    }
    if let Some(next) = keys.iter().find(|key| key.state == KeyState::Next) {
        let found = format!("key `{}` waits to be activated", next.key_id);
        return Finding::warn(CHECK, found).change(
            "give its public part to the registries that use `jwks`, restart them, then: portusctl key rotate --activate",
        );
    }
    Finding::ok(CHECK, format!("{}, its certificate ends {ends}", active.algorithm))
}

/// What waits to be applied, and what cannot be.
pub(super) async fn inbox(
    portus: &Portus,
    findings: &mut Vec<Finding>,
) -> Result<(), anyhow::Error> {
    let now = portus.clock.now();
    let store = &portus.database.store;
    let lag = store.read::<_, StoreError>(async |tx| tx.inbox().lag().await).await?;
    let old = lag.oldest.filter(|oldest| *oldest + UNAPPLIED < now);
    findings.push(match old {
        Some(oldest) => {
            let since = shown(oldest);
            let found = format!("{} notifications wait, the oldest since {since}", lag.waiting);
            Finding::fail("inbox", found)
                .change("nobody applies them: set worker.embedded = true, or start portus-sync")
        }
        None => Finding::ok("inbox", format!("{} notifications wait", lag.waiting)),
    });
    if lag.parked > 0 {
        let parked = portus.database.browse.parked(&Slice::first(1)).await?;
        let why = parked.rows.first().map(|row| row.error.clone()).unwrap_or_default();
        let found = format!("{} notifications could not be applied, the first: {why}", lag.parked);
        let change = match why.contains("names the host") {
            true => {
                "portusctl registry host add NAME HOST, if the registry is reached by that name; \
                 then portusctl events retry --all"
            }
            false => "portusctl events parked; then portusctl events retry --all",
        };
        findings.push(Finding::warn("parked", found).change(change));
    }
    Ok(())
}

/// Whether its catalog was read.
pub(super) fn read(registry: &Registry) -> Finding {
    match registry.read_at {
        Some(at) => Finding::ok("catalog", format!("first read whole at {}", shown(at))),
        None => Finding::warn("catalog", "not read yet: until then only admins get tokens for it")
            .change(format!("portusctl sync {}", registry.name)),
    }
}

/// Certificates live 30 days and are renewed 20 days before their end.
const RENEWED_LONG_BEFORE: Duration = Duration::from_secs(15 * 24 * 3600);

/// Events are applied within seconds.
const UNAPPLIED: Duration = Duration::from_secs(60);
