//! Asking for tokens, and reading what comes back.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use josekit::jws::alg::ecdsa::EcdsaJwsAlgorithm::Es256;
use josekit::jws::alg::rsassa::RsassaJwsAlgorithm::Rs256;
use josekit::jws::{JwsContext, JwsVerifier};
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509StoreContext};
use serde_json::Value;

use crate::wire::{self, Ask, Reply};

/// A question to a token endpoint.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    url: String,
    credential: Option<(String, String)>,
    fields: Vec<(String, String)>,
    scopes: Vec<String>,
}

impl TokenRequest {
    /// To the endpoint of the server at `url`, by nobody, for nothing.
    pub fn to(url: &str) -> Self {
        Self::at(&format!("{url}/v2/token"))
    }

    /// To an endpoint somewhere else.
    pub fn at(realm: &str) -> Self {
        let url = realm.into();
        Self { url, credential: None, fields: Vec::new(), scopes: Vec::new() }
    }

    /// The same by someone.
    pub fn by(mut self, name: &str, secret: &str) -> Self {
        self.credential = Some((name.into(), secret.into()));
        self
    }

    /// The same for a service.
    pub fn service(self, service: &str) -> Self {
        self.with("service", service)
    }

    /// The same with one more scope.
    pub fn scope(mut self, scope: &str) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// The same with a field more.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// The answer to `GET`, the credential in a header.
    pub fn get(&self) -> Reply {
        self.try_get().unwrap_or_else(|error| panic!("no answer: {error:?}"))
    }

    /// The answer to `GET`, if there is one.
    pub fn try_get(&self) -> Result<Reply, reqwest::Error> {
        let scopes = self.scopes.iter().map(|scope| ("scope", scope.as_str()));
        let fields = self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let request = wire::get(&format!("{}?{}", self.url, wire::encoded(fields.chain(scopes))));
        match &self.credential {
            Some((name, secret)) => request.basic_auth(name, Some(secret)).try_ask(),
            None => request.try_ask(),
        }
    }

    /// The answer to `POST`, the credential in the form.
    pub fn post(&self) -> Reply {
        let mut form = self.fields.clone();
        if let Some((name, secret)) = &self.credential {
            form.push(("grant_type".into(), "password".into()));
            form.push(("username".into(), name.clone()));
            form.push(("password".into(), secret.clone()));
        }
        self.post_form(form)
    }

    /// The answer to `POST` with a refresh token.
    pub fn refresh(&self, secret: &str) -> Reply {
        let mut form = self.fields.clone();
        form.push(("grant_type".into(), "refresh_token".into()));
        form.push(("refresh_token".into(), secret.into()));
        self.post_form(form)
    }

    /// The token that `GET` brings.
    #[track_caller]
    pub fn token(&self) -> Token {
        Token::of(&self.get().expect(200))
    }

    fn post_form(&self, mut form: Vec<(String, String)>) -> Reply {
        if !self.scopes.is_empty() {
            form.push(("scope".into(), self.scopes.join(" ")));
        }
        let request = wire::post(&self.url);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(wire::encoded(form)).ask()
    }
}

/// A registry token, read without being verified.
#[derive(Clone, Debug)]
pub struct Token {
    /// As it is sent.
    pub text: String,
    /// How it is signed.
    pub header: Value,
    /// What it says.
    pub claims: Value,
}

impl Token {
    /// The token of an answer.
    #[track_caller]
    pub fn of(reply: &Reply) -> Self {
        Self::read(reply.json()["token"].as_str().expect("a field `token`"))
    }

    /// A token in its compact form.
    #[track_caller]
    pub fn read(text: &str) -> Self {
        let parts: Vec<_> = text.split('.').collect();
        let part = |at: usize| {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[at]).unwrap()).unwrap()
        };
        Self { text: text.into(), header: part(0), claims: part(1) }
    }

    /// What is granted: `repository:crew/app` → `pull,push`, the actions sorted.
    pub fn granted(&self) -> BTreeMap<String, String> {
        let entries = self.claims["access"].as_array().cloned().unwrap_or_default();
        let named = entries.iter().map(|entry| {
            let mut actions: Vec<_> = entry["actions"].as_array().unwrap().iter().collect();
            actions.sort_by_key(|action| action.as_str());
            let actions: Vec<_> = actions.iter().map(|action| action.as_str().unwrap()).collect();
            let text = |key: &str| entry[key].as_str().unwrap().to_owned();
            (format!("{}:{}", text("type"), text("name")), actions.join(","))
        });
        named.collect()
    }

    /// What is granted on one repository, empty where nothing is.
    pub fn on(&self, repository: &str) -> String {
        self.granted().remove(&format!("repository:{repository}")).unwrap_or_default()
    }

    /// The subject.
    pub fn subject(&self) -> &str {
        self.claims["sub"].as_str().unwrap_or_default()
    }

    /// Checks the certificate in `x5c` against a CA, and the signature against the certificate.
    pub fn verify_by_certificate(&self, authority: &str) {
        let chain = self.header["x5c"].as_array().expect("a certificate in `x5c`");
        let certificates = chain
            .iter()
            .map(|one| X509::from_der(&STANDARD.decode(one.as_str().unwrap()).unwrap()).unwrap());
        let certificates: Vec<_> = certificates.collect();
        let mut store = X509StoreBuilder::new().unwrap();
        store.add_cert(X509::from_pem(authority.as_bytes()).unwrap()).unwrap();
        let mut others = Stack::new().unwrap();
        certificates[1..].iter().for_each(|one| others.push(one.clone()).unwrap());
        let store = store.build();
        let is_trusted =
            X509StoreContext::new()
                .unwrap()
                .init(&store, &certificates[0], &others, |context| context.verify_cert());
        assert!(is_trusted.unwrap(), "the certificate does not chain to the bundle");
        let key = certificates[0].public_key().unwrap().public_key_to_pem().unwrap();
        self.verify_by_key(&key);
    }

    /// Checks the signature against a public key.
    pub fn verify_by_key(&self, pem: &[u8]) {
        let verifier: Box<dyn JwsVerifier> = match self.header["alg"].as_str() {
            Some("ES256") => Box::new(Es256.verifier_from_pem(pem).unwrap()),
            Some("RS256") => Box::new(Rs256.verifier_from_pem(pem).unwrap()),
            other => panic!("signed with {other:?}"),
        };
        JwsContext::new().deserialize_compact(&self.text, &*verifier).unwrap();
    }
}
