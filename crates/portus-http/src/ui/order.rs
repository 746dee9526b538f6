//! Lists of repositories: which, in which order, from where on. All of it is in the address.

use portus_core::page::Slice;
use portus_core::port::RepositorySort;
use serde::Deserialize;

use super::texts::Texts;

/// What follows the question mark of a list of repositories.
#[derive(Default, Deserialize)]
pub(super) struct Order {
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    name: String,
    after: Option<String>,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sort {
    #[default]
    Name,
    Pulls,
    Pushed,
}

impl Sort {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Pulls => "pulls",
            Self::Pushed => "pushed",
        }
    }
}

impl From<Sort> for RepositorySort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Name => Self::Name,
            Sort::Pulls => Self::Pulls,
            Sort::Pushed => Self::Pushed,
        }
    }
}

/// A column that a list can be sorted by.
pub(super) struct Head {
    pub(super) name: &'static str,
    pub(super) path: String,
    /// As `aria-sort` has it, where the list is sorted by it.
    pub(super) sorted: Option<&'static str>,
}

impl Order {
    /// What is wanted.
    pub(super) fn wanted(&self) -> (RepositorySort, Option<&str>) {
        (self.sort.into(), Some(&self.name))
    }

    pub(super) fn slice(&self, limit: u32) -> Slice {
        Slice { after: self.after.clone(), limit }
    }

    pub(super) fn name(&self) -> &str {
        self.name.trim()
    }

    pub(super) fn sort(&self) -> &'static str {
        self.sort.as_str()
    }

    pub(super) fn is_first(&self) -> bool {
        self.after.is_none()
    }

    pub(super) fn heads(&self, t: &Texts) -> [Head; 3] {
        [(Sort::Name, t.repository), (Sort::Pushed, t.last_push), (Sort::Pulls, t.pulls)].map(
            |(sort, name)| {
                let up = sort == Sort::Name;
                let sorted =
                    (sort == self.sort).then_some(if up { "ascending" } else { "descending" });
                Head { name, path: self.path(sort, None), sorted }
            },
        )
    }

    /// What a list can be sorted by, as the form has it.
    pub(super) fn sorts(&self, t: &Texts) -> [(&'static str, &'static str); 3] {
        [("name", t.repository), ("pushed", t.last_push), ("pulls", t.pulls)]
    }

    /// The address of the list from its start, where this is a later part of it.
    pub(super) fn start(&self) -> Option<String> {
        (!self.is_first()).then(|| self.path(self.sort, None))
    }

    pub(super) fn next(&self, next: Option<&String>) -> Option<String> {
        next.map(|after| self.path(self.sort, Some(after)))
    }

    fn path(&self, sort: Sort, after: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
        if sort != Sort::Name {
            query.append_pair("sort", sort.as_str());
        }
        if !self.name().is_empty() {
            query.append_pair("name", self.name());
        }
        if let Some(after) = after {
            query.append_pair("after", after);
        }
        query.finish()
    }
}

/// How many rows a page of a list has.
pub(super) const ROWS: u32 = 50;
