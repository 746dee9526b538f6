//! Whatever Portus hands out or keeps is taken as what it is, and as nothing else.

use crate::installation::Installation;
use josekit::jwk::JwkSet;
use josekit::jws::{self, ES256};
use portus_auth::{BcryptPasswords, MasterKey};
use portus_core::account::PasswordHash;
use portus_core::id::RegistryId;
use portus_core::key::{KeyAlgorithm, KeyState};
use portus_core::port::{Passwords, TokenSigner, Vault};
use portus_core::registry::KeyTrust;
use portus_core::secret::{Secret, SecretKind};

/// Says whether it takes a text as its own kind of credential.
type Door<'a> = Box<dyn Fn(&Secret) -> bool + 'a>;

// SR1, SR2
#[tokio::test]
async fn each_credential_opens_its_own_door_only() {
    let installation = Installation::new();
    let signer = installation.signer(&[installation.key(KeyAlgorithm::Es256, KeyState::Active)]);
    let passwords = BcryptPasswords::new(4, 1, 1, &MasterKey::from_bytes([1; 32]));
    let notification = installation.vault.notification_secret(RegistryId(1), 0);
    let password = Secret::new("kq3vZ9xw");
    let hash = passwords.hash(&password).await.unwrap();
    let signed = |trust| Secret::new(signer.sign(&installation.claims(trust)).unwrap().text);
    let credentials = [
        ("registry token with certificate", 0, signed(KeyTrust::Bundle)),
        ("registry token", 0, signed(KeyTrust::Jwks)),
        ("application token", 1, SecretKind::Application.secret(&[7; 32])),
        ("refresh token", 2, SecretKind::Refresh.secret(&[7; 32])),
        ("notification secret", 3, notification.clone()),
        ("another registry's", 9, installation.vault.notification_secret(RegistryId(2), 0)),
        (
            "an older notification secret",
            9,
            installation.vault.notification_secret(RegistryId(1), 1),
        ),
        ("password", 4, password.clone()),
        ("stored hash", 9, Secret::new(hash.0.clone())),
        ("password link", 5, SecretKind::PasswordLink.secret(&[7; 32])),
        ("session", 6, SecretKind::Session.secret(&[7; 32])),
        ("set-up link", 7, SecretKind::Setup.secret(&[7; 32])),
        ("nothing", 9, Secret::new("")),
    ];
    // The remembered password, since it is the quick way in.
    assert!(passwords.verify(Some(&hash), &password).await.unwrap());
    let doors: [Door<'_>; 8] = [
        Box::new(|text| is_registry_token(&signer.jwks(), text)),
        Box::new(|text| SecretKind::of(text) == Some(SecretKind::Application)),
        Box::new(|text| SecretKind::of(text) == Some(SecretKind::Refresh)),
        Box::new(|text| passwords.same(text, &notification)),
        Box::new(|text| passwords.remembers(&hash, text)),
        Box::new(|text| SecretKind::of(text) == Some(SecretKind::PasswordLink)),
        Box::new(|text| SecretKind::of(text) == Some(SecretKind::Session)),
        Box::new(|text| SecretKind::of(text) == Some(SecretKind::Setup)),
    ];
    for (name, own, credential) in &credentials {
        for (number, door) in doors.iter().enumerate() {
            assert_eq!(door(credential), number == *own, "{name} at door {number}");
        }
        let fits = passwords.verify(Some(&hash), credential).await.unwrap();
        assert_eq!(fits, *own == 4, "{name} as a password");
    }
    let mistaken = PasswordHash("kq3vZ9xw".into());
    assert!(passwords.verify(Some(&mistaken), &password).await.is_err());
}

// SR2
#[test]
fn what_is_sealed_for_one_purpose_opens_for_no_other() {
    let Installation { vault, ca, now } = Installation::new();
    let key = vault.new_key(&ca, KeyAlgorithm::Es256, now).unwrap();
    let sealed = [
        ("ca key", ca.sealed.clone()),
        ("signing key", key.sealed.clone()),
        ("check", vault.seal("check", b"known").unwrap()),
    ];
    for (purpose, _) in &sealed {
        for (own, sealed) in &sealed {
            assert_eq!(vault.open(purpose, sealed).is_ok(), purpose == own, "{own} as {purpose}");
        }
    }
    assert!(vault.renew(&ca, &ca.sealed, now).is_err(), "the CA's key was certified to sign");
    let mut swapped = ca.clone();
    swapped.sealed = key.sealed;
    assert!(vault.new_key(&swapped, KeyAlgorithm::Es256, now).is_err(), "a leaf's key certified");
}

fn is_registry_token(jwks: &str, text: &Secret) -> bool {
    let set = JwkSet::from_bytes(jwks).unwrap();
    set.keys().into_iter().any(|jwk| {
        let verifier = ES256.verifier_from_jwk(jwk).unwrap();
        jws::deserialize_compact(text.expose(), &verifier).is_ok()
    })
}
