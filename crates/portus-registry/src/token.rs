//! The tokens that Portus signs for itself, kept until they are nearly over.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use portus_core::port::{Access, Claims, Clock, RemoteError, TokenSigner};
use portus_core::registry::{KeyTrust, Registry, ServiceName};
use reqwest::header::HeaderValue;

/// Signs tokens and remembers them.
pub(crate) struct Tokens {
    signer: Arc<dyn TokenSigner>,
    clock: Arc<dyn Clock>,
    subject: String,
    lifetime: Duration,
    kept: Mutex<HashMap<Key, Kept>>,
}

impl Tokens {
    /// Tokens of `subject`, good for `lifetime`.
    pub(crate) fn new(
        signer: Arc<dyn TokenSigner>,
        clock: Arc<dyn Clock>,
        subject: String,
        lifetime: Duration,
    ) -> Self {
        Self { signer, clock, subject, lifetime, kept: Mutex::default() }
    }

    /// The `Authorization` header for a request that needs `access`.
    pub(crate) fn bearer(
        &self,
        registry: &Registry,
        access: Option<&Access>,
    ) -> Result<HeaderValue, RemoteError> {
        let now = self.clock.now();
        let key = Key::of(registry, access)?;
        if let Some(kept) = self.lock().get(&key).filter(|kept| kept.is_fresh(now)) {
            return Ok(kept.header.clone());
        }
        let kept = self.sign(&key, access, now)?;
        let header = kept.header.clone();
        let mut all = self.lock();
        if all.len() >= MAX_KEPT {
            all.retain(|_, kept| kept.is_fresh(now));
        }
        if all.len() < MAX_KEPT {
            all.insert(key, kept);
        }
        Ok(header)
    }

    /// Drops a token that the registry refused, so that the next request gets one signed anew.
    pub(crate) fn forget(&self, registry: &Registry, access: Option<&Access>) {
        if let Ok(key) = Key::of(registry, access) {
            self.lock().remove(&key);
        }
    }

    fn sign(
        &self,
        key: &Key,
        access: Option<&Access>,
        now: SystemTime,
    ) -> Result<Kept, RemoteError> {
        let claims = Claims {
            subject: self.subject.clone(),
            audience: key.audience.clone(),
            trust: key.trust,
            issued_at: now,
            lifetime: self.lifetime,
            access: access.map(|access| vec![access.clone()]),
        };
        let unsigned = |error| RemoteError::Unreachable(Box::new(error));
        let signed = self.signer.sign(&claims).map_err(unsigned)?;
        let mut header = HeaderValue::try_from(format!("Bearer {}", signed.text))
            .map_err(|_| RemoteError::Odd("our own token is no header".into()))?;
        header.set_sensitive(true);
        Ok(Kept { header, from: now, until: now + signed.lifetime.saturating_sub(MARGIN) })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a token is good for.
#[derive(Eq, Hash, PartialEq)]
struct Key {
    audience: ServiceName,
    trust: KeyTrust,
    access: String,
}

impl Key {
    fn of(registry: &Registry, access: Option<&Access>) -> Result<Self, RemoteError> {
        let nameless = || RemoteError::Odd("it has no service name to sign a token for".into());
        let audience = registry.services.first().ok_or_else(nameless)?.clone();
        Ok(Self { audience, trust: registry.trust, access: access.map_or_else(String::new, scope) })
    }
}

fn scope(access: &Access) -> String {
    match access {
        Access::Catalog => "registry:catalog:*".to_owned(),
        Access::Repository { path, actions, .. } => {
            let actions: Vec<_> = actions.iter().map(|action| action.as_str()).collect();
            format!("repository:{path}:{}", actions.join(","))
        }
    }
}

struct Kept {
    header: HeaderValue,
    from: SystemTime,
    until: SystemTime,
}

impl Kept {
    /// A clock that was set back makes a token look younger than it is: sign anew.
    fn is_fresh(&self, now: SystemTime) -> bool {
        self.from <= now && now < self.until
    }
}

/// A request may wait this long before the registry looks at the token.
const MARGIN: Duration = Duration::from_secs(30);
const MAX_KEPT: usize = 4096;
