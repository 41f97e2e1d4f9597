//! Order: a pure function, whatever the ranks, workers and budgets.

use hub_dataset::Store;

use futures::StreamExt;

use super::fixtures::{all, deal, hundred, rest};
use crate::{StreamBuilder, Tail};

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

/// Case: every rank waits for the others at each step, so one batch more on one rank is a hang.
#[tokio::test]
async fn all_ranks_get_equally_many_full_batches_dropped_or_padded() {
    let snapshot = hundred(Store::memory()).await;
    for (rows, world, size) in
        [(100, 4, 7), (100, 3, 64), (97, 5, 1), (100, 1, 33), (9, 4, 5), (3, 7, 2), (1, 4, 8)]
    {
        let rows: Vec<i64> = (0..rows).collect();
        for seed in [None, Some(3)] {
            let mut builder = StreamBuilder::new(snapshot.clone()).batch_size(size).window_chunks(2);
            builder = builder.positions(rows.iter().map(|row| *row as u64));
            if let Some(seed) = seed {
                builder = builder.shuffle(seed);
            }
            let mut lengths = Vec::new();
            let mut padded = Vec::new();
            for rank in 0..world {
                let one = builder.clone().rank(rank, world).lanes(world);
                let expected = one.clone().tail(Tail::Pad).build().await.unwrap().batches_left();
                let batches = all(one.clone().tail(Tail::Pad)).await;
                assert_eq!(batches.len() as u64, expected);
                assert!(batches.iter().all(|batch| batch.len() == size), "{batches:?}");
                padded.push(batches);
                let dropped = all(one.tail(Tail::Drop)).await;
                assert!(dropped.iter().all(|batch| batch.len() == size));
                assert_eq!(dropped[..], padded[rank][..dropped.len()]);
                lengths.push((padded[rank].len(), dropped.len()));
            }
            let per_step = world * size;
            let expected = (rows.len().div_ceil(size).div_ceil(world), rows.len() / per_step);
            assert_eq!(lengths, vec![expected; world], "{} rows, {world} ranks of {size}", rows.len());
            // The epoch's rows in their order, then again from its first one.
            let padded = deal(padded).concat();
            let mut first = padded[..rows.len()].to_vec();
            let again = padded[rows.len()..].iter().zip(first.iter().cycle());
            assert!(again.clone().all(|(found, expected)| found == expected), "{padded:?}");
            first.sort_unstable();
            assert_eq!(first, rows);
        }
    }
    let mut none =
        StreamBuilder::new(snapshot).positions([]).tail(Tail::Pad).rank(1, 2).build().await.unwrap();
    assert_eq!((none.batches_left(), rest(&mut none).await.len()), (0, 0));
}

#[tokio::test]
async fn a_padded_epoch_is_resumed_with_other_ranks() {
    let snapshot = hundred(Store::memory()).await;
    let builder =
        StreamBuilder::new(snapshot).batch_size(7).shuffle(2).lanes(2).columns(&["n"]).tail(Tail::Pad);
    let mut whole = builder.clone().build().await.unwrap();
    let whole = rest(&mut whole).await;
    let mut first = builder.clone().rank(0, 2).build().await.unwrap();
    for _ in 0..3 {
        first.next().await.unwrap().unwrap();
    }
    let state = first.state();
    assert_eq!(state.batches_done, 6);
    let mut ranks = Vec::new();
    for rank in 0..4 {
        let mut left = builder.clone().resume(state.clone()).rank(rank, 4).build().await.unwrap();
        assert_eq!(left.batches_left(), 3, "nine batches are left");
        ranks.push(rest(&mut left).await);
    }
    let found = deal(ranks);
    assert_eq!(found[..9], whole[6..]);
    // Three more than the epoch has, which go on with its first rows.
    let from: Vec<i64> = whole.concat();
    let missing = 15 * 7 - 100;
    assert_eq!(found[9..].concat(), from[missing..missing + 21]);
}

/// Rows of a class were pushed next to each other, as class folders are.
#[tokio::test]
async fn a_shuffle_report_tells_a_window_from_a_shuffle() {
    let snapshot = hundred(Store::memory()).await;
    let report = async |builder: StreamBuilder| builder.shuffle_report(Some("text")).await.unwrap();
    let builder = StreamBuilder::new(snapshot.clone()).batch_size(4);
    let ordered = report(builder.clone()).await;
    assert_eq!((ordered.rows, ordered.displacement), (100, 0.0));
    let small = report(builder.clone().shuffle(1).window_chunks(1)).await;
    let wide = report(builder.clone().shuffle(1).window_chunks(64)).await;
    assert!(small.displacement > 0.3 && (0.7..1.3).contains(&wide.displacement), "{small:?} {wide:?}");
    // A third of the rows have no text, which counts as a class; all others have their own.
    assert_eq!(ordered.class_runs, Some(1.0));
    assert!((wide.class_runs.unwrap() / wide.true_class_runs.unwrap() - 1.0).abs() < 0.2, "{wide:?}");
    let none = builder.clone().shuffle_report(None).await.unwrap();
    assert_eq!((none.class_runs, none.true_class_runs), (None, None));
    // Only rows of the split count, whatever lies between them.
    assert_eq!(report(builder.clone().split("train")).await.displacement, 0.0);
    let error = builder.shuffle_report(Some("image")).await.unwrap_err().to_string();
    assert_eq!(error, "column 'image' holds no classes: found image, expected class labels, text or int64");
}
