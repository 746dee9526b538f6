//! Listings have to end: a registry that leads in a circle is stopped.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The listings that are under way on one registry.
#[derive(Default)]
pub(crate) struct Walks(Mutex<HashMap<String, Walk>>);

impl Walks {
    /// Notes one page of `listing`, which was asked for from `from` and goes on at `next`.
    ///
    /// # Errors
    ///
    /// Where the listing comes back to where it was, or leads on and on.
    pub(crate) fn step(&self, listing: &str, step: Step<'_>) -> Result<(), Endless> {
        let mut walks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(next) = step.next else {
            walks.remove(listing);
            return Ok(());
        };
        if walks.len() >= MAX_WALKS && !walks.contains_key(listing) {
            walks.clear();
        }
        let walk = walks.entry(listing.to_owned()).or_default();
        if walk.expected.as_deref() != step.from {
            *walk = Walk::default();
        }
        walk.follow(step.from, next, step.is_empty)
    }
}

/// One page of a listing.
#[derive(Clone, Copy)]
pub(crate) struct Step<'a> {
    /// Where it was asked to begin.
    pub(crate) from: Option<&'a str>,
    /// Where it says to go on.
    pub(crate) next: Option<&'a str>,
    /// Whether it named nothing.
    pub(crate) is_empty: bool,
}

/// A listing that does not end.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("its listing does not end")]
pub(crate) struct Endless;

/// Brent's way to find a cycle: one cursor is kept, of the page at the last power of two.
#[derive(Default)]
struct Walk {
    expected: Option<String>,
    kept: Option<String>,
    pages: u32,
    empty: u32,
}

impl Walk {
    fn follow(&mut self, from: Option<&str>, next: &str, is_empty: bool) -> Result<(), Endless> {
        self.pages += 1;
        self.empty = if is_empty { self.empty + 1 } else { 0 };
        let returns = from == Some(next) || self.kept.as_deref() == Some(next);
        if returns || self.pages > MAX_PAGES || self.empty > MAX_EMPTY {
            return Err(Endless);
        }
        if self.pages.is_power_of_two() {
            self.kept = Some(next.to_owned());
        }
        self.expected = Some(next.to_owned());
        Ok(())
    }
}

const MAX_EMPTY: u32 = 20;
/// Of a thousand names each: more than any registry holds.
const MAX_PAGES: u32 = 100_000;
const MAX_WALKS: usize = 1024;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Follows a listing whose page `n` leads to page `next(n)`; the number of pages until it ended
    /// or was stopped.
    fn follow(walks: &Walks, next: impl Fn(u32) -> Option<u32>) -> Result<u32, u32> {
        let (mut page, mut count) = (0, 0);
        loop {
            count += 1;
            let (from, to) = ((page > 0).then(|| page.to_string()), next(page));
            let text = to.map(|to| to.to_string());
            let step = Step { from: from.as_deref(), next: text.as_deref(), is_empty: false };
            match (walks.step("catalog", step), to) {
                (Err(Endless), _) => return Err(count),
                (Ok(()), None) => return Ok(count),
                (Ok(()), Some(to)) => page = to,
            }
        }
    }

    proptest! {
        #[test]
        fn a_listing_that_turns_back_is_stopped(lead in 1u32..200, length in 0u32..200) {
            let last = lead + length;
            let stopped = follow(&Walks::default(), |n| Some(if n == last { lead } else { n + 1 }));
            prop_assert!(stopped.is_err_and(|pages| pages <= 5 * (last + 1)));
        }

        #[test]
        fn a_listing_that_ends_is_never_stopped(pages in 0u32..500) {
            let walks = Walks::default();
            for _ in 0..2 {
                prop_assert_eq!(follow(&walks, |n| (n < pages).then_some(n + 1)), Ok(pages + 1));
            }
            prop_assert!(walks.0.lock().unwrap().is_empty());
        }
    }

    #[test]
    fn asking_again_for_a_page_is_no_circle() {
        let walks = Walks::default();
        let step = |from, next| walks.step("tags", Step { from, next, is_empty: false });

        assert_eq!(step(None, Some("a")), Ok(()));
        assert_eq!(step(None, Some("a")), Ok(()));
        assert_eq!(step(Some("a"), Some("b")), Ok(()));
        assert_eq!(step(Some("a"), Some("b")), Ok(()));
        assert_eq!(step(Some("b"), Some("b")), Err(Endless));
    }

    #[test]
    fn empty_pages_do_not_go_on_for_ever() {
        let walks = Walks::default();
        let stopped = (0..).find(|n: &u32| {
            let (from, next) = (n.to_string(), (n + 1).to_string());
            let step = Step { from: Some(&from), next: Some(&next), is_empty: true };
            walks.step("catalog", step).is_err()
        });
        assert_eq!(stopped, Some(MAX_EMPTY));
    }
}
