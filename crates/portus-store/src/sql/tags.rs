//! Tags, as a function of everything that was said of them, in whatever order it was said: a row
//! has the newest word, `tag_history` every one, `tombstones` the newest that something is gone.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use portus_core::digest::Digest;
use portus_core::id::{AccountId, RepositoryId};
use portus_core::port::{StoreError, TagChange};
use portus_core::tag::{AsOf, TagName};

use super::super::Connection;
use super::traffic;
use crate::error::store_error;
use crate::schema::{tag_history, tags, tombstones};
use crate::values::{micros, parsed, storable, time};

/// Keeps the word that a tag points at a manifest.
pub(super) async fn set(
    conn: &mut Connection,
    repository: RepositoryId,
    tag: &TagName,
    digest: &Digest,
    new: &AsOf,
    by: Option<(Option<AccountId>, &str)>,
) -> Result<TagChange, StoreError> {
    let word = Word { repository, tag, digest, new, by };
    let news = word.record(conn).await.map_err(store_error)? > 0;
    // What a crawl finds was pushed before.
    if news && !new.event.is_empty() {
        traffic::count(conn, repository, new.at, (1, 0)).await?;
    }
    let untagged = tombstone(conn, repository, tag.as_str()).await?;
    let Some(old) = stored(conn, repository, tag).await? else {
        let gone = untagged.max(tombstone(conn, repository, digest.as_str()).await?);
        let present = Some(new) > gone.as_ref();
        word.insert(conn, present).await.map_err(store_error)?;
        return Ok(if present { TagChange::Set } else { TagChange::Older });
    };
    let was = old.as_of();
    let newest = was.clone().max(new.clone());
    let moved = newest != was;
    let points_at = if moved { digest.as_str() } else { &*old.digest };
    let gone = untagged.clone().max(tombstone(conn, repository, points_at).await?);
    let present = Some(&newest) > gone.as_ref();
    word.update(conn, &old, moved, present).await?;
    Ok(if Some(&was).max(untagged.as_ref()) > Some(new) || !present {
        TagChange::Older
    } else if old.present && old.digest == digest.as_str() {
        TagChange::Same
    } else if moved {
        TagChange::Set
    } else {
        TagChange::Older
    })
}

/// Takes away a tag that was not set again since; says whether it went.
pub(super) async fn remove(
    conn: &mut Connection,
    repository: RepositoryId,
    tag: &TagName,
    gone: &AsOf,
) -> Result<bool, StoreError> {
    let removed = diesel::update(tags::table.find((repository.0, tag.as_str())))
        .filter(tags::present.and(is_not_newer(gone)))
        .set(tags::present.eq(false))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(removed > 0)
}

/// Takes away the tags on a manifest that were not set again since; says whether any went. They
/// keep their own age, so that a word from before the manifest went still moves one.
pub(super) async fn remove_on(
    conn: &mut Connection,
    repository: RepositoryId,
    digest: &Digest,
    gone: &AsOf,
) -> Result<bool, StoreError> {
    let removed = diesel::update(tags::table)
        .filter(tags::repository_id.eq(repository.0).and(tags::digest.eq(digest.as_str())))
        .filter(tags::present.and(is_not_newer(gone)))
        .set(tags::present.eq(false))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(removed > 0)
}

/// Remembers that a tag or a manifest is gone; says whether that was news.
pub(super) async fn bury(
    conn: &mut Connection,
    repository: RepositoryId,
    what: &str,
    gone: &AsOf,
) -> Result<bool, StoreError> {
    if tombstone(conn, repository, what).await?.as_ref() >= Some(gone) {
        return Ok(false);
    }
    diesel::insert_into(tombstones::table)
        .values((
            tombstones::repository_id.eq(repository.0),
            tombstones::what.eq(what),
            tombstones::as_of.eq(micros(gone.at)),
            tombstones::as_of_event.eq(&*gone.event),
        ))
        .on_conflict((tombstones::repository_id, tombstones::what))
        .do_update()
        .set((tombstones::as_of.eq(micros(gone.at)), tombstones::as_of_event.eq(&*gone.event)))
        .execute(conn)
        .await
        .map_err(store_error)?;
    Ok(true)
}

/// Since when a tag or a manifest is gone, unless it came again.
pub(super) async fn tombstone(
    conn: &mut Connection,
    repository: RepositoryId,
    what: &str,
) -> Result<Option<AsOf>, StoreError> {
    let row: Option<(i64, String)> = tombstones::table
        .find((repository.0, what))
        .select((tombstones::as_of, tombstones::as_of_event))
        .first(conn)
        .await
        .optional()
        .map_err(store_error)?;
    Ok(row.map(|(at, event)| as_of(at, event)))
}

/// Gives the tags on a manifest their place among versions, where they came before there was one.
pub(super) async fn place(
    conn: &mut Connection,
    repository: RepositoryId,
    digest: &Digest,
) -> Result<(), StoreError> {
    let names: Vec<String> = tags::table
        .filter(tags::repository_id.eq(repository.0).and(tags::digest.eq(digest.as_str())))
        .filter(tags::version.eq(""))
        .select(tags::name)
        .load(conn)
        .await
        .map_err(store_error)?;
    for name in names {
        let tag: TagName = parsed("tags.name", &name)?;
        diesel::update(tags::table.find((repository.0, &name)))
            .set(tags::version.eq(tag.version_key()))
            .execute(conn)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}

/// The newest word of each tag: its name, what it points at if it is there, and how new that is.
pub(super) async fn newest(
    conn: &mut Connection,
    repository: RepositoryId,
) -> Result<Vec<(String, Option<Digest>, AsOf)>, StoreError> {
    let rows: Vec<(String, String, bool, i64, String)> = tags::table
        .filter(tags::repository_id.eq(repository.0))
        .select((tags::name, tags::digest, tags::present, tags::as_of, tags::as_of_event))
        .load(conn)
        .await
        .map_err(store_error)?;
    rows.into_iter()
        .map(|(name, digest, present, at, event)| {
            let digest = present.then(|| parsed("tags.digest", &digest)).transpose()?;
            Ok((name, digest, as_of(at, event)))
        })
        .collect()
}

/// The tags that someone removed, and when.
pub(super) async fn buried(
    conn: &mut Connection,
    repository: RepositoryId,
) -> Result<Vec<(String, AsOf)>, StoreError> {
    let rows: Vec<(String, i64, String)> = tombstones::table
        .filter(tombstones::repository_id.eq(repository.0))
        // A digest has a colon, a tag has none.
        .filter(tombstones::what.not_like("%:%"))
        .select((tombstones::what, tombstones::as_of, tombstones::as_of_event))
        .load(conn)
        .await
        .map_err(store_error)?;
    Ok(rows.into_iter().map(|(name, at, event)| (name, as_of(at, event))).collect())
}

pub(super) fn as_of(at: i64, event: String) -> AsOf {
    AsOf { at: time(at), event: event.into() }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = tags)]
struct Stored {
    digest: String,
    present: bool,
    as_of: i64,
    as_of_event: String,
    author: Option<String>,
    pushed_at: i64,
    first_author: Option<String>,
    first_at: i64,
    first_event: String,
}

impl Stored {
    fn as_of(&self) -> AsOf {
        as_of(self.as_of, self.as_of_event.clone())
    }

    fn first(&self) -> AsOf {
        as_of(self.first_at, self.first_event.clone())
    }

    /// Whether the newest word says who spoke.
    fn is_told(&self) -> bool {
        self.author.is_some() && self.pushed_at == self.as_of
    }
}

async fn stored(
    conn: &mut Connection,
    repository: RepositoryId,
    tag: &TagName,
) -> Result<Option<Stored>, StoreError> {
    tags::table
        .find((repository.0, tag.as_str()))
        .select(Stored::as_select())
        .first(conn)
        .await
        .optional()
        .map_err(store_error)
}

/// What was said: a tag points at a manifest.
struct Word<'a> {
    repository: RepositoryId,
    tag: &'a TagName,
    digest: &'a Digest,
    new: &'a AsOf,
    by: Option<(Option<AccountId>, &'a str)>,
}

impl Word<'_> {
    async fn record(&self, conn: &mut Connection) -> QueryResult<usize> {
        let account = self.by.and_then(|(account, _)| account);
        diesel::insert_into(tag_history::table)
            .values((
                tag_history::repository_id.eq(self.repository.0),
                tag_history::tag.eq(self.tag.as_str()),
                tag_history::as_of.eq(micros(self.new.at)),
                tag_history::as_of_event.eq(&*self.new.event),
                tag_history::digest.eq(self.digest.as_str()),
                tag_history::account_id.eq(account.map(|account| account.0)),
                tag_history::author.eq(self.author()),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
            .await
    }

    async fn insert(&self, conn: &mut Connection, present: bool) -> QueryResult<usize> {
        diesel::insert_into(tags::table)
            .values((
                tags::repository_id.eq(self.repository.0),
                tags::name.eq(self.tag.as_str()),
                tags::digest.eq(self.digest.as_str()),
                tags::present.eq(present),
                tags::as_of.eq(micros(self.new.at)),
                tags::as_of_event.eq(&*self.new.event),
                tags::author.eq(self.author()),
                tags::pushed_at.eq(micros(self.new.at)),
                tags::first_author.eq(self.author()),
                tags::first_at.eq(micros(self.new.at)),
                tags::first_event.eq(&*self.new.event),
                tags::version.eq(self.tag.version_key()),
                tags::companion.eq(self.tag.companion().is_some()),
            ))
            .execute(conn)
            .await
    }

    async fn update(
        &self,
        conn: &mut Connection,
        old: &Stored,
        moved: bool,
        present: bool,
    ) -> Result<(), StoreError> {
        let at = micros(self.new.at);
        let (digest, newest) = if moved {
            (self.digest.as_str(), (at, &*self.new.event))
        } else {
            (&*old.digest, (old.as_of, &*old.as_of_event))
        };
        let (author, pushed_at) = match self.author() {
            Some(author) if moved => (Some(author), at),
            _ if !moved && old.is_told() => (old.author.clone(), old.pushed_at),
            _ => self.last_push(conn, digest, newest.0).await.map_err(store_error)?,
        };
        let (first_author, first) = if *self.new < old.first() {
            (self.author(), (at, &*self.new.event))
        } else {
            (old.first_author.clone(), (old.first_at, &*old.first_event))
        };
        diesel::update(tags::table.find((self.repository.0, self.tag.as_str())))
            .set((
                tags::digest.eq(digest),
                tags::present.eq(present),
                (tags::as_of.eq(newest.0), tags::as_of_event.eq(newest.1)),
                (tags::author.eq(author), tags::pushed_at.eq(pushed_at)),
                tags::first_author.eq(first_author),
                (tags::first_at.eq(first.0), tags::first_event.eq(first.1)),
                // Not there yet where the tag came before versions did.
                tags::version.eq(self.tag.version_key()),
            ))
            .execute(conn)
            .await
            .map_err(store_error)?;
        Ok(())
    }

    /// Who set the tag last, and when. A crawl that finds what was pushed before takes nothing
    /// away.
    async fn last_push(
        &self,
        conn: &mut Connection,
        digest: &str,
        newest: i64,
    ) -> QueryResult<(Option<String>, i64)> {
        let told: Option<(String, Option<String>, i64)> = tag_history::table
            .filter(tag_history::repository_id.eq(self.repository.0))
            .filter(tag_history::tag.eq(self.tag.as_str()))
            .filter(tag_history::author.is_not_null())
            .order((tag_history::as_of.desc(), tag_history::as_of_event.desc()))
            .select((tag_history::digest, tag_history::author, tag_history::as_of))
            .first(conn)
            .await
            .optional()?;
        Ok(match told {
            Some((on, author, at)) if on == digest => (author, at),
            _ => (None, newest),
        })
    }

    fn author(&self) -> Option<String> {
        self.by.map(|(_, name)| storable(name).into_owned())
    }
}

/// The condition that a tag's newest word is from `gone` or before.
fn is_not_newer(gone: &AsOf) -> NotNewer {
    let at = micros(gone.at);
    let same_moment = tags::as_of.eq(at).and(tags::as_of_event.le(gone.event.to_string()));
    tags::as_of.lt(at).or(same_moment)
}

type NotNewer = diesel::dsl::Or<
    diesel::dsl::Lt<tags::as_of, i64>,
    diesel::dsl::And<
        diesel::dsl::Eq<tags::as_of, i64>,
        diesel::dsl::LtEq<tags::as_of_event, String>,
    >,
>;
