//! What a commit through the server asks of the store: in a bucket each request costs time and money.

use hub_dataset::testing::recorded;
use hub_dataset::{Dataset, layout};

use super::Hub;
use super::hub::append;
use crate::store::object::commit::{Landed, commit};

#[tokio::test]
async fn a_commit_makes_few_requests() {
    let hub = Hub::new().await;
    let (store, requests) = recorded();
    let dataset = Dataset::create(store.clone()).await.unwrap();
    append(&dataset, "main", 0, &[("train", &[5])]).await;
    append(&dataset, "main", 5, &[("train", &[3])]).await;
    // The next commit is made elsewhere, and its files are sent.
    let elsewhere = Dataset::open(store.clone()).await.unwrap();
    let third = append(&elsewhere, "main", 8, &[("train", &[4])]).await;
    let (branch, path) = (third.at().branch.clone(), layout::commit(&third.at().branch, 2));
    let json = store.need(&path).await.unwrap();
    store.delete(&path).await.unwrap();
    store.put(&layout::head_hint(&branch), "1".as_bytes().to_vec()).await.unwrap();
    let send =
        async || commit(&hub.state.catalog, &dataset, Some("willi"), &branch, 2, json.clone()).await.unwrap();
    requests.take();
    let landed = send().await;
    assert!(matches!(landed, Landed::New(_)));
    // The head: its hint, the commit, whether there is one behind it. What is new: a manifest, and for each of two files
    // whether it is there and its footer. Then the commit and its hint.
    let wanted = [
        "GET data",
        "GET data",
        "GET hint",
        "GET manifests",
        "GET refs",
        "HEAD data",
        "HEAD data",
        "HEAD refs",
        "PUT hint",
        "PUT refs",
    ];
    assert_eq!(requests.take(), wanted);
    // What was read to check it is not read again to index it: two manifests of earlier commits are.
    landed.snapshot().index().await.unwrap();
    assert_eq!(requests.take(), ["GET manifests"; 2]);
    // An answer was lost.
    assert!(matches!(send().await, Landed::Before(_)));
    requests.take();
}
