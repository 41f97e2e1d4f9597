//! Weights: how often rows come, and that this is the same for any number of ranks.

use std::collections::BTreeMap;

use arrow::array::AsArray;
use arrow::datatypes::UInt8Type;
use futures::StreamExt;
use hub_dataset::Store;
use hub_decode::{ImageSpec, Transform};

use super::fixtures::{all, deal, hundred, numbers, rest};
use super::pictures::{Picture, pictures};
use crate::{Error, StreamBuilder, Tail, Weights};

fn counts(batches: &[Vec<i64>]) -> BTreeMap<i64, usize> {
    let mut counts = BTreeMap::new();
    batches.iter().flatten().for_each(|n| *counts.entry(*n).or_default() += 1);
    counts
}

/// Case: a weighted epoch that is continued with other numbers of ranks shows the rows that it would have shown.
#[tokio::test]
async fn a_weighted_epoch_is_resumed_with_other_ranks() {
    let directory = tempfile::tempdir().unwrap();
    for store in [Store::memory(), Store::local(directory.path()).unwrap()] {
        let snapshot = hundred(store).await;
        let builder = StreamBuilder::new(snapshot).batch_size(6).shuffle(3).window_chunks(2).lanes(2);
        let builder = builder.weights(Weights::Column("n".to_owned())).columns(&["n"]);
        let mut epochs = Vec::new();
        for epoch in 0..3 {
            let builder = builder.clone().epoch(epoch);
            let whole = all(builder.clone()).await;
            let counts = counts(&whole);
            assert_eq!(counts.values().sum::<usize>(), 100);
            assert!(!counts.contains_key(&0), "its weight is 0");
            // The weight of row n is n of 4,950.
            for (n, count) in &counts {
                let expected = 100.0 * *n as f64 / 4950.0;
                assert!((*count as f64 - expected).abs() < 2.0, "{n} comes {count} times");
            }
            for (before, after, steps) in [(1, 3, 4), (2, 1, 3), (3, 2, 2)] {
                let mut found = Vec::new();
                let mut state = None;
                for rank in 0..before {
                    let mut stream = builder.clone().rank(rank, before).build().await.unwrap();
                    let mut batches = Vec::new();
                    for _ in 0..steps {
                        batches.push(numbers(&stream.next().await.unwrap().unwrap()));
                    }
                    found.push(batches);
                    state = Some(stream.state());
                }
                let mut found = deal(found);
                let mut later = Vec::new();
                for rank in 0..after {
                    let resumed = builder.clone().resume(state.clone().unwrap()).rank(rank, after);
                    later.push(all(resumed).await);
                }
                found.extend(deal(later));
                assert_eq!(found, whole, "{before} ranks to {after}");
            }
            epochs.push(whole);
        }
        assert_ne!(counts(&epochs[0]), counts(&epochs[1]), "each epoch draws anew");
        // Padded to equal counts, and with few of the rows.
        let padded = all(builder.clone().tail(Tail::Pad).rank(1, 3)).await;
        assert!(padded.len() == 6 && padded.iter().all(|batch| batch.len() == 6));
        let few = all(builder.clone().positions([3, 40, 41])).await;
        assert_eq!(counts(&few).values().sum::<usize>(), 3);
    }
}

#[tokio::test]
async fn classes_are_balanced_and_weighed() {
    let snapshot = hundred(Store::memory()).await;
    let builder = StreamBuilder::new(snapshot).batch_size(10).shuffle(1).columns(&["n"]);
    // A third has no text, all others their own.
    let balanced = counts(&all(builder.clone().weights(Weights::Balanced("text".to_owned()))).await);
    assert_eq!(balanced.values().sum::<usize>(), 100);
    assert!(balanced.iter().all(|(n, count)| n % 3 != 0 && (1..=3).contains(count)), "{balanced:?}");
    let weights = BTreeMap::from([("row 7".to_owned(), 99.0)]);
    let weights = Weights::Classes { column: "text".to_owned(), weights };
    let weighed = counts(&all(builder.clone().weights(weights)).await);
    // 99 of 198.
    assert!((49..=51).contains(&weighed[&7]), "{weighed:?}");
}

#[tokio::test]
async fn wrong_weights_are_said() {
    let snapshot = hundred(Store::memory()).await;
    let builder = StreamBuilder::new(snapshot).batch_size(10).shuffle(1).columns(&["n"]);
    let words = async |weights| builder.clone().weights(weights).build().await.unwrap_err().to_string();
    let text = words(Weights::Column("text".to_owned())).await;
    assert_eq!(text, "column 'text' can't be used for weights: found text, expected numbers");
    let text = words(Weights::Balanced("n".to_owned())).await;
    assert!(text.ends_with("found int64, expected class labels or text"), "{text}");
    assert!(words(Weights::Column("nose".to_owned())).await.starts_with("no column 'nose'"));
    let unknown = BTreeMap::from([("cat".to_owned(), 2.0)]);
    let text = words(Weights::Classes { column: "text".to_owned(), weights: unknown }).await;
    assert!(text.ends_with("no row has the class 'cat'"), "{text}");
    let negative = BTreeMap::from([("row 1".to_owned(), -2.0)]);
    let text = words(Weights::Classes { column: "text".to_owned(), weights: negative }).await;
    assert!(text.ends_with("row 1 of the selection has the weight -2, expected 0 or more"), "{text}");
    let zero = builder.clone().positions([0]).weights(Weights::Column("n".to_owned()));
    assert!(zero.build().await.unwrap_err().to_string().ends_with("all rows have the weight 0"));
    // A position in another order.
    let state = builder.clone().build().await.unwrap().state();
    let other = builder.clone().weights(Weights::Column("n".to_owned())).resume(state);
    assert!(matches!(other.build().await, Err(Error::State { .. })));
    let mut none = builder.positions([]).weights(Weights::Column("n".to_owned())).build().await.unwrap();
    assert!(rest(&mut none).await.is_empty());
}

#[tokio::test]
async fn a_row_that_comes_again_shows_another_part() {
    let snapshot = pictures(Store::memory(), &[4], Picture::of).await;
    let transform =
        Transform::RandomResizedCrop { size: [24, 20], scale: [0.08, 1.0], ratio: [0.75, 1.34], flip: 0.5 };
    let spec = ImageSpec { transform, ..ImageSpec::default() };
    let weights = Weights::Column("n".to_owned());
    let builder = StreamBuilder::new(snapshot).shuffle(2).weights(weights).image("image", spec).batch_size(4);
    let pixels = async || {
        let mut stream = builder.clone().positions([0, 3]).build().await.unwrap();
        let batch = stream.next().await.unwrap().unwrap();
        assert_eq!(numbers(&batch), [3, 3]);
        let tensors = batch.column_by_name("image").unwrap().as_fixed_size_list();
        [0, 1].map(|row| tensors.value(row).as_primitive::<UInt8Type>().values().to_vec())
    };
    let found = pixels().await;
    assert_ne!(found[0], found[1]);
    assert_eq!(found, pixels().await);
}
