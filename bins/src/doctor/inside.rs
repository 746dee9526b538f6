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

use portus_core::finding::{Advice, Check, Finding, Found};

use super::finding::{setting, shown};
use crate::worker::chain;

/// Opens the database and the master key, without making either.
pub(super) async fn open(settings: &Settings, findings: &mut Vec<Finding>) -> Option<Portus> {
    match tables(settings, None).await {
        Ok(found) => findings.push(Finding::ok(Check::Database, found)),
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    }
    let database = wiring::database(settings).ok()?;
    let file = settings.keys.master_key_file.display().to_string();
    match Portus::open(settings, database).await {
        Ok(portus) => {
            findings.push(Finding::ok(Check::MasterKey, Found::MasterKeyFits(file)));
            Some(portus)
        }
        Err(error) => {
            let change = setting(settings, "keys.master_key_file");
            let found = Found::Cause(chain(&error));
            let change = Advice::FirstMasterKey(change);
            findings.push(Finding::fail(Check::MasterKey, found).change(change));
            None
        }
    }
}

/// What can be said of the database and the master key by a program that has both open.
pub(super) async fn opened(portus: &Portus, findings: &mut Vec<Finding>) {
    match tables(&portus.settings, Some(&portus.database)).await {
        Ok(found) => findings.push(Finding::ok(Check::Database, found)),
        Err(finding) => findings.push(finding),
    }
    let file = portus.settings.keys.master_key_file.display().to_string();
    findings.push(Finding::ok(Check::MasterKey, Found::MasterKeyFits(file)));
}

async fn tables(settings: &Settings, database: Option<&Database>) -> Result<Found, Finding> {
    let fail = |found| Finding::fail(Check::Database, found);
    let where_set = || setting(settings, "database.url");
    let look = || Advice::Look(where_set());
    let shown = match &settings.database.kind {
        DatabaseKind::Sqlite(path) if !path.exists() => {
            let found = Found::NoDatabase(path.display().to_string());
            return Err(fail(found).change(Advice::StartOrChange(where_set())));
        }
        DatabaseKind::Sqlite(path) => path.display().to_string(),
        DatabaseKind::Postgres => "PostgreSQL".into(),
    };
    let opened;
    let database = match database {
        Some(database) => database,
        None => {
            opened = wiring::database(settings)
                .map_err(|error| fail(Found::Cause(format!("{error:#}"))).change(look()))?;
            &*opened
        }
    };
    let pending = database.pending_migrations().await;
    let pending = pending.map_err(|error| fail(Found::Cause(chain(&error))).change(look()))?;
    if !pending.is_empty() {
        let found = Found::TablesBehind(shown, pending.len());
        return Err(fail(found).change(Advice::Run("portusctl migrate".into())));
    }
    match Install::is_installed(database.store.as_ref()).await {
        Ok(true) => Ok(Found::UpToDate(shown)),
        Ok(false) => Err(fail(Found::Unstarted(shown)).change(Advice::Start)),
        Err(error) => Err(fail(Found::Cause(chain(&error))).change(look())),
    }
}

/// Whether there is something to sign with, for long enough.
pub(super) async fn keys(portus: &Portus, findings: &mut Vec<Finding>) {
    let loaded = portus.load_keys().await;
    let ring = portus.keep_keys().ring().await;
    let finding = match (loaded, ring) {
        (Err(error), _) => Finding::fail(Check::SigningKeys, Found::Cause(format!("{error:#}"))),
        (_, Err(error)) => Finding::fail(Check::SigningKeys, Found::Cause(chain(&error))),
        (Ok(()), Ok(ring)) => signing(&ring.keys, portus.clock.now()),
    };
    findings.push(finding);
}

fn signing(keys: &[StoredKey], now: std::time::SystemTime) -> Finding {
    const CHECK: Check = Check::SigningKeys;
    let change = Advice::RenewCertificate;
    let Some(active) = keys.iter().find(|key| key.state == KeyState::Active) else {
        let change = Advice::Run("portusctl key rotate".into());
        return Finding::fail(CHECK, Found::NoActiveKey).change(change);
    };
    let ends = shown(active.certificate_ends);
    if active.certificate_ends <= now {
        return Finding::fail(CHECK, Found::CertificateEnded(ends)).change(change);
    }
    if active.certificate_ends < now + RENEWED_LONG_BEFORE {
        return Finding::warn(CHECK, Found::CertificateEnds(ends)).change(change);
    }
    if let Some(next) = keys.iter().find(|key| key.state == KeyState::Next) {
        let found = Found::KeyWaits(next.key_id.to_string());
        return Finding::warn(CHECK, found).change(Advice::GiveKey);
    }
    Finding::ok(CHECK, Found::Signs(active.algorithm.to_string(), ends))
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
            let found = Found::WaitSince(lag.waiting, shown(oldest));
            Finding::fail(Check::Inbox, found).change(Advice::ApplyEvents)
        }
        None => Finding::ok(Check::Inbox, Found::Wait(lag.waiting)),
    });
    if lag.parked > 0 {
        let parked = portus.database.browse.parked(&Slice::first(1)).await?;
        let why = parked.rows.first().map(|row| row.error.clone()).unwrap_or_default();
        let change = match why.contains("names the host") {
            true => Advice::AddHost,
            false => Advice::SeeParked,
        };
        let found = Found::Parked(lag.parked, why);
        findings.push(Finding::warn(Check::Parked, found).change(change));
    }
    Ok(())
}

/// Whether its catalog was read.
pub(super) fn read(registry: &Registry) -> Finding {
    match registry.read_at {
        Some(at) => Finding::ok(Check::Catalog, Found::ReadWhole(shown(at))),
        None => {
            let change = Advice::Run(format!("portusctl sync {}", registry.name));
            Finding::warn(Check::Catalog, Found::Unread).change(change)
        }
    }
}

/// Certificates live 30 days and are renewed 20 days before their end.
const RENEWED_LONG_BEFORE: Duration = Duration::from_secs(15 * 24 * 3600);

/// Events are applied within seconds.
const UNAPPLIED: Duration = Duration::from_secs(60);
