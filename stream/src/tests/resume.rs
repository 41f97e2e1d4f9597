//! Going on from a state, at any point and with other numbers of ranks and workers.

use futures::StreamExt;
use hub_dataset::{Snapshot, Store};

use super::fixtures::{all, append, hundred, numbers, rest};
use crate::{BatchStream, Error, StreamBuilder, StreamState};

async fn consumers(builder: &StreamBuilder, world: usize, workers: usize) -> Vec<BatchStream> {
    let mut streams = Vec::new();
    for consumer in 0..world * workers {
        let (rank, worker) = (consumer % world, consumer / world);
        let builder = builder.clone().columns(&["n"]).rank(rank, world).worker(worker, workers);
        streams.push(builder.build().await.unwrap());
    }
    streams
}

/// Takes `steps` batches of each consumer, and the state after them.
async fn take(streams: &mut [BatchStream], steps: usize, seen: &mut Vec<i64>) -> StreamState {
    for _ in 0..steps {
        for stream in streams.iter_mut() {
            if let Some(batch) = stream.next().await {
                seen.extend(numbers(&batch.unwrap()));
            }
        }
    }
    let state = streams[0].state();
    let json = serde_json::to_string(&state).unwrap();
    serde_json::from_str(&json).unwrap()
}

#[tokio::test]
async fn a_stream_goes_on_exactly_where_it_stopped() {
    let snapshot = hundred(Store::memory()).await;
    for builder in [
        StreamBuilder::new(snapshot.clone()).batch_size(6).shuffle(3).window_chunks(3),
        StreamBuilder::new(snapshot.clone()).batch_size(6),
    ] {
        let wanted = all(builder.clone()).await;
        for stop in 0..=wanted.len() {
            let mut first = Vec::new();
            let state = take(&mut consumers(&builder, 1, 1).await, stop, &mut first).await;
            assert_eq!(state.batches_done as usize, stop);
            let mut later =
                StreamBuilder::new(snapshot.clone()).resume(state).columns(&["n"]).build().await.unwrap();
            assert_eq!(later.batches_left() as usize, wanted.len() - stop);
            assert_eq!(rest(&mut later).await, wanted[stop..]);
        }
    }
}

#[tokio::test]
async fn every_row_comes_once_when_the_numbers_change_twice() {
    let snapshot = hundred(Store::memory()).await;
    let sizes = [(1, 1), (2, 1), (1, 2), (3, 1), (2, 2), (5, 1)];
    for (i, (world, workers)) in sizes.into_iter().enumerate() {
        for steps in 0..4 {
            let builder =
                StreamBuilder::new(snapshot.clone()).batch_size(5).shuffle(i as u64).window_chunks(2);
            let mut seen = Vec::new();
            let mut state = take(&mut consumers(&builder, world, workers).await, steps, &mut seen).await;
            let (world, workers) = sizes[(i + 1 + steps) % sizes.len()];
            let resumed = StreamBuilder::new(snapshot.clone()).resume(state);
            state = take(&mut consumers(&resumed, world, workers).await, 1, &mut seen).await;
            let (world, workers) = sizes[(i + 3 + steps) % sizes.len()];
            let resumed = StreamBuilder::new(snapshot.clone()).resume(state);
            for stream in &mut consumers(&resumed, world, workers).await {
                seen.extend(rest(stream).await.concat());
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..100).collect::<Vec<_>>(), "case {i}, {steps} steps");
        }
    }
}

#[tokio::test]
async fn a_rank_reads_the_same_with_any_number_of_workers() {
    let builder = StreamBuilder::new(hundred(Store::memory()).await).batch_size(5).shuffle(9).lanes(2);
    let rank = |rank| builder.clone().rank(rank, 2);
    let alone = all(rank(1)).await;
    let mut three = Vec::new();
    for worker in 0..3 {
        three.push(all(rank(1).worker(worker, 3)).await);
    }
    assert_eq!(super::fixtures::deal(three), alone);
}

async fn refused(builder: StreamBuilder) -> String {
    match builder.build().await {
        Err(error @ Error::State { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_state_of_another_stream_is_refused() {
    let snapshot: Snapshot = hundred(Store::memory()).await;
    let builder = StreamBuilder::new(snapshot.clone()).batch_size(6).shuffle(3);
    let state = builder.build().await.unwrap().state();
    let resume = |snapshot: &Snapshot| StreamBuilder::new(snapshot.clone()).resume(state.clone());
    let seed = refused(resume(&snapshot).shuffle(4)).await;
    assert!(seed.contains("taken with seed 3, this stream has 4"), "{seed}");
    assert!(refused(resume(&snapshot).in_order()).await.contains("none (in order)"));
    assert!(refused(resume(&snapshot).batch_size(7)).await.contains("batch size 6"));
    assert!(refused(resume(&snapshot).split("val")).await.contains("selection of split, rows and weights"));
    let later = append(snapshot.dataset(), &mut 100, &[("train", &[3])]).await;
    assert!(refused(resume(&later)).await.contains("revision"));
    resume(&snapshot).shuffle(3).batch_size(6).rank(1, 2).build().await.unwrap();
    let mut zero = state.clone();
    zero.plan.batch_size = 0;
    assert!(StreamBuilder::new(snapshot).resume(zero).build().await.is_err());
}
