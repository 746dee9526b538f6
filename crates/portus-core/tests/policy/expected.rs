//! Files that hold what is expected, reviewed like code.

use std::path::Path;

/// Fails where a file of this repository is not what the code says, and keeps what the code says
/// beside the build so that it can be looked at and copied.
pub fn assert_is(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    if kept != text {
        let name = file.file_name().unwrap();
        let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&fresh, text).unwrap();
        panic!("{path} is stale: compare it with {0}, and copy that over it", fresh.display());
    }
}
