//! Loads a chunk: fetches the byte ranges of its columns, checks them, decodes them.
//!
//! In come an open fragment and a row group; out come its columns. On a local disk nothing is fetched: media
//! come out as views of the memory map, and no byte of a picture is touched. From a bucket the ranges of all
//! files are fetched at the same time, from the disk cache where it holds them, and decoding happens on a
//! blocking thread. A consumer that needs only a few rows of a chunk reads only their pages.
//!
//! The decoder is not built for damaged bytes and may panic on them; that ends here, as an error that names
//! the file and the rows.

use std::any::Any;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use futures::FutureExt;
use futures::future::try_join_all;
use hub_dataset::file::{GroupFile, SparseBytes};
use hub_dataset::store::joined;
use hub_dataset::{FragmentReader, Snapshot, layout};
use hub_schema::{DataFile, Field};

use super::chunks::Chunk;
use super::columns::Columns;
use super::error::{Error, Result};
use crate::cache::{Cache, Key};

/// A view of a sample in a memory map: the view itself, its share of a page's buffer and of the page table.
const MAPPED_ROW_BYTES: u64 = 96;

/// Loads the chunks of a stream.
#[derive(Debug)]
pub struct Loader {
    pub snapshot: Snapshot,
    pub columns: Columns,
    pub cache: Option<Cache>,
    pub verify: bool,
}

/// What to load of a chunk.
#[derive(Clone, Debug)]
pub struct Job {
    /// The chunk.
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
    /// Opens the files of the fragment at a place of the index.
    pub async fn open(&self, place: usize) -> Result<FragmentReader> {
        let fragment = &self.snapshot.index().await?.fragments()[place];
        let fields = self.columns.fields();
        let opening = async {
            let opened = self.snapshot.open(fragment, &fields).await?;
            check_shape(&opened)?;
            Ok(opened)
        };
        match AssertUnwindSafe(opening).catch_unwind().await {
            Ok(opened) => opened,
            Err(panic) => Err(damaged(&format!("fragment {}", fragment.id), &words(&*panic))),
        }
    }

    /// Bytes that a chunk holds once it is loaded, the most that it holds while it is.
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
        // Ranges that make no sense are refused when they are read.
        decoded + self.fetched_bytes(reader, job).unwrap_or(0)
    }

    /// Loads a chunk.
    pub async fn load(self: Arc<Self>, reader: Arc<FragmentReader>, job: Job) -> Result<Vec<ArrayRef>> {
        let what = format!("a chunk of fragment {}", reader.fragment().id);
        match AssertUnwindSafe(self.load_unguarded(reader, job)).catch_unwind().await {
            Ok(loaded) => loaded,
            Err(panic) => Err(damaged(&what, &words(&*panic))),
        }
    }

    async fn load_unguarded(self: Arc<Self>, reader: Arc<FragmentReader>, job: Job) -> Result<Vec<ArrayRef>> {
        let files = files(&reader).into_iter().zip(reader.files());
        let fetches = files.map(|(named, (file, held))| self.fetch(named, file, &reader, held, &job));
        let fetched = try_join_all(fetches).await?;
        let decode = move || {
            let read = decode(&reader, &job, fetched)?;
            Ok(self.columns.of_chunk(&read, reader.fragment(), job.offsets().into_iter()))
        };
        tokio::task::spawn_blocking(decode).await.map_err(Error::Cancelled)?
    }

    /// The byte ranges to fetch.
    fn ranges(&self, file: &GroupFile, job: &Job, fields: &[&Field]) -> Result<Vec<Range<u64>>> {
        let row_group = job.chunk.row_group as usize;
        match &job.only {
            Some(_) => Ok(joined(&file.row_ranges(&job.offsets(), fields)?)),
            None if self.verify => Ok(vec![whole(file, row_group)]),
            None => Ok(file.byte_ranges(row_group, fields)),
        }
    }

    /// Bytes of the ranges that hold what a job needs.
    pub fn bytes(&self, reader: &FragmentReader, job: &Job) -> Result<u64> {
        self.bytes_of(reader, job, |_| true)
    }

    /// Bytes to fetch for a job: none of files on a local disk.
    fn fetched_bytes(&self, reader: &FragmentReader, job: &Job) -> Result<u64> {
        self.bytes_of(reader, job, |file| file.map().is_none())
    }

    fn bytes_of(
        &self,
        reader: &FragmentReader,
        job: &Job,
        counts: impl Fn(&GroupFile) -> bool,
    ) -> Result<u64> {
        let files = reader.files().iter().filter(|(file, _)| counts(file));
        let sizes = files.map(|(file, held)| {
            let ranges = self.ranges(file, job, &reader.held(held))?;
            Ok(ranges.iter().map(|r| r.end - r.start).sum::<u64>())
        });
        sizes.sum()
    }

    /// Does it save much to read the pages of some rows of a chunk alone? On a local disk nothing is fetched, and
    /// a picture that nobody looks at costs nothing.
    pub fn saves(&self, reader: &FragmentReader, some: &Job) -> bool {
        let whole = Job { chunk: some.chunk, only: None };
        let bytes = |job| self.fetched_bytes(reader, job).unwrap_or(0);
        bytes(some).saturating_mul(6) < bytes(&whole).saturating_mul(5)
    }

    async fn fetch(
        &self,
        named: DataFile,
        file: &GroupFile,
        reader: &FragmentReader,
        held: &[usize],
        job: &Job,
    ) -> Result<SparseBytes> {
        let chunk = job.chunk;
        let all = whole(file, chunk.row_group as usize);
        if let Some(map) = file.map() {
            if self.verify {
                let bytes = map.slice(all.start as usize..all.end as usize);
                check(file, chunk, bytes).await?;
            }
            return Ok(SparseBytes::whole(map.clone()));
        }
        let ranges = self.ranges(file, job, &reader.held(held))?;
        if let Some(bad) = ranges.iter().find(|r| r.end > named.bytes) {
            let problem = format!("its footer points to byte {} of {}", bad.end, named.bytes);
            return Err(damaged(file.path(), &problem));
        }
        let keys: Vec<Key> = ranges.iter().map(|r| Key { file: named.hash, range: r.clone() }).collect();
        let mut parts = Vec::with_capacity(ranges.len());
        let mut missing = Vec::new();
        for key in &keys {
            match &self.cache {
                Some(cache) => match cache.get(key).await {
                    Some(bytes) => parts.push((key.range.start, bytes)),
                    None => missing.push(key.clone()),
                },
                None => missing.push(key.clone()),
            }
        }
        if missing.is_empty() {
            return Ok(SparseBytes::new(named.bytes, parts));
        }
        if let Some(cache) = &self.cache {
            cache.check_room(&keys, || format!("{} ({})", file.path(), rows_of(chunk)))?;
        }
        let path = layout::data(named.hash);
        let wanted: Vec<Range<u64>> = missing.iter().map(|k| k.range.clone()).collect();
        let fetched = self.snapshot.dataset().store().joined_ranges(&path, &wanted).await?;
        for (key, bytes) in missing.into_iter().zip(fetched) {
            let wanted = key.range.end - key.range.start;
            if bytes.len() as u64 != wanted {
                let problem = format!("the store gave {} bytes of {wanted}, {}", bytes.len(), rows_of(chunk));
                return Err(damaged(file.path(), &problem));
            }
            if key.range == all {
                check(file, chunk, bytes.clone()).await?;
            }
            if let Some(cache) = &self.cache {
                cache.put(&key, bytes.clone()).await;
            }
            parts.push((key.range.start, bytes));
        }
        Ok(SparseBytes::new(named.bytes, parts))
    }
}

/// The files of [`FragmentReader::files`], as the manifest lists them.
fn files(reader: &FragmentReader) -> Vec<DataFile> {
    let wanted = |file: &&DataFile| reader.fields().iter().any(|f| file.fields.contains(&f.id));
    reader.fragment().files.iter().filter(wanted).cloned().collect()
}

/// The byte range of a whole row group.
fn whole(file: &GroupFile, row_group: usize) -> Range<u64> {
    let columns = file.metadata().row_group(row_group).columns();
    let ranges = || columns.iter().map(|c| c.byte_range());
    let start = ranges().map(|(start, _)| start).min().unwrap_or(0);
    let end = ranges().map(|(start, length)| start.saturating_add(length)).max().unwrap_or(0);
    start..end
}

/// Do the files have the row groups that the manifest says, and those their bytes?
fn check_shape(reader: &FragmentReader) -> Result<()> {
    for (named, (file, _)) in files(reader).iter().zip(reader.files()) {
        let found: Vec<u32> = file.row_groups().collect();
        let wanted = &reader.fragment().row_groups;
        if &found != wanted {
            let rows: u64 = found.iter().map(|r| u64::from(*r)).sum();
            let problem = format!(
                "{rows} rows in {} row groups, the manifest says {} in {}",
                found.len(),
                reader.fragment().rows,
                wanted.len()
            );
            return Err(damaged(file.path(), &problem));
        }
        // Panics on negative lengths, so it is asked here, where that is caught, before anybody relies on it.
        let ends = (0..found.len()).map(|row_group| whole(file, row_group).end);
        if let Some(end) = ends.max().filter(|end| *end > named.bytes) {
            let problem = format!("its footer points to byte {end} of {}", named.bytes);
            return Err(damaged(file.path(), &problem));
        }
    }
    Ok(())
}

/// Is a row group what was written?
async fn check(file: &GroupFile, chunk: Chunk, bytes: bytes::Bytes) -> Result<()> {
    let wanted = file.checksums().and_then(|sums| sums.get(chunk.row_group as usize).copied());
    let Some(wanted) = wanted else { return Ok(()) };
    let summed = tokio::task::spawn_blocking(move || crc32fast::hash(&bytes)).await;
    let found = summed.map_err(Error::Cancelled)?;
    if found == wanted {
        return Ok(());
    }
    let problem = format!("{}: their checksum is {found:08x}, {wanted:08x} was written", rows_of(chunk));
    Err(damaged(file.path(), &problem))
}

fn decode(reader: &FragmentReader, job: &Job, fetched: Vec<SparseBytes>) -> Result<RecordBatch> {
    let (chunk, offsets) = (job.chunk, job.offsets());
    let mut parts = Vec::with_capacity(fetched.len());
    for ((file, held), bytes) in reader.files().iter().zip(fetched) {
        let fields = reader.held(held);
        let decode = || match &job.only {
            Some(_) => file.decode_rows(&offsets, &fields, bytes),
            None => file.decode_row_group(chunk.row_group as usize, &fields, bytes),
        };
        let decoded = catch_unwind(AssertUnwindSafe(decode));
        let problem = match decoded {
            Ok(Ok(batch)) => {
                parts.push((batch, held.as_slice()));
                continue;
            }
            Ok(Err(hub_dataset::Error::Damaged { problem, .. })) => problem,
            Ok(Err(other)) => chain(&other),
            Err(panic) => words(&*panic),
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
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        words = format!("{words}: {source}");
        cause = source.source();
    }
    words
}

/// The words of a panic.
fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the decoder gave up: {}", text.unwrap_or("no reason given"))
}
