//! Shared by the benchmarks: a token server without a socket or a database.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use portus_auth::{BcryptPasswords, JwtSigner, KeyVault, MasterKey, OsEntropy};
use portus_core::account::{AccountKind, NewAccount};
use portus_core::credential::{Limits, NewApplicationToken, NewRefreshToken};
use portus_core::id::KeyId;
use portus_core::key::{KeyAlgorithm, KeyState, StoredKey};
use portus_core::memory::MemoryStore;
use portus_core::namespace::{NamespaceKind, NewNamespace, Visibility};
use portus_core::policy::{Policy, Switches};
use portus_core::port::{Clock, Entropy, Passwords, Store, StoreError, Vault};
use portus_core::registry::{KeyTrust, NewRegistry};
use portus_core::secret::{Secret, SecretKind};
use portus_core::usecase::{
    Authenticate, Credential, IssueToken, IssuedToken, Lockout, Notes, Origin, Standings,
    TokenRequest,
};
use tokio::runtime::{Builder, Runtime};

/// What is asked for.
pub const REPOSITORY: &str = "repository:alice/team/app:pull,push";

const SERVICE: &str = "registry.example.org";

/// The use cases over memory, with one registry and one person in it.
pub struct Office {
    /// The person's application token.
    pub application: Credential,
    /// Her password, verified.
    pub password: Credential,
    /// Her refresh token.
    pub refresh: Credential,
    authenticate: Authenticate,
    issue_token: IssueToken,
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

impl Office {
    /// Opens, and answers each credential once.
    pub fn open() -> Self {
        let runtime = runtime();
        let office = runtime.block_on(Self::make());
        for credential in [&office.application, &office.password, &office.refresh] {
            runtime.block_on(office.answer(Some(credential)));
        }
        office
    }

    /// Finds out who asks, decides, and signs.
    pub fn issue(&self, credential: Option<&Credential>) -> IssuedToken {
        // Nothing warm waits for anything, so no runtime is needed.
        let mut answer = std::pin::pin!(self.answer(credential));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match answer.as_mut().poll(&mut context) {
            std::task::Poll::Ready(issued) => issued,
            std::task::Poll::Pending => panic!("something warm waited"),
        }
    }

    async fn answer(&self, credential: Option<&Credential>) -> IssuedToken {
        let origin = Origin::LOCAL;
        let who = self.authenticate.identify(credential, &origin).await.expect("a good credential");
        let request = TokenRequest {
            service: SERVICE.into(),
            scopes: Some(vec![REPOSITORY.parse().expect("a scope")]),
            offline: false,
            client: "bench".into(),
        };
        self.issue_token.issue(&who, request, &origin).await.expect("a token")
    }

    async fn make() -> Self {
        let (store, clock) = (Arc::new(MemoryStore::default()), Arc::new(SystemClock));
        let master = MasterKey::from_bytes([1; 32]);
        let passwords = Arc::new(BcryptPasswords::new(4, 1, 1, &master));
        let secrets = Secrets {
            application: SecretKind::Application.secret(&OsEntropy.bytes()),
            password: Secret::new("alice-and-seven-herons"),
            refresh: SecretKind::Refresh.secret(&OsEntropy.bytes()),
        };
        secrets.settle(&*store, &*passwords).await.expect("memory takes everything");
        let (policy, notes) = (Arc::new(Policy::new(Switches::default())), Arc::default());
        let lockout = Lockout { failures: 10, window: Duration::from_secs(600) };
        let unused = Duration::from_secs(90 * 24 * 3600);
        let basic = |secret| Credential::Basic { username: "alice".into(), password: secret };
        Self {
            authenticate: Authenticate::new(
                (store.clone(), store.clone()),
                store.clone(),
                passwords.clone(),
                Arc::<Notes>::clone(&notes),
                clock.clone(),
                (lockout, unused),
            ),
            issue_token: IssueToken {
                standings: Standings::new(store.clone(), &policy),
                store: store.clone(),
                epochs: store,
                policy,
                signer: Arc::new(signer(master, clock.now())),
                notes,
                passwords,
                entropy: Arc::new(OsEntropy),
                clock,
                lifetime: Duration::from_secs(300),
                refresh_limit: 100,
            },
            application: basic(secrets.application),
            password: basic(secrets.password),
            refresh: Credential::Refresh(secrets.refresh),
        }
    }
}

struct Secrets {
    application: Secret,
    password: Secret,
    refresh: Secret,
}

impl Secrets {
    /// Makes a registry that was read, and the person with her public namespace and her secrets.
    async fn settle(&self, store: &dyn Store, passwords: &dyn Passwords) -> Result<(), StoreError> {
        let created_at = SystemTime::now();
        let hash = passwords.hash(&self.password).await.expect("a hash");
        store
            .write::<_, StoreError>(async |tx| {
                tx.raise_epoch().await?;
                let registry = tx.registries().add(&registry(created_at)).await?;
                tx.registries().set_read(registry, created_at).await?;
                let account = NewAccount {
                    name: "alice".parse().expect("a name"),
                    email: None,
                    kind: AccountKind::Person {
                        admin: false,
                        personal: "alice".parse().expect("a name"),
                    },
                    password: Some(hash.clone()),
                    created_at,
                };
                let account = tx.accounts().add(&account).await?;
                let visibility = Visibility::Public;
                let namespace = NewNamespace {
                    registry,
                    name: Some("alice".parse().expect("a name")),
                    kind: NamespaceKind::Personal { account, visibility },
                    created_at,
                };
                tx.namespaces().add(&namespace).await?;
                let application = NewApplicationToken {
                    account,
                    label: "bench".parse().expect("a label"),
                    limits: Limits::NONE,
                    digest: passwords.digest(&self.application),
                    created_at,
                };
                tx.tokens().add_application(&application).await?;
                let refresh = NewRefreshToken {
                    account,
                    registry,
                    digest: passwords.digest(&self.refresh),
                    client: "bench".into(),
                    address: "127.0.0.1".into(),
                    created_at,
                };
                tx.tokens().add_refresh(&refresh, 100).await?;
                Ok(())
            })
            .await
    }
}

fn registry(created_at: SystemTime) -> NewRegistry {
    NewRegistry {
        name: "main".parse().expect("a name"),
        url: "http://localhost:5000".parse().expect("an address"),
        services: vec![SERVICE.parse().expect("a service")],
        hosts: Vec::new(),
        trust: KeyTrust::Bundle,
        token_lifetime: None,
        created_at,
    }
}

fn signer(master: MasterKey, now: SystemTime) -> JwtSigner {
    let vault = KeyVault::new(master);
    let ca = vault.new_ca("bench", now).expect("OpenSSL makes a CA");
    let made = vault.new_key(&ca, KeyAlgorithm::Es256, now).expect("OpenSSL makes a key");
    let key = StoredKey {
        id: KeyId(1),
        key_id: made.key_id,
        algorithm: KeyAlgorithm::Es256,
        sealed: made.sealed,
        certificate: made.certificate,
        certificate_ends: made.certificate_ends,
        state: KeyState::Active,
        created_at: now,
        retired_at: None,
    };
    let signer = JwtSigner::new("portus");
    signer.load(&vault, &[key]).expect("the key is whole");
    signer
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("the system gives threads")
}
