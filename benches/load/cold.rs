//! People whom nobody remembers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use portus_auth::{BcryptPasswords, MasterKey, OsEntropy};
use portus_core::account::{AccountKind, NewAccount, PasswordHash};
use portus_core::credential::{Limits, NewApplicationToken, NewRefreshToken};
use portus_core::id::RegistryId;
use portus_core::namespace::{NamespaceKind, NewNamespace, Visibility};
use portus_core::port::{Entropy, Passwords, StoreError, Tx};
use portus_core::secret::{Secret, SecretKind};
use portus_store::{Database, Options};
use portus_tests::world::REGISTRY;
use tokio::runtime::Runtime;

use crate::asked::{Asked, Kind};

/// How many people there are, each with a public namespace, an application token and a refresh
/// token of her own. All have the same password and the same stored hash, so that once it was
/// verified the slow hash is out of the picture.
pub const PEOPLE: usize = 10_000;

/// How often the policy epoch is raised: more often than anybody's turn comes again.
pub const RAISED: Duration = Duration::from_millis(400);

const PASSWORD: &str = "ten-thousand-and-seven-herons";

/// The database behind the server's back, for what portusctl does one at a time.
pub struct Crowd {
    database: Database,
    runtime: Runtime,
    people: Vec<Someone>,
}

struct Someone {
    name: String,
    application: Secret,
    refresh: Secret,
}

impl Crowd {
    /// Says that the registry's catalog was read, and makes the people.
    pub fn settle(url: &str) -> Self {
        let runtime = Runtime::new().expect("threads");
        let passwords = BcryptPasswords::new(12, 1, 1, &MasterKey::from_bytes([0; 32]));
        let (database, people) = runtime.block_on(async {
            let database = portus_store::connect(url, Options { pool: 1 }).expect("an address");
            let hash = passwords.hash(&Secret::new(PASSWORD)).await.expect("a hash");
            let people: Vec<Someone> = (0..PEOPLE).map(Someone::new).collect();
            let written = database.store.write::<_, StoreError>(async |tx| {
                tx.raise_epoch().await?;
                let name = REGISTRY.parse().expect("a name");
                let registry = tx.registries().by_name(&name).await?.expect("the registry").id;
                tx.registries().set_read(registry, SystemTime::now()).await?;
                for someone in &people {
                    someone.add(tx, registry, &hash, &passwords).await?;
                }
                Ok(())
            });
            written.await.expect("a database that takes them");
            (database, people)
        });
        Self { database, runtime, people }
    }

    /// Makes every process forget what it looked up.
    pub fn raise_epoch(&self) {
        let raised = async {
            self.database.store.write::<_, StoreError>(async |tx| tx.raise_epoch().await).await
        };
        self.runtime.block_on(raised).expect("a database that takes it");
    }

    /// Does something while the epoch is raised again and again.
    pub fn forgetting<T>(&self, work: impl FnOnce() -> T) -> T {
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    self.raise_epoch();
                    thread::sleep(RAISED);
                }
            });
            let seen = work();
            done.store(true, Ordering::Relaxed);
            seen
        })
    }

    /// What each of them asks for: another namespace, with another credential.
    pub fn asks(&self, kind: Kind) -> Vec<Asked> {
        self.people.iter().map(|someone| someone.asks(kind)).collect()
    }
}

impl Someone {
    fn new(number: usize) -> Self {
        let name = format!("cold{number:05}");
        let secret = |kind: SecretKind| kind.secret(&OsEntropy.bytes());
        let (application, refresh) = (secret(SecretKind::Application), secret(SecretKind::Refresh));
        Self { name, application, refresh }
    }

    async fn add(
        &self,
        tx: &mut Tx,
        registry: RegistryId,
        hash: &PasswordHash,
        passwords: &BcryptPasswords,
    ) -> Result<(), StoreError> {
        let personal: portus_core::namespace::NamespaceName = self.name.parse().expect("a name");
        let created_at = SystemTime::now();
        let account = NewAccount {
            name: self.name.parse().expect("a name"),
            email: None,
            kind: AccountKind::Person { admin: false, personal: personal.clone() },
            password: Some(hash.clone()),
            created_at,
        };
        let account = tx.accounts().add(&account).await?;
        let kind = NamespaceKind::Personal { account, visibility: Visibility::Public };
        let namespace = NewNamespace { registry, name: Some(personal), kind, created_at };
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
    }

    fn asks(&self, kind: Kind) -> Asked {
        let scope = format!("repository:{}/app:pull", self.name);
        match kind {
            Kind::Anonymous => Asked::anonymous(&scope),
            Kind::ApplicationToken => Asked::basic(&self.name, self.application.expose(), &scope),
            Kind::Password => Asked::basic(&self.name, PASSWORD, &scope),
            Kind::RefreshToken => Asked::refresh(self.refresh.expose(), &scope),
        }
    }
}
