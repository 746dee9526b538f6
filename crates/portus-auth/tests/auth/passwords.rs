//! Passwords: right, wrong, remembered, and many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use portus_auth::{BcryptPasswords, MasterKey};
use portus_core::account::PasswordHash;
use portus_core::port::{PasswordError, Passwords};
use portus_core::secret::Secret;
use tokio::task::JoinSet;
use tokio::time::timeout;

const QUICK: u32 = 4;

fn master(byte: u8) -> MasterKey {
    MasterKey::from_bytes([byte; 32])
}

fn passwords() -> BcryptPasswords {
    BcryptPasswords::new(QUICK, 2, 64, &master(1))
}

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

#[tokio::test]
async fn only_the_right_password_fits() {
    let passwords = passwords();
    let hash = passwords.hash(&secret("kq3vZ9xw")).await.unwrap();
    assert!(passwords.verify(Some(&hash), &secret("kq3vZ9xw")).await.unwrap());
    for wrong in ["", "kq3vZ9x", "kq3vZ9xw ", "KQ3VZ9XW", "kq3vZ9xw\0", "\0"] {
        assert!(!passwords.verify(Some(&hash), &secret(wrong)).await.unwrap(), "{wrong:?}");
    }
    assert!(!passwords.verify(None, &secret("kq3vZ9xw")).await.unwrap());
}

#[tokio::test]
async fn hashes_of_other_programs_are_read() {
    // Source: Openwall's crypt_blowfish, wrapper.c.
    let text = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    for version in ["$2a$", "$2y$", "$2b$"] {
        let hash = PasswordHash(text.replace("$2a$", version).into());
        let passwords = passwords();
        assert!(passwords.verify(Some(&hash), &secret("U*U")).await.unwrap(), "{version}");
        assert!(!passwords.verify(Some(&hash), &secret("U*V")).await.unwrap(), "{version}");
    }
}

#[tokio::test]
async fn a_hash_of_less_work_is_outdated() {
    let hash = passwords().hash(&secret("kq3vZ9xw")).await.unwrap();
    for (cost, outdated) in [(QUICK, false), (QUICK + 1, true)] {
        let passwords = BcryptPasswords::new(cost, 1, 1, &master(1));
        assert_eq!(passwords.is_outdated(&hash), outdated);
    }
    assert!(!passwords().is_outdated(&PasswordHash("no hash".into())));
}

#[tokio::test]
async fn what_bcrypt_would_cut_short_is_not_hashed() {
    for text in ["x".repeat(73), "kq3v\0Z9xw".into()] {
        let refused = passwords().hash(&secret(&text)).await;
        assert!(matches!(refused, Err(PasswordError::Hash(_))));
    }
    assert!(passwords().hash(&secret(&"x".repeat(72))).await.is_ok());
}

#[tokio::test]
async fn a_right_password_is_remembered_for_its_hash_only() {
    let passwords = passwords();
    let right = secret("kq3vZ9xw");
    let hash = passwords.hash(&right).await.unwrap();
    let changed = passwords.hash(&right).await.unwrap();
    assert!(!passwords.remembers(&hash, &right));
    assert!(!passwords.verify(Some(&hash), &secret("wrong one")).await.unwrap());
    assert!(!passwords.remembers(&hash, &secret("wrong one")));
    assert!(passwords.verify(Some(&hash), &right).await.unwrap());
    assert!(passwords.remembers(&hash, &right));
    assert!(!passwords.remembers(&hash, &secret("wrong one")));
    assert!(!passwords.remembers(&changed, &right));
}

/// Counts what is counted, on this thread.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicU64>);

impl Recorder for Counted {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        assert_eq!(key.name(), "portus_password_verifications_total");
        Counter::from_arc(Arc::clone(&self.0))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// How many verifications there were in what is done.
fn counting(done: impl Future<Output = ()>) -> u64 {
    let counted = Counted::default();
    metrics::with_local_recorder(&counted, || {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(done);
    });
    counted.0.load(Ordering::Relaxed)
}

// SR13
#[test]
fn unknown_and_known_accounts_cost_one_verification_each() {
    for known in [true, false] {
        let counted = counting(async {
            let passwords = passwords();
            let hash = passwords.hash(&secret("kq3vZ9xw")).await.unwrap();
            let stored = Some(&hash).filter(|_| known);
            for wrong in ["wrong one", "wrong one", "", "a\0b", &"x".repeat(100)] {
                assert!(!passwords.verify(stored, &secret(wrong)).await.unwrap());
            }
        });
        assert_eq!(counted, 5);
    }
}

#[test]
fn a_remembered_password_costs_no_verification() {
    let counted = counting(async {
        let passwords = passwords();
        let hash = passwords.hash(&secret("kq3vZ9xw")).await.unwrap();
        for _ in 0..3 {
            assert!(passwords.verify(Some(&hash), &secret("kq3vZ9xw")).await.unwrap());
        }
    });
    assert_eq!(counted, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_is_turned_away_past_the_bound_and_the_others_finish() {
    let passwords = Arc::new(BcryptPasswords::new(9, 1, 3, &master(1)));
    let hash = passwords.hash(&secret("kq3vZ9xw")).await.unwrap();
    let mut storm = JoinSet::new();
    for number in 0..50 {
        let (passwords, hash) = (Arc::clone(&passwords), hash.clone());
        let wrong = secret(&format!("wrong {number}"));
        storm.spawn(async move { passwords.verify(Some(&hash), &wrong).await });
    }
    let (mut wrong, mut busy) = (0, 0);
    while let Some(done) = storm.join_next().await {
        match done.unwrap() {
            Ok(fits) => {
                assert!(!fits);
                wrong += 1;
            }
            Err(PasswordError::Busy) => busy += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(wrong + busy, 50);
    assert!(wrong >= 4, "one at work and three waiting: {wrong}");
    assert!(busy > 0, "nobody was turned away");
    assert!(passwords.verify(Some(&hash), &secret("kq3vZ9xw")).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_hangs_up_keeps_her_turn_until_the_work_is_done() {
    let passwords = BcryptPasswords::new(13, 1, 0, &master(1));
    let password = secret("kq3vZ9xw");
    let hung_up = timeout(Duration::from_millis(1), passwords.verify(None, &password));
    assert!(hung_up.await.is_err(), "bcrypt took less than a millisecond");
    let next = passwords.verify(None, &password).await;
    assert!(matches!(next, Err(PasswordError::Busy)), "the work was not waited for");
    let start = Instant::now();
    while passwords.verify(None, &password).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "the turn was lost");
        tokio::task::yield_now().await;
    }
}

#[test]
fn many_who_wait_with_the_same_right_password_cost_one_verification() {
    let counted = counting(async {
        let passwords = Arc::new(BcryptPasswords::new(QUICK, 1, 64, &master(1)));
        let right = secret("kq3vZ9xw");
        let hash = passwords.hash(&right).await.unwrap();
        let mut all = JoinSet::new();
        for _ in 0..60 {
            let (passwords, hash, right) = (Arc::clone(&passwords), hash.clone(), right.clone());
            all.spawn(async move { passwords.verify(Some(&hash), &right).await });
        }
        assert!(all.join_all().await.into_iter().all(|fits| fits.unwrap()));
    });
    assert_eq!(counted, 1);
}

#[test]
fn fingerprints_tell_passwords_apart_and_little_else() {
    let passwords = passwords();
    let of = |text: &str| passwords.fingerprint(&secret(text)).0;
    assert_eq!(of("kq3vZ9xw"), of("kq3vZ9xw"));
    assert_ne!(of("kq3vZ9xw"), of("kq3vZ9xx"));
    assert!((0..=i64::from(u32::MAX)).contains(&of("kq3vZ9xw")), "it is cut to 32 bits");
    // Replicas and later starts count the same.
    let again = BcryptPasswords::new(12, 1, 0, &master(1));
    assert_eq!(of("kq3vZ9xw"), again.fingerprint(&secret("kq3vZ9xw")).0);
    let elsewhere = BcryptPasswords::new(QUICK, 2, 64, &master(2));
    assert_ne!(of("kq3vZ9xw"), elsewhere.fingerprint(&secret("kq3vZ9xw")).0);
}

#[test]
fn a_digest_is_the_sha_256() {
    let digest = passwords().digest(&secret("abc")).0;
    assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
}

// SR13
#[test]
fn equal_texts_are_the_same_whatever_their_length() {
    let same = |one: &str, other: &str| passwords().same(&secret(one), &secret(other));
    assert!(same("", "") && same("abc", "abc"));
    assert!(!same("abc", "abd") && !same("abc", "abcd") && !same("", "a"));
}
