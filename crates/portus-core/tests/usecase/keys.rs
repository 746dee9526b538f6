//! Signing keys, and what an installation has once.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use portus_core::id::RegistryId;
use portus_core::key::{KeyAlgorithm, KeyState};
use portus_core::policy::Switches;
use portus_core::port::{Clock, MadeKey, NewCa, Vault, VaultError};
use portus_core::registry::KeyTrust;
use portus_core::secret::{Secret, SecretKind};
use portus_core::usecase::{Install, InstallError, KeepKeys, KeepKeysError};

use crate::world::{World, operator};

/// A vault whose seal is its number before the text, and whose keys are numbered.
pub struct Numbered(u8, std::sync::atomic::AtomicU64);

impl Numbered {
    pub fn new(number: u8) -> Arc<Self> {
        Arc::new(Self(number, 0.into()))
    }
}

impl Vault for Numbered {
    fn seal(&self, _purpose: &str, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        Ok([&[self.0], plain].concat())
    }

    fn open(&self, _purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        match sealed.split_first() {
            Some((number, plain)) if *number == self.0 => Ok(plain.to_vec()),
            _ => Err(VaultError::WrongKey),
        }
    }

    fn notification_secret(&self, registry: RegistryId, generation: u32) -> Secret {
        let mut bytes = [self.0; 32];
        bytes[0] = u8::try_from(registry.0).unwrap();
        bytes[1] = u8::try_from(generation).unwrap();
        SecretKind::Notification.secret(&bytes)
    }

    fn new_ca(&self, _installation: &str, _now: SystemTime) -> Result<NewCa, VaultError> {
        Ok(NewCa { certificate: "ca".into(), sealed: vec![self.0] })
    }

    fn new_key(
        &self,
        _ca: &NewCa,
        _algorithm: KeyAlgorithm,
        now: SystemTime,
    ) -> Result<MadeKey, VaultError> {
        let number = self.1.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok(MadeKey {
            key_id: format!("key{number}"),
            sealed: vec![self.0],
            certificate: "first".into(),
            certificate_ends: now + 30 * DAY,
        })
    }

    fn renew(
        &self,
        _ca: &NewCa,
        _sealed_key: &[u8],
        now: SystemTime,
    ) -> Result<(String, SystemTime), VaultError> {
        Ok(("renewed".into(), now + 30 * DAY))
    }
}

const DAY: Duration = Duration::from_secs(24 * 3600);

fn install(world: &World, vault: Arc<Numbered>) -> Install {
    Install {
        store: world.store.clone(),
        vault,
        clock: Arc::new(world.clock.clone()),
        entropy: world.entropy.clone(),
        algorithm: KeyAlgorithm::Es256,
    }
}

async fn keeper(world: &World) -> KeepKeys {
    let vault = Numbered::new(1);
    install(world, vault.clone()).run().await.unwrap();
    KeepKeys {
        store: world.store.clone(),
        vault,
        policy: world.policy.clone(),
        clock: Arc::new(world.clock.clone()),
        algorithm: KeyAlgorithm::Es256,
    }
}

async fn states(keeper: &KeepKeys) -> Vec<String> {
    let mut keys = keeper.ring().await.unwrap().keys;
    keys.sort_by_key(|key| key.id);
    keys.iter().map(|key| format!("{} {}", key.key_id, key.state.as_str())).collect()
}

/// SR11: the first start makes keys; a later one with another master key stops.
#[tokio::test]
async fn sr11_another_master_key_does_not_start_an_installation() {
    let world = World::new(Switches::default()).await;
    let first = install(&world, Numbered::new(1)).run().await.unwrap();
    assert_eq!(install(&world, Numbered::new(1)).run().await.unwrap(), first);
    let other = install(&world, Numbered::new(2)).run().await;
    assert!(matches!(other, Err(InstallError::OtherMasterKey)), "{other:?}");
    assert!(Install::is_installed(&*world.store).await.unwrap());
}

#[tokio::test]
async fn a_rotated_key_signs_at_once_where_every_registry_trusts_the_ca() {
    let world = World::new(Switches::default()).await;
    let keeper = keeper(&world).await;
    keeper.rotate(&operator()).await.unwrap();
    assert_eq!(states(&keeper).await, ["key0 retired", "key1 active"]);
    assert!(matches!(keeper.activate(&operator()).await, Err(KeepKeysError::NoneWaits)));
    world.clock.advance(2 * DAY);
    keeper.tend().await.unwrap();
    assert_eq!(states(&keeper).await, ["key1 active"]);
}

#[tokio::test]
async fn a_new_key_waits_where_a_registry_knows_keys_by_name() {
    let world = World::new(Switches::default()).await;
    world.add_registry("three", "three.test", KeyTrust::Jwks).await;
    let keeper = keeper(&world).await;
    keeper.rotate(&operator()).await.unwrap();
    assert_eq!(states(&keeper).await, ["key0 active", "key1 next"]);
    assert!(matches!(keeper.rotate(&operator()).await, Err(KeepKeysError::Waits(_))));
    let activated = keeper.activate(&operator()).await.unwrap();
    assert_eq!(activated.state, KeyState::Active);
    assert_eq!(states(&keeper).await, ["key0 retired", "key1 active"]);
}

#[tokio::test]
async fn certificates_are_renewed_long_before_they_end() {
    let world = World::new(Switches::default()).await;
    let keeper = keeper(&world).await;
    keeper.tend().await.unwrap();
    assert_eq!(keeper.ring().await.unwrap().keys[0].certificate, "first");
    world.clock.advance(11 * DAY);
    keeper.tend().await.unwrap();
    let key = &keeper.ring().await.unwrap().keys[0];
    assert_eq!(key.certificate, "renewed");
    assert_eq!(key.certificate_ends, world.clock.now() + 30 * DAY);
    let log = world.activities().await;
    let renewed: Vec<_> = log.iter().filter(|row| row.starts_with("key.renew")).collect();
    assert_eq!(renewed, ["key.renew portus: key0 "], "once, and not while it was good");
}

#[tokio::test]
async fn ordinary_people_rotate_no_keys() {
    let world = World::new(Switches::default()).await;
    world.person("bob", false).await;
    let keeper = keeper(&world).await;
    let bob = world.actor("bob").await;
    assert!(matches!(keeper.rotate(&bob).await, Err(KeepKeysError::Refused(_))));
}
