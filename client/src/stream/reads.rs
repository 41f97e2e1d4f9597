//! What an epoch will read, before it is read.
//!
//! The rows are found and the footers of their files opened, as a stream does; then the byte ranges of the wanted
//! pages are added up instead of read.

use futures::stream::{self, StreamExt, TryStreamExt};

use super::builder::StreamBuilder;
use super::error::Result;
use super::load::{Job, Loader};

/// Fragments that are opened at a time.
const OPENING: usize = 16;

/// What an epoch reads, over all consumers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Rows that are wanted.
    pub rows: u64,
    /// Row groups that hold them.
    pub row_groups: u64,
    /// Rows of those row groups.
    pub row_group_rows: u64,
    /// Bytes of the pages that hold the wanted rows, with what lies in small gaps between them.
    pub bytes: u64,
    /// Bytes of the same columns in the whole row groups.
    pub row_group_bytes: u64,
}

impl StreamBuilder {
    /// Says what an epoch will read. Samples over 32 MiB, which are objects of their own, are not counted.
    ///
    /// # Errors
    /// As [`build`](Self::build); a file that can't be opened.
    pub async fn reads(self) -> Result<Reads> {
        let (selection, columns) = self.select().await?;
        let local = self.snapshot.dataset().store().directory().is_some();
        let loader = Loader { snapshot: self.snapshot, columns, cache: None, verify: false };
        let (loader, selection) = (&loader, &selection);
        let fragments = selection.chunks.chunk_by(|a, b| a.fragment == b.fragment);
        let weighed = stream::iter(fragments.map(async |chunks| {
            let reader = loader.open(chunks[0].fragment as usize).await?;
            let mut reads = Reads::default();
            for chunk in chunks {
                let whole = Job { chunk: *chunk, only: None };
                let whole_bytes = loader.bytes(&reader, &whole)?;
                let (rows, bytes) = match selection.subset(chunk, reader.fragment()) {
                    None => (chunk.rows as usize, whole_bytes),
                    Some(subset) => {
                        let rows = subset.len();
                        let some = Job { chunk: *chunk, only: Some(subset) };
                        match local || loader.saves(&reader, &some) {
                            true => (rows, loader.bytes(&reader, &some)?),
                            false => (rows, whole_bytes),
                        }
                    }
                };
                reads.rows += rows as u64;
                reads.row_groups += 1;
                reads.row_group_rows += u64::from(chunk.rows);
                reads.bytes += bytes;
                reads.row_group_bytes += whole_bytes;
            }
            Ok(reads)
        }));
        weighed.buffer_unordered(OPENING).try_fold(Reads::default(), |a, b| async move { Ok(a + b) }).await
    }
}

impl std::ops::Add for Reads {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            row_groups: self.row_groups + other.row_groups,
            row_group_rows: self.row_group_rows + other.row_group_rows,
            bytes: self.bytes + other.bytes,
            row_group_bytes: self.row_group_bytes + other.row_group_bytes,
        }
    }
}
