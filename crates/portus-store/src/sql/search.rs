use async_trait::async_trait;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use portus_core::id::AccountId;
use portus_core::page::{Page, Slice};
use portus_core::policy::NamespaceFilter;
use portus_core::port::{Search, StoreError};
use portus_core::repository::RepositoryPath;
use portus_core::search::{
    FoundManifest, FoundNamespace, FoundRepository, FoundTag, FoundTeam, SearchText,
};

use super::browse::{SqlBrowse, cursor, one_more, page};
use super::namespaces::{KIND, KindRow, namespace_kind};
use super::readable::readable;
use crate::schema::{
    manifests, members, namespaces, registries, repositories, repository_tails, tags, teams,
};
use crate::values::{parsed, storable, time};

diesel::alias!(repository_tails as better: Better);

/// Texts that begin like this, after what the page before ended with.
macro_rules! from {
    ($query:expr, $text:expr, $id:expr, $prefix:expr, $after:expr) => {{
        let mut query = $query.filter($text.ge($prefix.clone()).and($text.lt(beyond(&$prefix))));
        if let Some((text, id)) = $after {
            // The first half is what an index begins at.
            query = query.filter($text.ge(text.clone()));
            query = query.filter($text.gt(text).or($id.gt(id)));
        }
        query
    }};
}

/// Which namespaces may be seen, for choosing a way to what is in them.
#[derive(Clone)]
enum Seen<'a> {
    Few(Vec<i64>),
    Many(&'a NamespaceFilter),
}

/// Only what may be seen of it, in the order of texts. Who sees little gets there through her
/// namespaces: the text that is put together keeps the database from walking along all names, which
/// it takes for shorter than it is.
macro_rules! seen {
    ($query:expr, $seen:expr, $text:expr, $id:expr) => {{
        let query = $query;
        let namespace = repositories::namespace_id;
        match $seen {
            Seen::Few(ids) => query.filter(namespace.eq_any(ids)).order(($text.concat(""), $id)),
            Seen::Many(filter) => match readable(filter) {
                Some(ids) => query.filter(namespace.eq_any(ids)).order(($text, $id)),
                None => query.order(($text, $id)),
            },
        }
    }};
}

#[async_trait]
impl Search for SqlBrowse {
    async fn repositories(
        &self,
        readable: &NamespaceFilter,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundRepository>, StoreError> {
        let wanted = storable(&text.lowered()).into_owned();
        let (start, after) = ranked(slice);
        let seen = self.seen(readable).await?;
        let mut found: Vec<(u8, TailRow)> = Vec::new();
        for rank in start..=2 {
            let after = after.clone().filter(|_| rank == start);
            let missing = one_more(slice) - i64::try_from(found.len()).unwrap_or(i64::MAX);
            if missing <= 0 {
                break;
            }
            let rows = self.of_rank(rank, seen.clone(), &wanted, after, missing).await?;
            found.extend(rows.into_iter().map(|row| (rank, row)));
        }
        let page =
            Page::of(found, slice.limit, |(rank, (tail, id, ..))| format!("{rank}/{id}/{tail}"));
        let rows = page.rows.into_iter().map(|(_, (_, _, registry, path))| {
            let registry = parsed("repositories.registry_name", &registry)?;
            Ok(FoundRepository { registry, path: parsed("repositories.path", &path)? })
        });
        Ok(Page { rows: rows.collect::<Result<_, StoreError>>()?, next: page.next })
    }

    async fn tags(
        &self,
        readable: &NamespaceFilter,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundTag>, StoreError> {
        let wanted = storable(text.as_str()).into_owned();
        let query = tags::table
            .inner_join(repositories::table)
            .filter(tags::present)
            .select((
                (tags::name, tags::repository_id),
                (repositories::registry_name, repositories::path),
                (tags::digest, tags::pushed_at),
            ))
            .limit(one_more(slice))
            .into_boxed();
        let query = from!(query, tags::name, tags::repository_id, wanted, numbered(slice));
        let seen = self.seen(readable).await?;
        let query = seen!(query, seen, tags::name, tags::repository_id);
        let rows: Vec<PlacedRow> = self.load(query).await?;
        let found = page(rows, slice, Ok, key)?;
        placed(found, |(registry, path), name, (digest, pushed_at)| {
            let (name, digest) = (parsed("tags.name", &name)?, parsed("tags.digest", &digest)?);
            Ok(FoundTag { registry, path, name, digest, pushed_at: time(pushed_at) })
        })
    }

    async fn manifests(
        &self,
        readable: &NamespaceFilter,
        digits: &str,
        slice: &Slice,
    ) -> Result<Page<FoundManifest>, StoreError> {
        let wanted = storable(digits).into_owned();
        let query = manifests::table
            .inner_join(repositories::table)
            .filter(manifests::present)
            .select((
                (manifests::digest, manifests::repository_id),
                (repositories::registry_name, repositories::path),
                (manifests::digest, manifests::pushed_at),
            ))
            .limit(one_more(slice))
            .into_boxed();
        let after = numbered(slice);
        let query = from!(query, manifests::digest, manifests::repository_id, wanted, after);
        let seen = self.seen(readable).await?;
        let query = seen!(query, seen, manifests::digest, manifests::repository_id);
        let rows: Vec<PlacedRow> = self.load(query).await?;
        let found = page(rows, slice, Ok, key)?;
        placed(found, |(registry, path), _, (digest, pushed_at)| {
            let digest = parsed("manifests.digest", &digest)?;
            Ok(FoundManifest { registry, path, digest, pushed_at: time(pushed_at) })
        })
    }

    async fn namespaces(
        &self,
        filter: &NamespaceFilter,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundNamespace>, StoreError> {
        let wanted = storable(&text.lowered()).into_owned();
        let query = namespaces::table
            .inner_join(registries::table)
            .select(((namespaces::name, namespaces::id), registries::name, KIND))
            .limit(one_more(slice))
            .into_boxed();
        let after = numbered(slice);
        let query = from!(query, namespaces::name, namespaces::id, wanted, after);
        let mut query = query.order((namespaces::name, namespaces::id));
        if let Some(ids) = readable(filter) {
            query = query.filter(namespaces::id.eq_any(ids));
        }
        let rows: Vec<((String, i64), String, KindRow)> = self.load(query).await?;
        let page = page(rows, slice, Ok, |((name, id), ..)| format!("{id}/{name}"))?;
        let rows = page.rows.into_iter().map(|((name, _), registry, kind)| {
            let registry = parsed("registries.name", &registry)?;
            let name = parsed("namespaces.name", &name)?;
            Ok(FoundNamespace { registry, name, kind: namespace_kind(kind)? })
        });
        Ok(Page { rows: rows.collect::<Result<_, StoreError>>()?, next: page.next })
    }

    async fn teams(
        &self,
        member: Option<AccountId>,
        text: &SearchText,
        slice: &Slice,
    ) -> Result<Page<FoundTeam>, StoreError> {
        let wanted = storable(&text.lowered()).into_owned();
        let query = teams::table.select(teams::name).limit(one_more(slice)).into_boxed();
        let none = None::<(String, i64)>;
        let query = from!(query, teams::name_key, teams::id, wanted, none);
        let mut query = query.order(teams::name_key);
        if let Some(after) = cursor(slice) {
            query = query.filter(teams::name_key.gt(after));
        }
        if let Some(member) = member {
            let own = members::table.filter(members::account_id.eq(member.0));
            query = query.filter(teams::id.eq_any(own.select(members::team_id)));
        }
        let rows: Vec<String> = self.load(query).await?;
        let read = |name: String| Ok(FoundTeam { name: parsed("teams.name", &name)? });
        page(rows, slice, read, |team| team.name.key())
    }
}

impl SqlBrowse {
    /// Finds out whether someone sees little.
    async fn seen<'a>(&self, filter: &'a NamespaceFilter) -> Result<Seen<'a>, StoreError> {
        let Some(ids) = readable(filter) else { return Ok(Seen::Many(filter)) };
        let ids: Vec<i64> = self.load(ids.limit(FEW + 1)).await?;
        let few = i64::try_from(ids.len()).is_ok_and(|count| count <= FEW);
        Ok(if few { Seen::Few(ids) } else { Seen::Many(filter) })
    }

    /// Repositories that end with it; that begin with it; that have it inside.
    async fn of_rank(
        &self,
        rank: u8,
        seen: Seen<'_>,
        wanted: &String,
        after: Option<(String, i64)>,
        limit: i64,
    ) -> Result<Vec<TailRow>, StoreError> {
        let (tail, id) = (repository_tails::tail, repository_tails::repository_id);
        let present = manifests::table
            .filter(manifests::repository_id.eq(repositories::id).and(manifests::present));
        let query = repository_tails::table
            .inner_join(repositories::table)
            .filter(exists(present))
            .select((tail, id, repositories::registry_name, repositories::path))
            .limit(limit)
            .into_boxed();
        let query = seen!(from!(query, tail, id, wanted, after), seen, tail, id);
        let (whole, of_same) = (repository_tails::whole, better.field(id).eq(id));
        let other = better.field(tail);
        // Of one repository only what comes first.
        let query = match rank {
            0 => query.filter(tail.eq(wanted)),
            1 => {
                let ending = better.filter(of_same.and(other.eq(wanted)));
                query.filter(whole).filter(not(exists(ending)))
            }
            _ => {
                let begins = other.ge(wanted).and(other.lt(beyond(wanted)));
                let first = better.field(whole).or(other.lt(tail));
                let earlier = better.filter(of_same.and(begins).and(first));
                query.filter(not(whole)).filter(tail.ne(wanted)).filter(not(exists(earlier)))
            }
        };
        self.load(query).await
    }
}

/// How many namespaces someone sees at most who sees little.
const FEW: i64 = 200;

/// Tail, repository, registry, path.
type TailRow = (String, i64, String, String);

/// What it is found by and its repository; registry and path; digest and when it was pushed.
type PlacedRow = ((String, i64), (String, String), (String, i64));

fn key(((text, id), ..): &PlacedRow) -> String {
    format!("{id}/{text}")
}

fn placed<T>(
    page: Page<PlacedRow>,
    read: impl Fn(
        (portus_core::registry::RegistryName, RepositoryPath),
        String,
        (String, i64),
    ) -> Result<T, StoreError>,
) -> Result<Page<T>, StoreError> {
    let rows = page.rows.into_iter().map(|((text, _), (registry, path), rest)| {
        let registry = parsed("repositories.registry_name", &registry)?;
        read((registry, parsed("repositories.path", &path)?), text, rest)
    });
    Ok(Page { rows: rows.collect::<Result<_, _>>()?, next: page.next })
}

/// A text and a number, as a page says where it ended.
fn numbered(slice: &Slice) -> Option<(String, i64)> {
    let after = cursor(slice)?;
    let (id, text) = after.split_once('/')?;
    Some((text.to_owned(), id.parse().ok()?))
}

/// The same behind a rank.
fn ranked(slice: &Slice) -> (u8, Option<(String, i64)>) {
    let read = || {
        let after = cursor(slice)?;
        let (rank, rest) = after.split_once('/')?;
        let (id, text) = rest.split_once('/')?;
        let rank = rank.parse().ok().filter(|rank| *rank <= 2)?;
        Some((rank, Some((text.to_owned(), id.parse().ok()?))))
    };
    read().unwrap_or((0, None))
}

/// The first text after all those that begin like `prefix`.
fn beyond(prefix: &str) -> String {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        let next = match last {
            // Between these two are no characters.
            '\u{d7ff}' => Some('\u{e000}'),
            last => char::from_u32(u32::from(last) + 1),
        };
        if let Some(next) = next {
            text.push(next);
            return text;
        }
    }
    // There is none after the last of all characters, and no name that has it.
    format!("{prefix}{}", char::MAX)
}
