//! Order: a pure function, whatever the ranks, workers and budgets.

use hub_dataset::Store;

use super::fixtures::{all, deal, hundred};
use crate::StreamBuilder;

/// The batches of all consumers, in the order in which they are dealt.
async fn all_consumers(builder: &StreamBuilder, world: usize, workers: usize) -> Vec<Vec<i64>> {
    let mut consumers = Vec::new();
    for worker in 0..workers {
        for rank in 0..world {
            consumers.push(all(builder.clone().rank(rank, world).worker(worker, workers)).await);
        }
    }
    deal(consumers)
}

#[tokio::test]
async fn in_order_is_the_order_of_the_revision_for_any_number_of_consumers() {
    let builder = StreamBuilder::new(hundred(Store::memory()).await).batch_size(7);
    for (world, workers) in [(1, 1), (2, 1), (3, 2), (40, 1)] {
        let batches = all_consumers(&builder, world, workers).await;
        assert!(batches[..14].iter().all(|b| b.len() == 7), "only the last batch is small");
        assert_eq!(batches.concat(), (0..100).collect::<Vec<_>>(), "{world} ranks, {workers} workers");
    }
}

#[tokio::test]
async fn with_given_lanes_the_order_does_not_depend_on_who_reads() {
    let snapshot = hundred(Store::memory()).await;
    for lanes in [1, 3, 4] {
        let builder = StreamBuilder::new(snapshot.clone()).batch_size(6).shuffle(11).lanes(lanes);
        let wanted = all(builder.clone().window_chunks(16)).await;
        assert_ne!(wanted.concat(), (0..100).collect::<Vec<_>>());
        for (world, workers) in [(1, 2), (3, 1), (2, 2), (4, 3)] {
            for prefetch in [0, 1, u64::MAX] {
                let builder = builder.clone().prefetch(prefetch);
                assert_eq!(all_consumers(&builder, world, workers).await, wanted);
            }
        }
    }
}

#[tokio::test]
async fn every_row_comes_once_for_any_number_of_consumers() {
    let snapshot = hundred(Store::memory()).await;
    for (world, workers, batch_size, window) in
        [(1, 1, 9, 1), (2, 1, 8, 2), (3, 1, 5, 16), (2, 3, 4, 3), (5, 2, 1, 2), (30, 2, 10, 1)]
    {
        let builder =
            StreamBuilder::new(snapshot.clone()).batch_size(batch_size).shuffle(1).window_chunks(window);
        let batches = all_consumers(&builder, world, workers).await;
        assert_eq!(batches.len(), 100_usize.div_ceil(batch_size));
        let mut seen = batches.concat();
        seen.sort_unstable();
        assert_eq!(seen, (0..100).collect::<Vec<_>>(), "{world} ranks, {workers} workers");
    }
}

#[tokio::test]
async fn epochs_and_seeds_have_orders_of_their_own() {
    let snapshot = hundred(Store::memory()).await;
    let of = |seed, epoch| all(StreamBuilder::new(snapshot.clone()).shuffle(seed).epoch(epoch));
    let (a, b, c) = (of(1, 0).await, of(1, 1).await, of(2, 0).await);
    assert_eq!(a, of(1, 0).await);
    assert!(a != b && a != c && b != c);
}

#[tokio::test]
async fn dropping_the_last_gives_every_rank_as_many_full_batches() {
    let snapshot = hundred(Store::memory()).await;
    for world in 1..6 {
        let builder = StreamBuilder::new(snapshot.clone()).batch_size(8).shuffle(4).drop_last(true);
        for rank in 0..world {
            let batches = all(builder.clone().rank(rank, world)).await;
            assert_eq!(batches.len(), 12 / world);
            assert!(batches.iter().all(|b| b.len() == 8));
        }
    }
}
