//! The file of the master key.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Barrier;
use std::thread;

use portus_auth::{KeyVault, MasterKey, MasterKeyError};
use portus_core::port::{Vault, VaultError};
use tempfile::TempDir;

const GOOD: &str = "portus-master-key-v1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

fn place() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("data/keys/master.key");
    (directory, path)
}

fn written(text: &str) -> (TempDir, PathBuf) {
    let (directory, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    (directory, path)
}

fn are_same(one: MasterKey, other: MasterKey) -> bool {
    let sealed = KeyVault::new(one).seal("test", b"secret").unwrap();
    match KeyVault::new(other).open("test", &sealed) {
        Ok(_) => true,
        Err(VaultError::WrongKey) => false,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn a_key_is_made_once_for_its_owner_only() {
    let (_directory, path) = place();
    let made = MasterKey::create(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("portus-master-key-v1:") && text.len() == GOOD.len() + 1, "{text}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let directory = path.parent().unwrap();
    assert_eq!(fs::metadata(directory).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::read_dir(directory).unwrap().count(), 1, "drafts were left");
    assert!(are_same(made, MasterKey::load(&path).unwrap()));
    assert!(are_same(MasterKey::load(&path).unwrap(), MasterKey::create(&path).unwrap()));
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "the key was overwritten");
}

#[test]
fn two_installations_have_different_keys() {
    let ((_one_directory, one), (_other_directory, other)) = (place(), place());
    assert!(!are_same(MasterKey::create(&one).unwrap(), MasterKey::create(&other).unwrap()));
}

#[test]
fn all_who_make_the_key_at_once_get_the_same() {
    let (_directory, path) = place();
    let start = Barrier::new(16);
    let keys: Vec<_> = thread::scope(|scope| {
        let make = || {
            start.wait();
            MasterKey::create(&path).unwrap()
        };
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(make)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(keys.into_iter().all(|key| are_same(key, MasterKey::load(&path).unwrap())));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "drafts were left");
}

#[test]
fn a_key_that_others_may_read_or_write_is_refused() {
    let (_directory, path) = written(GOOD);
    for mode in [0o640, 0o604, 0o620, 0o777] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        for refused in [MasterKey::load(&path), MasterKey::create(&path)] {
            let error = refused.unwrap_err().to_string();
            assert!(error.contains(&format!("chmod 600 {}", path.display())), "{error}");
        }
    }
    for mode in [0o600, 0o400] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        assert!(MasterKey::load(&path).is_ok());
    }
}

#[test]
fn a_file_that_is_no_key_is_refused_and_kept() {
    for text in [
        "",
        "\n",
        "portus-master-key-v1:",
        &GOOD[..60],
        &GOOD.replace("v1", "v2"),
        &format!("{GOOD}{GOOD}"),
        &format!("{GOOD}\n\n"),
        &format!(" {GOOD}"),
        "portus-master-key-v1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
    ] {
        let (_directory, path) = written(text);
        for refused in [MasterKey::load(&path), MasterKey::create(&path)] {
            let error = refused.unwrap_err();
            assert!(matches!(error, MasterKeyError::Malformed { .. }), "{text:?}: {error:?}");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    let (_directory, path) = written(GOOD);
    assert!(are_same(MasterKey::load(&path).unwrap(), MasterKey::from_bytes([1; 32])));
}

#[test]
fn a_file_of_bytes_is_no_key() {
    let (_directory, path) = written("");
    fs::write(&path, [0xff; 32]).unwrap();
    assert!(matches!(MasterKey::load(&path), Err(MasterKeyError::Malformed { .. })));
}

#[test]
fn a_missing_key_is_told_apart() {
    let (_directory, path) = place();
    let error = MasterKey::load(&path).unwrap_err();
    assert!(matches!(error, MasterKeyError::Missing { .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("there is no master key at `{}`", path.display()));
}

// SR3
#[test]
fn a_key_does_not_show_itself() {
    let key = MasterKey::from_bytes([1; 32]);
    assert_eq!(format!("{key:?}"), "***");
    assert_eq!(format!("{:?}", KeyVault::new(key)), "KeyVault(***)");
    let (_directory, path) = written(&format!("{GOOD}{GOOD}"));
    let error = MasterKey::load(&path).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("AQEB"));
}
