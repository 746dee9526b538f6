//! What someone sees with a browser: it keeps cookies, and sends forms as pages have them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use portus_core::account::Username;
use portus_core::digest::Digest;
use portus_core::id::{AccountId, RepositoryId};
use portus_core::image::{
    Child, Descriptor, ManifestDetails, MediaType, OCI_MANIFEST, Platform, SeenManifest,
};
use portus_core::port::{Clock, Described, StoreError};
use portus_core::tag::AsOf;

use crate::world::{Answer, ORIGIN, PASSWORD, World, encoded, from};

pub const SESSION: &str = "__Host-portus_session";
pub const FORM: &str = "__Host-portus_form";

/// Someone's browser.
pub struct Browser<'a> {
    pub world: &'a World,
    pub cookies: RefCell<BTreeMap<String, String>>,
    /// Sent with every request.
    pub headers: Vec<(&'static str, String)>,
    pub address: &'static str,
}

impl<'a> Browser<'a> {
    /// Of a stranger.
    pub fn new(world: &'a World) -> Self {
        let headers = vec![("user-agent", "Firefox".into()), ("accept", "text/html".into())];
        Self { world, cookies: RefCell::default(), headers, address: "192.0.2.1" }
    }

    /// Of someone who signed in.
    pub async fn of(world: &'a World, name: &str) -> Self {
        let browser = Self::new(world);
        browser.sign_in(name, PASSWORD).await.expect(StatusCode::SEE_OTHER);
        browser
    }

    pub async fn sign_in(&self, name: &str, password: &str) -> Answer {
        let guard = self.guard("/").await;
        self.send_form("/sign-in", &[("guard", &guard), ("username", name), ("password", password)])
            .await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, "")).await
    }

    /// A form as it is on the page that the browser shows, without the guard that it carries.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let guard = self.guard("/").await;
        self.send_form(path, &[&[("guard", &*guard)], fields].concat()).await
    }

    /// A form of exactly these fields.
    pub async fn send_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = self.request(Method::POST, path, &form(fields));
        request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        request.headers_mut().insert("origin", ORIGIN.parse().unwrap());
        self.send(request).await
    }

    /// A request that says nothing of where it comes from.
    pub fn request(&self, method: Method, path: &str, body: &str) -> Request<Body> {
        let cookies = self.cookies.borrow();
        let cookies: Vec<_> =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method.clone()).uri(path);
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if method == Method::POST {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        from(request.body(Body::from(body.to_owned())).unwrap(), self.address)
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.world.send(request).await;
        for set in answer.headers.get_all("set-cookie") {
            let (pair, attributes) = set.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match attributes.contains("Max-Age=0") {
                true => self.cookies.borrow_mut().remove(name),
                false => self.cookies.borrow_mut().insert(name.into(), value.into()),
            };
        }
        answer
    }

    /// What the forms of a page carry.
    pub async fn guard(&self, path: &str) -> String {
        let page = self.get(path).await;
        guard_of(&page.body).unwrap_or_else(|| panic!("no form on {path}: {}", page.body))
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }
}

impl Answer {
    /// A form did what it is for: its page comes next, with a notice.
    #[track_caller]
    pub fn leads_to(&self, page: &str) {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        let place = self.header("location").unwrap();
        let (path, word) = place.split_once("?done=").unwrap_or_else(|| panic!("mute: {place}"));
        assert!(path == page && !word.is_empty(), "{place} instead of {page}");
    }

    #[track_caller]
    pub fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

impl World {
    /// All that decisions and pages could see, with what everyone has of her own.
    pub async fn whole_state(&self) -> String {
        let mut state = self.state().await;
        for name in ["alice", "bob"] {
            let account = self.account(name).await;
            let own: Result<_, StoreError> = self
                .store
                .read(async |tx| {
                    Ok((tx.tokens().applications(account).await?, tx.sessions().of(account).await?))
                })
                .await;
            state += &format!("\n{name}: {:?}", own.unwrap());
        }
        state
    }

    pub async fn account(&self, name: &str) -> AccountId {
        let name: Username = name.parse().unwrap();
        let found: Result<_, StoreError> =
            self.store.read(async |tx| tx.accounts().by_name(&name).await).await;
        found.unwrap().unwrap().id
    }

    /// Someone pushed an image of one layer to a repository of `main`.
    pub async fn push(&self, path: &str, tag: &str, author: &str) -> (RepositoryId, Digest) {
        let (layer, platform) = ("application/vnd.oci.image.layer.v1.tar+gzip", "linux/amd64");
        self.push_odd(path, tag, author, [OCI_MANIFEST, layer, platform]).await
    }

    /// The same, with texts that whoever pushes may choose: its type, its layer's and what it runs
    /// on.
    pub async fn push_odd(
        &self,
        path: &str,
        tag: &str,
        author: &str,
        [kind, layer, platform]: [&str; 3],
    ) -> (RepositoryId, Digest) {
        let path: portus_core::repository::RepositoryPath = path.parse().unwrap();
        let digest = digest('a');
        let at = self.clock.now();
        let as_of = AsOf { at, event: "e".into() };
        let mut parts = platform.splitn(2, '/').map(Box::from);
        let platform = Platform {
            os: parts.next().unwrap(),
            architecture: parts.next().unwrap(),
            variant: None,
        };
        let part = |kind: &str, digit, size| Descriptor {
            media_type: MediaType::new(kind),
            digest: self::digest(digit),
            size,
        };
        let details = ManifestDetails {
            media_type: MediaType::new(kind),
            artifact_type: Some(MediaType::new(kind)),
            config: Some(part(kind, 'b', 1234)),
            layers: vec![part(layer, 'c', 88_300_000)],
            children: vec![Child {
                descriptor: part(kind, 'd', 5),
                platform: Some(platform.clone()),
                attests: None,
            }],
            platform: Some(platform),
            ..ManifestDetails::default()
        };
        let seen = |digest: &Digest| SeenManifest {
            digest: digest.clone(),
            media_type: MediaType::new(kind),
            pushed_at: at,
        };
        let pushed: Result<_, StoreError> = self
            .store
            .write(async |tx| {
                tx.raise_epoch().await?;
                let main = tx.registries().by_name(&"main".parse().unwrap()).await?.unwrap().id;
                let namespace = tx.namespaces().by_name(main, path.namespace()).await?.unwrap().id;
                let tx = tx.repositories();
                let repository = tx.ensure(namespace, &path, at).await?;
                tx.add_manifest(repository, &seen(&self::digest('d')), &as_of).await?;
                tx.add_manifest(repository, &seen(&digest), &as_of).await?;
                let described = Described::Read(Box::new(details));
                tx.describe(repository, &digest, &described).await?;
                let by = Some((None, author));
                tx.set_tag(repository, &tag.parse().unwrap(), &digest, &as_of, by).await?;
                Ok(repository)
            })
            .await;
        (pushed.unwrap(), digest)
    }
}

pub fn digest(digit: char) -> Digest {
    format!("sha256:{}", String::from(digit).repeat(64)).parse().unwrap()
}

pub fn guard_of(page: &str) -> Option<String> {
    let (_, rest) = page.split_once(r#"name="guard" value=""#)?;
    Some(rest.split('"').next()?.to_owned())
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}
