//! Indexes of entry points: made by the first epoch, used by later ones, and never trusted.

use std::collections::HashMap;
use std::path::Path;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{UInt8Type, UInt64Type};
use futures::{StreamExt, TryStreamExt};
use hub_dataset::{Snapshot, Store};
use hub_decode::{ImageDecoder, ImageSpec, Limits, Transform};

use super::pictures::{Picture, bytes_of, pictures};
use crate::{IndexCache, StreamBuilder, StreamStats};

const ROWS: u64 = 13;

pub async fn large() -> Snapshot {
    pictures(Store::memory(), &[6, 7], |n| if n == 4 { Picture::Png } else { Picture::Large }).await
}

pub fn stream(snapshot: &Snapshot, epoch: u64) -> StreamBuilder {
    let transform =
        Transform::RandomResizedCrop { size: [24, 20], scale: [0.08, 0.3], ratio: [0.75, 1.34], flip: 0.5 };
    let spec = ImageSpec { transform, ..ImageSpec::default() };
    let builder = StreamBuilder::new(snapshot.clone()).columns(&["image"]).with_row_ids(true);
    builder.image("image", spec).batch_size(3).shuffle(1).epoch(epoch)
}

pub type Pixels = HashMap<u64, Vec<u8>>;

fn add(batches: &[RecordBatch], pixels: &mut Pixels) {
    for batch in batches {
        let ids = batch.column(1).as_primitive::<UInt64Type>().values();
        for (row, id) in ids.iter().enumerate() {
            let of_row = batch.column(0).as_fixed_size_list().value(row);
            pixels.insert(*id, of_row.as_primitive::<UInt8Type>().values().to_vec());
        }
    }
}

pub async fn run(builder: StreamBuilder) -> (Pixels, StreamStats) {
    let mut stream = builder.build().await.unwrap();
    let mut pixels = Pixels::new();
    let batches: Vec<_> = (&mut stream).try_collect().await.unwrap();
    add(&batches, &mut pixels);
    (pixels, stream.stats())
}

fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn the_first_epoch_makes_indexes_and_the_second_uses_them() {
    let snapshot = large().await;
    let directory = tempfile::tempdir().unwrap();
    let cache = IndexCache::open(directory.path(), 1 << 30).unwrap();
    let mut plain = Vec::new();
    for epoch in 0..3 {
        plain.push(run(stream(&snapshot, epoch)).await.0);
    }
    let (pixels, first) = run(stream(&snapshot, 0).index_cache(cache.clone())).await;
    assert!(pixels == plain[0], "making indexes changes no pixel");
    assert_eq!((first.whole_scans, first.indexed, first.indexes_made), (12, 0, 12));
    let (pixels, second) = run(stream(&snapshot, 1).index_cache(cache.clone())).await;
    assert!(pixels == plain[1], "with an index, pixels are the same");
    assert_eq!((second.whole_scans, second.indexed, second.indexes_made), (0, 12, 0));
    // Each row group was written when it was complete.
    assert_eq!(files(directory.path()).len(), 2);
    drop(cache);
    let again = IndexCache::open(directory.path(), 1 << 30).unwrap();
    let (pixels, third) = run(stream(&snapshot, 2).index_cache(again)).await;
    assert!(pixels == plain[2]);
    assert_eq!((third.whole_scans, third.indexed, third.images), (0, 12, ROWS));
}

#[tokio::test]
async fn ranks_and_stopped_epochs_add_to_the_same_entries() {
    let snapshot = large().await;
    let directory = tempfile::tempdir().unwrap();
    for rank in 0..2 {
        // A process of its own, as far as the cache can tell.
        let cache = IndexCache::open(directory.path(), 1 << 30).unwrap();
        run(stream(&snapshot, 0).lanes(1).rank(rank, 2).index_cache(cache.clone())).await;
        // The stream writes it too when it ends, at some time.
        cache.save();
    }
    let cache = IndexCache::open(directory.path(), 1 << 30).unwrap();
    let (_, stats) = run(stream(&snapshot, 1).index_cache(cache)).await;
    assert_eq!((stats.indexed, stats.indexes_made), (12, 0));
    // What was made until a stream is dropped is written with the cache.
    let directory = tempfile::tempdir().unwrap();
    let cache = IndexCache::open(directory.path(), 1 << 30).unwrap();
    let mut stopped = stream(&snapshot, 0).prefetch(0).index_cache(cache.clone()).build().await.unwrap();
    stopped.next().await.unwrap().unwrap();
    let made = stopped.stats().indexes_made;
    let work = stopped.decode_work().unwrap();
    drop((stopped, cache));
    while work.strong_count() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let cache = IndexCache::open(directory.path(), 1 << 30).unwrap();
    let (_, stats) = run(stream(&snapshot, 0).index_cache(cache)).await;
    assert!(made >= 2 && stats.indexed >= made, "{made} made, {} used", stats.indexed);
    assert_eq!(stats.indexed + stats.indexes_made, 12);
}

/// Entries that are whole but not those of the images: of other images, or of the same image with a wrong point.
#[tokio::test]
async fn a_wrong_index_is_refused_and_made_again() {
    let snapshot = large().await;
    let plain = run(stream(&snapshot, 1)).await.0;
    let directory = tempfile::tempdir().unwrap();
    run(stream(&snapshot, 0).index_cache(IndexCache::open(directory.path(), 1 << 30).unwrap())).await;
    let field = snapshot.schema().column("image").unwrap().id;
    let file = snapshot.index().await.unwrap().fragments()[0].files[0].hash;
    let mut decoder = ImageDecoder::new().unwrap();
    let index_of = |n: i64, decoder: &mut ImageDecoder| {
        decoder.jpeg().index(&bytes_of(n, Picture::Large), &Limits::default()).unwrap()
    };
    let key = crate::cache::GroupKey { file, field, row_group: 0 };
    let forge = |of: &mut dyn FnMut(i64) -> Vec<u8>| {
        let cache = IndexCache::open(directory.path(), 1 << 30).unwrap();
        let group = cache.group(key, 6);
        assert_eq!(group.get(0).unwrap(), index_of(0, &mut ImageDecoder::new().unwrap()));
        for row in [0, 1, 2, 3, 5] {
            group.put(row as usize, of(row));
        }
    };
    // Each the index of the row before it.
    forge(&mut |row| index_of((row + 5) % 6, &mut decoder));
    for (epoch, refused) in [(1, 5), (1, 0)] {
        let cache = IndexCache::open(directory.path(), 1 << 30).unwrap();
        let (pixels, stats) = run(stream(&snapshot, epoch).index_cache(cache)).await;
        assert!(pixels == plain, "never wrong pixels");
        assert_eq!((stats.indexes_refused, stats.indexed), (refused, 12 - refused));
        assert_eq!((stats.indexes_made, stats.failed_total), (refused, 0));
    }
    // Noise.
    forge(&mut |row| vec![row as u8; 200]);
    let cache = IndexCache::open(directory.path(), 1 << 30).unwrap();
    let (pixels, stats) = run(stream(&snapshot, 1).index_cache(cache)).await;
    assert!(pixels == plain && stats.indexes_refused == 5);
}

#[tokio::test]
async fn the_cache_keeps_its_limit() {
    let snapshot = large().await;
    let directory = tempfile::tempdir().unwrap();
    let other = directory.path().join("notes.txt");
    std::fs::write(&other, "mine").unwrap();
    let cache = IndexCache::open(directory.path(), 1000).unwrap();
    let (_, stats) = run(stream(&snapshot, 0).index_cache(cache)).await;
    assert_eq!(stats.indexes_made, 12);
    let left = files(directory.path());
    assert_eq!(left, [other], "two entries are more than the limit");
    std::fs::write(directory.path().join("file"), "").unwrap();
    assert!(IndexCache::open(directory.path().join("file"), 1000).is_err());
}
