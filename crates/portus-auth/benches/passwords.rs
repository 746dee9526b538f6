//! What a password costs: looked up among the remembered ones, and checked.

use divan::{Bencher, black_box};
use portus_auth::{BcryptPasswords, MasterKey};
use portus_core::port::Passwords;
use portus_core::secret::Secret;
use tokio::runtime::{Builder, Runtime};

fn main() {
    divan::main();
}

#[divan::bench(threads = [1, 2])]
fn remembered(bencher: Bencher<'_, '_>) {
    let (passwords, password) = (passwords(4), Secret::new("kq3vZ9xw"));
    let hash = runtime().block_on(async {
        let hash = passwords.hash(&password).await.expect("nobody else hashes");
        passwords.verify(Some(&hash), &password).await.expect("nobody else hashes");
        hash
    });
    assert!(passwords.remembers(&hash, &password));
    bencher.bench(|| passwords.remembers(black_box(&hash), black_box(&password)));
}

#[divan::bench(args = [10, 12], sample_count = 10)]
fn checked(bencher: Bencher<'_, '_>, cost: u32) {
    let (passwords, password, runtime) = (passwords(cost), Secret::new("kq3vZ9xw"), runtime());
    bencher.bench_local(|| runtime.block_on(passwords.verify(None, black_box(&password))));
}

fn passwords(cost: u32) -> BcryptPasswords {
    BcryptPasswords::new(cost, 2, 2, &MasterKey::from_bytes([1; 32]))
}

fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("the system gives threads")
}
