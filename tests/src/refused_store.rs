//! A bucket whose server ignores conditional creates is refused before anything is written there.
//!
//! With such a server two writers would both get a success for the same commit number, and one commit would be lost
//! undetectably. So `hub push` probes the store first, and this test runs it against such a server.

use std::process::{Command, Output};

use crate::{FaultyS3, S3, fixtures, hub_binary, s3};

/// `hub push LOCATION class-folder`, sent to the server at `endpoint`.
fn push(location: &str, endpoint: &str) -> Output {
    let home = tempfile::tempdir().unwrap();
    Command::new(hub_binary())
        .args(["push", location])
        .arg(fixtures("class-folder"))
        .env("HUB_HOME", home.path())
        .envs([("AWS_ENDPOINT_URL", endpoint), ("AWS_ALLOW_HTTP", "true"), ("AWS_REGION", "us-east-1")])
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
        .output()
        .unwrap_or_else(|e| panic!("{}: {e}; build it first: cargo build -p hub", hub_binary().display()))
}

/// The keys below a location, as the server lists them.
fn keys(s3: &S3, location: &str) -> Vec<String> {
    use futures::TryStreamExt;
    use object_store::ObjectStore;

    let store = object_store::aws::AmazonS3Builder::new()
        .with_endpoint(&s3.endpoint)
        .with_bucket_name(&s3.bucket)
        .with_access_key_id("test")
        .with_secret_access_key("test")
        .with_allow_http(true)
        .build()
        .unwrap();
    let prefix = location.strip_prefix(&format!("s3://{}/", s3.bucket)).unwrap();
    let listed = store.list(Some(&prefix.into())).map_ok(|meta| meta.location.to_string());
    tokio::runtime::Runtime::new().unwrap().block_on(listed.try_collect()).unwrap()
}

#[test]
fn a_store_that_ignores_conditional_creates_is_refused() {
    let Some(s3) = s3() else { return };
    let faulty = FaultyS3::start(&s3.endpoint).unwrap();
    faulty.drop_preconditions(true);
    let location = s3.fresh_location("refused");
    let refused = push(&location, &faulty.endpoint());
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success(), "{words}");
    assert!(words.contains("conditional create") && words.contains(&location), "{words}");
    assert_eq!(keys(&s3, &location), Vec::<String>::new(), "nothing is left behind");

    faulty.drop_preconditions(false);
    let taken = push(&location, &faulty.endpoint());
    assert!(taken.status.success(), "{}", String::from_utf8_lossy(&taken.stderr));
    assert!(!keys(&s3, &location).is_empty());
}
