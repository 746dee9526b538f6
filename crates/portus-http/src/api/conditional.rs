//! Conditional requests: who has an answer already gets no second one.

use axum::body::{Body, HttpBody, to_bytes};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use openssl::sha::Sha256;

/// What a request has to say about what its sender has.
pub(super) struct Kept {
    applies: bool,
    tags: Option<String>,
}

impl Kept {
    pub(super) fn read(method: &Method, headers: &HeaderMap) -> Self {
        let tags = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
        Self { applies: *method == Method::GET, tags: tags.map(str::to_owned) }
    }

    /// Whether an answer with this tag is one that its sender has.
    ///
    /// Source: RFC 9110, section 13.1.2.
    fn has(&self, tag: &str) -> bool {
        let listed = self.tags.as_deref().unwrap_or_default().split(',').map(str::trim);
        listed.map(|one| one.strip_prefix("W/").unwrap_or(one)).any(|one| one == "*" || one == tag)
    }

    /// Gives an answer its tag, and takes its body away where the sender has it. One that is sent
    /// as it is read stays as it is.
    pub(super) async fn settle(&self, response: Response) -> Response {
        if !self.applies || response.status() != StatusCode::OK {
            return response;
        }
        // What is sent as it is read has no end that could be waited for.
        if response.body().size_hint().exact().is_none() {
            return response;
        }
        let (mut head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let mut hasher = Sha256::new();
        // The next part of a list is part of this one.
        hasher.update(head.headers.get(LINK).map_or(b"", HeaderValue::as_bytes));
        hasher.update(&body);
        let digits: String = hasher.finish().iter().map(|byte| format!("{byte:02x}")).collect();
        let tag = format!("\"{digits}\"");
        let headers = &mut head.headers;
        if let Ok(value) = HeaderValue::from_str(&tag) {
            headers.insert(ETAG, value);
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.insert(VARY, HeaderValue::from_static("authorization, portus-auth, cookie"));
        if !self.has(&tag) {
            return Response::from_parts(head, Body::from(body));
        }
        headers.remove(CONTENT_TYPE);
        headers.remove(CONTENT_LENGTH);
        head.status = StatusCode::NOT_MODIFIED;
        Response::from_parts(head, Body::empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_sent_as_it_is_read_is_not_held() {
        let kept = Kept { applies: true, tags: None };
        let whole = kept.settle(Response::new(Body::from("rows"))).await;
        assert!(whole.headers().contains_key(ETAG));
        // Waiting for its end would be waiting for ever.
        let endless = futures_util::stream::pending::<Result<String, std::convert::Infallible>>();
        let parts = kept.settle(Response::new(Body::from_stream(endless))).await;
        assert!(!parts.headers().contains_key(ETAG));
    }

    #[test]
    fn a_tag_is_found_among_others() {
        let kept = |tags: &str| Kept { applies: true, tags: Some(tags.into()) };
        for tags in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(kept(tags).has("\"a\""), "{tags}");
        }
        for tags in ["", "a", "\"b\"", "\"A\""] {
            assert!(!kept(tags).has("\"a\""), "{tags}");
        }
    }
}
