mod about;
mod accounts;
mod activities;
mod answers;
mod arrivals;
mod audit;
mod blobs;
mod browse;
mod deletions;
mod epochs;
mod events;
mod explore;
mod going;
mod held;
mod held_rows;
mod images;
mod inbox;
mod jobs;
mod keys;
mod labels;
mod listed;
mod lookups;
mod manifest_rows;
mod manifests;
mod namespaces;
mod ordered;
mod oversight;
mod password_links;
mod past;
mod people;
mod pool;
mod readable;
mod referrers;
mod registries;
mod remains;
mod removal;
mod repositories;
mod repository_rows;
mod rights;
mod schema;
mod search;
mod seen;
mod sessions;
mod shelf;
mod spoken_of;
mod store;
mod syncs;
mod tag_rows;
mod tags;
mod teams;
mod tokens;
mod traffic;
mod unit_of_work;
mod words;

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
    let lists = Arc::new(browse::SqlBrowse::new(units.clone()));
    Ok(Database {
        store: Arc::new(store::SqlStore::new(units.clone(), dialect::writers(size))),
        lookups: Arc::new(lookups::SqlLookups::new(lookups)),
        browse: lists.clone(),
        rights: lists.clone(),
        search: lists.clone(),
        images: lists.clone(),
        people: lists.clone(),
        oversight: lists.clone(),
        explore: lists,
        epochs: Arc::new(EpochWatch::new(Box::new(epochs::SqlSource::new(target)))),
        schema: Arc::new(schema::SqlSchema::new(units)),
    })
}
