//! The behaviour of the cache.

use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use hub_schema::ContentHash;
use tempfile::tempdir;

use super::{Cache, Key};

const BLOCK: u64 = 4096;

fn key(n: u8, len: usize) -> Key {
    Key { file: ContentHash([n; 32]), range: 10..10 + len as u64 }
}

fn content(n: u8, len: usize) -> Bytes {
    vec![n; len].into()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory).unwrap().map(|f| f.unwrap().path()).collect()
}

#[tokio::test]
async fn what_is_put_comes_back() {
    let directory = tempdir().unwrap();
    let cache = Cache::open(directory.path().join("made"), 1 << 20).unwrap();
    assert_eq!(cache.get(&key(1, 100)).await, None);
    cache.put(&key(1, 100), content(1, 100)).await;
    assert_eq!(cache.get(&key(1, 100)).await, Some(content(1, 100)));
    assert_eq!(cache.get(&key(1, 101)).await, None);
    assert_eq!((cache.stats().hits, cache.stats().misses), (1, 2));
}

#[tokio::test]
async fn what_was_not_used_for_longest_goes_first() {
    let directory = tempdir().unwrap();
    let cache = Cache::open(directory.path(), 3 * BLOCK).unwrap();
    for n in 1..=3 {
        cache.put(&key(n, 100), content(n, 100)).await;
    }
    cache.get(&key(1, 100)).await.unwrap();
    cache.put(&key(4, 100), content(4, 100)).await;
    assert_eq!(cache.get(&key(2, 100)).await, None);
    assert!(cache.get(&key(1, 100)).await.is_some() && cache.get(&key(4, 100)).await.is_some());
    assert!(files(directory.path()).len() <= 3);
}

#[tokio::test]
async fn a_smaller_limit_sweeps_what_is_there_and_nothing_else() {
    let directory = tempdir().unwrap();
    let cache = Cache::open(directory.path(), 10 * BLOCK).unwrap();
    for n in 1..=5 {
        cache.put(&key(n, 100), content(n, 100)).await;
    }
    fs::write(directory.path().join("thesis.txt"), vec![0; 9999]).unwrap();
    let cache = Cache::open(directory.path(), 2 * BLOCK).unwrap();
    assert_eq!(files(directory.path()).len(), 3);
    assert!(cache.get(&key(5, 100)).await.is_some() && cache.get(&key(3, 100)).await.is_none());
    assert!(directory.path().join("thesis.txt").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writes_at_a_time_stay_in_the_limit() {
    let directory = tempdir().unwrap();
    let cache = Cache::open(directory.path(), 20 * BLOCK).unwrap();
    for round in 0..5 {
        let puts = (0..40).map(|n| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.put(&key(round * 40 + n, 100), content(n, 100)).await })
        });
        futures::future::join_all(puts).await;
        assert!(files(directory.path()).len() <= 20);
    }
    assert!(cache.stats().unwritten < 40, "{:?}", cache.stats());
}

#[tokio::test]
async fn damaged_and_cut_entries_are_misses_and_go() {
    let directory = tempdir().unwrap();
    let cache = Cache::open(directory.path(), 1 << 20).unwrap();
    cache.put(&key(1, 5000), content(1, 5000)).await;
    let path = files(directory.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    for at in [0, 2500, 4999, 5003] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(cache.get(&key(1, 5000)).await, None, "byte {at}");
        assert!(!path.exists());
    }
    for length in [0, 3, 5000] {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(cache.get(&key(1, 5000)).await, None);
    }
    assert_eq!(cache.stats().damaged, 7);
    cache.put(&key(1, 5000), content(1, 5000)).await;
    assert!(cache.get(&key(1, 5000)).await.is_some());
}

#[tokio::test]
async fn processes_share_a_directory_and_its_limit() {
    let directory = tempdir().unwrap();
    let caches: Vec<_> = (0..4).map(|_| Cache::open(directory.path(), 64 * BLOCK).unwrap()).collect();
    for round in 0..50 {
        for (i, cache) in caches.iter().enumerate() {
            let n = (round * 4 + i) as u8;
            cache.put(&key(n, 100), content(n, 100)).await;
            let other = &caches[(i + 1) % 4];
            assert_eq!(other.get(&key(n, 100)).await, Some(content(n, 100)));
        }
        // Each process may pass the limit by a sixteenth.
        assert!(files(directory.path()).len() <= 64 + 4 * 5, "round {round}");
    }
    // A file that another process swept is a miss.
    files(directory.path()).iter().for_each(|f| fs::remove_file(f).unwrap());
    assert_eq!(caches[0].get(&key(199, 100)).await, None);
    assert_eq!(caches[0].stats().damaged, 0);
}

#[tokio::test]
async fn a_directory_that_cant_be_made_is_said_and_a_failing_disk_is_not_fatal() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = Cache::open(file.join("below"), 1).unwrap_err().to_string();
    assert!(error.contains("file/below: can't make the directory"), "{error}");
    let cache = Cache::open(directory.path().join("gone"), 1 << 20).unwrap();
    fs::remove_dir(directory.path().join("gone")).unwrap();
    cache.put(&key(1, 100), content(1, 100)).await;
    assert_eq!(cache.stats().unwritten, 1);
}
