//! Clips of videos. They need the `ffmpeg` program.

use std::io::Cursor;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{UInt8Type, UInt32Type, UInt64Type};
use bytes::Bytes;
use futures::TryStreamExt;
use hub_dataset::Store;
use hub_decode::{
    ClipDecoder, ClipSource, ClipSpec, Draw, ImageDecoder, ImageSpec, ResizeTo, Start, Transform,
};
use hub_schema::Feature;

use super::fixtures::numbers;
use super::media::{Stored, media};
use crate::{Error, OnError, StreamBuilder};

const FILES: [(&str, &[u8]); 3] = [
    ("b_frames.mp4", include_bytes!("../../../decode/testdata/video/b_frames.mp4")),
    ("vp9.webm", include_bytes!("../../../decode/testdata/video/vp9.webm")),
    ("variable.mkv", include_bytes!("../../../decode/testdata/video/variable.mkv")),
];

fn spec() -> ClipSpec {
    let transform =
        Transform::RandomResizedCrop { size: [12, 10], scale: [0.3, 1.0], ratio: [0.75, 1.34], flip: 0.5 };
    ClipSpec { frames: 3, image: ImageSpec { transform, ..ImageSpec::default() }, ..ClipSpec::default() }
}

fn file(n: usize) -> Stored {
    let (name, bytes) = FILES[n % FILES.len()];
    let bytes = Bytes::from_static(bytes);
    if n % 2 == 1 { Stored::Apart(name, bytes) } else { Stored::Here(name, bytes) }
}

async fn all(builder: StreamBuilder) -> Result<Vec<RecordBatch>, Error> {
    builder.build().await?.try_collect().await
}

#[tokio::test]
async fn clips_are_those_of_the_decoder() {
    let directory = tempfile::tempdir().unwrap();
    for store in [Store::memory(), Store::local(directory.path()).unwrap()] {
        let values: Vec<Stored> = (0..6).map(file).collect();
        let snapshot = media(store, "film", Feature::Video, &values).await;
        let builder = StreamBuilder::new(snapshot).shuffle(3).batch_size(4).with_row_ids(true);
        let batches = all(builder.video("film", spec())).await.unwrap();
        assert_eq!(batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [4, 2]);
        for batch in &batches {
            let ids = batch.column_by_name("row_id").unwrap().as_primitive::<UInt64Type>();
            let clips = batch.column_by_name("film").unwrap().as_fixed_size_list();
            for (row, n) in numbers(batch).into_iter().enumerate() {
                let (name, bytes) = FILES[n as usize % FILES.len()];
                let draw = Draw { seed: 3, epoch: 0, row: ids.value(row) };
                let mut expected = vec![0; 3 * 12 * 10 * 3];
                let mut images = ImageDecoder::new().unwrap();
                let source = ClipSource::new(Cursor::new(bytes), name);
                ClipDecoder::clip(&mut images, source, &spec(), draw, &mut expected).unwrap();
                assert!(clips.value(row).as_primitive::<UInt8Type>().values()[..] == expected, "row {n}");
            }
        }
        let shape = r#"{"shape":[3,12,10,3],"dim_names":["frame","height","width","channel"]}"#;
        let field = batches[0].schema_ref().field(0).clone();
        assert_eq!(field.metadata()["ARROW:extension:metadata"], shape);
    }
}

#[tokio::test]
async fn what_cannot_be_decoded_keeps_to_on_error() {
    let mut values: Vec<Stored> = (0..4).map(file).collect();
    values[1] = Stored::Here("cut.mp4", Bytes::from_static(&FILES[0].1[..1500]));
    values[2] = Stored::None;
    let snapshot = media(Store::memory(), "film", Feature::Video, &values).await;
    let transform = Transform::Resize { to: ResizeTo::Both([8, 8]), crop: None, flip: 0.0 };
    let image = ImageSpec { transform, ..ImageSpec::default() };
    let spec = ClipSpec { frames: 2, image, start: Start::At(0.8), ..ClipSpec::default() };
    let builder = StreamBuilder::new(snapshot).batch_size(4).video("film", spec.clone());
    let error = all(builder.clone()).await.unwrap_err();
    assert!(matches!(error, Error::Image { position: 1, .. }), "{error}");
    assert!(error.to_string().contains("cut.mp4: truncated"), "{error}");
    let batch = all(builder.clone().on_error(OnError::Skip)).await.unwrap().remove(0);
    assert_eq!(numbers(&batch), [0, 2, 2, 3]);
    let batch = all(builder.on_error(OnError::Zero)).await.unwrap().remove(0);
    let clips = batch.column(0).as_fixed_size_list();
    let is_black = |row: usize| clips.value(row).as_primitive::<UInt8Type>().values().iter().all(|v| *v == 0);
    assert_eq!([0, 1, 2, 3].map(is_black), [false, true, true, false]);
    assert!(batch.column(0).is_null(2) && batch.column(0).null_count() == 1);
}

#[tokio::test]
async fn clips_of_their_own_size_say_it() {
    let snapshot = media(Store::memory(), "film", Feature::Video, &[file(0), file(1)]).await;
    let spec = ClipSpec { frames: 2, ..ClipSpec::default() };
    let batch = all(StreamBuilder::new(snapshot).video("film", spec)).await.unwrap().remove(0);
    let clips = batch.column(0).as_struct();
    assert_eq!(clips.column_names(), ["pixels", "frames", "height", "width"]);
    let side = |column: usize| clips.column(column).as_primitive::<UInt32Type>().values().to_vec();
    assert_eq!([side(1), side(2), side(3)], [[2, 2], [64, 64], [96, 96]]);
    assert_eq!(clips.column(0).as_binary_view().value(1).len(), 2 * 64 * 96 * 3);
}
