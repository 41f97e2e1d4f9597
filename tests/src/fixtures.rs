//! What lies in `tests/fixtures`, and the program under test.

use std::path::PathBuf;

/// The folder of that name in `tests/fixtures`: `coco`, `fsdd`, `videos`, `fashion-mnist`, `class-folder`.
pub fn fixtures(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// The `hub` binary: `HUB_BIN`, else the one that the same build put beside the tests.
///
/// Cargo tells a binary's path only to tests of its own crate, hence the look around.
pub fn hub_binary() -> PathBuf {
    if let Some(path) = std::env::var_os("HUB_BIN") {
        return PathBuf::from(path);
    }
    let tests = std::env::current_exe().unwrap_or_default();
    let beside = tests.parent().and_then(|deps| deps.parent()).map(|folder| folder.join("hub"));
    beside.unwrap_or_else(|| PathBuf::from("hub"))
}
