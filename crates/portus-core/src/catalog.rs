//! What a registry holds and what is known of it, compared.

use std::collections::BTreeMap;

use crate::digest::Digest;
use crate::repository::RepositoryPath;
use crate::tag::{AsOf, TagName};

/// The tags of one repository as they are known.
pub type KnownTags = BTreeMap<TagName, KnownTag>;

/// One tag as it is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownTag {
    /// What it points at; `None` where it was removed.
    pub digest: Option<Digest>,
    /// How new that is.
    pub as_of: AsOf,
}

/// The tags of one repository as a crawl saw them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Observed {
    /// Which repository.
    pub repository: RepositoryPath,
    /// Each tag with what it points at.
    pub tags: BTreeMap<TagName, Digest>,
}

/// What a crawl adds to what is known of one repository.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Difference {
    /// Which repository.
    pub repository: RepositoryPath,
    /// Tags nothing was known of.
    pub added: Vec<(TagName, Digest)>,
    /// Tags that point elsewhere by now.
    pub moved: Vec<(TagName, Digest)>,
}

impl Difference {
    /// Nothing differs.
    pub fn none(repository: &RepositoryPath) -> Self {
        Self { repository: repository.clone(), added: Vec::new(), moved: Vec::new() }
    }

    /// Whether nothing is new.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.moved.is_empty()
    }

    /// Every tag to set.
    pub fn tags(&self) -> impl Iterator<Item = &(TagName, Digest)> {
        self.added.iter().chain(&self.moved)
    }
}

/// What a crawl that began at `as_of` adds to what is known.
///
/// Pure. What is newer than the crawl stays; what the crawl did not see stays too, since half a
/// listing must not change what it does not hold.
pub fn diff(known: &KnownTags, observed: &Observed, as_of: &AsOf) -> Difference {
    let mut difference = Difference {
        repository: observed.repository.clone(),
        added: Vec::new(),
        moved: Vec::new(),
    };
    for (tag, digest) in &observed.tags {
        match known.get(tag) {
            None => difference.added.push((tag.clone(), digest.clone())),
            Some(known) if known.digest.as_ref() == Some(digest) || known.as_of >= *as_of => {}
            Some(KnownTag { digest: None, .. }) => {
                difference.added.push((tag.clone(), digest.clone()));
            }
            Some(_) => difference.moved.push((tag.clone(), digest.clone())),
        }
    }
    difference
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn digest(digit: u8) -> Digest {
        format!("sha256:{}", digit.to_string().repeat(64)).parse().unwrap()
    }

    fn as_of(second: u64) -> AsOf {
        AsOf { at: SystemTime::UNIX_EPOCH + Duration::from_secs(second), event: "".into() }
    }

    fn known(second: u64, digest: Option<Digest>) -> KnownTags {
        let tag = KnownTag { digest, as_of: as_of(second) };
        KnownTags::from([("1".parse().unwrap(), tag)])
    }

    fn observed(digest: Digest) -> Observed {
        let tags = BTreeMap::from([("1".parse().unwrap(), digest)]);
        Observed { repository: "qa/app".parse().unwrap(), tags }
    }

    #[test]
    fn what_is_new_is_added_and_what_moved_is_moved() {
        let seen = observed(digest(1));
        assert_eq!(diff(&KnownTags::new(), &seen, &as_of(5)).added.len(), 1);
        assert_eq!(diff(&known(4, Some(digest(2))), &seen, &as_of(5)).moved.len(), 1);
        assert!(diff(&known(4, Some(digest(1))), &seen, &as_of(5)).is_empty());
    }

    #[test]
    fn a_newer_event_wins_over_the_crawl() {
        let seen = observed(digest(1));
        assert!(diff(&known(6, Some(digest(2))), &seen, &as_of(5)).is_empty());
        assert!(diff(&known(6, None), &seen, &as_of(5)).is_empty(), "a removed tag stays removed");
        assert_eq!(diff(&known(4, None), &seen, &as_of(5)).added.len(), 1);
    }

    #[test]
    fn what_a_crawl_does_not_see_stays() {
        let nothing = Observed { repository: "qa/app".parse().unwrap(), tags: BTreeMap::new() };
        assert!(diff(&known(1, Some(digest(1))), &nothing, &as_of(9)).is_empty());
    }
}
