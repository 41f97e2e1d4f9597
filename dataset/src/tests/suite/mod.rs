//! The behaviour of a data set on each kind of store: memory, a local disk, an S3 server.
//!
//! One list of behaviours; each runs on a data set of its own. The S3 server is found through
//! `HUB_TEST_S3_ENDPOINT`, `HUB_TEST_S3_BUCKET` and the usual `AWS_*` variables, as `make test` sets them;
//! without them the S3 run is passed over with a word, or fails where `CI` is `true`.

mod history;
mod racing;
mod storage;

use std::future::Future;

use uuid::Uuid;

use super::append_keys;
use crate::{Dataset, Store};

/// Runs every behaviour on stores that `make` gives; each with a name of its own.
async fn run(make: impl Fn(&str) -> Store) {
    storage::a_probe_finds_creates_honoured(make("probe")).await;
    storage::objects_come_back(make("objects")).await;
    storage::a_data_set_is_made_once(make("once")).await;
    racing::first_appends_all_succeed(make("first")).await;
    on(&make, "rows", storage::rows_and_ranges).await;
    on(&make, "blobs", storage::long_samples).await;
    on(&make, "damage", storage::damage_is_named).await;
    on(&make, "orphans", storage::orphans_are_swept).await;
    on(&make, "history", history::a_life).await;
    on(&make, "branches", history::branches_part_and_meet).await;
    on(&make, "keys", append_keys::an_append_of_the_same_key_is_made_once).await;
    on(&make, "key_race", append_keys::writers_of_the_same_key_append_once).await;
    on(&make, "race", racing::appends_all_succeed).await;
    on(&make, "makers", racing::one_of_many_wins).await;
    on(&make, "mixed", racing::changes_of_all_kinds).await;
}

async fn on<F: Future<Output = ()>>(make: &impl Fn(&str) -> Store, name: &str, test: impl Fn(Dataset) -> F) {
    test(Dataset::create(make(name)).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_memory() {
    run(|_| Store::memory()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_disk() {
    let folder = tempfile::tempdir().unwrap();
    run(|name| Store::local(&folder.path().join(name)).unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_s3() {
    let set = |name| std::env::var(name).ok().filter(|v| !v.is_empty());
    let (Some(_), Some(bucket)) = (set("HUB_TEST_S3_ENDPOINT"), set("HUB_TEST_S3_BUCKET")) else {
        let ci = set("CI").is_some_and(|ci| ci == "true");
        assert!(!ci, "HUB_TEST_S3_ENDPOINT and HUB_TEST_S3_BUCKET are not set; run `make test`");
        eprintln!("no S3 server (HUB_TEST_S3_ENDPOINT is not set): the suite was not run on S3");
        return;
    };
    let run_id = Uuid::new_v4().simple();
    run(|name| Store::s3(&bucket, &format!("suite/{run_id}/{name}")).unwrap()).await;
}
