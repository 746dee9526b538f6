//! The catalog and the tags, a page at a time.

use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use portus_core::port::{Access, CatalogPage, RemoteError, TagsPage};
use portus_core::repository::RepositoryPath;
use reqwest::{Method, StatusCode, Url};
use serde::{Deserialize, Deserializer};

use crate::answer::{Answer, plain};
use crate::connection::{Ask, Connection, pull};
use crate::content::apart;
use crate::link;
use crate::walk::{Step, Walks};

/// What is remembered between the pages of one registry.
#[derive(Default)]
pub(crate) struct Listings {
    walks: Walks,
    /// Whether the registry refused our page size.
    picks_size: AtomicBool,
}

impl Listings {
    /// One page of the catalog.
    pub(crate) async fn catalog(
        &self,
        connection: &Connection,
        from: Option<&str>,
    ) -> Result<CatalogPage, RemoteError> {
        let url = connection.url("/v2/_catalog")?;
        let mut answer = self.page(connection, &url, &Access::Catalog, from).await?;
        if !answer.status.is_success() {
            return Err(answer.failure());
        }
        let body = std::mem::take(&mut answer.body);
        let listed =
            apart(body, |body| Ok(Names::of(parse::<Catalog>(body)?.repositories))).await?;
        let next = self.follow(connection, &url, &answer, from, listed.is_empty())?;
        Ok(CatalogPage { repositories: listed.names, odd: listed.odd, next, date: answer.date() })
    }

    /// One page of a repository's tags.
    pub(crate) async fn tags(
        &self,
        connection: &Connection,
        repository: &RepositoryPath,
        from: Option<&str>,
    ) -> Result<TagsPage, RemoteError> {
        let url = connection.url(&format!("/v2/{repository}/tags/list"))?;
        let mut answer = self.page(connection, &url, &pull(repository), from).await?;
        if answer.is_absent() {
            return Ok(TagsPage { tags: Vec::new(), next: None });
        }
        if !answer.status.is_success() {
            return Err(answer.failure());
        }
        let body = std::mem::take(&mut answer.body);
        let listed = apart(body, |body| Ok(Names::of(parse::<Tags>(body)?.tags))).await?;
        let next = self.follow(connection, &url, &answer, from, listed.is_empty())?;
        Ok(TagsPage { tags: listed.names, next })
    }

    /// Asks for a page; without a size, from when on the registry refused the one we like.
    async fn page(
        &self,
        connection: &Connection,
        listing: &Url,
        access: &Access,
        from: Option<&str>,
    ) -> Result<Answer, RemoteError> {
        let settings = &connection.caller.settings;
        let ask = |size: Option<u32>| {
            let mut url = listing.clone();
            url.query_pairs_mut()
                .extend_pairs(size.map(|size| ("n", size.to_string())))
                .extend_pairs(from.map(|from| ("last", from)));
            let limit = settings.max_listing;
            Ask { method: Method::GET, url, access: Some(access), accept: &[JSON], limit }
        };
        if !self.picks_size.load(Ordering::Relaxed) {
            let answer = connection.ask(ask(Some(settings.page_size))).await?;
            if answer.status != StatusCode::BAD_REQUEST {
                return Ok(answer);
            }
            self.picks_size.store(true, Ordering::Relaxed);
        }
        connection.ask(ask(None)).await
    }

    /// Where the listing goes on: only ever in the same listing of the same registry, whatever
    /// address the link has besides.
    fn follow(
        &self,
        connection: &Connection,
        listing: &Url,
        answer: &Answer,
        from: Option<&str>,
        is_empty: bool,
    ) -> Result<Option<String>, RemoteError> {
        let next = match link::next(&answer.headers) {
            None => None,
            Some(target) => Some(cursor(connection, listing, &target)?),
        };
        let step = Step { from, next: next.as_deref(), is_empty };
        let endless = |error| RemoteError::Odd(format!("{}: {error}", listing.path()));
        self.walks.step(listing.path(), step).map_err(endless)?;
        Ok(next)
    }
}

fn cursor(connection: &Connection, listing: &Url, target: &str) -> Result<String, RemoteError> {
    let odd = |what| RemoteError::Odd(format!("the link `{}` {what}", plain(target)));
    let (url, last) =
        link::cursor(listing, target).ok_or_else(|| odd("names nothing to go on from"))?;
    let host = match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (host, _) => host.unwrap_or_default().to_owned(),
    };
    let is_here = url.host() == listing.host() || connection.registry.goes_by(&host);
    if is_here { Ok(last) } else { Err(odd("leads to another host")) }
}

fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, RemoteError> {
    serde_json::from_slice(body).map_err(|error| {
        RemoteError::Odd(format!("its listing is none: {}", plain(&error.to_string())))
    })
}

/// The names of a page that are such, and how many are not.
struct Names<T> {
    names: Vec<T>,
    odd: u64,
}

impl<T: FromStr> Names<T> {
    fn of(listed: Option<Vec<String>>) -> Self {
        let listed = listed.unwrap_or_default();
        let names: Vec<T> = listed.iter().filter_map(|name| name.parse().ok()).collect();
        let odd = (listed.len() - names.len()) as u64;
        Self { names, odd }
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty() && self.odd == 0
    }
}

/// `repositories` has to be there, be it `null`: an answer without it is of something else.
#[derive(Deserialize)]
struct Catalog {
    #[serde(deserialize_with = "present")]
    repositories: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Tags {
    #[serde(deserialize_with = "present")]
    tags: Option<Vec<String>>,
}

fn present<'de, D: Deserializer<'de>>(text: D) -> Result<Option<Vec<String>>, D::Error> {
    Option::deserialize(text)
}

const JSON: &str = "application/json";
