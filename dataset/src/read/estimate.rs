//! What reading some columns of some rows takes, before it is read: one estimate for streams, `--dry-run`, scan plans
//! and `EXPLAIN`.
//!
//! In come an open fragment and offsets of its rows, or a revision and positions; out come counts and the byte ranges
//! that a reader fetches. Of a row group these are the pages that hold the wanted rows, in the wanted columns, with the
//! gaps between them that cost less than a request (see [`joined`]). A row group is fetched whole, in the wanted columns,
//! where all of its rows are wanted or where the pages would save less than a sixth of it.
//!
//! Counted: encoded bytes of the data files, each file's ranges once. Not counted: footers with their page indexes,
//! manifests, and samples that are objects of their own (over 32 MiB). A cache may hold some of it already, and on a local
//! disk nothing is fetched: there it is the largest part of the files that is read.
//!
//! Why not the exact pages alone: no reader fetches just those. A request for each page of a few rows costs more than
//! the gaps between them, so every reader of this crate joins them, and an estimate of less would be wrong for all.

use std::ops::{Add, AddAssign, Range};

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{ContentHash, Field};
use roaring::RoaringBitmap;

use super::{FragmentIndex, FragmentReader, Snapshot};
use crate::error::Result;
use crate::store::{joined, joined_over};

/// Fragments that are opened concurrently.
const OPENING: usize = 16;

/// What reading some columns of some rows takes; see the [module](self) for what counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// The number of rows to read.
    pub rows: u64,
    /// Row groups that hold them.
    pub row_groups: u64,
    /// Rows of those row groups, wanted or not.
    pub row_group_rows: u64,
    /// Bytes to fetch for the wanted rows.
    pub bytes: u64,
    /// Bytes of the same columns in the whole row groups.
    pub row_group_bytes: u64,
}

/// What reading some rows of a fragment takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FragmentEstimate {
    /// The fragment's place in the revision's index.
    pub fragment: usize,
    /// The rows: offsets in the fragment, rising.
    pub offsets: Vec<u32>,
    /// The row groups and bytes that reading them takes.
    pub reads: Estimate,
    /// The files that hold the columns, each with the byte ranges to fetch, rising.
    pub files: Vec<(ContentHash, Vec<Range<u64>>)>,
}

impl Add for Estimate {
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

impl AddAssign for Estimate {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl FragmentReader {
    /// The byte ranges of each of the [`files`](Self::files) that hold the columns in a whole row group.
    pub fn whole_ranges(&self, row_group: usize) -> Vec<Vec<Range<u64>>> {
        self.files().iter().map(|(file, held)| file.byte_ranges(row_group, &self.held(held))).collect()
    }

    /// The byte ranges of each of the [`files`](Self::files) to fetch for the rows at `offsets` (rising, of one row
    /// group): their pages, and small gaps between them.
    ///
    /// # Errors
    /// A row that is not there; a footer that points outside of its file.
    pub fn page_ranges(&self, offsets: &[u32]) -> Result<Vec<Vec<Range<u64>>>> {
        let ranges = |(file, held): &(crate::file::GroupFile, Vec<usize>)| {
            Ok(joined(&file.row_ranges(offsets, &self.held(held))?))
        };
        self.files().iter().map(ranges).collect()
    }

    /// What to fetch for some rows of a row group, in each of the [`files`](Self::files): `Some` where their pages save
    /// enough, `None` where the row group is better fetched whole.
    ///
    /// # Errors
    /// As [`page_ranges`](Self::page_ranges).
    pub fn worth_pages(&self, row_group: usize, offsets: &[u32]) -> Result<Option<Vec<Vec<Range<u64>>>>> {
        let pages = self.page_ranges(offsets)?;
        let whole = length(&self.whole_ranges(row_group));
        Ok((length(&pages).saturating_mul(6) < whole.saturating_mul(5)).then_some(pages))
    }

    /// What reading the rows at `offsets` (rising) takes; `fragment` is the fragment's place in its revision.
    ///
    /// # Errors
    /// As [`page_ranges`](Self::page_ranges).
    pub fn estimate(&self, fragment: usize, offsets: Vec<u32>) -> Result<FragmentEstimate> {
        let mut reads = Estimate::default();
        let mut ranges: Vec<Vec<Range<u64>>> = vec![Vec::new(); self.files().len()];
        let (mut start, mut rest) = (0, offsets.as_slice());
        for (row_group, rows) in self.fragment().row_groups.iter().enumerate() {
            start += rows;
            let (wanted, behind) = rest.split_at(rest.partition_point(|offset| *offset < start));
            rest = behind;
            if wanted.is_empty() {
                continue;
            }
            let whole = self.whole_ranges(row_group);
            let row_group_bytes = length(&whole);
            let fetched = match wanted.len() < *rows as usize {
                true => self.worth_pages(row_group, wanted)?.unwrap_or(whole),
                false => whole,
            };
            reads += Estimate {
                rows: wanted.len() as u64,
                row_groups: 1,
                row_group_rows: u64::from(*rows),
                bytes: length(&fetched),
                row_group_bytes,
            };
            ranges.iter_mut().zip(fetched).for_each(|(all, some)| all.extend(some));
        }
        let files = self.files().iter().zip(ranges).map(|((file, _), mut ranges)| {
            ranges.sort_by_key(|range| range.start);
            (file.hash(), joined_over(&ranges, 0))
        });
        let files = files.collect();
        Ok(FragmentEstimate { fragment, offsets, reads, files })
    }
}

impl Snapshot {
    /// What reading some columns of the rows at some positions (or all) takes, fragment by fragment in their order;
    /// those that hold none of the rows are left out. Opens the files of all others.
    ///
    /// # Errors
    /// A file that can't be opened.
    pub async fn estimate(
        &self,
        fields: &[&Field],
        positions: Option<&RoaringBitmap>,
    ) -> Result<Vec<FragmentEstimate>> {
        let index = self.index().await?;
        let wanted = (0..index.fragments().len()).map(|place| (place, offsets(index, place, positions)));
        let opened = wanted.filter(|(_, offsets)| !offsets.is_empty()).map(async |(place, offsets)| {
            self.open(&index.fragments()[place], fields).await?.estimate(place, offsets)
        });
        stream::iter(opened).buffered(OPENING).try_collect().await
    }
}

/// The offsets of a fragment's rows at some positions (or all) of the revision.
fn offsets(index: &FragmentIndex, place: usize, positions: Option<&RoaringBitmap>) -> Vec<u32> {
    let live = (index.start(place)..).zip(index.fragments()[place].live_offsets());
    let wanted = |at: u64| positions.is_none_or(|p| u32::try_from(at).is_ok_and(|at| p.contains(at)));
    live.filter(|(at, _)| wanted(*at)).map(|(_, offset)| offset).collect()
}

fn length(ranges: &[Vec<Range<u64>>]) -> u64 {
    ranges.iter().flatten().map(|range| range.end.saturating_sub(range.start)).fold(0, u64::saturating_add)
}
