//! Decoded audio.

use std::io::Cursor;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, Int16Type, UInt32Type, UInt64Type};
use bytes::Bytes;
use futures::TryStreamExt;
use hub_dataset::{Snapshot, Store};
use hub_decode::{AudioChannels, AudioDecoder, AudioDtype, AudioSpec, Draw, Start};
use hub_schema::Feature;

use super::fixtures::numbers;
use super::media::{Stored, media};
use crate::{Error, OnError, StreamBuilder};

const FILES: [(&str, &[u8]); 5] = [
    ("sound.mp3", include_bytes!("../../../decode/testdata/audio/sound.mp3")),
    ("sound.ogg", include_bytes!("../../../decode/testdata/audio/sound.ogg")),
    ("sound.flac", include_bytes!("../../../decode/testdata/audio/sound.flac")),
    ("sound.m4a", include_bytes!("../../../decode/testdata/audio/sound.m4a")),
    ("sound.wav", include_bytes!("../../../decode/testdata/audio/sound.wav")),
];

fn spec() -> AudioSpec {
    AudioSpec { seconds: Some(0.25), ..AudioSpec::default() }
}

fn file(n: usize) -> Stored {
    let (name, bytes) = FILES[n % FILES.len()];
    let bytes = Bytes::from_static(bytes);
    if n % 3 == 2 { Stored::Apart(name, bytes) } else { Stored::Here(name, bytes) }
}

async fn sounds(store: Store, rows: usize) -> Snapshot {
    media(store, "sound", Feature::Audio, &(0..rows).map(file).collect::<Vec<_>>()).await
}

/// What `hub_decode` makes of a file.
fn decoded(n: i64, spec: &AudioSpec, draw: Draw) -> Vec<f32> {
    let (name, bytes) = FILES[n as usize % FILES.len()];
    let frames = spec.fixed_frames().unwrap() as usize;
    let mut out = vec![0; frames * spec.channels.count() * spec.dtype.bytes()];
    AudioDecoder::default().clip(Cursor::new(bytes), name, spec, draw, &mut out).unwrap();
    out.as_chunks::<4>().0.iter().map(|four| f32::from_ne_bytes(*four)).collect()
}

fn samples(batch: &RecordBatch) -> Vec<Vec<f32>> {
    let tensors = batch.column_by_name("sound").unwrap().as_fixed_size_list();
    (0..tensors.len()).map(|row| tensors.value(row).as_primitive::<Float32Type>().values().to_vec()).collect()
}

async fn all(builder: StreamBuilder) -> Result<Vec<RecordBatch>, Error> {
    builder.build().await?.try_collect().await
}

#[tokio::test]
async fn clips_are_those_of_the_decoder_whatever_the_order() {
    let directory = tempfile::tempdir().unwrap();
    for store in [Store::memory(), Store::local(directory.path()).unwrap()] {
        let snapshot = sounds(store, 15).await;
        let mut seen = Vec::new();
        for rank in 0..2 {
            let builder =
                StreamBuilder::new(snapshot.clone()).shuffle(5).epoch(3).batch_size(4).rank(rank, 2);
            let batches = all(builder.audio("sound", spec()).with_row_ids(true)).await.unwrap();
            for batch in &batches {
                let ids = batch.column_by_name("row_id").unwrap().as_primitive::<UInt64Type>();
                for ((n, id), found) in numbers(batch).into_iter().zip(ids.values()).zip(samples(batch)) {
                    let draw = Draw { seed: 5, epoch: 3, row: *id };
                    assert!(found == decoded(n, &spec(), draw), "row {n}");
                    seen.push(n);
                }
            }
        }
        seen.sort_unstable();
        assert_eq!(seen, (0..15).collect::<Vec<i64>>());
    }
}

#[tokio::test]
async fn batches_say_what_the_samples_are() {
    let snapshot = sounds(Store::memory(), 5).await;
    let stereo = AudioSpec { channels: AudioChannels::Stereo, dtype: AudioDtype::I16, ..spec() };
    let batch = all(StreamBuilder::new(snapshot.clone()).audio("sound", stereo)).await.unwrap().remove(0);
    let field = batch.schema_ref().field(0).clone();
    let shape = r#"{"shape":[2,4000],"dim_names":["channel","sample"]}"#;
    assert_eq!(field.metadata()["ARROW:extension:metadata"], shape);
    assert_eq!(field.metadata()["imagehub:samples"], r#"{"rate":16000,"dtype":"i16","channels":"stereo"}"#);
    let values = batch.column(0).as_fixed_size_list().values().as_primitive::<Int16Type>();
    assert_eq!(values.len(), 5 * 2 * 4000);
    assert!(values.values().iter().any(|sample| sample.unsigned_abs() > 3000));

    let whole = AudioSpec { seconds: None, ..spec() };
    let batch = all(StreamBuilder::new(snapshot).audio("sound", whole.clone())).await.unwrap().remove(0);
    let sounds = batch.column(0).as_struct();
    assert_eq!(sounds.column_names(), ["samples", "channels", "frames"]);
    assert!(matches!(batch.column(0).data_type(), DataType::Struct(_)));
    let frames = sounds.column(2).as_primitive::<UInt32Type>();
    for (n, (name, bytes)) in FILES.into_iter().enumerate() {
        let expected = AudioDecoder::default().whole(Cursor::new(bytes), name, &whole).unwrap();
        assert_eq!(u64::from(frames.value(n)), expected.frames);
        assert!(sounds.column(0).as_binary_view().value(n) == expected.samples, "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_decoded_is_raised_skipped_or_silent() {
    let mut values: Vec<Stored> = (0..8).map(file).collect();
    values[3] = Stored::Here("noise.mp3", Bytes::from_static(b"no audio at all"));
    values[5] = Stored::None;
    let cut = Bytes::copy_from_slice(&FILES[4].1[..9000]);
    values[6] = Stored::Here("cut.wav", cut);
    let snapshot = media(Store::memory(), "sound", Feature::Audio, &values).await;
    let builder = StreamBuilder::new(snapshot).batch_size(8);
    let builder = builder.audio("sound", AudioSpec { start: Start::At(1.0), ..spec() });
    let error = all(builder.clone()).await.unwrap_err();
    assert!(matches!(error, Error::Image { position: 3, .. }), "{error}");
    assert!(error.to_string().contains("noise.mp3"), "{error}");

    let mut stream = builder.clone().on_error(OnError::Skip).build().await.unwrap();
    let batch = stream.try_next().await.unwrap().unwrap();
    assert_eq!(numbers(&batch), [0, 1, 2, 4, 4, 5, 7, 7]);
    let stats = stream.stats();
    assert_eq!((stats.failed_total, stats.audio), (2, 5));
    assert!(stats.failed[1].reason.starts_with("truncated"), "{}", stats.failed[1].reason);

    let batch = all(builder.on_error(OnError::Zero)).await.unwrap().remove(0);
    assert_eq!(numbers(&batch), [0, 1, 2, 3, 4, 5, 6, 7]);
    for (n, found) in samples(&batch).into_iter().enumerate() {
        let is_silent = found.iter().all(|sample| *sample == 0.0);
        assert_eq!(is_silent, [3, 5, 6].contains(&n), "row {n}");
    }
    assert!(batch.column(0).is_null(5) && batch.column(0).null_count() == 1);
}

#[tokio::test]
async fn columns_of_another_type_are_refused() {
    let snapshot = sounds(Store::memory(), 2).await;
    let error = all(StreamBuilder::new(snapshot.clone()).audio("n", spec())).await.unwrap_err();
    assert_eq!(error.to_string(), "column 'n' can't be decoded: its type is int64, expected audio");
    let image = all(StreamBuilder::new(snapshot.clone()).image("sound", Default::default())).await;
    let error = image.unwrap_err();
    assert_eq!(error.to_string(), "column 'sound' can't be decoded: its type is audio, expected image");
    let wrong = AudioSpec { rate: 0, ..spec() };
    let error = all(StreamBuilder::new(snapshot).audio("sound", wrong)).await.unwrap_err();
    assert!(error.to_string().contains("rate: found 0"), "{error}");
}
