//! What the registry answers.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::events::Happening;
use super::gate::Need;
use super::shelf::{Shelf, page};
use crate::image::{Content, digest};
use crate::wire;

/// A request, taken apart.
struct Asked {
    method: Method,
    headers: HeaderMap,
    query: HashMap<String, String>,
    body: Vec<u8>,
    actor: String,
}

pub async fn answer(State(shelf): State<Arc<Shelf>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 16 << 20).await.unwrap_or_default().to_vec();
    let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    let query: HashMap<String, String> = query.into_owned().collect();
    let path = parts.uri.path().to_owned();
    let Some(place) = Place::of(&path) else {
        return error(StatusCode::NOT_FOUND, "UNSUPPORTED");
    };
    let authorization = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    let actor = match shelf.admit(authorization, &place.needs(&parts.method, &query)) {
        Ok(actor) => actor,
        Err(challenge) => {
            let refusal = error(StatusCode::UNAUTHORIZED, "UNAUTHORIZED");
            return ([("www-authenticate", challenge)], refusal).into_response();
        }
    };
    let asked = Asked { method: parts.method, headers: parts.headers, query, body, actor };
    place.answer(&shelf, &asked)
}

/// What a path speaks of.
enum Place {
    Base,
    Blob(String, String),
    Catalog,
    Manifest(String, String),
    Tags(String),
    Upload(String, String),
}

impl Place {
    fn of(path: &str) -> Option<Self> {
        let path = path.strip_prefix("/v2/")?;
        let own = |text: &str| text.to_owned();
        if path.is_empty() {
            return Some(Self::Base);
        }
        if path == "_catalog" {
            return Some(Self::Catalog);
        }
        if let Some(name) = path.strip_suffix("/tags/list") {
            return Some(Self::Tags(own(name)));
        }
        if let Some((name, upload)) = path.split_once("/blobs/uploads/") {
            return Some(Self::Upload(own(name), own(upload)));
        }
        if let Some((name, digest)) = path.split_once("/blobs/") {
            return Some(Self::Blob(own(name), own(digest)));
        }
        let (name, reference) = path.split_once("/manifests/")?;
        Some(Self::Manifest(own(name), own(reference)))
    }

    fn needs(&self, method: &Method, query: &HashMap<String, String>) -> Vec<Need> {
        let on = |name: &str, action| ("repository", name.to_owned(), action);
        match self {
            Self::Base => Vec::new(),
            Self::Catalog => vec![("registry", "catalog".into(), "*")],
            Self::Upload(name, _) => {
                let from = query.get("from").map(|from| on(from, "pull"));
                [on(name, "pull"), on(name, "push")].into_iter().chain(from).collect()
            }
            Self::Blob(name, _) | Self::Manifest(name, _) | Self::Tags(name) => match *method {
                Method::DELETE => vec![on(name, "delete")],
                Method::PUT => vec![on(name, "pull"), on(name, "push")],
                _ => vec![on(name, "pull")],
            },
        }
    }

    fn answer(&self, shelf: &Shelf, asked: &Asked) -> Response {
        match self {
            Self::Base => axum::Json(json!({})).into_response(),
            Self::Blob(name, digest) => blob(shelf, asked, name, digest),
            Self::Catalog => {
                let names = shelf.holdings().repositories.keys().cloned().collect();
                listing(
                    asked,
                    "/v2/_catalog",
                    names,
                    false,
                    |names| json!({ "repositories": names }),
                )
            }
            Self::Manifest(name, reference) => match asked.method {
                Method::DELETE => delete(shelf, asked, name, reference),
                Method::PUT => put(shelf, asked, name, reference),
                _ => manifest(shelf, asked, name, reference),
            },
            Self::Tags(name) => match shelf.holdings().repositories.get(name) {
                None => error(StatusCode::NOT_FOUND, "NAME_UNKNOWN"),
                Some(repository) => {
                    let tags = repository.tags.keys().cloned().collect();
                    let path = format!("/v2/{name}/tags/list");
                    listing(asked, &path, tags, true, |tags| match tags.is_empty() {
                        true => json!({ "name": name, "tags": null }),
                        false => json!({ "name": name, "tags": tags }),
                    })
                }
            },
            Self::Upload(name, upload) => self::upload(shelf, asked, name, upload),
        }
    }
}

fn listing(
    asked: &Asked,
    path: &str,
    all: Vec<String>,
    link_when_full: bool,
    body: impl Fn(&[String]) -> Value,
) -> Response {
    let last = asked.query.get("last").map_or("", String::as_str);
    let n = match asked.query.get("n").map(|n| n.parse::<usize>()) {
        Some(Ok(n)) if n <= 1000 => Some(n),
        None => None,
        Some(_) => return error(StatusCode::BAD_REQUEST, "PAGINATION_NUMBER_INVALID"),
    };
    let (names, more) = page(all, n, last, link_when_full);
    let response = axum::Json(body(&names)).into_response();
    if !more {
        return response;
    }
    let n = n.unwrap_or(100).to_string();
    let query = wire::encoded([("last", names[names.len() - 1].as_str()), ("n", n.as_str())]);
    ([("link", format!(r#"<{path}?{query}>; rel="next""#))], response).into_response()
}

fn manifest(shelf: &Shelf, asked: &Asked, name: &str, reference: &str) -> Response {
    let holdings = shelf.holdings();
    let repository = holdings.repositories.get(name);
    let Some(found) = repository.and_then(|repository| repository.manifest(reference)) else {
        return error(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN");
    };
    let mut target = described(found, name);
    if !reference.contains(':') {
        target["tag"] = json!(reference);
    }
    tell(shelf, asked, "pull", target);
    content(found, asked)
}

fn blob(shelf: &Shelf, asked: &Asked, name: &str, digest: &str) -> Response {
    let holdings = shelf.holdings();
    let Some(bytes) = holdings.blobs.get(digest) else {
        return error(StatusCode::NOT_FOUND, "BLOB_UNKNOWN");
    };
    let found = Content::new("application/octet-stream", bytes.clone());
    tell(shelf, asked, "pull", described(&found, name));
    content(&found, asked)
}

fn upload(shelf: &Shelf, asked: &Asked, name: &str, upload: &str) -> Response {
    let mut holdings = shelf.holdings();
    if asked.method == Method::POST {
        if let Some(digest) = asked.query.get("mount").filter(|d| holdings.blobs.contains_key(*d)) {
            let blob = Content::new("application/octet-stream", holdings.blobs[digest].clone());
            let mut target = described(&blob, name);
            target["fromRepository"] = json!(asked.query.get("from"));
            tell(shelf, asked, "mount", target);
            let place = format!("/v2/{name}/blobs/{digest}");
            return (StatusCode::CREATED, [("location", place)]).into_response();
        }
        let upload = holdings.begin_upload();
        return accepted(name, &upload, 0);
    }
    let Some(held) = holdings.uploads.get_mut(upload) else {
        return error(StatusCode::NOT_FOUND, "BLOB_UPLOAD_UNKNOWN");
    };
    held.extend(&asked.body);
    if asked.method == Method::PATCH {
        return accepted(name, upload, held.len());
    }
    let bytes = holdings.uploads.remove(upload).unwrap_or_default();
    let blob = Content::new("application/octet-stream", bytes);
    if asked.query.get("digest") != Some(&blob.digest) {
        return error(StatusCode::BAD_REQUEST, "DIGEST_INVALID");
    }
    holdings.blobs.insert(blob.digest.clone(), blob.bytes.clone());
    holdings.repositories.entry(name.into()).or_default();
    tell(shelf, asked, "push", described(&blob, name));
    let place = format!("/v2/{name}/blobs/{}", blob.digest);
    (StatusCode::CREATED, [("location", place)]).into_response()
}

fn accepted(name: &str, upload: &str, length: usize) -> Response {
    let place = format!("/v2/{name}/blobs/uploads/{upload}");
    let range = format!("0-{}", length.saturating_sub(1));
    (StatusCode::ACCEPTED, [("location", place), ("range", range)]).into_response()
}

fn put(shelf: &Shelf, asked: &Asked, name: &str, reference: &str) -> Response {
    let media_type = asked.headers["content-type"].to_str().unwrap_or_default();
    let manifest = Content::new(media_type, asked.body.clone());
    let mut holdings = shelf.holdings();
    let repository = holdings.repositories.entry(name.into()).or_default();
    let mut target = described(&manifest, name);
    if !reference.contains(':') {
        repository.tags.insert(reference.into(), manifest.digest.clone());
        target["tag"] = json!(reference);
    }
    let digest = manifest.digest.clone();
    repository.manifests.insert(digest.clone(), manifest);
    tell(shelf, asked, "push", target);
    (StatusCode::CREATED, [("docker-content-digest", digest)]).into_response()
}

/// Deletes a tag alone, or a manifest with every tag that points at it.
fn delete(shelf: &Shelf, asked: &Asked, name: &str, reference: &str) -> Response {
    let mut holdings = shelf.holdings();
    let Some(repository) = holdings.repositories.get_mut(name) else {
        return error(StatusCode::NOT_FOUND, "NAME_UNKNOWN");
    };
    let removed =
        |digest: &str| json!({ "mediaType": "", "digest": digest, "size": 0, "repository": name });
    let untagged = |tag: &str| json!({ "mediaType": "", "digest": "", "size": 0, "repository": name, "tag": tag });
    if !reference.contains(':') {
        if repository.tags.remove(reference).is_none() {
            return error(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN");
        }
        tell(shelf, asked, "delete", untagged(reference));
        return StatusCode::ACCEPTED.into_response();
    }
    if repository.manifests.remove(reference).is_none() {
        return error(StatusCode::NOT_FOUND, "MANIFEST_UNKNOWN");
    }
    tell(shelf, asked, "delete", removed(reference));
    let gone: Vec<_> = repository
        .tags
        .extract_if(.., |_, digest| digest == reference)
        .map(|(tag, _)| tag)
        .collect();
    gone.iter().for_each(|tag| tell(shelf, asked, "delete", untagged(tag)));
    StatusCode::ACCEPTED.into_response()
}

fn tell(shelf: &Shelf, asked: &Asked, action: &str, target: Value) {
    let method = asked.method.as_str();
    shelf.events.tell(Happening { action, method, actor: &asked.actor, target });
}

fn described(content: &Content, name: &str) -> Value {
    json!({
        "mediaType": content.media_type,
        "digest": content.digest,
        "size": content.bytes.len(),
        "length": content.bytes.len(),
        "repository": name,
    })
}

fn content(found: &Content, asked: &Asked) -> Response {
    debug_assert_eq!(digest(&found.bytes), found.digest);
    let headers = [
        ("content-type", found.media_type.clone()),
        ("docker-content-digest", found.digest.clone()),
        ("content-length", found.bytes.len().to_string()),
    ];
    let body = match asked.method {
        Method::HEAD => Bytes::new(),
        _ => Bytes::from(found.bytes.clone()),
    };
    (headers, body).into_response()
}

fn error(status: StatusCode, code: &str) -> Response {
    let body = json!({ "errors": [{ "code": code, "message": code.to_lowercase() }] });
    (status, axum::Json(body)).into_response()
}
