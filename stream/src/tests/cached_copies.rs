//! Smaller copies of images in the local cache: made by the first epoch, decoded by later ones in place of the images.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hub_dataset::{Snapshot, Store};
use hub_decode::{ImageSpec, ResizeTo, Transform};
use hub_schema::CopyEncoding;
use object_store::path::Path as StorePath;
use tempfile::TempDir;

use super::copies::{SHORT_SIDE, spec_of, stream, with_copies};
use super::indexes::{Pixels, large, run};
use super::pictures::{Picture, pictures};
use super::remote::Watched;
use crate::{Bucket, Cache, Copies, Error, Moving, StreamBuilder};

/// Images, of which all but one are larger than their copies.
const LARGER: u64 = 12;
const ROOM: u64 = 1 << 30;

fn of(n: i64) -> Picture {
    if n == 4 { Picture::Png } else { Picture::Large }
}

/// As [`large`], on a store that counts what is fetched.
async fn watched() -> (Arc<Watched>, Snapshot) {
    let watched = Arc::new(Watched::default());
    let store = Store::new(watched.clone(), StorePath::default(), "watched://here");
    (watched, pictures(store, &[6, 7], of).await)
}

fn centre() -> ImageSpec {
    spec_of(ResizeTo::Short(90), Some([80, 80]))
}

fn random() -> ImageSpec {
    let transform =
        Transform::RandomResizedCrop { size: [60, 60], scale: [0.1, 1.0], ratio: [0.75, 1.34], flip: 0.5 };
    ImageSpec { transform, ..ImageSpec::default() }
}

fn cached(snapshot: &Snapshot, spec: &ImageSpec, folder: &Path) -> StreamBuilder {
    stream(snapshot, spec).copy_cache(Cache::open(folder, ROOM).unwrap(), SHORT_SIDE)
}

/// The copies that a folder has.
fn copies(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut copies: Vec<_> = files.filter(|file| file.extension().is_some_and(|end| end == "copy")).collect();
    copies.sort();
    copies
}

#[tokio::test]
async fn the_second_epoch_decodes_copies_and_fetches_no_image_that_has_one() {
    let (watched, plain) = watched().await;
    let stored = with_copies(&plain, CopyEncoding::Jpeg, false).await;
    let folder = TempDir::new().unwrap();
    let (of_images, _) = run(stream(&plain, &centre())).await;
    watched.fetched.store(0, Ordering::SeqCst);
    let (pixels, first) = run(cached(&plain, &centre(), folder.path())).await;
    let all = watched.fetched.swap(0, Ordering::SeqCst);
    assert!(pixels == of_images, "the first epoch shows the images themselves");
    assert_eq!((first.copies_made, first.cached_copies, first.cache_hits), (LARGER, 0, 0));
    assert_eq!(copies(folder.path()).len() as u64, LARGER);
    let (pixels, second) = run(cached(&plain, &centre(), folder.path())).await;
    let fetched = watched.fetched.swap(0, Ordering::SeqCst);
    assert!(pixels == run(stream(&stored, &centre())).await.0, "the pixels of copies in the data set");
    assert_eq!((second.copies_made, second.cached_copies, second.images), (0, LARGER, LARGER + 1));
    assert_eq!((second.copies, second.cache_hits), (0, LARGER));
    assert!(fetched < all / 20, "{fetched} of {all} bytes");
    // An epoch that needs the images themselves fetches them as ever.
    let exact = ImageSpec { exact: true, ..centre() };
    let builder = cached(&plain, &exact, folder.path()).copies(Copies::Always);
    assert_eq!(run(builder).await.1.cached_copies, LARGER);
    let (pixels, _) = run(stream(&plain, &exact)).await;
    assert_eq!(pixels.len() as u64, LARGER + 1);
}

#[tokio::test]
async fn on_a_local_disk_the_second_epoch_reads_copies_too() {
    let (directory, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let plain = pictures(Store::local(directory.path()).unwrap(), &[6, 7], of).await;
    let stored = with_copies(&plain, CopyEncoding::Jpeg, false).await;
    let (_, first) = run(cached(&plain, &centre(), folder.path())).await;
    let (pixels, second) = run(cached(&plain, &centre(), folder.path())).await;
    assert_eq!((first.copies_made, second.copies_made, second.cached_copies), (LARGER, 0, LARGER));
    assert!(pixels == run(stream(&stored, &centre())).await.0);
    // What was decoded: the copies, and the image that is small enough.
    let lengths: u64 = copies(folder.path()).iter().map(|file| fs::metadata(file).unwrap().len() - 4).sum();
    let small = super::pictures::bytes_of(4, Picture::Png).len() as u64;
    assert_eq!(second.image_bytes, lengths + small);
    assert!(second.image_bytes < first.image_bytes / 4);
}

#[tokio::test]
async fn of_random_parts_copies_show_those_that_copies_of_the_data_set_would() {
    let plain = large().await;
    let stored = with_copies(&plain, CopyEncoding::Jpeg, false).await;
    let folder = TempDir::new().unwrap();
    run(cached(&plain, &random(), folder.path())).await;
    for policy in [Copies::Enough, Copies::Always] {
        for epoch in 1..4 {
            let (expected, of_stored) = run(stream(&stored, &random()).epoch(epoch).copies(policy)).await;
            let builder = cached(&plain, &random(), folder.path()).epoch(epoch).copies(policy);
            let (pixels, stats) = run(builder).await;
            assert!(pixels == expected, "{policy:?}, epoch {epoch}");
            assert_eq!((stats.cached_copies, stats.copies_made), (of_stored.copies, 0));
            assert!(policy == Copies::Always || stats.cached_copies < LARGER);
        }
    }
}

/// A row that comes again shows another part, for which its copy may not be enough: the image is fetched then.
#[tokio::test]
async fn rows_that_come_again_are_right_too() {
    let (_, plain) = watched().await;
    let stored = with_copies(&plain, CopyEncoding::Jpeg, false).await;
    let folder = TempDir::new().unwrap();
    run(cached(&plain, &random(), folder.path())).await;
    let weights = || crate::Weights::Column("n".to_owned());
    for epoch in 1..4 {
        let (expected, _) = run(stream(&stored, &random()).epoch(epoch).weights(weights())).await;
        let builder = cached(&plain, &random(), folder.path()).epoch(epoch).weights(weights());
        let (pixels, stats) = run(builder).await;
        assert!(pixels == expected, "epoch {epoch}");
        assert_eq!((stats.samples, stats.failed_total), (LARGER + 1, 0));
    }
}

#[tokio::test]
async fn damaged_copies_are_found_and_made_again() {
    for is_local in [false, true] {
        let (directory, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let plain = match is_local {
            true => pictures(Store::local(directory.path()).unwrap(), &[6, 7], of).await,
            false => watched().await.1,
        };
        run(cached(&plain, &centre(), folder.path())).await;
        let (of_copies, _) = run(cached(&plain, &centre(), folder.path())).await;
        let (of_images, _) = run(stream(&plain, &centre())).await;
        let files = copies(folder.path());
        let whole = fs::read(&files[0]).unwrap();
        let changed = |at: usize| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            bytes
        };
        let noise = vec![7; 5000];
        let signed = |bytes: &[u8]| [bytes, &crc32fast::hash(bytes).to_le_bytes()].concat();
        // A pixel, the header, cut, empty; no image at all, and half a header, under a right checksum.
        let damaged = [
            changed(whole.len() / 2),
            changed(3),
            whole[..whole.len() / 3].to_vec(),
            Vec::new(),
            signed(&noise),
            signed(&whole[..40]),
        ];
        for (file, bytes) in files.iter().zip(&damaged) {
            fs::write(file, bytes).unwrap();
        }
        let (pixels, stats) = run(cached(&plain, &centre(), folder.path())).await;
        assert_eq!((stats.cached_copies, stats.copies_made, stats.failed_total), (LARGER - 6, 6, 0));
        let shows = |of: &Pixels, row: &u64| pixels[row] == of[row];
        assert!(pixels.keys().all(|row| shows(&of_copies, row) || shows(&of_images, row)));
        let (pixels, stats) = run(cached(&plain, &centre(), folder.path())).await;
        assert!(pixels == of_copies);
        assert_eq!((stats.cached_copies, stats.copies_made), (LARGER, 0));
        assert_eq!(fs::read(&files[0]).unwrap(), whole, "the same copy as before");
    }
}

#[tokio::test]
async fn the_limit_is_that_of_all_entries_together() {
    let (_, plain) = watched().await;
    let folder = TempDir::new().unwrap();
    run(cached(&plain, &centre(), folder.path())).await;
    let size = |folder: &Path| -> u64 {
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len());
        files.map(|len| len.div_ceil(4096) * 4096).sum()
    };
    let of_copies = size(folder.path());
    let limit = of_copies / 2;
    let (plain_pixels, _) = run(stream(&plain, &centre())).await;
    let folder = TempDir::new().unwrap();
    for _ in 0..3 {
        let builder =
            stream(&plain, &centre()).copy_cache(Cache::open(folder.path(), limit).unwrap(), SHORT_SIDE);
        let (pixels, stats) = run(builder).await;
        assert!(pixels.len() == plain_pixels.len() && stats.failed_total == 0);
        assert!(size(folder.path()) <= limit && !copies(folder.path()).is_empty());
    }
    // Nothing is kept that is larger than all.
    let folder = TempDir::new().unwrap();
    let builder = stream(&plain, &centre()).copy_cache(Cache::open(folder.path(), 4096).unwrap(), SHORT_SIDE);
    let (pixels, stats) = run(builder).await;
    assert!(pixels == plain_pixels && stats.copies_made <= 1 && size(folder.path()) <= 4096);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn streams_of_several_processes_share_what_they_make() {
    let (watched, plain) = watched().await;
    let folder = TempDir::new().unwrap();
    // Each has a cache of its own, as another process would.
    let ranks = (0..2).map(|rank| run(cached(&plain, &centre(), folder.path()).lanes(1).rank(rank, 2)));
    let made: u64 = futures::future::join_all(ranks).await.iter().map(|(_, stats)| stats.copies_made).sum();
    assert_eq!(made, LARGER, "each makes those of its rows");
    let both = (0..2).map(|_| run(cached(&plain, &centre(), folder.path())));
    for (_, stats) in futures::future::join_all(both).await {
        assert_eq!((stats.copies_made, stats.cached_copies), (0, LARGER));
    }
    // At the same time, in an empty folder: both may make one, and neither is in the other's way.
    let (other, before) = (TempDir::new().unwrap(), watched.fetched.load(Ordering::SeqCst));
    let both = (0..2).map(|_| run(cached(&plain, &centre(), other.path())));
    for (_, stats) in futures::future::join_all(both).await {
        assert_eq!((stats.images, stats.failed_total), (LARGER + 1, 0));
    }
    assert!(watched.fetched.load(Ordering::SeqCst) > before);
    assert_eq!(copies(other.path()).len() as u64, LARGER);
    let left = fs::read_dir(other.path()).unwrap().count() as u64;
    assert_eq!(left, LARGER, "nothing unfinished is left");
}

#[tokio::test]
async fn with_a_cache_of_chunks_a_row_group_is_read_if_any_image_of_it_is_needed() {
    let (watched, plain) = watched().await;
    let folder = TempDir::new().unwrap();
    let builder = || {
        let cache = Cache::open(folder.path(), ROOM).unwrap();
        stream(&plain, &centre()).cache(cache.clone()).copy_cache(cache, SHORT_SIDE)
    };
    let (_, first) = run(builder()).await;
    assert!(first.cache_misses > 0 && first.cache_hits == 0);
    watched.fetched.store(0, Ordering::SeqCst);
    let (_, second) = run(builder()).await;
    assert_eq!((second.cached_copies, second.cache_misses), (LARGER, 0));
    // The first row group has the image that is small enough.
    assert_eq!(second.cache_hits, LARGER + 1);
    assert_eq!(watched.fetched.load(Ordering::SeqCst), 0);
    let (_, verified) = run(stream(&plain, &centre()).verify(true)).await;
    let (pixels, stats) = run(cached(&plain, &centre(), folder.path()).verify(true)).await;
    assert_eq!((pixels.len() as u64, stats.cached_copies, verified.cached_copies), (LARGER + 1, LARGER, 0));
}

#[tokio::test]
async fn copies_of_the_data_set_come_first_where_they_are_as_large() {
    let plain = large().await;
    let stored = with_copies(&plain, CopyEncoding::Jpeg, false).await;
    let folder = TempDir::new().unwrap();
    for side in [SHORT_SIDE, SHORT_SIDE - 1] {
        let cache = Cache::open(folder.path(), ROOM).unwrap();
        let (_, stats) = run(stream(&stored, &centre()).copy_cache(cache, side)).await;
        assert_eq!((stats.copies, stats.copies_made), (LARGER, 0));
    }
    // Larger ones are made where those of the data set aren't enough.
    let larger = spec_of(ResizeTo::Short(140), Some([120, 120]));
    for (made, used) in [(LARGER, 0), (0, LARGER)] {
        let cache = Cache::open(folder.path(), ROOM).unwrap();
        let (_, stats) = run(stream(&stored, &larger).copy_cache(cache, 150)).await;
        assert_eq!((stats.copies, stats.copies_made, stats.cached_copies), (0, made, used));
    }
    let cache = Cache::open(folder.path(), ROOM).unwrap();
    let (_, stats) = run(stream(&stored, &larger).copy_cache(cache, 150).copies(Copies::Always)).await;
    assert_eq!((stats.copies, stats.cached_copies), (0, LARGER), "the largest");
}

#[tokio::test]
async fn data_sets_of_a_mix_have_copies_of_their_own() {
    let (one, other) = (watched().await.1, watched().await.1);
    let folder = TempDir::new().unwrap();
    let build = |epoch| {
        let parts = [&one, &other].map(|part| {
            StreamBuilder::new(part.clone()).copy_cache(Cache::open(folder.path(), ROOM).unwrap(), SHORT_SIDE)
        });
        let mixed = StreamBuilder::mix(parts.to_vec(), crate::Mixing::default()).unwrap();
        mixed.columns(&["image"]).image("image", centre()).batch_size(5).shuffle(3).epoch(epoch)
    };
    let count = |builder: StreamBuilder| async {
        let mut stream = builder.build().await.unwrap();
        while let Some(batch) = futures::StreamExt::next(&mut stream).await {
            batch.unwrap();
        }
        stream.stats()
    };
    // Both have the same files, so they share the copies; each row is decoded once.
    let first = count(build(0)).await;
    assert_eq!(first.copies_made + first.cached_copies, 2 * LARGER);
    assert_eq!(copies(folder.path()).len() as u64, LARGER);
    let second = count(build(1)).await;
    assert_eq!((second.copies_made, second.cached_copies), (0, 2 * LARGER));
}

#[tokio::test]
async fn settings_that_would_use_no_copy_are_refused() {
    let plain = large().await;
    let folder = TempDir::new().unwrap();
    let refused = |builder: StreamBuilder| async {
        let error = builder.build().await.unwrap_err();
        assert!(matches!(error, Error::Plan { .. } | Error::Setting { .. }), "{error:?}");
        error.to_string()
    };
    let cache = || Cache::open(folder.path(), ROOM).unwrap();
    let exact = ImageSpec { exact: true, ..centre() };
    for spec in [exact, ImageSpec::default()] {
        let error = refused(cached(&plain, &spec, folder.path())).await;
        assert!(error.contains("exact") && error.contains("always"), "{error}");
    }
    let off = refused(cached(&plain, &centre(), folder.path()).copies(Copies::Off)).await;
    assert!(off.contains("`copies` is off"), "{off}");
    let shapes = refused(cached(&plain, &centre(), folder.path()).bucket(Bucket::Shape)).await;
    assert!(shapes.contains("sizes of the images"), "{shapes}");
    let none = refused(StreamBuilder::new(plain.clone()).copy_cache(cache(), SHORT_SIDE)).await;
    assert!(none.contains("no images are decoded"), "{none}");
    for side in [0, 15, 4097] {
        let error = refused(stream(&plain, &centre()).copy_cache(cache(), side)).await;
        assert!(error.contains("16 to 4096") && error.contains(&side.to_string()), "{error}");
    }
    let moving = stream(&plain, &centre()).copy_cache(cache(), SHORT_SIDE);
    assert!(moving.clone().build().await.is_ok());
    let builder = StreamBuilder::new(plain.clone()).copy_cache(cache(), SHORT_SIDE);
    let error = refused(builder.image_with("image", centre(), Moving::columns(&["n"]))).await;
    assert!(error.contains("move along"), "{error}");
}
