//! A CA and signing keys as an installation has them, at a time of our choice.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portus_auth::{JwtSigner, KeyVault, MasterKey};
use portus_core::id::KeyId;
use portus_core::key::{KeyAlgorithm, KeyState, StoredKey};
use portus_core::port::{Access, Claims, MadeKey, NewCa, Vault};
use portus_core::registry::KeyTrust;

pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub struct Installation {
    pub vault: KeyVault,
    pub ca: NewCa,
    pub now: SystemTime,
}

impl Installation {
    pub fn new() -> Self {
        // A fraction of a second, since clocks have one and tokens do not.
        let now = UNIX_EPOCH + Duration::from_micros(1_800_000_000_250_000);
        let vault = KeyVault::new(MasterKey::from_bytes([1; 32]));
        let ca = vault.new_ca("0123456789abcdef0123456789abcdef", now).unwrap();
        Self { vault, ca, now }
    }

    pub fn key(&self, algorithm: KeyAlgorithm, state: KeyState) -> StoredKey {
        let made = self.vault.new_key(&self.ca, algorithm, self.now).unwrap();
        self.stored(made, algorithm, state)
    }

    pub fn stored(&self, made: MadeKey, algorithm: KeyAlgorithm, state: KeyState) -> StoredKey {
        StoredKey {
            id: KeyId(1),
            key_id: made.key_id,
            algorithm,
            sealed: made.sealed,
            certificate: made.certificate,
            certificate_ends: made.certificate_ends,
            state,
            created_at: self.now,
            retired_at: None,
        }
    }

    pub fn signer(&self, keys: &[StoredKey]) -> JwtSigner {
        let signer = JwtSigner::new("portus");
        signer.load(&self.vault, keys).unwrap();
        signer
    }

    pub fn claims(&self, trust: KeyTrust) -> Claims {
        Claims {
            subject: "alice".into(),
            audience: "registry.example.org:5000".parse().unwrap(),
            trust,
            issued_at: self.now,
            lifetime: Duration::from_secs(300),
            access: Some(vec![Access::Catalog]),
        }
    }
}
