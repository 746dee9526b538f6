//! A registry client that says exactly what it is told to.

use reqwest::RequestBuilder;

use crate::image::{Content, Image};
use crate::token::{Token, TokenRequest};
use crate::wire::{self, Ask, Reply};

/// The media types that a puller names; registries leave out what is not named.
const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, */*";

/// Someone at a registry.
#[derive(Clone, Debug)]
pub struct Client {
    registry: String,
    credential: Option<(String, String)>,
    token: Option<String>,
}

impl Client {
    /// Nobody in particular, at the registry at `url`.
    pub fn anonymous(url: &str) -> Self {
        Self { registry: url.into(), credential: None, token: None }
    }

    /// Someone, at the registry at `url`.
    pub fn new(url: &str, name: &str, secret: &str) -> Self {
        Self { registry: url.into(), credential: Some((name.into(), secret.into())), token: None }
    }

    /// The same, with a token that it got before and shows first.
    pub fn holding(&self, token: &Token) -> Self {
        Self { token: Some(token.text.clone()), ..self.clone() }
    }

    /// Asks the registry; where it wants a token gets one, and asks again. The refusal of a token is
    /// the answer then.
    pub fn ask(&self, method: &str, path: &str) -> Reply {
        self.ask_with(method, path, |request| request)
    }

    /// The same, with more in the request.
    pub fn ask_with(
        &self,
        method: &str,
        path: &str,
        more: impl Fn(RequestBuilder) -> RequestBuilder,
    ) -> Reply {
        let url = if path.starts_with("http") { path.into() } else { self.registry.clone() + path };
        let request = || more(wire::request(method, &url));
        let first = match &self.token {
            Some(token) => request().bearer_auth(token).ask(),
            None => request().ask(),
        };
        let Some(challenge) = Challenge::of(&first) else {
            return first;
        };
        let reply = self.token_for(&challenge);
        if reply.status != 200 {
            return reply;
        }
        let token = reply.json()["token"].as_str().unwrap().to_owned();
        request().bearer_auth(token).ask()
    }

    /// Pushes an image with all it names, children first.
    #[track_caller]
    pub fn push(&self, image: &Image, repository: &str, tag: &str) {
        self.try_push(image, repository, tag).expect(201);
    }

    /// The same; the answer is the first refusal, or the registry's answer to the manifest.
    pub fn try_push(&self, image: &Image, repository: &str, tag: &str) -> Reply {
        for child in &image.children {
            let reply = self.try_push(child, repository, child.digest());
            if reply.status != 201 {
                return reply;
            }
        }
        for blob in &image.blobs {
            let reply = self.push_blob(blob, repository);
            if reply.status != 201 {
                return reply;
            }
        }
        self.put_manifest(&image.manifest, repository, tag)
    }

    /// Pushes one blob.
    pub fn push_blob(&self, blob: &Content, repository: &str) -> Reply {
        let start = self.ask("POST", &format!("/v2/{repository}/blobs/uploads/"));
        if start.status != 202 {
            return start;
        }
        let place = start.header("location");
        let separator = if place.contains('?') { '&' } else { '?' };
        let place = format!("{place}{separator}{}", wire::encoded([("digest", &blob.digest)]));
        self.ask_with("PUT", &place, |request| {
            request.header("content-type", "application/octet-stream").body(blob.bytes.clone())
        })
    }

    /// Pushes a manifest whose blobs are there.
    pub fn put_manifest(&self, manifest: &Content, repository: &str, tag: &str) -> Reply {
        self.ask_with("PUT", &format!("/v2/{repository}/manifests/{tag}"), |request| {
            request.header("content-type", &manifest.media_type).body(manifest.bytes.clone())
        })
    }

    /// Reads a manifest.
    pub fn manifest(&self, repository: &str, reference: &str) -> Reply {
        self.ask_with("GET", &format!("/v2/{repository}/manifests/{reference}"), |request| {
            request.header("accept", ACCEPT)
        })
    }

    /// Whether a manifest can be read.
    pub fn can_pull(&self, repository: &str, reference: &str) -> bool {
        self.manifest(repository, reference).status == 200
    }

    /// Deletes a manifest, or a tag where the registry can.
    pub fn delete(&self, repository: &str, reference: &str) -> Reply {
        self.ask("DELETE", &format!("/v2/{repository}/manifests/{reference}"))
    }

    /// Links a blob of another repository.
    pub fn mount(&self, repository: &str, digest: &str, from: &str) -> Reply {
        let query = wire::encoded([("mount", digest), ("from", from)]);
        self.ask("POST", &format!("/v2/{repository}/blobs/uploads/?{query}"))
    }

    fn token_for(&self, challenge: &Challenge) -> Reply {
        let mut request = TokenRequest::at(&challenge.realm);
        request = request.service(&challenge.service);
        for scope in challenge.scope.split(' ').filter(|scope| !scope.is_empty()) {
            request = request.scope(scope);
        }
        if let Some((name, secret)) = &self.credential {
            request = request.by(name, secret);
        }
        request.get()
    }
}

/// What a registry wants to see.
#[derive(Debug)]
pub struct Challenge {
    /// Where tokens are.
    pub realm: String,
    /// What it calls itself.
    pub service: String,
    /// What the token has to grant.
    pub scope: String,
}

impl Challenge {
    /// The challenge of an answer, where it is one.
    pub fn of(reply: &Reply) -> Option<Self> {
        let text = reply.header("www-authenticate").strip_prefix("Bearer ")?;
        let field = |name: &str| {
            let start = text.find(&format!("{name}=\""))? + name.len() + 2;
            Some(text[start..].split('"').next()?.to_owned())
        };
        (reply.status == 401).then_some(())?;
        Some(Self {
            realm: field("realm")?,
            service: field("service")?,
            scope: field("scope").unwrap_or_default(),
        })
    }
}
