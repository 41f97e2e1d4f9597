//! Decoded images: their values, whatever the order, the ranks and the place a stream is resumed at.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, UInt8Type, UInt32Type, UInt64Type};
use futures::{StreamExt, TryStreamExt};
use hub_dataset::Store;
use hub_decode::{Draw, Dtype, ImageDecoder, ImageSpec, Layout, Limits, ResizeTo, Transform};
use hub_schema::RowId;

use super::fixtures::numbers;
use super::pictures::{Picture, bytes_of, pictures};
use crate::{BatchStream, Error, OnError, StreamBuilder, Tail};

fn crop() -> ImageSpec {
    let transform =
        Transform::RandomResizedCrop { size: [24, 20], scale: [0.08, 1.0], ratio: [0.75, 1.34], flip: 0.5 };
    ImageSpec { transform, ..ImageSpec::default() }
}

fn resize(crop: Option<[u32; 2]>) -> ImageSpec {
    let transform = Transform::Resize { to: ResizeTo::Short(20), crop, flip: 0.0 };
    ImageSpec { transform, ..ImageSpec::default() }
}

/// All of the image, so that damage anywhere in it is met; a random part may lie before it.
fn whole() -> ImageSpec {
    let transform = Transform::Resize { to: ResizeTo::Both([24, 20]), crop: None, flip: 0.0 };
    ImageSpec { transform, ..ImageSpec::default() }
}

/// The pixels of each row of a batch.
fn pixels(batch: &RecordBatch) -> Vec<Vec<u8>> {
    let tensors = batch.column_by_name("image").unwrap().as_fixed_size_list();
    (0..tensors.len()).map(|row| tensors.value(row).as_primitive::<UInt8Type>().values().to_vec()).collect()
}

fn ids(batch: &RecordBatch) -> Vec<u64> {
    batch.column_by_name("row_id").unwrap().as_primitive::<UInt64Type>().values().to_vec()
}

/// What `hub_decode` makes of a picture.
fn decoded(n: i64, spec: &ImageSpec, draw: Draw) -> Vec<u8> {
    let mut decoder = ImageDecoder::new().unwrap();
    let [height, width] = spec.fixed_size().unwrap();
    let mut out = vec![0; (height * width) as usize * 3 * spec.output.dtype.bytes()];
    decoder.transform(&bytes_of(n, Picture::of(n)), None, spec, draw, &mut out).unwrap();
    out
}

async fn rest(stream: &mut BatchStream) -> Vec<RecordBatch> {
    stream.try_collect().await.unwrap()
}

#[tokio::test]
async fn tensors_are_those_of_the_decoder() {
    let directory = tempfile::tempdir().unwrap();
    for store in [Store::memory(), Store::local(directory.path()).unwrap()] {
        let snapshot = pictures(store, &[9, 30, 1], Picture::of).await;
        for (spec, prefetch) in [(crop(), 1 << 20), (crop(), 0), (resize(Some([16, 18])), 1 << 20)] {
            let builder = StreamBuilder::new(snapshot.clone()).shuffle(5).epoch(3).batch_size(7);
            let builder = builder.image("image", spec.clone()).prefetch(prefetch).with_row_ids(true);
            let batches = rest(&mut builder.build().await.unwrap()).await;
            assert_eq!(batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [7, 7, 7, 7, 7, 5]);
            for batch in &batches {
                for ((n, id), found) in numbers(batch).into_iter().zip(ids(batch)).zip(pixels(batch)) {
                    let draw = Draw { seed: 5, epoch: 3, row: id };
                    assert!(found == decoded(n, &spec, draw), "picture {n}");
                }
            }
        }
    }
}

#[tokio::test]
async fn results_have_the_layout_and_type() {
    let snapshot = pictures(Store::memory(), &[5], Picture::of).await;
    let mut spec = resize(Some([16, 18]));
    spec.output.layout = Layout::Nchw;
    spec.output.dtype = Dtype::F32;
    let builder = StreamBuilder::new(snapshot).columns(&["image", "n"]).batch_size(5);
    let stream = builder.image("image", spec.clone()).build().await.unwrap();
    let schema = stream.schema().clone();
    let batch = &stream.try_collect::<Vec<_>>().await.unwrap()[0];
    assert_eq!(
        (batch.schema(), batch.num_columns()),
        (schema, 2),
        "row ids are only for the stream's own use"
    );
    let field = batch.schema_ref().field(0).clone();
    assert_eq!(field.metadata()["ARROW:extension:name"], "arrow.fixed_shape_tensor");
    let shape = r#"{"shape":[3,16,18],"dim_names":["channel","height","width"]}"#;
    assert_eq!(field.metadata()["ARROW:extension:metadata"], shape);
    assert_eq!(field.metadata()["imagehub:pixels"], r#"{"layout":"NCHW","dtype":"f32","channels":"rgb"}"#);
    let tensors = batch.column(0).as_fixed_size_list();
    for n in 0..5 {
        let values = tensors.value(n).as_primitive::<Float32Type>().values().to_vec();
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_ne_bytes()).collect();
        assert!(bytes == decoded(n as i64, &spec, Draw::default()), "picture {n}");
    }
    // All lie in one buffer, row by row.
    assert_eq!(tensors.values().len(), 5 * 3 * 16 * 18);
    assert_eq!(tensors.values().to_data().buffers()[0].len(), 5 * 3 * 16 * 18 * 4);
}

#[tokio::test]
async fn images_of_their_own_size_say_it() {
    let snapshot = pictures(Store::memory(), &[12], Picture::of).await;
    for spec in [ImageSpec::default(), resize(None)] {
        let stream = StreamBuilder::new(snapshot.clone()).image("image", spec.clone()).batch_size(12);
        let batch = rest(&mut stream.build().await.unwrap()).await.remove(0);
        let images = batch.column(0).as_struct();
        assert_eq!(images.column_names(), ["pixels", "height", "width"]);
        let numbers = |column| images.column(column).as_primitive::<UInt32Type>().values().to_vec();
        let mut decoder = ImageDecoder::new().unwrap();
        for n in 0..12 {
            let bytes = bytes_of(n, Picture::of(n));
            let (width, height) = decoder.plan(&bytes, &spec, Draw::default()).unwrap().size;
            let mut expected = vec![0; (width * height * 3) as usize];
            decoder.transform(&bytes, None, &spec, Draw::default(), &mut expected).unwrap();
            let n = n as usize;
            assert_eq!((numbers(1)[n], numbers(2)[n]), (height, width));
            assert!(images.column(0).as_binary_view().value(n) == expected, "picture {n}");
        }
    }
}

/// The pixels of each row of streams, by its id.
async fn by_id(
    streams: Vec<BatchStream>,
    steps: usize,
    into: &mut HashMap<u64, Vec<u8>>,
) -> Vec<BatchStream> {
    let mut left = Vec::new();
    for mut stream in streams {
        for _ in 0..steps {
            let Some(batch) = stream.next().await else { break };
            let batch = batch.unwrap();
            for (id, pixels) in ids(&batch).into_iter().zip(pixels(&batch)) {
                assert!(into.insert(id, pixels).is_none(), "row {id} comes twice");
            }
        }
        left.push(stream);
    }
    left
}

async fn ranks(builder: &StreamBuilder, world: usize) -> Vec<BatchStream> {
    let mut streams = Vec::new();
    for rank in 0..world {
        streams.push(builder.clone().rank(rank, world).build().await.unwrap());
    }
    streams
}

#[tokio::test]
async fn pixels_of_a_resumed_epoch_are_the_same_with_any_number_of_ranks() {
    let snapshot = pictures(Store::memory(), &[8, 13, 5, 20, 4], Picture::of).await;
    let plain = StreamBuilder::new(snapshot).image("image", crop()).with_row_ids(true);
    let builder = plain.clone().shuffle(2).batch_size(3).window_chunks(2).lanes(2);
    let mut wanted = HashMap::new();
    by_id(ranks(&builder, 1).await, 100, &mut wanted).await;
    assert_eq!(wanted.len(), 50);
    for (before, after, steps) in [(1, 1, 0), (1, 2, 3), (2, 3, 2), (3, 1, 4), (2, 2, 100)] {
        let mut found = HashMap::new();
        let streams = by_id(ranks(&builder, before).await, steps, &mut found).await;
        let state = streams[0].state();
        assert_eq!(state.batches_done, (steps * before).min(17) as u64);
        drop(streams);
        let resumed = plain.clone().resume(state).decode_threads(1);
        by_id(ranks(&resumed, after).await, 100, &mut found).await;
        assert!(found == wanted, "{before} ranks to {after} after {steps} steps");
    }
    // Another epoch shows other parts of the images.
    let mut other = HashMap::new();
    by_id(ranks(&builder.clone().epoch(1), 1).await, 100, &mut other).await;
    assert!(wanted.iter().filter(|(id, pixels)| other[id] == **pixels).count() < 5);
    // The seed of the images is the shuffle's, unless it is set.
    let mut other = HashMap::new();
    by_id(ranks(&builder.image_seed(3), 1).await, 100, &mut other).await;
    assert!(wanted.iter().filter(|(id, pixels)| other[id] == **pixels).count() < 5);
}

/// Every fifth picture is damaged, each in its own way.
fn some_damaged(n: i64) -> Picture {
    match n % 20 {
        3 => Picture::Truncated,
        8 => Picture::Noise,
        13 => Picture::Huge,
        18 => Picture::EmptyFile,
        _ => Picture::of(n),
    }
}

#[tokio::test]
async fn raise_names_data_set_file_row_and_reason() {
    let snapshot = pictures(Store::memory(), &[10, 30], some_damaged).await;
    let files = &snapshot.index().await.unwrap().fragments()[0].files;
    let uri = snapshot.dataset().store().uri().to_owned();
    let builder = StreamBuilder::new(snapshot.clone()).image("image", crop()).batch_size(4);
    for (from, reason) in [
        (3, "truncated"),
        (8, "not an image in a supported format"),
        (13, "above the limit of 178956970"),
        (18, ""),
    ] {
        let mut stream = builder.clone().positions(from - 3..from + 2).build().await.unwrap();
        let error = stream.next().await.unwrap().unwrap_err();
        assert!(stream.next().await.is_none() && stream.batches_left() == 0);
        let text = format!("{error}");
        let place = format!("{uri}: row {from} (id ");
        assert!(text.starts_with(&place) && text.contains(&format!("{from}.img: ")), "{text}");
        assert!(files.iter().any(|file| text.contains(&format!("data/{}.parquet", file.hash))), "{text}");
        assert!(text.contains("column 'image'") && text.contains(reason), "{text}");
        assert!(matches!(error, Error::Image { position, .. } if position == from));
    }
    // The batches before the damaged one come first.
    let mut stream = builder.positions([0, 1, 2, 4, 5, 6, 7, 8]).build().await.unwrap();
    assert_eq!(numbers(&stream.next().await.unwrap().unwrap()), [0, 1, 2, 4]);
    assert!(stream.next().await.unwrap().is_err());
}

#[tokio::test]
async fn skip_keeps_counts_and_shapes_and_every_other_row() {
    let snapshot = pictures(Store::memory(), &[10, 30], some_damaged).await;
    let builder = StreamBuilder::new(snapshot).image("image", crop()).with_row_ids(true);
    let builder = builder.on_error(OnError::Skip).batch_size(6).shuffle(1);
    for world in [1, 2, 3] {
        let mut rows = Vec::new();
        let mut failed = Vec::new();
        for rank in 0..world {
            let mut stream = builder.clone().drop_last(false).rank(rank, world).build().await.unwrap();
            let batches = rest(&mut stream).await;
            assert!(batches.iter().rev().skip(1).all(|batch| batch.num_rows() == 6));
            for batch in &batches {
                for ((n, id), found) in numbers(batch).into_iter().zip(ids(batch)).zip(pixels(batch)) {
                    assert!(found == decoded(n, &crop(), Draw { seed: 1, epoch: 0, row: id }), "picture {n}");
                    rows.push(n);
                }
            }
            let stats = stream.stats();
            assert_eq!(stats.samples, batches.iter().map(RecordBatch::num_rows).sum::<usize>() as u64);
            assert_eq!(stats.failed_total, stats.failed.len() as u64);
            failed.extend(stats.failed);
        }
        assert_eq!(rows.len(), 40);
        rows.sort_unstable();
        rows.dedup();
        let wanted: Vec<i64> = (0..40).filter(|n| n % 5 != 3).collect();
        assert_eq!(rows, wanted, "{world} ranks");
        let mut of: Vec<u32> = failed.iter().map(|row| row.id.offset()).collect();
        of.sort_unstable();
        assert_eq!(of, [3, 8, 13, 18, 23, 28, 33, 38]);
        assert!(failed.iter().all(|row| row.column == "image" && !row.reason.is_empty()));
    }
}

#[tokio::test]
async fn skip_takes_the_next_row_of_the_batch_then_the_first_of_the_next() {
    let snapshot = pictures(Store::memory(), &[20], some_damaged).await;
    let skip = StreamBuilder::new(snapshot).image("image", whole()).on_error(OnError::Skip);
    let all = async |builder: StreamBuilder| {
        let batches = rest(&mut builder.build().await.unwrap()).await;
        batches.iter().map(numbers).collect::<Vec<_>>()
    };
    let of = |rows: &[u64], size| skip.clone().positions(rows.iter().copied()).batch_size(size);
    assert_eq!(all(of(&[2, 3, 4, 8], 4)).await, [[2, 4, 4, 2]]);
    assert_eq!(all(of(&[3, 8, 9, 10], 2)).await, [[9, 9], [9, 10]]);
    assert_eq!(all(of(&[3, 8, 13, 14], 1)).await, [[14], [14], [14], [14]]);
    assert_eq!(all(of(&[2, 3, 8], 1)).await, [[2], [2], [2]]);
    // With nothing to take its place, there is nothing to go on with.
    let mut stream = of(&[3, 8, 13, 18], 1).build().await.unwrap();
    assert!(stream.next().await.unwrap().unwrap_err().to_string().contains("3.img"));
    assert!(stream.next().await.is_none());
}

/// Case: damaged images on one rank only, where every rank waits for the others at each step.
#[tokio::test]
async fn damaged_images_shorten_no_ranks_epoch() {
    let damaged = |n| if n >= 8 && n % 2 == 0 { Picture::Truncated } else { Picture::of(n) };
    let snapshot = pictures(Store::memory(), &[8, 9], damaged).await;
    for tail in [Tail::Drop, Tail::Pad] {
        for on_error in [OnError::Skip, OnError::Zero] {
            let builder = StreamBuilder::new(snapshot.clone()).image("image", whole()).on_error(on_error);
            let builder = builder.tail(tail).batch_size(4).lanes(2);
            let mut counts = Vec::new();
            for rank in 0..2 {
                let mut stream = builder.clone().rank(rank, 2).build().await.unwrap();
                let batches = rest(&mut stream).await;
                assert!(batches.iter().all(|batch| batch.num_rows() == 4));
                counts.push((batches.len(), stream.stats().failed_total > 0));
            }
            let steps = if tail == Tail::Drop { 2 } else { 3 };
            assert_eq!(counts.iter().map(|count| count.0).collect::<Vec<_>>(), [steps; 2], "{tail:?}");
            assert!(counts[0].1 != counts[1].1 || tail == Tail::Pad, "only one rank has damaged images");
        }
    }
}

#[tokio::test]
async fn zero_keeps_the_place() {
    let snapshot = pictures(Store::memory(), &[20], some_damaged).await;
    let zero = StreamBuilder::new(snapshot).on_error(OnError::Zero).batch_size(20);
    let mut stream = zero.clone().image("image", whole()).with_row_ids(true).build().await.unwrap();
    let batch = rest(&mut stream).await.remove(0);
    assert_eq!(numbers(&batch), (0..20).collect::<Vec<_>>());
    for (n, pixels) in pixels(&batch).iter().enumerate() {
        assert_eq!(pixels.iter().all(|byte| *byte == 0), n % 5 == 3, "{n}");
    }
    assert_eq!(batch.column(0).null_count(), 0);
    let stats = stream.stats();
    let failed: Vec<RowId> = stats.failed.iter().map(|row| row.id).collect();
    assert_eq!(failed, [3, 8, 13, 18].map(|n| RowId::from_raw(ids(&batch)[n])));
    assert_eq!((stats.failed_total, stats.images, stats.samples), (4, 16, 20));
    let batch = rest(&mut zero.image("image", ImageSpec::default()).build().await.unwrap()).await.remove(0);
    let heights = batch.column(0).as_struct().column(1).as_primitive::<UInt32Type>();
    assert_eq!((heights.value(3), heights.value(4) > 0), (0, true));
}

#[tokio::test]
async fn limits_are_kept_before_decoding() {
    let snapshot = pictures(Store::memory(), &[4], Picture::of).await;
    let limits = Limits { max_pixels: 10, ..Limits::default() };
    let spec = ImageSpec { limits, ..crop() };
    let mut stream = StreamBuilder::new(snapshot).image("image", spec).build().await.unwrap();
    let text = stream.next().await.unwrap().unwrap_err().to_string();
    assert!(text.contains("above the limit of 10"), "{text}");
}

#[tokio::test]
async fn a_row_without_an_image_is_null() {
    let snapshot = pictures(Store::memory(), &[6], |n| match n {
        2 => Picture::None,
        n => Picture::of(n),
    });
    let builder = StreamBuilder::new(snapshot.await).batch_size(6);
    let batch = rest(&mut builder.clone().image("image", crop()).build().await.unwrap()).await.remove(0);
    let nulls: Vec<bool> = (0..6).map(|row| batch.column(0).is_null(row)).collect();
    assert_eq!(nulls, [false, false, true, false, false, false]);
    let batch = rest(&mut builder.image("image", resize(None)).build().await.unwrap()).await.remove(0);
    assert!(batch.column(0).is_null(2) && batch.column(0).is_valid(3));
}

#[tokio::test]
async fn an_image_that_is_an_object_of_its_own_is_fetched() {
    let snapshot = pictures(Store::memory(), &[3], |n| match n {
        1 => Picture::Apart,
        n => Picture::of(n),
    });
    let spec = ImageSpec { exact: true, ..resize(Some([16, 18])) };
    let builder = StreamBuilder::new(snapshot.await).batch_size(3).image("image", spec.clone());
    let batch = rest(&mut builder.build().await.unwrap()).await.remove(0);
    for n in [0, 1, 2] {
        assert!(pixels(&batch)[n] == decoded(n as i64, &spec, Draw::default()), "picture {n}");
    }
}

#[tokio::test]
async fn what_can_not_be_decoded_is_said_when_the_stream_is_built() {
    let snapshot = pictures(Store::memory(), &[3], Picture::of).await;
    let words = async |builder: StreamBuilder| builder.build().await.unwrap_err().to_string();
    let stream = || StreamBuilder::new(snapshot.clone());
    let text = words(stream().columns(&["n"]).image("image", crop())).await;
    assert_eq!(text, "column 'image' can't be decoded: the stream has no such column, only: n");
    let text = words(stream().image("n", crop())).await;
    assert_eq!(text, "column 'n' can't be decoded: its type is int64, expected image");
    let text = words(stream().image("image", crop()).image("image", resize(None))).await;
    assert!(text.contains("decoded twice"), "{text}");
    let text = words(stream().image("image", resize(Some([0, 3])))).await;
    assert!(text.contains("crop: found [0, 3], expected sides of 1 to 65536 pixels"), "{text}");
    let text = words(stream().image("image", resize(Some([60_000, 60_000])))).await;
    assert!(text.contains("set a smaller size or batch size"), "{text}");
    assert!(words(stream().decode_threads(0)).await.starts_with("decode_threads is 0: it must be from 1"));
}

/// Stopping anywhere: what was begun ends, and nothing is left that holds the data set.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_stream_leaves_nothing() {
    let snapshot = pictures(Store::memory(), &[40, 40], Picture::of).await;
    let builder = StreamBuilder::new(snapshot).image("image", crop()).batch_size(5).shuffle(1);
    for taken in 0..12 {
        let mut stream = builder.clone().build().await.unwrap();
        let work = stream.decode_work().unwrap();
        for _ in 0..taken {
            stream.next().await.unwrap().unwrap();
        }
        if taken % 2 == 0 {
            // Begun, and not waited for.
            let _ = futures::poll!(stream.next());
        }
        drop(stream);
        // Every piece holds it.
        while work.strong_count() > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}

#[tokio::test]
async fn decoding_ahead_stays_within_the_budget() {
    let snapshot = pictures(Store::memory(), &[60], Picture::of).await;
    let row = 24 * 20 * 3;
    // Half of it is for decoded images: one batch of ten rows.
    let builder = StreamBuilder::new(snapshot).image("image", crop()).batch_size(10).prefetch(2 * 10 * row);
    let mut stream = builder.clone().build().await.unwrap();
    while stream.decoding_rows() == 0 {
        let _ = futures::poll!(stream.next());
        tokio::task::yield_now().await;
    }
    assert_eq!(stream.decoding_rows(), 20);
    let mut stream = builder.prefetch(0).build().await.unwrap();
    while stream.decoding_rows() == 0 {
        let _ = futures::poll!(stream.next());
        tokio::task::yield_now().await;
    }
    assert_eq!(stream.decoding_rows(), 10);
}

#[tokio::test]
async fn statistics_add_up() {
    let snapshot = pictures(Store::memory(), &[16], Picture::of).await;
    let builder = StreamBuilder::new(snapshot).image("image", crop()).batch_size(4);
    let mut stream = builder.clone().profile(true).build().await.unwrap();
    rest(&mut stream).await;
    let stages = stream.stats().stages;
    assert!([stages.entropy, stages.pixels, stages.transform].iter().all(|time| time.as_nanos() > 0));
    let mut stream = builder.build().await.unwrap();
    rest(&mut stream).await;
    let stats = stream.stats();
    assert_eq!(stats.stages, hub_decode::Times::default());
    assert_eq!((stats.batches, stats.samples, stats.images), (4, 16, 16));
    let jpegs: Vec<i64> = (0..16).filter(|n| Picture::of(*n) == Picture::Jpeg).collect();
    assert_eq!((stats.whole_scans, stats.indexed), (jpegs.len() as u64, 0));
    let bytes: usize = (0..16).map(|n| bytes_of(n, Picture::of(n)).len()).sum();
    assert_eq!(stats.image_bytes, bytes as u64);
    assert!(stats.decode_cpu.as_nanos() > 0 && stats.waited.as_nanos() > 0);
}

#[tokio::test]
async fn bfloat16_comes_as_its_bits() {
    let snapshot = pictures(Store::memory(), &[2], Picture::of).await;
    let mut spec = resize(Some([16, 18]));
    spec.output.dtype = Dtype::Bf16;
    let stream = StreamBuilder::new(snapshot).image("image", spec).build().await.unwrap();
    let DataType::FixedSizeList(item, length) = stream.schema().field(0).data_type().clone() else {
        panic!()
    };
    assert_eq!((item.data_type(), length), (&DataType::UInt16, 16 * 18 * 3));
}
