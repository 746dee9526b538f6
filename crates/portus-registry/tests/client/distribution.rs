//! A registry as each generation of distribution behaves, as far as a reader can see.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::Method;
use axum::response::Response;
use portus_core::digest::Digest;
use serde_json::json;

use crate::images::Content;
use crate::served::{API, Heard, Served, answer, serve};
use crate::world::SERVICE;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Version {
    V2_8,
    V3_0,
    V3_1,
}

impl Version {
    pub const ALL: [Self; 3] = [Self::V2_8, Self::V3_0, Self::V3_1];
}

/// What the registry holds and how it is set.
#[derive(Clone)]
pub struct Distribution {
    pub version: Version,
    /// In the order that tags were pushed.
    pub repositories: BTreeMap<String, Vec<(String, Digest)>>,
    pub manifests: BTreeMap<String, (String, Content)>,
    pub blobs: BTreeMap<String, Content>,
    /// The most names that may be asked for at once.
    pub max_entries: usize,
    pub deletes: bool,
    pub announces: String,
    /// Where blobs are, if not here.
    pub storage: Option<String>,
}

impl Distribution {
    pub fn new(version: Version) -> Self {
        Self {
            version,
            repositories: BTreeMap::new(),
            manifests: BTreeMap::new(),
            blobs: BTreeMap::new(),
            max_entries: 1000,
            deletes: true,
            announces: SERVICE.into(),
            storage: None,
        }
    }

    pub fn tag(&mut self, repository: &str, tag: &str, media_type: &str, manifest: &Content) {
        let tags = self.repositories.entry(repository.into()).or_default();
        tags.push((tag.into(), manifest.digest.clone()));
        self.hold(media_type, manifest);
    }

    pub fn hold(&mut self, media_type: &str, manifest: &Content) {
        let key = manifest.digest.to_string();
        self.manifests.insert(key, (media_type.into(), manifest.clone()));
    }

    pub fn store(&mut self, blob: &Content) {
        self.blobs.insert(blob.digest.to_string(), blob.clone());
    }

    pub async fn start(self) -> Served {
        let shared = Arc::new(self);
        serve(move |heard| shared.answer(&heard)).await
    }

    fn answer(&self, heard: &Heard) -> Response {
        let (path, query) = heard.target.split_once('?').unwrap_or((&heard.target, ""));
        let route = path.strip_prefix("/v2/").unwrap();
        let scope = needed(heard, route);
        if let Some(refusal) = self.refusal(heard, &scope) {
            return refusal;
        }
        if route.is_empty() {
            self.json(200, "{}")
        } else if route == "_catalog" {
            self.catalog(&Query::read(query))
        } else if let Some(repository) = route.strip_suffix("/tags/list") {
            self.tags(repository, &Query::read(query))
        } else if let Some((repository, reference)) = route.split_once("/manifests/") {
            self.manifest(heard, repository, reference)
        } else if let Some((_, digest)) = route.split_once("/blobs/") {
            self.blob(digest)
        } else {
            panic!("nobody asks for {}", heard.target)
        }
    }

    fn refusal(&self, heard: &Heard, scope: &str) -> Option<Response> {
        let granted = heard.header("authorization").map(|header| {
            let mut parts = header.strip_prefix("Bearer ").unwrap().splitn(3, '|').skip(1);
            (parts.next().unwrap() == self.announces, parts.next().unwrap() == scope)
        });
        let error = match granted {
            Some((true, true)) => return None,
            Some((true, false)) => ",error=\"insufficient_scope\"",
            Some((false, _)) => ",error=\"invalid_token\"",
            None => "",
        };
        let scope = if scope.is_empty() { String::new() } else { format!(",scope=\"{scope}\"") };
        let challenge = format!(
            "Bearer realm=\"https://portus.test/v2/token\",service=\"{}\"{scope}{error}",
            self.announces
        );
        let mut refusal = self.error(401, "UNAUTHORIZED", "authentication required");
        refusal.headers_mut().insert("www-authenticate", challenge.parse().unwrap());
        Some(refusal)
    }

    fn catalog(&self, query: &Query) -> Response {
        let size = match query.size {
            Some(size) if size > self.max_entries => {
                return self.error(400, "PAGINATION_NUMBER_INVALID", "invalid number of results");
            }
            Some(size) => size,
            None => 100.min(self.max_entries),
        };
        let by_parts = |name: &str| name.split('/').map(str::to_owned).collect::<Vec<_>>();
        let mut names: Vec<_> = self.repositories.keys().cloned().collect();
        names.sort_by_key(|name| by_parts(name));
        if let Some(last) = &query.last {
            names.retain(|name| by_parts(name) > by_parts(last));
        }
        let more = names.len() > size;
        names.truncate(size);
        let page = json!({ "repositories": names }).to_string();
        self.page("/v2/_catalog", page, names.last().filter(|_| more), size)
    }

    fn tags(&self, repository: &str, query: &Query) -> Response {
        let Some(tags) = self.repositories.get(repository) else {
            return self.error(404, "NAME_UNKNOWN", "repository name not known to registry");
        };
        if self.version == Version::V3_1 && query.size.is_some_and(|size| size > self.max_entries) {
            return self.error(400, "PAGINATION_NUMBER_INVALID", "invalid number of results");
        }
        let mut names: Vec<_> = tags.iter().map(|(tag, _)| tag.clone()).collect();
        let mut more = false;
        let size = query.size.unwrap_or(self.max_entries);
        if self.version != Version::V2_8 {
            names.sort();
            names.retain(|name| query.last.as_ref().is_none_or(|last| name > last));
            more = names.len() > size || self.version == Version::V3_1 && names.len() == size;
            names.truncate(size);
        }
        let is_null = names.is_empty() && self.version != Version::V3_0;
        let listed = if is_null { json!(null) } else { json!(names) };
        let page = json!({ "name": repository, "tags": listed }).to_string();
        let path = format!("/v2/{repository}/tags/list");
        self.page(&path, page, names.last().filter(|_| more), size)
    }

    fn page(&self, path: &str, body: String, last: Option<&String>, size: usize) -> Response {
        let mut response = self.json(200, &body);
        if let Some(last) = last {
            let last = last.replace('/', "%2F");
            let link = format!("<{path}?last={last}&n={size}>; rel=\"next\"");
            response.headers_mut().insert("link", link.parse().unwrap());
        }
        response
    }

    fn manifest(&self, heard: &Heard, repository: &str, reference: &str) -> Response {
        if heard.method == Method::DELETE {
            return match self.deletes {
                true => self.error(404, "MANIFEST_UNKNOWN", "manifest unknown"),
                false => self.error(405, "UNSUPPORTED", "The operation is unsupported."),
            };
        }
        let tags = self.repositories.get(repository).map_or(&[][..], Vec::as_slice);
        let tagged = tags.iter().find(|(tag, _)| tag == reference);
        let key = tagged.map_or(reference, |(_, digest)| digest.as_str());
        let Some((media_type, content)) = self.manifests.get(key) else {
            return self.unknown(heard);
        };
        if media_type.contains("oci.image") && !accepts(heard, media_type) {
            return self.unknown(heard);
        }
        let length = content.bytes.len().to_string();
        let headers = [
            API,
            ("content-type", media_type.as_str()),
            ("content-length", length.as_str()),
            ("docker-content-digest", content.digest.as_str()),
        ];
        answer(200, &headers, content.bytes.clone())
    }

    fn blob(&self, digest: &str) -> Response {
        if let Some(storage) = &self.storage {
            return answer(307, &[("location", &format!("{storage}/{digest}"))], "");
        }
        match self.blobs.get(digest) {
            Some(content) => answer(200, &[], content.bytes.clone()),
            None => self.error(404, "BLOB_UNKNOWN", "blob unknown to registry"),
        }
    }

    fn unknown(&self, heard: &Heard) -> Response {
        match heard.method {
            Method::HEAD => answer(404, &[API], ""),
            _ => self.error(404, "MANIFEST_UNKNOWN", "manifest unknown"),
        }
    }

    fn error(&self, status: u16, code: &str, message: &str) -> Response {
        let error = json!({ "code": code, "message": message, "detail": null });
        self.json(status, &json!({ "errors": [error] }).to_string())
    }

    fn json(&self, status: u16, body: &str) -> Response {
        let content_type = match self.version {
            Version::V2_8 => "application/json; charset=utf-8",
            _ => "application/json",
        };
        answer(status, &[API, ("content-type", content_type)], body.to_owned())
    }
}

fn needed(heard: &Heard, route: &str) -> String {
    let action = if heard.method == Method::DELETE { "delete" } else { "pull" };
    let repository = ["/tags/list", "/manifests/", "/blobs/"]
        .iter()
        .find_map(|part| route.split_once(part))
        .map(|(repository, _)| format!("repository:{repository}:{action}"));
    match route {
        "_catalog" => "registry:catalog:*".into(),
        _ => repository.unwrap_or_default(),
    }
}

fn accepts(heard: &Heard, media_type: &str) -> bool {
    let lines = heard.headers.get_all("accept").iter().map(|line| line.to_str().unwrap());
    lines.flat_map(|line| line.split(',')).any(|accepted| accepted.trim() == media_type)
}

struct Query {
    size: Option<usize>,
    last: Option<String>,
}

impl Query {
    fn read(text: &str) -> Self {
        let value = |name: &str| {
            let mut pairs = text.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value.replace("%2F", "/"))
        };
        Self { size: value("n").map(|n| n.parse().unwrap()), last: value("last") }
    }
}
