//! Streams that decode at the same time, with any number of threads.

use futures::StreamExt;
use futures::future::join_all;

use super::indexes::{large, run, stream};

#[tokio::test(flavor = "multi_thread")]
async fn streams_share_the_cores_whatever_number_of_threads_each_asks_for() {
    let snapshot = large().await;
    let (expected, _) = run(stream(&snapshot, 0)).await;
    let streams = [1, 2, 3, 64].into_iter().map(|threads| run(stream(&snapshot, 0).decode_threads(threads)));
    for (pixels, stats) in join_all(streams).await {
        assert!(pixels == expected);
        assert_eq!(stats.images, 13);
    }
}

#[tokio::test]
async fn one_thread_of_the_runtime_is_enough() {
    let snapshot = large().await;
    let mut dropped = stream(&snapshot, 0).decode_threads(64).build().await.unwrap();
    dropped.next().await.unwrap().unwrap();
    // Pieces of its next batches wait, or are decoded, meanwhile.
    drop(dropped);
    let (pixels, _) = run(stream(&snapshot, 0).decode_threads(64)).await;
    assert_eq!(pixels.len(), 13);
}
