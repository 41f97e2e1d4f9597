//! Reads the small files of many data sets.
//!
//! A runtime hands each read of a file to another thread and waits to be woken: with 5,000 data sets on 2 cores that took
//! three times as long as the reads themselves. The store of a local disk reads in place on a thread of no runtime, so
//! its data sets are read on such threads; those of a bucket or a server in the runtime.

use std::io;
use std::thread::available_parallelism;

use futures::executor::block_on;
use futures::stream::{self, StreamExt};
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use tokio::task::spawn_blocking;

use crate::store::Store;

/// Data sets that are read at a time.
const AT_ONCE: usize = 32;
/// Threads where there are fewer cores: a disk answers several requests at a time.
const LEAST_THREADS: usize = 8;

/// What `read` gives for each item, in their order; `store` is the one that all of them lie in.
///
/// # Errors
/// A read panicked, or the runtime is shutting down.
pub async fn side_by_side<I, O, F>(
    store: &Store,
    items: Vec<I>,
    read: impl Fn(I) -> F + Send + Sync + 'static,
) -> io::Result<Vec<O>>
where
    I: Send + 'static,
    O: Send + 'static,
    F: Future<Output = O> + Send,
{
    if store.directory().is_none() {
        return Ok(stream::iter(items).map(read).buffered(AT_ONCE).collect().await);
    }
    let threads = available_parallelism().map_or(LEAST_THREADS, usize::from).max(LEAST_THREADS);
    let all = move || match ThreadPoolBuilder::new().num_threads(threads.min(items.len())).build() {
        Ok(pool) => pool.install(|| items.into_par_iter().map(|item| block_on(read(item))).collect()),
        // No further thread can be had.
        Err(_) => items.into_iter().map(|item| block_on(read(item))).collect(),
    };
    spawn_blocking(all).await.map_err(io::Error::other)
}
