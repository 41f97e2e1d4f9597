//! Smaller copies of images that the data set has: decoded where they are enough, and never instead of a wrong one.

use std::sync::Arc;

use arrow::array::RecordBatch;
use futures::TryStreamExt;
use hub_dataset::Snapshot;
use hub_dataset::ops::compact::CompactOptions;
use hub_dataset::ops::derived::Derive;
use hub_decode::{Draw, ImageDecoder, ImageSpec, ResizeTo, SmallerCopy, Transform};
use hub_schema::{BranchName, CopyEncoding, DerivedKind};

use super::fixtures::author;
use super::indexes::{Pixels, large, run};
use crate::{Copies, StreamBuilder, StreamStats};

/// The shorter side of copies. The JPEGs of [`large`] are larger, the PNG is not.
pub const SHORT_SIDE: u32 = 100;

pub fn spec_of(to: ResizeTo, crop: Option<[u32; 2]>) -> ImageSpec {
    let transform = Transform::Resize { to, crop, flip: 0.0 };
    ImageSpec { transform, ..ImageSpec::default() }
}

fn copy_of(image: &[u8], encoding: CopyEncoding) -> Option<Vec<u8>> {
    let copy = SmallerCopy::of(&mut ImageDecoder::new().unwrap(), image, SHORT_SIDE)?;
    match encoding {
        CopyEncoding::Jpeg => copy.to_jpeg(),
        CopyEncoding::Raw => Some(copy.into_ppm()),
    }
}

#[derive(Debug)]
struct Copying {
    encoding: CopyEncoding,
    damaged: bool,
}

impl Derive for Copying {
    fn kind(&self) -> DerivedKind {
        DerivedKind::Copy { short_side: SHORT_SIDE, encoding: self.encoding }
    }

    fn derive(&self, media: &[u8]) -> Option<Vec<u8>> {
        let copy = copy_of(media, self.encoding)?;
        Some(if self.damaged { copy[..copy.len() / 2].to_vec() } else { copy })
    }
}

pub async fn with_copies(snapshot: &Snapshot, encoding: CopyEncoding, damaged: bool) -> Snapshot {
    let image = snapshot.schema().column("image").unwrap().id;
    let derive: Arc<dyn Derive> = Arc::new(Copying { encoding, damaged });
    let derive_of = vec![(image, derive.kind())];
    let options = CompactOptions { derives: vec![derive], derive_of, ..CompactOptions::default() };
    let done = snapshot.dataset().compact(&BranchName::main(), &author(), options).await.unwrap();
    done.committed.snapshot().unwrap().clone()
}

pub fn stream(snapshot: &Snapshot, spec: &ImageSpec) -> StreamBuilder {
    let builder = StreamBuilder::new(snapshot.clone()).columns(&["image"]).with_row_ids(true);
    builder.image("image", spec.clone()).batch_size(4).shuffle(3)
}

/// What becomes of each image's copy, or of the image where it has none.
async fn expected(snapshot: &Snapshot, spec: &ImageSpec) -> Pixels {
    let image = snapshot.schema().column("image").unwrap();
    let index = snapshot.index().await.unwrap();
    let rows: Vec<u64> = (0..index.rows()).collect();
    let batch = snapshot.read_positions(&rows, &[image]).await.unwrap();
    let images = arrow::array::AsArray::as_struct(batch.column(0));
    let images = arrow::array::AsArray::as_binary_view(images.column(0));
    let mut decoder = ImageDecoder::new().unwrap();
    let [height, width] = spec.fixed_size().unwrap();
    let mut all = Pixels::new();
    for (row, image) in images.iter().enumerate() {
        let image = image.unwrap();
        let shown = copy_of(image, CopyEncoding::Raw).unwrap_or_else(|| image.to_vec());
        let id = index.fragments()[0].row_id(row as u32).raw();
        let mut pixels = vec![0; (height * width * 3) as usize];
        let draw = Draw { seed: 3, epoch: 0, row: id };
        decoder.transform(&shown, None, spec, draw, &mut pixels).unwrap();
        all.insert(id, pixels);
    }
    all
}

#[tokio::test]
async fn copies_are_decoded_where_they_have_enough_pixels() {
    let plain = large().await;
    let with = with_copies(&plain, CopyEncoding::Raw, false).await;
    let spec = spec_of(ResizeTo::Short(90), Some([80, 80]));
    let (pixels, stats) = run(stream(&with, &spec)).await;
    assert_eq!((stats.copies, stats.images, stats.failed_total), (12, 13, 0));
    assert!(pixels == expected(&with, &spec).await, "of twelve the copy, of the small one itself");
    let (of_images, stats) = run(stream(&plain, &spec)).await;
    assert_eq!(stats.copies, 0);
    let distance = |one: &u64, other: &u64| {
        let pairs = pixels[one].iter().zip(&of_images[other]);
        pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>()
    };
    let nearest = |row: &u64| *of_images.keys().min_by_key(|other| distance(row, other)).unwrap();
    assert!(pixels.keys().all(|row| nearest(row) == *row), "each shows its own image");
    // Not where the result has more pixels, where it must be exact, or where copies aren't wanted.
    let larger = spec_of(ResizeTo::Short(101), Some([80, 80]));
    let exact = ImageSpec { exact: true, ..spec.clone() };
    for builder in [stream(&with, &larger), stream(&with, &exact), stream(&with, &spec).copies(Copies::Off)] {
        assert_eq!(run(builder).await.1.copies, 0);
    }
    let (pixels, stats) = run(stream(&with, &exact)).await;
    assert!(pixels == run(stream(&plain, &exact)).await.0 && stats.copies == 0);
    let (pixels, stats) = run(stream(&with, &larger).copies(Copies::Always)).await;
    assert_eq!(stats.copies, 12);
    assert!(pixels == expected(&with, &larger).await);
}

#[tokio::test]
async fn of_random_parts_copies_show_the_large_ones() {
    let plain = large().await;
    let with = with_copies(&plain, CopyEncoding::Raw, false).await;
    let transform =
        Transform::RandomResizedCrop { size: [60, 60], scale: [0.1, 1.0], ratio: [0.75, 1.34], flip: 0.5 };
    let spec = ImageSpec { transform, ..ImageSpec::default() };
    let (enough, stats) = run(stream(&with, &spec)).await;
    assert!((2..11).contains(&stats.copies), "{stats:?}");
    let (of_images, of_copies) = (run(stream(&plain, &spec)).await.0, expected(&with, &spec).await);
    let mut copies = 0;
    for (row, pixels) in &enough {
        match (*pixels == of_copies[row], *pixels == of_images[row]) {
            (true, true) => {}
            (true, false) => copies += 1,
            (false, true) => {}
            (false, false) => panic!("row {row}: neither of the image nor of its copy"),
        }
    }
    assert_eq!(copies, stats.copies);
    let (pixels, stats) = run(stream(&with, &spec).copies(Copies::Always)).await;
    assert!(pixels == of_copies && stats.copies == 12);
}

#[tokio::test]
async fn a_damaged_copy_is_none() {
    let plain = large().await;
    let with = with_copies(&plain, CopyEncoding::Raw, true).await;
    let spec = spec_of(ResizeTo::Short(90), Some([80, 80]));
    for copies in [Copies::Enough, Copies::Always] {
        let (pixels, stats) = run(stream(&with, &spec).copies(copies)).await;
        assert_eq!((stats.copies, stats.failed_total), (0, 0));
        assert!(pixels == run(stream(&plain, &spec)).await.0);
    }
}

#[tokio::test]
async fn images_as_they_are_are_no_copies() {
    let plain = large().await;
    let with = with_copies(&plain, CopyEncoding::Raw, false).await;
    async fn whole(snapshot: &Snapshot) -> (Vec<RecordBatch>, StreamStats) {
        let mut stream = stream(snapshot, &ImageSpec::default()).build().await.unwrap();
        let batches = (&mut stream).try_collect().await.unwrap();
        (batches, stream.stats())
    }
    let ((of_images, _), (with_copies, stats)) = (whole(&plain).await, whole(&with).await);
    assert_eq!((stats.images, stats.copies), (13, 0));
    let columns =
        |batches: &[RecordBatch]| -> Vec<_> { batches.iter().map(|batch| batch.column(0).clone()).collect() };
    assert!(columns(&with_copies) == columns(&of_images));
}
