//! Loads a chunk: fetches the byte ranges of its columns, checks them, decodes them.
//!
//! In come an open fragment and a row group; out come its columns. On a local disk nothing is fetched: media
//! come out as views of the memory map, and no byte of an image is touched. From a bucket the ranges of all
//! files are fetched concurrently, or read from the disk cache where it holds them. Checksums and decoding run on
//! the CPU pool ([`cpu_pool`]). A consumer that needs only a few rows of a chunk reads only their pages.
//!
//! [`FragmentReader`] and its files validate a fragment's files: their row groups, byte ranges, checksums. A panic of
//! the Parquet decoder, which may panic on damaged bytes, is caught here and becomes an error that names the file
//! and the rows.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::try_join_all;
use hub_dataset::file::{GroupFile, SparseBytes};
use hub_dataset::store::joined;
use hub_dataset::{FragmentReader, Snapshot, cpu_pool, layout};

use crate::builder::StreamBuilder;
use crate::cache::{Cache, Key};
use crate::chunks::Chunk;
use crate::columns::Columns;
use crate::error::{Error, Result};
use crate::images::HeldCopies;
use crate::large::{InParts, Split, only_column};
use crate::panics;
use crate::stats::Counters;

/// A view of a sample in a memory map: the view itself, its share of a page's buffer and of the page table.
const MAPPED_ROW_BYTES: u64 = 96;

/// Loads the chunks of a stream.
#[derive(Debug)]
pub struct Loader {
    pub snapshot: Snapshot,
    pub columns: Columns,
    pub cache: Option<Cache>,
    /// Image columns whose large images are left out, to be fetched in parts; none on a local disk.
    pub in_parts: Vec<InParts>,
    /// Image columns whose images are left out where the cache has copies that are enough; none on a local disk.
    pub held: Vec<HeldCopies>,
    pub counters: Arc<Counters>,
    /// Compare checksums also where not all of a row group is fetched anyway.
    pub verify: bool,
    /// Release the pages of mapped files once they are checked and decoded.
    pub release_pages: bool,
}

/// What to load of a chunk.
#[derive(Clone, Debug)]
pub struct Job {
    pub chunk: Chunk,
    /// The rows to read, counted from the chunk's first, rising; none: the whole row group.
    pub only: Option<Vec<u32>>,
}

impl Job {
    /// The rows to read, counted from the fragment's first.
    fn offsets(&self) -> Vec<u32> {
        let chunk = self.chunk;
        match &self.only {
            Some(rows) => rows.iter().map(|row| chunk.start + row).collect(),
            None => (chunk.start..chunk.start + chunk.rows).collect(),
        }
    }
}

impl Loader {
    /// Of a builder's data set; `held`: where its images needn't be read.
    pub fn of(
        builder: StreamBuilder,
        columns: Columns,
        held: Vec<HeldCopies>,
        counters: Arc<Counters>,
    ) -> Self {
        // Proxies may stand between here and a server: row groups that are read whole are checked.
        let verify = builder.verify || builder.snapshot.dataset().store().is_served();
        let in_parts = if verify { Vec::new() } else { builder.in_parts(&columns) };
        let (snapshot, cache, release_pages) = (builder.snapshot, builder.cache, builder.release_pages);
        Self { snapshot, columns, cache, in_parts, held, counters, verify, release_pages }
    }

    /// Opens the files of the fragment at a place of the index.
    pub async fn open(&self, place: usize) -> Result<FragmentReader> {
        let fragment = &self.snapshot.index().await?.fragments()[place];
        let fields = self.columns.fields();
        match AssertUnwindSafe(self.snapshot.open(fragment, &fields)).catch_unwind().await {
            Ok(opened) => Ok(opened?),
            Err(panic) => Err(damaged(&format!("fragment {}", fragment.id), &panics::message(&*panic))),
        }
    }

    /// Whether the files are on a local disk, where nothing is fetched.
    pub fn is_local(&self) -> bool {
        self.snapshot.dataset().store().directory().is_some()
    }

    /// Bytes that a chunk takes at most while it is loaded and afterwards.
    pub fn size_bytes(&self, reader: &FragmentReader, job: &Job) -> u64 {
        let sizes = reader.files().iter().map(|(file, held)| {
            let group = file.metadata().row_group(job.chunk.row_group as usize);
            let fields = reader.held(held);
            let mut bytes = 0;
            for field in fields {
                let Some(root) = file.place(field.id) else { continue };
                let leaves = file.metadata().file_metadata().schema_descr();
                let of_root = |leaf: &usize| leaves.get_column_root_idx(*leaf) == root;
                for leaf in (0..group.num_columns()).filter(of_root) {
                    let column = group.column(leaf);
                    let stored_plain = field.feature.is_media()
                        && column.compression() == parquet::basic::Compression::UNCOMPRESSED;
                    bytes += match stored_plain {
                        true => u64::from(job.chunk.rows) * MAPPED_ROW_BYTES,
                        false => column.uncompressed_size().max(0) as u64,
                    };
                }
            }
            bytes
        });
        let whole: u64 = sizes.sum();
        let decoded = match &job.only {
            Some(rows) => whole * rows.len() as u64 / u64::from(job.chunk.rows.max(1)),
            None => whole,
        };
        // Invalid ranges are an error when they are read.
        decoded + self.fetched_bytes(reader, job).unwrap_or(0)
    }

    /// Loads a chunk; returns its columns as they are kept until they are mixed.
    pub async fn load(self: Arc<Self>, reader: Arc<FragmentReader>, job: Job) -> Result<Vec<ArrayRef>> {
        let what = format!("a chunk of fragment {}", reader.fragment().id);
        match AssertUnwindSafe(self.load_unguarded(reader, job)).catch_unwind().await {
            Ok(loaded) => loaded,
            Err(panic) => Err(damaged(&what, &panics::message(&*panic))),
        }
    }

    async fn load_unguarded(self: Arc<Self>, reader: Arc<FragmentReader>, job: Job) -> Result<Vec<ArrayRef>> {
        let splits = match self.held.is_empty() {
            true => self.splits(&reader, &job),
            false => {
                // The headers of copies are files.
                let (loader, reader, job) = (Arc::clone(&self), Arc::clone(&reader), job.clone());
                let splits = move || loader.splits(&reader, &job);
                tokio::task::spawn_blocking(splits).await.map_err(Error::Cancelled)?
            }
        };
        let ranges = if self.is_local() {
            vec![Vec::new(); reader.files().len()]
        } else {
            self.ranges(&reader, &job, &splits)?
        };
        let files = reader.files().iter().zip(ranges);
        let fetched =
            try_join_all(files.map(|((file, _), ranges)| self.fetch(file, ranges, job.chunk))).await?;
        let decode = async move {
            let read = decode(&reader, &job, &splits, fetched)?;
            if self.release_pages {
                reader.release_pages(job.chunk.row_group as usize);
            }
            Ok(self.columns.of_chunk(&read, reader.fragment(), job.offsets().into_iter()))
        };
        cpu_pool::run(decode).await.map_err(Error::Cancelled)?
    }

    /// The byte ranges to fetch for a job, in each of the reader's files.
    fn ranges(
        &self,
        reader: &FragmentReader,
        job: &Job,
        splits: &[Option<Split>],
    ) -> Result<Vec<Vec<Range<u64>>>> {
        let row_group = job.chunk.row_group as usize;
        let mut ranges = match &job.only {
            Some(_) => reader.page_ranges(&job.offsets())?,
            None if self.verify => {
                reader.files().iter().map(|(file, _)| vec![file.row_group_range(row_group)]).collect()
            }
            None => reader.whole_ranges(row_group),
        };
        for ((split, ranges), (file, held)) in splits.iter().zip(&mut ranges).zip(reader.files()) {
            match split {
                Some(split) if split.is_all() => ranges.clear(),
                Some(split) => *ranges = joined(&file.row_ranges(&split.read, &reader.held(held))?),
                None => {}
            }
        }
        Ok(ranges)
    }

    /// For each of the reader's files the rows that are read, if some are left out.
    fn splits(&self, reader: &FragmentReader, job: &Job) -> Vec<Option<Split>> {
        let large = self.large(reader, job);
        if self.held.is_empty() {
            return large;
        }
        let offsets = job.offsets();
        let held = |(file, large): (&(GroupFile, Vec<usize>), Option<Split>)| {
            let place = only_column(file)?;
            let Some(held) = self.held.iter().find(|held| held.image == place) else { return large };
            let field = reader.fields().get(place)?;
            let split = Split::new(held.rows(reader.fragment(), field.id, file.0.hash(), &offsets), &offsets);
            // A cache, and a checksum, are of a row group as a whole.
            split.filter(|split| split.is_all() || (self.cache.is_none() && !self.verify))
        };
        reader.files().iter().zip(large).map(held).collect()
    }

    /// For each of the reader's files the rows that are read, if large images are left out.
    fn large(&self, reader: &FragmentReader, job: &Job) -> Vec<Option<Split>> {
        if self.in_parts.is_empty() {
            return reader.files().iter().map(|_| None).collect();
        }
        let (row_group, offsets) = (job.chunk.row_group as usize, job.offsets());
        let split = |file: &(GroupFile, Vec<usize>)| {
            let place = only_column(file)?;
            let column = self.in_parts.iter().find(|column| column.image == place)?;
            Split::new(column.rows(reader, &file.0, row_group), &offsets)
        };
        reader.files().iter().map(split).collect()
    }

    /// The most bytes to fetch for a job, whatever the cache has: none of files on a local disk.
    fn fetched_bytes(&self, reader: &FragmentReader, job: &Job) -> Result<u64> {
        if self.is_local() {
            return Ok(0);
        }
        let splits = self.large(reader, job);
        Ok(self.ranges(reader, job, &splits)?.iter().flatten().map(|range| range.end - range.start).sum())
    }

    /// Whether reading only the pages of some rows of a chunk saves much. Never on a local disk, where nothing is
    /// fetched and an image that isn't read costs nothing.
    pub fn saves(&self, reader: &FragmentReader, some: &Job) -> bool {
        // An error here comes again when the chunk is read, so it is ignored.
        let worth = || reader.worth_pages(some.chunk.row_group as usize, &some.offsets());
        !self.is_local() && matches!(worth(), Ok(Some(_)))
    }

    async fn fetch(&self, file: &GroupFile, ranges: Vec<Range<u64>>, chunk: Chunk) -> Result<SparseBytes> {
        let row_group = chunk.row_group as usize;
        let all = file.row_group_range(row_group);
        if let Some(map) = file.map() {
            if self.verify {
                check(file, row_group, map.slice(all.start as usize..all.end as usize)).await?;
            }
            return Ok(SparseBytes::whole(map.clone()));
        }
        let keys: Vec<Key> = ranges.into_iter().map(|range| Key { file: file.hash(), range }).collect();
        let mut parts = Vec::with_capacity(keys.len());
        let mut missing = Vec::new();
        for key in &keys {
            let found = match &self.cache {
                Some(cache) => {
                    let found = cache.get(key).await;
                    self.counters.cache_range(found.is_some());
                    found
                }
                None => None,
            };
            match found {
                Some(bytes) => parts.push((key.range.start, bytes)),
                None => missing.push(key.clone()),
            }
        }
        if missing.is_empty() {
            return Ok(SparseBytes::new(file.size_bytes(), parts));
        }
        if let Some(cache) = &self.cache {
            cache.check_room(&keys, || format!("{} ({})", file.path(), rows_of(chunk)))?;
        }
        let path = layout::data(file.hash());
        let wanted: Vec<Range<u64>> = missing.iter().map(|k| k.range.clone()).collect();
        let fetched = self.snapshot.dataset().store().joined_ranges(&path, &wanted).await?;
        for (key, bytes) in missing.into_iter().zip(fetched) {
            let wanted = key.range.end - key.range.start;
            if bytes.len() as u64 != wanted {
                let problem =
                    format!("the store returned {} of {wanted} bytes of {}", bytes.len(), rows_of(chunk));
                return Err(damaged(file.path(), &problem));
            }
            if key.range == all {
                check(file, row_group, bytes.clone()).await?;
            }
            if let Some(cache) = &self.cache {
                cache.put(&key, bytes.clone()).await;
            }
            parts.push((key.range.start, bytes));
        }
        Ok(SparseBytes::new(file.size_bytes(), parts))
    }
}

/// Compares a row group's checksum, which reads all of it, on the CPU pool.
async fn check(file: &GroupFile, row_group: usize, bytes: Bytes) -> Result<()> {
    let file = file.clone();
    let checked = cpu_pool::run(async move { file.check_row_group(row_group, Some(&bytes)) }).await;
    Ok(checked.map_err(Error::Cancelled)??)
}

fn decode(
    reader: &FragmentReader,
    job: &Job,
    splits: &[Option<Split>],
    fetched: Vec<SparseBytes>,
) -> Result<RecordBatch> {
    let (chunk, offsets) = (job.chunk, job.offsets());
    let mut parts = Vec::with_capacity(fetched.len());
    for (((file, held), bytes), split) in reader.files().iter().zip(fetched).zip(splits) {
        let fields = reader.held(held);
        let decode = || match (split, &job.only) {
            (Some(split), _) => split.decode(file, fields[0], &offsets, bytes),
            (None, Some(_)) => file.decode_rows(&offsets, &fields, bytes),
            (None, None) => file.decode_row_group(chunk.row_group as usize, &fields, bytes),
        };
        let decoded = catch_unwind(AssertUnwindSafe(decode));
        let problem = match decoded {
            Ok(Ok(batch)) => {
                parts.push((batch, held.as_slice()));
                continue;
            }
            Ok(Err(hub_dataset::Error::Damaged { problem, .. })) => problem,
            Ok(Err(other)) => chain(&other),
            Err(panic) => panics::message(&*panic),
        };
        return Err(damaged(file.path(), &format!("{}: {problem}", rows_of(chunk))));
    }
    Ok(reader.assemble(&parts, offsets.len())?)
}

fn rows_of(chunk: Chunk) -> String {
    let last = (chunk.start + chunk.rows).saturating_sub(1);
    format!("rows {} to {last} (row group {})", chunk.start, chunk.row_group)
}

fn damaged(path: &str, problem: &str) -> Error {
    hub_dataset::Error::Damaged { path: path.to_owned(), problem: problem.to_owned() }.into()
}

/// An error and its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text = format!("{text}: {source}");
        cause = source.source();
    }
    text
}
