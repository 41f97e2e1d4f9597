//! Large images that are not on a local disk: of each only what its crop needs is fetched.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hub_dataset::{Snapshot, Store};
use object_store::path::Path;

use super::indexes::{run, stream};
use super::pictures::{Picture, pictures};
use super::remote::Watched;
use super::stored_indexes::indexed;
use crate::Cache;

/// Four images of more than 1 MiB, and two others.
async fn vast() -> (Arc<Watched>, Snapshot) {
    let watched = Arc::new(Watched::default());
    let store = Store::new(watched.clone(), Path::default(), "watched://here");
    let of = |n| match n {
        1 => Picture::Large,
        4 => Picture::Png,
        _ => Picture::Vast,
    };
    let snapshot = pictures(store, &[4, 2], of).await;
    (watched, snapshot)
}

#[tokio::test]
async fn of_large_images_only_what_a_crop_needs_is_fetched() {
    let (watched, plain) = vast().await;
    let with = indexed(&plain, |_, index| Some(index)).await;
    for epoch in 0..3 {
        let (expected, _) = run(stream(&plain, epoch)).await;
        // Footers are open.
        run(stream(&with, epoch).fetch_parts(false)).await;
        watched.fetched.store(0, Ordering::SeqCst);
        let (pixels, whole) = run(stream(&with, epoch).fetch_parts(false)).await;
        assert!(pixels == expected);
        assert_eq!((whole.fetched_parts, whole.saved_bytes), (0, 0));
        let all = watched.fetched.swap(0, Ordering::SeqCst);
        let (pixels, parts) = run(stream(&with, epoch)).await;
        assert!(pixels == expected, "the same pixels");
        let fetched = watched.fetched.swap(0, Ordering::SeqCst);
        assert_eq!((parts.fetched_parts, parts.indexed, parts.stored_indexes), (4, 5, 5));
        assert!(fetched < all * 3 / 4, "{fetched} of {all} bytes");
        // What is said is what was saved, but for the pages' own bytes.
        let saved = all - fetched;
        assert!(saved.abs_diff(parts.saved_bytes) < 10_000, "{saved} saved, {} said", parts.saved_bytes);
    }
}

#[tokio::test]
async fn some_rows_of_a_chunk_are_fetched_in_parts_too() {
    let (watched, plain) = vast().await;
    let with = indexed(&plain, |_, index| Some(index)).await;
    let some = |snapshot: &Snapshot| stream(snapshot, 0).positions([0, 1, 5]);
    let (expected, _) = run(some(&plain)).await;
    watched.fetched.store(0, Ordering::SeqCst);
    let (pixels, stats) = run(some(&with)).await;
    assert!(pixels == expected && pixels.len() == 3);
    assert_eq!((stats.fetched_parts, stats.images), (2, 3));
}

#[tokio::test]
async fn where_all_bytes_are_wanted_images_are_fetched_whole() {
    let (_, plain) = vast().await;
    let with = indexed(&plain, |_, index| Some(index)).await;
    let (expected, _) = run(stream(&plain, 0)).await;
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::open(directory.path(), 1 << 30).unwrap();
    for builder in [stream(&with, 0).cache(cache), stream(&with, 0).verify(true), stream(&plain, 0)] {
        let (pixels, stats) = run(builder).await;
        assert!(pixels == expected);
        assert_eq!(stats.fetched_parts, 0);
    }
    // Nothing is cropped: a whole image needs all of its bytes.
    let whole = |snapshot: &Snapshot| {
        let builder = crate::StreamBuilder::new(snapshot.clone()).columns(&["image"]);
        builder.image("image", hub_decode::ImageSpec::default())
    };
    let count = |builder: crate::StreamBuilder| async {
        let mut stream = builder.build().await.unwrap();
        while let Some(batch) = futures::StreamExt::next(&mut stream).await {
            batch.unwrap();
        }
        stream.stats().fetched_parts
    };
    assert_eq!(count(whole(&with)).await, 0);
}

#[tokio::test]
async fn wrong_indexes_cost_the_saving_and_change_no_pixel() {
    let (_, plain) = vast().await;
    let (expected, _) = run(stream(&plain, 1)).await;
    let signed = |mut index: Vec<u8>| {
        let crc = crc32fast::hash(&index[8..]).to_le_bytes();
        index[4..8].copy_from_slice(&crc);
        index
    };
    // Of no image at all, and changed in the middle of its points under a right checksum.
    let noise = indexed(&plain, |media, _| Some(media[..200].to_vec())).await;
    let changed = indexed(&plain, move |_, mut index| {
        let at = index.len() / 2;
        if at > 32 {
            index[at] ^= 0x10;
            return Some(signed(index));
        }
        None
    });
    for with in [noise, changed.await] {
        let (pixels, stats) = run(stream(&with, 1)).await;
        assert!(pixels == expected);
        assert_eq!(stats.failed_total, 0);
        assert!(stats.indexes_refused >= 3, "{stats:?}");
    }
    // Another image's, by its length and checksum too.
    let before = std::sync::Mutex::new(Vec::new());
    let with =
        indexed(&plain, move |_, index| Some(std::mem::replace(&mut *before.lock().unwrap(), index))).await;
    let (pixels, stats) = run(stream(&with, 1)).await;
    assert!(pixels == expected && stats.failed_total == 0 && stats.fetched_parts == 0, "{stats:?}");
}

/// With the checksum of the image before it, a part of an image can't show that it is another: the positions do.
#[tokio::test]
async fn damaged_images_are_reported_as_ever() {
    let watched = Arc::new(Watched::default());
    let store = Store::new(watched.clone(), Path::default(), "watched://here");
    let plain = pictures(store, &[3], |n| if n == 1 { Picture::Noise } else { Picture::Vast }).await;
    let with = indexed(&plain, |_, index| Some(index)).await;
    let skip = |snapshot: &Snapshot| stream(snapshot, 0).on_error(crate::OnError::Zero);
    let (expected, _) = run(skip(&plain)).await;
    let (pixels, stats) = run(skip(&with)).await;
    assert!(pixels == expected);
    assert_eq!((stats.failed_total, stats.fetched_parts), (1, 2));
}
