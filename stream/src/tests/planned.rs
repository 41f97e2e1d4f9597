//! Planned batches: mixes, buckets and budgets. Each batch is the same for any number of ranks and workers, wherever the
//! stream is resumed, and every rank gets equally many.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{UInt32Type, UInt64Type};
use futures::{StreamExt, TryStreamExt};
use hub_dataset::{Snapshot, Store};
use hub_decode::{ImageSpec, ResizeTo, Transform};

use super::fixtures::{all, deal, filled, hundred, numbers, rest};
use super::pictures::{Picture, pictures};
use crate::{Bucket, Cost, DATASET, Error, Mixing, PerBatch, Stop, StreamBuilder, Tail, Weights};

/// Twelve rows and a hundred, each in several chunks.
async fn two() -> [Snapshot; 2] {
    [filled(Store::memory(), &[("train", &[5, 4]), ("val", &[3])]).await, hundred(Store::memory()).await]
}

fn mixed(snapshots: &[Snapshot], weights: Option<&[f64]>, per_batch: PerBatch, stop: Stop) -> StreamBuilder {
    let parts = snapshots.iter().map(|snapshot| StreamBuilder::new(snapshot.clone())).collect();
    let mixing = Mixing { weights: weights.map(<[f64]>::to_vec), per_batch, stop };
    StreamBuilder::mix(parts, mixing).unwrap().columns(&["n"])
}

/// The data set and number of each row of each batch.
async fn rows(builder: &StreamBuilder) -> Vec<Vec<(u32, i64)>> {
    let stream = builder.clone().with_row_ids(true).build().await.unwrap();
    let of = |batch: RecordBatch| {
        let sources = batch.column_by_name(DATASET).unwrap().as_primitive::<UInt32Type>().values().to_vec();
        sources.into_iter().zip(numbers(&batch)).collect()
    };
    stream.map_ok(of).try_collect().await.unwrap()
}

fn counts<T: Ord + Copy>(batches: &[Vec<T>]) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    batches.iter().flatten().for_each(|row| *counts.entry(*row).or_default() += 1);
    counts
}

fn of_source(batch: &[(u32, i64)], source: u32) -> usize {
    batch.iter().filter(|(of, _)| *of == source).count()
}

#[tokio::test]
async fn a_mix_by_size_has_every_row_once() {
    let snapshots = two().await;
    for per_batch in [PerBatch::Random, PerBatch::Stratified, PerBatch::One] {
        for shuffled in [true, false] {
            let mut builder = mixed(&snapshots, None, per_batch, Stop::All).batch_size(8);
            builder = if shuffled { builder.shuffle(5) } else { builder };
            let batches = rows(&builder).await;
            let found = counts(&batches);
            assert_eq!(found.len(), 112);
            assert!(found.values().all(|count| *count == 1));
            let whole = batches.iter().filter(|batch| batch.len() == 8).count();
            match per_batch {
                PerBatch::One => {
                    assert!(batches.iter().all(|batch| [0, batch.len()].contains(&of_source(batch, 0))));
                    assert_eq!((whole, batches.len()), (1 + 12, 1 + 1 + 12 + 1));
                }
                PerBatch::Stratified => {
                    // 8 * 12 / 112 is not quite one of each batch.
                    assert!(batches.iter().all(|batch| of_source(batch, 0) <= 1));
                    assert_eq!(whole, 14);
                }
                PerBatch::Random => assert_eq!(whole, 14),
            }
            if shuffled {
                let next = rows(&builder.clone().epoch(1)).await;
                assert_ne!(batches, next);
            }
        }
    }
}

#[tokio::test]
async fn weights_and_the_end_say_how_often_rows_come() {
    let snapshots = two().await;
    let of = async |per_batch, stop| {
        rows(&mixed(&snapshots, Some(&[1.0, 3.0]), per_batch, stop).batch_size(8).shuffle(5)).await
    };
    for per_batch in [PerBatch::Random, PerBatch::Stratified] {
        // The hundred at three quarters make 134 rows, of which the twelve come 33 or 34 times: twice or three times each.
        let batches = of(per_batch, Stop::All).await;
        let found = counts(&batches);
        assert!((0..100).all(|n| found[&(1, n)] == 1), "each of the larger data set once");
        assert!((0..12).all(|n| (2..=3).contains(&found[&(0, n)])));
        let small: usize = batches.iter().map(|batch| of_source(batch, 0)).sum();
        assert!((33..=34).contains(&small), "{small}");
        // The twelve at a quarter make 48 rows.
        let batches = of(per_batch, Stop::First).await;
        let found = counts(&batches);
        assert!(found.values().all(|count| *count == 1));
        assert_eq!(batches.iter().map(Vec::len).sum::<usize>(), 48);
        if per_batch == PerBatch::Stratified {
            assert!(batches.iter().all(|batch| of_source(batch, 0) == 2 && batch.len() == 8));
            assert!(
                batches.iter().any(|batch| batch[0].0 == 0) && batches.iter().any(|batch| batch[7].0 == 0)
            );
        }
    }
    let one = of(PerBatch::One, Stop::All).await;
    assert!(one.iter().all(|batch| [0, batch.len()].contains(&of_source(batch, 0))));
}

/// Every builder here: mixes, buckets, budgets, weights within.
async fn planned() -> Vec<(&'static str, StreamBuilder)> {
    let snapshots = two().await;
    let pictures = pictures(Store::memory(), &[9, 30, 11], Picture::of).await;
    let whole = StreamBuilder::new(snapshots[1].clone()).columns(&["n"]);
    let weights = Some(&[1.0, 3.0][..]);
    let eight = |per_batch| mixed(&snapshots, weights, per_batch, Stop::All).batch_size(8);
    let mut weighted = eight(PerBatch::Random);
    if let Some(mix) = &mut weighted.mix {
        mix.parts[1] = mix.parts[1].clone().weights(Weights::Column("n".to_owned())).split("train");
    }
    vec![
        ("random", eight(PerBatch::Random)),
        ("stratified", eight(PerBatch::Stratified)),
        ("one", eight(PerBatch::One)),
        ("weighted", weighted),
        ("bucket", whole.clone().bucket(Bucket::Column("text".to_owned())).batch_size(2)),
        ("cost", whole.clone().max_cost(Cost::Column("n".to_owned()), 240.0).batch_size(1000)),
        (
            "mix with cost",
            mixed(&snapshots, weights, PerBatch::One, Stop::All)
                .max_cost(Cost::Column("n".to_owned()), 150.0),
        ),
        (
            "shape",
            StreamBuilder::new(pictures)
                .columns(&["n"])
                .columns(&["n", "image"])
                .bucket(Bucket::Shape)
                .batch_size(1),
        ),
    ]
}

/// The numbers of the rows of each batch, whatever other columns there are.
async fn of_all(builder: StreamBuilder) -> Vec<Vec<i64>> {
    rest(&mut builder.build().await.unwrap()).await
}

/// Case: resuming in the middle with other numbers of ranks and workers, in any epoch.
#[tokio::test]
async fn any_change_of_ranks_and_workers_goes_on_with_the_very_next_rows() {
    for (name, builder) in planned().await {
        for (epoch, shuffled) in [(0, true), (3, true), (0, false)] {
            let builder = builder.clone().epoch(epoch);
            let builder = if shuffled { builder.shuffle(3) } else { builder.in_order() };
            let whole = of_all(builder.clone()).await;
            assert!(whole.len() > 9, "{name}");
            for (before, after, steps) in
                [((1, 1), (3, 1), 3), ((2, 1), (1, 2), 2), ((3, 2), (2, 3), 1), ((1, 4), (1, 1), 2)]
            {
                let (mut found, mut state) = (Vec::new(), None);
                for consumer in 0..before.0 * before.1 {
                    let (rank, worker) = (consumer % before.0, consumer / before.0);
                    let part = builder.clone().rank(rank, before.0).worker(worker, before.1);
                    let mut stream = part.build().await.unwrap();
                    let mut batches = Vec::new();
                    for _ in 0..steps {
                        batches.push(numbers(&stream.next().await.unwrap().unwrap()));
                    }
                    found.push(batches);
                    state = Some(stream.state());
                }
                let mut found = deal(found);
                let state = state.unwrap();
                assert_eq!(state.batches_done, (before.0 * before.1 * steps) as u64);
                assert!(serde_json::to_string(&state).unwrap().len() < 400);
                let mut later = Vec::new();
                for consumer in 0..after.0 * after.1 {
                    let (rank, worker) = (consumer % after.0, consumer / after.0);
                    let resumed =
                        builder.clone().resume(state.clone()).rank(rank, after.0).worker(worker, after.1);
                    later.push(of_all(resumed).await);
                }
                found.extend(deal(later));
                assert_eq!(found, whole, "{name}: {before:?} to {after:?}");
            }
        }
    }
}

/// Case: equally many batches on each rank, with buckets and budgets too.
#[tokio::test]
async fn every_rank_has_equally_many_batches() {
    for (name, builder) in planned().await {
        let builder = builder.shuffle(3);
        let whole = of_all(builder.clone()).await;
        let is_sized = name.contains("cost");
        for world in [1, 2, 3, 7] {
            for tail in [Tail::Drop, Tail::Pad] {
                let mut ranks = Vec::new();
                for rank in 0..world {
                    let stream = builder.clone().tail(tail).rank(rank, world).build().await.unwrap();
                    let lengths = (stream.epoch_share(), stream.batches_left());
                    let mut stream = stream;
                    let batches = rest(&mut stream).await;
                    assert_eq!(lengths, (batches.len() as u64, batches.len() as u64));
                    ranks.push(batches);
                }
                let count = ranks[0].len();
                assert!(ranks.iter().all(|rank| rank.len() == count), "{name}: {world} ranks, {tail:?}");
                let dealt = deal(ranks);
                let kept = dealt.len().min(whole.len());
                if tail == Tail::Drop {
                    assert_eq!(dealt, whole[..dealt.len()], "{name}");
                    if !is_sized {
                        assert!(dealt.iter().all(|batch| batch.len() == whole[0].len()));
                    }
                    continue;
                }
                assert!(kept == whole.len(), "{name}: all rows come");
                for (padded, batch) in dealt.iter().zip(&whole) {
                    assert_eq!(padded[..batch.len()], batch[..], "{name}");
                    assert!(is_sized || padded.len() == whole[0].len(), "{name}");
                }
                // What is behind the end are the first batches again.
                assert_eq!(dealt[whole.len()..], dealt[..dealt.len() - whole.len()], "{name}");
            }
        }
    }
}

#[tokio::test]
async fn batches_have_rows_of_one_bucket_in_random_order() {
    let snapshot = hundred(Store::memory()).await;
    // A third of the rows has no text, all others their own.
    let builder = StreamBuilder::new(snapshot.clone()).columns(&["n"]).shuffle(4).batch_size(5);
    let batches = all(builder.clone().bucket(Bucket::Column("text".to_owned()))).await;
    let without: Vec<&Vec<i64>> = batches.iter().filter(|batch| batch[0] % 3 == 0).collect();
    assert!(batches.iter().all(|batch| batch.iter().all(|n| (n % 3 == 0) == (batch[0] % 3 == 0))));
    assert_eq!((without.len(), batches.len()), (7, 7 + 66));
    assert!(without[..6].iter().all(|batch| batch.len() == 5) && without[6].len() == 4);
    assert_eq!(counts(&batches).len(), 100);
    assert_ne!(batches, all(builder.clone().epoch(1).bucket(Bucket::Column("text".to_owned()))).await);
    for (bucket, problem) in [
        (
            "vector",
            "bucket: column 'vector' is tensor float32[2, 3], expected class labels, text, whole numbers or booleans",
        ),
        ("nose", "no column 'nose'"),
    ] {
        let error =
            builder.clone().bucket(Bucket::Column(bucket.to_owned())).build().await.unwrap_err().to_string();
        assert!(error.starts_with(problem), "{error}");
    }
    let error = builder.clone().bucket(Bucket::Shape).build().await.unwrap_err().to_string();
    assert!(error.starts_with("bucket: the stream has no column of images"), "{error}");
    let lanes = builder.clone().lanes(2).bucket(Bucket::Column("text".to_owned())).build().await.unwrap_err();
    assert!(matches!(lanes, Error::Setting { setting: "lanes", .. }));
}

#[tokio::test]
async fn images_of_a_batch_have_one_size() {
    let snapshot = pictures(Store::memory(), &[20, 25], Picture::of).await;
    let transform = Transform::Resize { to: ResizeTo::Short(20), crop: None, flip: 0.0 };
    for spec in [ImageSpec::default(), ImageSpec { transform, ..ImageSpec::default() }] {
        let is_stored = spec == ImageSpec::default();
        let builder = StreamBuilder::new(snapshot.clone()).shuffle(2).batch_size(3).image("image", spec);
        let mut stream = builder.bucket(Bucket::Shape).build().await.unwrap();
        let (mut found, mut sizes) = (Vec::new(), 0);
        while let Some(batch) = stream.next().await {
            let batch = batch.unwrap();
            let images = batch.column(0).as_struct();
            for side in ["height", "width"] {
                let sides = images.column_by_name(side).unwrap().as_primitive::<UInt32Type>().values();
                assert!(sides.iter().all(|other| *other == sides[0] && *other > 0), "{sides:?}");
            }
            sizes += usize::from(batch.num_rows() > 1);
            found.extend(numbers(&batch));
        }
        found.sort_unstable();
        assert_eq!(found, (0..45).collect::<Vec<_>>());
        // As stored each has its own size.
        assert!(sizes >= 4 || is_stored, "some batches have several images");
    }
}

#[tokio::test]
async fn a_batch_stays_within_its_budget_and_too_dear_a_row_is_said() {
    let snapshot = hundred(Store::memory()).await;
    let builder = StreamBuilder::new(snapshot).columns(&["n"]).shuffle(4).batch_size(1000);
    let cost = || Cost::Column("n".to_owned());
    let batches = all(builder.clone().max_cost(cost(), 200.0)).await;
    assert!(batches.iter().all(|batch| batch.iter().sum::<i64>() <= 200));
    // Each is as large as it may be.
    for pair in batches.windows(2) {
        assert!(pair[0].iter().sum::<i64>() + pair[1][0] > 200);
    }
    assert_eq!(counts(&batches).len(), 100);
    let few = all(builder.clone().batch_size(3).max_cost(cost(), 200.0)).await;
    assert!(few.iter().all(|batch| batch.len() <= 3) && few.iter().any(|batch| batch.len() == 3));
    let words =
        async |cost, most| builder.clone().max_cost(cost, most).build().await.unwrap_err().to_string();
    let text = words(cost(), 98.5).await;
    assert!(
        text.starts_with("max_cost: row 99 of the selection costs 99 (column 'n'), more than a batch's 98.5"),
        "{text}"
    );
    assert_eq!(words(cost(), 0.0).await, "max_cost: found 0, expected a number above 0");
    let text = words(Cost::Column("text".to_owned()), 9.0).await;
    assert_eq!(text, "max_cost: column 'text' is text, expected numbers");
    let pictures = pictures(Store::memory(), &[40], Picture::of).await;
    let spec = ImageSpec::default();
    let builder = StreamBuilder::new(pictures).image("image", spec).max_cost(Cost::Pixels, 10_000.0);
    let mut stream = builder.build().await.unwrap();
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        let batch = batch.unwrap();
        let side = |name: &str| {
            batch.column(0).as_struct().column_by_name(name).unwrap().as_primitive::<UInt32Type>().clone()
        };
        let (heights, widths) = (side("height"), side("width"));
        let pixels: u32 = (0..batch.num_rows()).map(|row| heights.value(row) * widths.value(row)).sum();
        assert!(pixels <= 10_000, "{pixels}");
        rows += batch.num_rows();
    }
    assert_eq!(rows, 40);
}

#[tokio::test]
async fn a_mix_decodes_the_images_of_each_data_set() {
    let damaged = |n| if n == 5 { Picture::Truncated } else { Picture::of(n) };
    let snapshots = [
        pictures(Store::memory(), &[6], Picture::of).await,
        pictures(Store::memory(), &[4, 8], damaged).await,
    ];
    let transform =
        Transform::RandomResizedCrop { size: [8, 8], scale: [0.08, 1.0], ratio: [0.75, 1.34], flip: 0.5 };
    let spec = ImageSpec { transform, ..ImageSpec::default() };
    let builder = mixed(&snapshots, None, PerBatch::Random, Stop::All).columns(&["image", "n"]).batch_size(4);
    let builder = builder.shuffle(1).image("image", spec).with_row_ids(true);
    let error = builder.clone().build().await.unwrap().try_collect::<Vec<_>>().await.unwrap_err();
    let uri = snapshots[1].dataset().store().uri().to_owned();
    assert!(error.to_string().starts_with(&format!("{uri}: row 5 (id ")), "{error}");
    let mut stream = builder.clone().on_error(crate::OnError::Zero).build().await.unwrap();
    let mut pixels = BTreeMap::new();
    while let Some(batch) = stream.next().await {
        let batch = batch.unwrap();
        let names: Vec<&str> =
            batch.schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!(names, ["image", "n", "dataset", "row_id"]);
        let sources = batch.column(2).as_primitive::<UInt32Type>();
        let tensors = batch.column(0).as_fixed_size_list();
        for (row, n) in numbers(&batch).into_iter().enumerate() {
            pixels.insert((sources.value(row), n), tensors.value(row).to_data());
        }
        assert_eq!(batch.column(3).as_primitive::<UInt64Type>().null_count(), 0);
    }
    assert_eq!(pixels.len(), 18);
    assert_ne!(pixels[&(0, 3)], pixels[&(1, 3)], "of the same picture another part");
    let stats = stream.stats();
    assert_eq!(stats.failed.iter().map(|row| row.source).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn what_can_not_be_mixed_is_said() {
    let snapshots = two().await;
    let pictures = pictures(Store::memory(), &[3], Picture::of).await;
    let words = async |builder: StreamBuilder| builder.build().await.unwrap_err().to_string();
    assert!(StreamBuilder::mix(Vec::new(), Mixing::default()).is_err());
    let parts = || vec![StreamBuilder::new(snapshots[0].clone()), StreamBuilder::new(pictures.clone())];
    let text = words(StreamBuilder::mix(parts(), Mixing::default()).unwrap()).await;
    assert!(
        text.starts_with("mix: data set 0 has the columns image, ")
            && text.contains(", n, text, vector, data set 1 has image, ")
            && text.ends_with(", n; select those that all of them have"),
        "{text}"
    );
    let nested = vec![StreamBuilder::mix(parts(), Mixing::default()).unwrap()];
    assert!(
        words(StreamBuilder::mix(nested, Mixing::default()).unwrap())
            .await
            .contains("a mix can't be a part of a mix")
    );
    let stratified =
        mixed(&snapshots, None, PerBatch::Stratified, Stop::All).bucket(Bucket::Column("n".to_owned()));
    assert!(words(stratified).await.starts_with("mix: stratified batches can't have buckets"));
    let empty = vec![
        StreamBuilder::new(snapshots[0].clone()),
        StreamBuilder::new(snapshots[1].clone()).positions([]),
    ];
    let mixing = Mixing { weights: Some(vec![1.0, 1.0]), ..Mixing::default() };
    let text = words(StreamBuilder::mix(empty.clone(), mixing).unwrap().columns(&["n"])).await;
    assert_eq!(text, "mix: data set 1 has no rows, but the weight 1");
    let batches = all(StreamBuilder::mix(empty, Mixing::default()).unwrap()).await;
    assert_eq!(batches.concat().len(), 12);
    // A position in another mix.
    let builder = mixed(&snapshots, None, PerBatch::Random, Stop::All).shuffle(1).batch_size(8);
    let state = builder.build().await.unwrap().state();
    let other =
        |weights: &[f64]| mixed(&snapshots, Some(weights), PerBatch::Random, Stop::All).resume(state.clone());
    assert!(
        words(other(&[1.0, 1.0])).await.contains("taken with selection of rows, weights, mix and buckets")
    );
    let swapped = [snapshots[1].clone(), snapshots[0].clone()];
    assert!(
        words(mixed(&swapped, None, PerBatch::Random, Stop::All).resume(state.clone()))
            .await
            .contains("taken with revision")
    );
    mixed(&snapshots, None, PerBatch::Random, Stop::All).resume(state).build().await.unwrap();
}

/// Case: many mixed data sets hold few bytes.
#[tokio::test]
async fn many_mixed_data_sets_stay_within_the_budget() {
    let mut snapshots = Vec::new();
    for _ in 0..35 {
        snapshots.push(filled(Store::memory(), &[("train", &[4, 4, 4])]).await);
    }
    let budget = 400_000;
    let builder = mixed(&snapshots, None, PerBatch::Random, Stop::All).columns(&["image", "n"]);
    let mut stream = builder.shuffle(1).batch_size(16).prefetch(budget).build().await.unwrap();
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        rows += batch.unwrap().num_rows();
        assert!(stream.ahead_bytes() <= budget, "{}", stream.ahead_bytes());
    }
    assert_eq!(rows, 35 * 12);
}
