//! What a registry says when it refuses a request: the `WWW-Authenticate` header.

use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};

/// A registry's `Bearer` challenge.
///
/// Source: RFC 6750, section 3; `distribution`, `docs/content/spec/auth/token.md`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Challenge {
    /// Where it sends its clients for a token.
    pub realm: Option<String>,
    /// What it calls itself.
    pub service: Option<String>,
    /// What the request needs.
    pub scope: Option<String>,
    /// Why the token that was shown is not enough: `invalid_token`, `insufficient_scope`.
    pub error: Option<String>,
}

impl Challenge {
    /// The first `Bearer` challenge of an answer.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(WWW_AUTHENTICATE).iter();
        values.filter_map(|value| value.to_str().ok()).find_map(parse)
    }
}

fn parse(text: &str) -> Option<Challenge> {
    let (scheme, mut rest) = text.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let mut challenge = Challenge::default();
    while let Some((name, value, after)) = parameter(rest) {
        match name.to_ascii_lowercase().as_str() {
            "error" => challenge.error = Some(value),
            "realm" => challenge.realm = Some(value),
            "scope" => challenge.scope = Some(value),
            "service" => challenge.service = Some(value),
            _ => {}
        }
        rest = after;
    }
    Some(challenge)
}

/// The first `name=value` or `name="value"` of a list, and what comes after it.
pub(crate) fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let (name, rest) = text.trim_start_matches([' ', '\t', ',', ';']).split_once('=')?;
    let Some(quoted) = rest.trim_start().strip_prefix('"') else {
        let end = rest.find([',', ';', ' ']).unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        return Some((name.trim(), value.to_owned(), after));
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((name.trim(), value, quoted.get(at + 1..)?)),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<Challenge> {
        let mut headers = HeaderMap::new();
        headers.append(WWW_AUTHENTICATE, "Basic realm=\"other\"".parse().unwrap());
        headers.append(WWW_AUTHENTICATE, text.parse().unwrap());
        Challenge::read(&headers)
    }

    #[test]
    fn a_challenge_is_read_as_registries_write_it() {
        let text = r#"Bearer realm="https://portus.test/v2/token?a=b",service="registry.test",scope="repository:a:pull,push",error="insufficient_scope""#;
        let challenge = read(text).unwrap();

        assert_eq!(challenge.realm.as_deref(), Some("https://portus.test/v2/token?a=b"));
        assert_eq!(challenge.service.as_deref(), Some("registry.test"));
        assert_eq!(challenge.scope.as_deref(), Some("repository:a:pull,push"));
        assert_eq!(challenge.error.as_deref(), Some("insufficient_scope"));
    }

    #[test]
    fn other_spellings_are_read_as_far_as_they_go() {
        let loose = read(r#"bearer Service=a , realm = "q\"uote", odd"#).unwrap();
        assert_eq!(loose.service.as_deref(), Some("a"));
        assert_eq!(loose.realm.as_deref(), Some("q\"uote"));
        assert_eq!(read(r#"Bearer realm="open"#), Some(Challenge::default()));
        assert_eq!(read("Digest realm=x"), None);
        assert_eq!(read("Bearer"), None);
    }

    proptest! {
        #[test]
        fn any_challenge_is_read_to_its_end(text in "[Bb]earer [a-z=\",;\\\\é <>]{0,60}") {
            parse(&text);
        }

        #[test]
        fn what_is_quoted_is_read_back(realm in "[ -~é]{0,40}", scope in "[ -~]{0,40}") {
            let quote = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
            let text = format!("Bearer realm=\"{}\",scope=\"{}\"", quote(&realm), quote(&scope));
            let challenge = parse(&text).unwrap();
            prop_assert_eq!(challenge.realm, Some(realm));
            prop_assert_eq!(challenge.scope, Some(scope));
        }
    }
}
