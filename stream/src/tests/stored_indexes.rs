//! Indexes of entry points that the data set has: used from the first epoch on, and never trusted.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use futures::StreamExt;
use hub_dataset::Snapshot;
use hub_dataset::ops::compact::CompactOptions;
use hub_dataset::ops::derived::Derive;
use hub_decode::{ImageDecoder, Limits};
use hub_schema::{BranchName, DerivedKind};

use super::fixtures::author;
use super::indexes::{large, run, stream};
use crate::IndexCache;

type Forge = Box<dyn Fn(&[u8], Vec<u8>) -> Option<Vec<u8>> + Send>;

/// Makes indexes, and what a test wants of them.
struct Forged(Mutex<Forge>);

impl std::fmt::Debug for Forged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Forged")
    }
}

impl Derive for Forged {
    fn kind(&self) -> DerivedKind {
        DerivedKind::EntryPoints
    }

    fn derive(&self, media: &[u8]) -> Option<Vec<u8>> {
        let mut decoder = ImageDecoder::new().unwrap();
        let index = decoder.jpeg().index(media, &Limits::default()).unwrap_or_default();
        self.0.lock().unwrap()(media, index)
    }
}

/// A branch of the data set with the indexes that `forge` makes of an image and its index.
pub async fn indexed(
    snapshot: &Snapshot,
    forge: impl Fn(&[u8], Vec<u8>) -> Option<Vec<u8>> + Send + 'static,
) -> Snapshot {
    static BRANCHES: AtomicU32 = AtomicU32::new(0);
    let image = snapshot.schema().column("image").unwrap().id;
    let branch =
        format!("indexed-{}", BRANCHES.fetch_add(1, Ordering::Relaxed)).parse::<BranchName>().unwrap();
    snapshot.dataset().create_branch(&branch, snapshot).await.unwrap();
    let options = CompactOptions {
        derives: vec![Arc::new(Forged(Mutex::new(Box::new(forge))))],
        derive_of: vec![(image, DerivedKind::EntryPoints)],
        ..CompactOptions::default()
    };
    let done = snapshot.dataset().compact(&branch, &author(), options).await.unwrap();
    done.committed.snapshot().unwrap().clone()
}

#[tokio::test]
async fn the_first_epoch_uses_them() {
    let plain = large().await;
    let with = indexed(&plain, |_, index| Some(index)).await;
    for epoch in 0..2 {
        let (expected, _) = run(stream(&plain, epoch)).await;
        let (pixels, stats) = run(stream(&with, epoch)).await;
        assert!(pixels == expected, "with an index, pixels are the same");
        assert_eq!((stats.whole_scans, stats.indexed, stats.stored_indexes), (0, 12, 12));
        assert_eq!((stats.indexes_made, stats.indexes_refused), (0, 0));
        let (pixels, stats) = run(stream(&with, epoch).stored_indexes(false)).await;
        assert!(pixels == expected);
        assert_eq!((stats.whole_scans, stats.indexed, stats.stored_indexes), (12, 0, 0));
    }
}

#[tokio::test]
async fn they_are_no_column_of_a_batch() {
    let plain = large().await;
    let with = indexed(&plain, |_, index| Some(index)).await;
    for row_ids in [false, true] {
        let mut before = stream(&plain, 0).with_row_ids(row_ids).build().await.unwrap();
        let mut after = stream(&with, 0).with_row_ids(row_ids).build().await.unwrap();
        assert_eq!(before.schema(), after.schema());
        let (before, after) = (before.next().await.unwrap().unwrap(), after.next().await.unwrap().unwrap());
        assert_eq!(before, after);
    }
    // Nor is one read where nothing is decoded.
    let columns = crate::StreamBuilder::new(with).build().await.unwrap().schema().fields().len();
    assert_eq!(columns, crate::StreamBuilder::new(plain).build().await.unwrap().schema().fields().len());
}

#[tokio::test]
async fn images_without_one_get_theirs_in_the_cache() {
    let plain = large().await;
    // Every second JPEG has none: not known, or known to be impossible.
    let count = Mutex::new(0);
    let with = indexed(&plain, move |media, index| {
        let mut count = count.lock().unwrap();
        *count += u32::from(media.starts_with(&[0xFF, 0xD8]));
        match *count % 3 {
            0 => None,
            1 => Some(Vec::new()),
            _ => Some(index),
        }
    });
    let with = with.await;
    let directory = tempfile::tempdir().unwrap();
    let cache = IndexCache::open(directory.path(), 1 << 30).unwrap();
    let (expected, _) = run(stream(&plain, 0)).await;
    for (indexed, made) in [(4, 4), (8, 0)] {
        let (pixels, stats) = run(stream(&with, 0).index_cache(cache.clone())).await;
        assert!(pixels == expected);
        assert_eq!((stats.indexed, stats.stored_indexes, stats.indexes_made), (indexed, 4, made));
    }
}

/// An index's bytes with a right checksum.
fn signed(mut index: Vec<u8>) -> Vec<u8> {
    let crc = crc32fast::hash(&index[8..]).to_le_bytes();
    index[4..8].copy_from_slice(&crc);
    index
}

#[tokio::test]
async fn wrong_ones_are_refused_and_show_no_wrong_pixel() {
    let plain = large().await;
    let (expected, _) = run(stream(&plain, 1)).await;
    let before = Mutex::new(vec![1; 300]);
    let forges: Vec<(&str, Forge)> = vec![
        (
            "of the image before",
            Box::new(move |_, index| Some(std::mem::replace(&mut *before.lock().unwrap(), index))),
        ),
        ("noise", Box::new(|media, _| Some(media[media.len() - 200..].to_vec()))),
        ("one byte", Box::new(|_, _| Some(vec![7]))),
        ("cut", Box::new(|_, index| Some(index[..index.len() * 2 / 3].to_vec()))),
        (
            "cut, with a right checksum",
            Box::new(|_, index| match index.len() {
                0 => None,
                length => Some(signed(index[..length - 5].to_vec())),
            }),
        ),
        (
            "longer",
            Box::new(|_, mut index| {
                index.extend([0; 9]);
                Some(signed(index))
            }),
        ),
    ];
    for (what, forge) in forges {
        let with = indexed(&plain, forge).await;
        let (pixels, stats) = run(stream(&with, 1)).await;
        assert!(pixels == expected, "{what}");
        assert_eq!(stats.failed_total, 0, "{what}");
        assert!(stats.indexes_refused >= 11 && stats.stored_indexes == 0, "{what}: {stats:?}");
    }
}

/// Numbers of the points changed, under a right checksum. Some are refused when they don't fit; all are when they are
/// verified.
#[tokio::test]
async fn forged_ones_do_no_harm_and_are_found_by_verifying() {
    let plain = large().await;
    let (expected, _) = run(stream(&plain, 1)).await;
    for round in 0..16u32 {
        let with = indexed(&plain, move |_, mut index| {
            if index.is_empty() {
                return Some(index);
            }
            // Behind what names the JPEG.
            let at = 32 + (round * 7919) as usize % (index.len() - 32);
            index[at] ^= 1 << (round % 8);
            Some(signed(index))
        });
        let with = with.await;
        let (_, stats) = run(stream(&with, 1)).await;
        assert_eq!((stats.failed_total, stats.indexed + stats.whole_scans), (0, 12), "round {round}");
        let (pixels, stats) = run(stream(&with, 1).verify(true)).await;
        assert!(pixels == expected, "round {round}");
        assert_eq!((stats.indexes_refused, stats.whole_scans), (12, 12), "round {round}");
    }
}
