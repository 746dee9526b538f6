//! What an `Authorization` header shows.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use portus_core::secret::Secret;

use super::RegistryError;

/// The credentials in a request's header.
pub(crate) enum Authorization {
    Basic { username: String, password: Secret },
    Bearer(Secret),
}

impl Authorization {
    /// Reads the header, if there is one.
    ///
    /// # Errors
    ///
    /// Where there are several, or one that cannot be read: what was shown and is wrong must not
    /// be taken for nothing.
    ///
    /// Source: RFC 7617, section 2; RFC 6750, section 2.1.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Option<Self>, RegistryError> {
        let mut lines = headers.get_all(AUTHORIZATION).iter();
        match (lines.next(), lines.next()) {
            (None, _) => Ok(None),
            (Some(line), None) => {
                Self::parse(line.as_bytes()).map(Some).ok_or(RegistryError::Authorization)
            }
            (Some(_), Some(_)) => Err(RegistryError::Authorization),
        }
    }

    fn parse(line: &[u8]) -> Option<Self> {
        let (scheme, shown) = std::str::from_utf8(line).ok()?.trim().split_once(' ')?;
        let shown = shown.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(Self::Bearer(Secret::new(shown)));
        }
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = String::from_utf8(BASE64.decode(shown).ok()?).ok()?;
        let (username, password) = decoded.split_once(':')?;
        Some(Self::Basic { username: username.to_owned(), password: Secret::new(password) })
    }
}

/// Some clients leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(line: &[u8]) -> Option<(String, String)> {
        match Authorization::parse(line)? {
            Authorization::Basic { username, password } => {
                Some((username, password.expose().to_owned()))
            }
            Authorization::Bearer(_) => None,
        }
    }

    #[test]
    fn a_name_ends_at_the_first_colon() {
        for (line, username, password) in [
            ("Basic YWxpY2U6cGFzcw==", "alice", "pass"),
            ("basic YWxpY2U6cGFzcw", "alice", "pass"),
            ("BASIC  YTpiOmM=", "a", "b:c"),
            ("Basic OnRva2Vu", "", "token"),
            ("Basic YTo=", "a", ""),
            ("Basic w4RubmE6cMOkw58=", "Änna", "päß"),
        ] {
            let read = basic(line.as_bytes());
            assert_eq!(read, Some((username.into(), password.into())), "{line}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_nothing() {
        for line in [
            &b""[..],
            b"Basic",
            b"Basic ",
            b"Basic !!!",
            b"Basic YWxpY2U=",
            b"Basic //79",
            b"Digest username=x",
            b"\xff\xfe",
        ] {
            let line = axum::http::HeaderValue::from_bytes(line).unwrap();
            let headers = HeaderMap::from_iter([(AUTHORIZATION, line.clone())]);
            assert!(Authorization::read(&headers).is_err(), "{line:?} was taken");
        }
        assert!(Authorization::read(&HeaderMap::new()).unwrap().is_none());
    }

    #[test]
    fn two_headers_are_refused() {
        let mut headers = HeaderMap::new();
        for line in ["Basic YWxpY2U6cGFzcw==", "Basic Ym9iOnBhc3M="] {
            headers.append(AUTHORIZATION, line.parse().unwrap());
        }
        assert!(Authorization::read(&headers).is_err());
    }
}
