use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_trait::async_trait;

use super::MemoryStore;
use super::listing::{Key, page};
use super::rows::{activity, admits, count_tags, is_listed, repository_row};
use super::state::{State, StoredRepository};
use crate::activity::{NewActivity, Outcome};
use crate::id::{AccountId, ActivityId, RepositoryId};
use crate::page::{Page, RepositoryRow, Slice};
use crate::policy::NamespaceFilter;
use crate::port::{
    EXTENT, Explore, Extent, Happening, RepositoryQuery, RepositorySort, SPOKEN_OF, SaidOf,
    StoreError,
};
use crate::words::{Comment, Traffic};

#[async_trait]
impl Explore for MemoryStore {
    async fn repositories_by(
        &self,
        query: &RepositoryQuery,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError> {
        let state = self.now()?;
        let rows: Vec<(i64, RepositoryRow)> = state
            .repositories
            .iter()
            .filter(|(_, one)| query.namespace.is_none_or(|wanted| wanted == one.namespace))
            .filter(|(_, one)| sees(&state, &query.readable, one))
            .filter_map(|(id, one)| Some((id.0, repository_row(&state, one)?)))
            .filter(|(_, row)| {
                query.name.as_ref().is_none_or(|part| row.path.to_string().contains(part))
            })
            .collect();
        let rows = rows.into_iter();
        Ok(match query.sort {
            RepositorySort::Name => page(
                rows.map(|(_, row)| ((row.registry.to_string(), row.path.to_string()), row)),
                slice,
            ),
            RepositorySort::Pulls => {
                page(rows.map(|(id, row)| (Reverse((row.pulls, id)), row)), slice)
            }
            RepositorySort::Pushed => {
                let keyed = rows.filter_map(|(id, row)| Some((Reverse((row.pushed_at?, id)), row)));
                page(keyed, slice)
            }
        })
    }

    async fn starred(
        &self,
        account: AccountId,
        readable: &NamespaceFilter,
        slice: &Slice,
    ) -> Result<Page<RepositoryRow>, StoreError> {
        let state = self.now()?;
        let hers = state.stars.iter().filter(|((who, _), _)| *who == account);
        let rows = hers.filter_map(|((_, id), at)| {
            let stored = state.repositories.get(id).filter(|one| sees(&state, readable, one))?;
            Some((Reverse((*at, id.0)), repository_row(&state, stored)?))
        });
        Ok(page(rows, slice))
    }

    async fn is_starred(
        &self,
        account: AccountId,
        repository: RepositoryId,
    ) -> Result<bool, StoreError> {
        Ok(self.now()?.stars.contains_key(&(account, repository)))
    }

    async fn description(&self, of: SaidOf) -> Result<String, StoreError> {
        let state = self.now()?;
        let said = match of {
            SaidOf::Namespace(id) => state.namespaces.get(&id).map(|one| &one.description),
            SaidOf::Repository(id) => state.repositories.get(&id).map(|one| &one.description),
            SaidOf::Team(id) => state.team_descriptions.get(&id),
        };
        Ok(said.cloned().unwrap_or_default())
    }

    async fn comments(
        &self,
        repository: RepositoryId,
        slice: &Slice,
    ) -> Result<Page<Comment>, StoreError> {
        let state = self.now()?;
        let comments = state.comments.values().filter(|(of, _)| *of == repository);
        Ok(page(comments.map(|(_, one)| (Reverse(one.id.0), one.clone())), slice))
    }

    async fn activities_of(
        &self,
        of: SaidOf,
        slice: &Slice,
    ) -> Result<Page<Happening>, StoreError> {
        let state = self.now()?;
        let rows = state.activities.iter().filter(|(_, row)| is_spoken_of(row));
        let rows = rows.filter(|(_, row)| match of {
            SaidOf::Namespace(id) => row.place.namespace == Some(id),
            SaidOf::Repository(id) => row.place.repository == Some(id),
            SaidOf::Team(id) => row.place.team == Some(id),
        });
        Ok(page(
            rows.map(|(id, row)| (Reverse((row.at, id.0)), happening(&state, *id, row))),
            slice,
        ))
    }

    async fn recent_activities(
        &self,
        readable: &NamespaceFilter,
        limit: u32,
    ) -> Result<Vec<Happening>, StoreError> {
        let state = self.now()?;
        let rows = state.activities.iter().filter(|(_, row)| is_spoken_of(row));
        let rows = rows.filter(|(_, row)| concerns(&state, readable, row));
        let keyed = rows.map(|(id, row)| (Reverse((row.at, id.0)), happening(&state, *id, row)));
        Ok(page(keyed, &Slice::first(limit)).rows)
    }

    async fn traffic(
        &self,
        readable: &NamespaceFilter,
        day: u64,
    ) -> Result<Vec<Traffic>, StoreError> {
        let state = self.now()?;
        let mut days: BTreeMap<u64, Traffic> = BTreeMap::new();
        for ((namespace, at), traffic) in state.traffic.iter().filter(|((_, at), _)| *at >= day) {
            let namespace = state.namespaces.get(namespace);
            if namespace.is_some_and(|one| admits(&state, readable, one)) {
                let sum = days.entry(*at).or_insert(Traffic { day: *at, ..Traffic::default() });
                sum.pushes += traffic.pushes;
                sum.pulls += traffic.pulls;
            }
        }
        Ok(days.into_values().collect())
    }

    async fn extent(&self, readable: &NamespaceFilter) -> Result<Extent, StoreError> {
        let state = self.now()?;
        let seen = state.repositories.values().filter(|one| sees(&state, readable, one));
        let seen = seen.filter(|one| is_listed(one));
        let tags: u64 = seen.clone().map(|one| count_tags(one) as u64).sum();
        let repositories = seen.count() as u64;
        Ok(Extent { repositories: repositories.min(EXTENT + 1), tags: tags.min(EXTENT + 1) })
    }
}

fn sees(state: &State, readable: &NamespaceFilter, repository: &StoredRepository) -> bool {
    let namespace = state.namespaces.get(&repository.namespace);
    namespace.is_some_and(|namespace| admits(state, readable, namespace))
}

fn happening(state: &State, id: ActivityId, row: &NewActivity) -> Happening {
    let namespace = row.place.namespace.and_then(|namespace| state.namespaces.get(&namespace));
    let registry = namespace.and_then(|namespace| state.registries.get(&namespace.registry));
    let registry = registry.map(|registry| registry.name.clone());
    Happening { activity: activity(id, row), registry }
}

fn is_spoken_of(row: &NewActivity) -> bool {
    row.outcome == Outcome::Done && SPOKEN_OF.contains(&row.kind)
}

fn concerns(state: &State, readable: &NamespaceFilter, row: &NewActivity) -> bool {
    match (row.place.namespace, row.place.team) {
        (Some(namespace), _) => {
            let namespace = state.namespaces.get(&namespace);
            namespace.is_some_and(|namespace| admits(state, readable, namespace))
        }
        (None, Some(team)) => {
            let role = readable.account.and_then(|account| state.role(team, account));
            readable.within.is_none() && (readable.every || role.is_some())
        }
        (None, None) => false,
    }
}

/// A count and a number, the greatest first.
impl Key for Reverse<(u64, i64)> {
    fn show(&self) -> String {
        let Reverse((count, number)) = self;
        format!("{count}.{number}")
    }

    fn read(cursor: &str) -> Option<Self> {
        let (count, number) = cursor.split_once('.')?;
        Some(Reverse((count.parse().ok()?, number.parse().ok()?)))
    }
}

/// A number, newest first.
impl Key for Reverse<i64> {
    fn show(&self) -> String {
        self.0.to_string()
    }

    fn read(cursor: &str) -> Option<Self> {
        cursor.parse().ok().map(Reverse)
    }
}
