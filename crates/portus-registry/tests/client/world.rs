//! What every test starts from: a clock and a signer that are set, a client, a registry's row.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use portus_core::id::RegistryId;
use portus_core::port::{
    Access, Claims, Clock, RemoteError, RemoteRegistries, RemoteRegistry, SignError, SignedToken,
    TokenSigner,
};
use portus_core::registry::{KeyTrust, Registry};
use portus_registry::{ClientSettings, HttpRegistries};

pub const SERVICE: &str = "registry.test";
pub const SUBJECT: &str = "portus:7d3e";

pub struct World {
    pub clock: Arc<SetClock>,
    pub signer: Arc<PlainSigner>,
    pub settings: ClientSettings,
}

impl World {
    pub fn new() -> Self {
        let mut settings = ClientSettings::new(SUBJECT);
        settings.request_timeout = Duration::from_secs(20);
        Self { clock: Arc::default(), signer: Arc::default(), settings }
    }

    pub fn registries(&self) -> HttpRegistries {
        HttpRegistries::new(self.signer.clone(), self.clock.clone(), self.settings.clone()).unwrap()
    }

    pub fn open(&self, url: &str) -> Arc<dyn RemoteRegistry> {
        self.registries().open(&registry(url))
    }
}

pub fn registry(url: &str) -> Registry {
    Registry {
        id: RegistryId(1),
        name: "main".parse().unwrap(),
        url: url.parse().unwrap(),
        services: vec![SERVICE.parse().unwrap(), "other.test".parse().unwrap()],
        hosts: vec!["registry.example.org".parse().unwrap()],
        trust: KeyTrust::Bundle,
        token_lifetime: None,
        read_at: None,
        secret_generation: 0,
        created_at: SystemTime::UNIX_EPOCH,
    }
}

/// The message of an error that says the registry answered oddly.
pub fn odd<T: std::fmt::Debug>(result: Result<T, RemoteError>) -> String {
    match result {
        Err(RemoteError::Odd(message)) => message,
        other => panic!("not odd: {other:?}"),
    }
}

/// The cause of an error that says the registry cannot be reached.
pub fn unreachable<T: std::fmt::Debug>(result: Result<T, RemoteError>) -> String {
    match result {
        Err(RemoteError::Unreachable(cause)) => cause.to_string(),
        other => panic!("not unreachable: {other:?}"),
    }
}

/// A clock that stands still until it is set.
#[derive(Default)]
pub struct SetClock(AtomicU64);

impl SetClock {
    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(START + self.0.load(Ordering::Relaxed))
    }
}

/// 2026-01-02 03:04:05
pub const START: u64 = 1_767_323_045;

/// Signs with nothing: the token is its number, its audience and its scope.
#[derive(Default)]
pub struct PlainSigner {
    pub signed: Mutex<Vec<Claims>>,
    pub has_no_key: std::sync::atomic::AtomicBool,
}

impl TokenSigner for PlainSigner {
    fn sign(&self, claims: &Claims) -> Result<SignedToken, SignError> {
        if self.has_no_key.load(Ordering::Relaxed) {
            return Err(SignError::NoKey);
        }
        let mut signed = self.signed.lock().unwrap();
        signed.push(claims.clone());
        let scopes: Vec<_> = claims.access.iter().flatten().map(scope).collect();
        let text = format!("{}|{}|{}", signed.len(), claims.audience, scopes.join(" "));
        Ok(SignedToken { text, lifetime: claims.lifetime })
    }
}

fn scope(access: &Access) -> String {
    match access {
        Access::Catalog => "registry:catalog:*".into(),
        Access::Repository { path, actions, .. } => {
            let actions: Vec<_> = actions.iter().map(|action| action.as_str()).collect();
            format!("repository:{path}:{}", actions.join(","))
        }
    }
}
