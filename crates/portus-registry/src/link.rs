//! Where a listing goes on: the `Link` header.

use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};

use crate::challenge::parameter;

/// The target of an answer's `rel="next"` link, if it has one.
///
/// Source: RFC 8288, section 3.
pub(crate) fn next(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(LINK).iter();
    values.filter_map(|value| value.to_str().ok()).find_map(next_of)
}

/// The `last` parameter of a link's target, which may be relative to `base`; `None` where the
/// target is no address or names nothing to go on from.
pub(crate) fn cursor(base: &Url, target: &str) -> Option<(Url, String)> {
    let url = base.join(target).ok()?;
    let last = url.query_pairs().find(|(name, _)| name == "last")?.1.into_owned();
    let usable = !last.is_empty() && last.len() <= MAX_CURSOR && !last.contains(char::is_control);
    usable.then_some((url, last))
}

fn next_of(mut text: &str) -> Option<String> {
    while let Some((_, rest)) = text.split_once('<') {
        let (target, rest) = rest.split_once('>')?;
        let (parameters, after) = match rest.find('<') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        if is_next(parameters) {
            return Some(target.to_owned());
        }
        text = after;
    }
    None
}

fn is_next(mut parameters: &str) -> bool {
    while let Some((name, value, rest)) = parameter(parameters) {
        let says_next =
            || value.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("next"));
        if name.eq_ignore_ascii_case("rel") && says_next() {
            return true;
        }
        parameters = rest;
    }
    false
}

const MAX_CURSOR: usize = 1024;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_next_link_is_found_among_others() {
        for (text, target) in [
            (
                r#"</v2/_catalog?last=foo%2Fbar&n=3>; rel="next""#,
                Some("/v2/_catalog?last=foo%2Fbar&n=3"),
            ),
            ("</a>; rel=prev, </b>;rel=next", Some("/b")),
            (r#"</a>; title="x, y"; rel="last NEXT""#, Some("/a")),
            ("</a>; rel=prev", None),
            ("</a", None),
            ("", None),
        ] {
            assert_eq!(next_of(text).as_deref(), target, "{text}");
        }
    }

    #[test]
    fn a_cursor_is_the_last_name_of_the_page() {
        let base = Url::parse("http://registry.test:5000/v2/_catalog").unwrap();
        let last = |target| cursor(&base, target).map(|(_, last)| last);

        assert_eq!(last("/v2/_catalog?last=foo%2Fbar&n=3").as_deref(), Some("foo/bar"));
        assert_eq!(last("http://registry.test:5000/v2/_catalog?n=3&last=a").as_deref(), Some("a"));
        assert_eq!(last("/v2/_catalog?n=3"), None);
        assert_eq!(last("/v2/_catalog?last="), None);
        assert_eq!(last("/v2/_catalog?last=a%0Ab"), None);
        assert_eq!(last("http://"), None);
    }

    proptest! {
        #[test]
        fn any_link_is_read_to_its_end(text in "[a-z<>;,=\" é]{0,60}") {
            next_of(&text);
        }

        #[test]
        fn any_name_is_a_cursor_that_reads_back(last in "[!-~é]{1,40}") {
            let base = Url::parse("http://registry.test/v2/_catalog").unwrap();
            let mut target = base.clone();
            target.query_pairs_mut().append_pair("n", "3").append_pair("last", &last);
            let found = next_of(&format!("<{target}>; rel=\"next\"")).unwrap();
            prop_assert_eq!(cursor(&base, &found).map(|(_, last)| last), Some(last));
        }
    }
}
