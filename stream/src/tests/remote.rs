//! Stores that are not a local disk: the budget holds, failures end the stream, the cache serves.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arrow::array::AsArray;
use async_trait::async_trait;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use hub_dataset::{Dataset, Snapshot, Store};
use hub_schema::BranchName;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetRange, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use super::fixtures::{all, filled, image_bytes, large, numbers};
use crate::cache::Cache;
use crate::{Error, StreamBuilder};

/// Memory that counts what is asked of it, takes its time, and can be told to fail.
#[derive(Debug, Default)]
pub struct Watched {
    inner: InMemory,
    /// Requests for ranges of data files.
    pub requests: AtomicU64,
    in_flight: AtomicU64,
    most_in_flight: AtomicU64,
    /// Their bytes.
    pub fetched: AtomicU64,
    fails: AtomicBool,
}

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("watched")
    }
}

#[async_trait]
impl ObjectStore for Watched {
    async fn put_opts(&self, at: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.inner.put_opts(at, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(at, options).await
    }

    async fn get_opts(&self, at: &Path, options: GetOptions) -> Result<GetResult> {
        let bytes = match &options.range {
            Some(GetRange::Bounded(range)) if at.as_ref().starts_with("data/") => range.end - range.start,
            _ => return self.inner.get_opts(at, options).await,
        };
        self.requests.fetch_add(1, Ordering::SeqCst);
        self.fetched.fetch_add(bytes, Ordering::SeqCst);
        let now = self.in_flight.fetch_add(bytes, Ordering::SeqCst) + bytes;
        self.most_in_flight.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        self.in_flight.fetch_sub(bytes, Ordering::SeqCst);
        if self.fails.load(Ordering::SeqCst) {
            let source = "the line is cut".into();
            return Err(object_store::Error::Generic { store: "watched", source });
        }
        self.inner.get_opts(at, options).await
    }

    fn delete_stream(&self, at: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(at)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

/// 240 rows in twelve row groups of 60 kB, each fragment's footer read before.
async fn watched() -> (Arc<Watched>, Snapshot) {
    let watched = Arc::new(Watched::default());
    let groups: &[u32] = &[20, 20, 20, 20];
    let store = Store::new(watched.clone(), Path::default(), "watched://here");
    let snapshot = filled(store, &[("", groups), ("", groups), ("", groups)]).await;
    (watched, snapshot)
}

#[tokio::test]
async fn what_is_read_ahead_stays_in_the_budget() {
    // Twenty images, what is kept of each, and the numbers.
    const CHUNK: u64 = 20 * 3200 + 2000;
    for (budget, chunks) in [(0, 0), (CHUNK, 1), (3 * CHUNK, 3), (u64::MAX, 12)] {
        let (watched, snapshot) = watched().await;
        let builder = StreamBuilder::new(snapshot).columns(&["image", "n"]).batch_size(20).prefetch(budget);
        let mut stream = builder.build().await.unwrap();
        let mut rows = Vec::new();
        while let Some(batch) = stream.next().await {
            rows.extend(numbers(&batch.unwrap()));
            assert!(stream.ahead_bytes() <= budget);
            // Long enough for all that may be read ahead.
            tokio::time::sleep(std::time::Duration::from_millis(8)).await;
        }
        assert_eq!(rows, (0..240).collect::<Vec<_>>());
        let most = watched.most_in_flight.load(Ordering::SeqCst);
        let allowed = (chunks + 1) * CHUNK;
        assert!(most <= allowed, "{most} bytes in flight with a budget of {budget}");
        assert!(chunks < 3 || most > CHUNK * 3 / 2, "{most} bytes in flight, some chunks go together");
    }
}

#[tokio::test]
async fn each_lane_is_read_by_its_consumer_alone() {
    let (watched, snapshot) = watched().await;
    let builder = StreamBuilder::new(snapshot).batch_size(10).shuffle(1).window_chunks(2);
    assert_eq!(all(builder.clone()).await.concat().len(), 240);
    let alone = watched.fetched.swap(0, Ordering::SeqCst);
    for rank in 0..4 {
        assert_eq!(all(builder.clone().rank(rank, 4)).await.concat().len(), 60);
    }
    let together = watched.fetched.load(Ordering::SeqCst);
    assert!(together <= alone, "{together} bytes for four ranks, {alone} for one");
}

#[tokio::test]
async fn a_few_rows_are_fetched_by_their_pages() {
    let (watched, snapshot) = watched().await;
    let builder = StreamBuilder::new(snapshot).columns(&["image", "n"]).positions([3, 70, 71, 200]);
    let batches: Vec<_> = builder.shuffle(1).build().await.unwrap().try_collect().await.unwrap();
    let mut rows = numbers(&batches[0]);
    rows.sort_unstable();
    assert_eq!(rows, [3, 70, 71, 200]);
    // Footers, a page of annotations a row group, and no more pages of images than can be helped: a page of
    // this size holds about twenty of these small images.
    assert!(watched.fetched.load(Ordering::SeqCst) < 5 * 64 * 1024 + 3 * 20_000);
}

#[cfg(feature = "query")]
#[tokio::test]
async fn what_a_filter_leaves_out_is_not_fetched() {
    let watched = Arc::new(Watched::default());
    let store = Store::new(watched.clone(), Path::default(), "watched://here");
    let snapshot = large(store, &[40, 40, 40]).await;
    // One in three, a run of ten, and a row group of which almost all is wanted.
    for condition in ["n % 3 = 0", "n BETWEEN 20 AND 29", "n >= 81"] {
        let builder = StreamBuilder::new(snapshot.clone()).batch_size(10).shuffle(1).filter(condition);
        let reads = builder.clone().estimate().await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::open(directory.path(), 1 << 30).unwrap();
        for epoch in 0..2 {
            watched.fetched.store(0, Ordering::SeqCst);
            let stream = builder.clone().cache(cache.clone()).epoch(epoch).build().await.unwrap();
            let batches: Vec<_> = stream.try_collect().await.unwrap();
            let (mut rows, mut matching) = (0, 0);
            for batch in &batches {
                rows += batch.num_rows();
                let images = batch.column_by_name("image").unwrap().as_struct().column(0).as_binary_view();
                matching += images.iter().flatten().map(|image| image.len() as u64).sum::<u64>();
                for (image, n) in images.iter().zip(numbers(batch)) {
                    assert_eq!(image.unwrap(), image_bytes(n).repeat(34));
                }
            }
            assert_eq!(rows as u64, reads.rows);
            let fetched = watched.fetched.load(Ordering::SeqCst);
            match epoch {
                0 => {
                    assert!(fetched <= matching * 6 / 5, "{condition}: {fetched} bytes for {matching}");
                    // The condition reads its column, and the footer is read.
                    assert!(
                        reads.bytes <= fetched && fetched <= reads.bytes + 100_000,
                        "{reads:?}, {fetched}"
                    );
                }
                _ => assert!(fetched < 20_000, "{condition}: {fetched} bytes, the cache has them"),
            }
        }
    }
}

#[tokio::test]
async fn a_store_that_fails_in_the_middle_ends_the_stream() {
    let (watched, snapshot) = watched().await;
    let builder = StreamBuilder::new(snapshot).batch_size(20).shuffle(1).window_chunks(2).prefetch(0);
    let mut stream = builder.build().await.unwrap();
    assert!(stream.next().await.unwrap().is_ok());
    watched.fails.store(true, Ordering::SeqCst);
    let mut batches = 1;
    let error = loop {
        match stream.next().await.unwrap() {
            Ok(_) => batches += 1,
            Err(error) => break error,
        }
    };
    assert!((1..12).contains(&batches));
    let Error::Dataset(hub_dataset::Error::Store { uri, path, .. }) = &error else { panic!("{error:?}") };
    assert!(uri == "watched://here" && path.starts_with("data/"));
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_second_epoch_comes_from_the_cache_in_another_process_too() {
    let (watched, snapshot) = watched().await;
    let directory = tempfile::tempdir().unwrap();
    let open = || Cache::open(directory.path(), 1 << 20).unwrap();
    let stream = |cache| StreamBuilder::new(snapshot.clone()).batch_size(10).shuffle(1).cache(cache);
    let first = all(stream(open())).await;
    let cache = open();
    // Opened anew: the footers are read again, the row groups are not.
    let dataset = Dataset::open(snapshot.dataset().store().clone()).await.unwrap();
    let snapshot = dataset.head(&BranchName::main()).await.unwrap().unwrap();
    watched.requests.store(0, Ordering::SeqCst);
    let again = StreamBuilder::new(snapshot).batch_size(10).shuffle(1).cache(cache.clone());
    assert_eq!(all(again).await, first);
    assert_eq!(watched.requests.load(Ordering::SeqCst), 3);
    assert_eq!((cache.stats().hits, cache.stats().misses), (12, 0));
}

#[tokio::test]
async fn a_cache_that_holds_less_than_an_epoch_still_serves_right_rows() {
    let (_, snapshot) = watched().await;
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::open(directory.path(), 200_000).unwrap();
    let stream = || StreamBuilder::new(snapshot.clone()).columns(&["image", "n"]).batch_size(10).shuffle(1);
    for _ in 0..2 {
        let batches: Vec<_> =
            stream().cache(cache.clone()).build().await.unwrap().try_collect().await.unwrap();
        assert_eq!(batches.iter().map(|b| b.num_rows()).sum::<usize>(), 240);
        let sizes =
            std::fs::read_dir(directory.path()).unwrap().map(|f| f.unwrap().metadata().unwrap().len());
        assert!(sizes.sum::<u64>() <= 200_000);
    }
}

#[tokio::test]
async fn a_cache_that_holds_no_chunk_is_refused() {
    let (_, snapshot) = watched().await;
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::open(directory.path(), 10_000).unwrap();
    let mut stream = StreamBuilder::new(snapshot).cache(cache).build().await.unwrap();
    let error = stream.next().await.unwrap().unwrap_err().to_string();
    assert!(error.contains("holds at most 10000 bytes, one chunk of watched://here/data/"), "{error}");
    assert!(error.contains(" needs 6") && error.contains("--cache-size"), "{error}");
}
