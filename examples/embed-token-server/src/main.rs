//! A token server with accounts and namespaces of its own: the use case and the policy are those
//! of Portus, the keys are made by `portus-auth`, and what is known comes from [`directory`].
//!
//! The address to listen on is the first argument; `GET /token` takes what a registry's client
//! sends, `GET /ca.pem` is the certificate for the registry's `rootcertbundle`.

mod directory;
mod endpoint;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use portus_auth::{BcryptPasswords, JwtSigner, KeyVault, MasterKey, OsEntropy};
use portus_core::id::KeyId;
use portus_core::key::{KeyAlgorithm, KeyState, StoredKey};
use portus_core::memory::MemoryStore;
use portus_core::policy::{Policy, Switches};
use portus_core::port::{Clock, Entropy, NewCa, Passwords, Vault};
use portus_core::secret::Secret;
use portus_core::usecase::{Authenticate, IssueToken, Lockout, Notes, Standings};

use directory::Directory;

type Failure = Box<dyn std::error::Error>;

/// The service's own clock.
struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let clock = Arc::new(SystemClock);
    let master = MasterKey::from_bytes(OsEntropy.bytes());
    let passwords = Arc::new(BcryptPasswords::new(6, 2, 64, &master));
    let vault = KeyVault::new(master);
    let ca = vault.new_ca("embedded", clock.now())?;
    let signer = signer(&vault, &ca, clock.now())?;
    let ada = passwords.hash(&Secret::new("ada-loves-engines")).await?;
    let directory = Arc::new(Directory { ada, created_at: clock.now() });

    let policy = Arc::new(Policy::new(Switches::default()));
    let (store, notes) = (Arc::new(MemoryStore::default()), Arc::new(Notes::default()));
    let lockout = Lockout { failures: 10, window: Duration::from_secs(600) };
    let day = Duration::from_secs(24 * 3600);
    let service = endpoint::Service {
        ca_certificate: ca.certificate,
        authenticate: Authenticate::new(
            (directory.clone(), store.clone()),
            directory.clone(),
            passwords.clone(),
            notes.clone(),
            clock.clone(),
            (lockout, 90 * day),
        ),
        issue_token: IssueToken {
            standings: Standings::new(directory.clone(), &policy),
            store,
            epochs: directory,
            policy,
            signer,
            notes,
            passwords,
            entropy: Arc::new(OsEntropy),
            clock,
            lifetime: Duration::from_secs(300),
            refresh_limit: 100,
        },
    };
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".into());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, endpoint::router(service)).await?;
    Ok(())
}

/// One key, certified by the CA.
fn signer(vault: &KeyVault, ca: &NewCa, now: SystemTime) -> Result<Arc<JwtSigner>, Failure> {
    let made = vault.new_key(ca, KeyAlgorithm::Es256, now)?;
    let signer = JwtSigner::new("embedded");
    signer.load(
        vault,
        &[StoredKey {
            id: KeyId(1),
            key_id: made.key_id,
            algorithm: KeyAlgorithm::Es256,
            sealed: made.sealed,
            certificate: made.certificate,
            certificate_ends: made.certificate_ends,
            state: KeyState::Active,
            created_at: now,
            retired_at: None,
        }],
    )?;
    Ok(Arc::new(signer))
}
