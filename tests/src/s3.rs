//! The S3 server of the test run.
//!
//! `make test` starts a real one and sets `HUB_TEST_S3_ENDPOINT` and `HUB_TEST_S3_BUCKET`. Plain `cargo test` works
//! without one: a test that needs it is then skipped, with a note on stderr. In CI (`CI` is set) a skipped test would
//! go unnoticed, so there it fails.

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The address of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3 {
    /// `http://127.0.0.1:PORT`.
    pub endpoint: String,
    /// The bucket.
    pub bucket: String,
}

impl S3 {
    /// A key prefix in the bucket that no other test has, with `name` in it.
    pub fn fresh_prefix(&self, name: &str) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |t| t.as_micros());
        format!("{name}-{}-{micros}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
    }

    /// `s3://bucket/PREFIX` with a fresh prefix, as a person types a location.
    pub fn fresh_location(&self, name: &str) -> String {
        format!("s3://{}/{}", self.bucket, self.fresh_prefix(name))
    }
}

/// The server, or `None` on a developer's machine that runs none.
///
/// ```
/// let Some(s3) = hub_tests::s3() else { return };
/// assert!(s3.fresh_location("push").starts_with("s3://"));
/// ```
///
/// # Panics
/// In CI, where a left-out test must not look like a passed one.
#[allow(clippy::panic)]
pub fn s3() -> Option<S3> {
    let found = env::var("HUB_TEST_S3_ENDPOINT").ok().zip(env::var("HUB_TEST_S3_BUCKET").ok());
    match found {
        Some((endpoint, bucket)) => Some(S3 { endpoint, bucket }),
        None if env::var_os("CI").is_some() => {
            panic!("no S3 server: HUB_TEST_S3_ENDPOINT is not set, and in CI this test must run")
        }
        None => {
            eprintln!("left out: no S3 server; `make test` or `scripts/with-s3.sh cargo test` starts one");
            None
        }
    }
}
