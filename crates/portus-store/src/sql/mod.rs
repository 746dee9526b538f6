mod accounts;
mod audit;
mod browse;
mod deletions;
mod epochs;
mod events;
mod going;
mod inbox;
mod jobs;
mod keys;
mod listed;
mod lookups;
mod manifests;
mod namespaces;
mod pool;
mod readable;
mod registries;
mod repositories;
mod schema;
mod seen;
mod sessions;
mod store;
mod syncs;
mod tags;
mod teams;
mod tokens;
mod unit_of_work;

use std::sync::Arc;

use super::dialect;
use crate::database::{ConnectError, Database, Options};
use crate::epochs::EpochWatch;
use crate::statements::Purpose;

pub(crate) fn connect(url: &str, options: Options) -> Result<Database, ConnectError> {
    let target = dialect::target(url)?;
    let size = options.pool.max(1);
    let units = pool::SqlPool::new(&target, Purpose::Store, size)?;
    let lookups = pool::SqlPool::new(&target, Purpose::Lookups, size)?;
    Ok(Database {
        store: Arc::new(store::SqlStore::new(units.clone(), dialect::writers(size))),
        lookups: Arc::new(lookups::SqlLookups::new(lookups)),
        browse: Arc::new(browse::SqlBrowse::new(units.clone())),
        epochs: Arc::new(EpochWatch::new(Box::new(epochs::SqlSource::new(target)))),
        schema: Arc::new(schema::SqlSchema::new(units)),
    })
}
