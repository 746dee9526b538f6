//! Ports that nobody else uses.

use std::fs::{self, File};
use std::net::TcpListener;
use std::process;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// Below the range that the kernel hands out for outgoing connections.
const FIRST: u32 = 12_000;
const COUNT: u32 = 18_000;

static NEXT: AtomicU32 = AtomicU32::new(0);
static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port on loopback that is free, and reserved for this process among all running tests.
pub fn free() -> u16 {
    let folder = std::env::temp_dir().join("portus-test-ports");
    fs::create_dir_all(&folder).unwrap();
    let start = process::id().wrapping_mul(97);
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = (FIRST + start.wrapping_add(step) % COUNT) as u16;
        let lock = File::create(folder.join(port.to_string())).unwrap();
        if lock.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            HELD.lock().unwrap().push(lock);
            return port;
        }
    }
    panic!("no port is free between {FIRST} and {}", FIRST + COUNT);
}
