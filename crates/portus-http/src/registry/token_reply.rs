//! Tokens as clients read them.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use axum::response::{IntoResponse, Response};
use portus_core::port::Access;
use portus_core::secret::Secret;
use portus_core::usecase::IssuedToken;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The answer to a `GET`.
pub(super) fn docker(issued: &IssuedToken) -> Response {
    reply(issued, None)
}

/// The answer to a `POST`, which says what was granted: RFC 6749 wants to know whenever that is
/// not what was asked for.
pub(super) fn oauth(issued: &IssuedToken) -> Response {
    reply(issued, Some(scope(issued.access.as_deref().unwrap_or_default())))
}

fn reply(issued: &IssuedToken, scope: Option<String>) -> Response {
    let body = TokenReply {
        token: &issued.token.text,
        access_token: &issued.token.text,
        expires_in: issued.token.lifetime.as_secs(),
        issued_at: rfc3339(issued),
        refresh_token: issued.refresh.as_ref().map(Secret::expose),
        scope: scope.as_deref(),
        token_type: scope.is_some().then_some("Bearer"),
    };
    let headers =
        [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];
    // Texts and numbers: writing them as JSON cannot fail.
    (headers, serde_json::to_vec(&body).unwrap_or_default()).into_response()
}

/// Source: `distribution`, `docs/content/spec/auth/token.md`, "Token Response Fields".
#[derive(Serialize)]
struct TokenReply<'a> {
    token: &'a str,
    /// The same token, under the name that OAuth 2 clients look for; containerd and oras take no
    /// other.
    access_token: &'a str,
    /// Seconds. Clients take anything under 60 for 60.
    expires_in: u64,
    issued_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
}

/// Whole seconds, UTC.
fn rfc3339(issued: &IssuedToken) -> String {
    let at = OffsetDateTime::from(issued.issued_at);
    at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
}

/// What is granted, in the words of a scope.
fn scope(access: &[Access]) -> String {
    let mut text = String::new();
    for entry in access {
        if !text.is_empty() {
            text.push(' ');
        }
        match entry {
            Access::Catalog => text.push_str("registry:catalog:*"),
            Access::Repository { star: true, path, .. } => {
                text.push_str(&format!("repository:{path}:*"));
            }
            Access::Repository { path, actions, .. } => {
                let words: Vec<&str> = actions.iter().map(|action| action.as_str()).collect();
                text.push_str(&format!("repository:{path}:{}", words.join(",")));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use portus_core::scope::Action;

    use super::*;

    #[test]
    fn what_is_granted_reads_as_a_scope() {
        let repository = |path: &str, actions: &[Action], star| Access::Repository {
            path: path.parse().unwrap(),
            actions: actions.to_vec(),
            star,
        };
        let access = [
            repository("qa/app", &[Action::Pull, Action::Push], false),
            repository("qa/lib", &Action::ALL, true),
            Access::Catalog,
        ];
        let text = scope(&access);
        assert_eq!(text, "repository:qa/app:pull,push repository:qa/lib:* registry:catalog:*");
        assert_eq!(scope(&[]), "");
    }
}
