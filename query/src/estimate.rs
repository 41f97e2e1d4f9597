//! Estimates: which pages hold some columns of some rows, and how many bytes they have together.
//!
//! In go a revision, columns and positions; out comes an [`Estimate`], from the footers alone. It is what
//! `POST plan` answers, what `--dry-run` prints, and what `EXPLAIN` says of each scan.

use std::ops::Range;

use hub_dataset::{FragmentReader, Snapshot};
use hub_schema::{ContentHash, DataFile};
use roaring::RoaringBitmap;

use crate::error::QueryError;

/// What reading some columns of some rows takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Rows.
    pub rows: u64,
    /// Row groups that hold them.
    pub row_groups: u64,
    /// Bytes to be read: the pages that hold them.
    pub bytes: u64,
    /// The fragments that hold them, in their order.
    pub fragments: Vec<FragmentEstimate>,
}

/// What reading some rows of a fragment takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FragmentEstimate {
    /// The fragment's place in the revision's index.
    pub fragment: usize,
    /// The rows: offsets in the fragment, rising.
    pub offsets: Vec<u32>,
    /// The files, each with the byte ranges of the pages.
    pub files: Vec<(ContentHash, Vec<Range<u64>>)>,
}

/// What reading some columns (or all) of the rows at some positions (or all) takes.
///
/// # Errors
/// [`QueryError::Dataset`].
pub async fn estimate(
    snapshot: &Snapshot,
    columns: Option<&[String]>,
    positions: Option<&RoaringBitmap>,
) -> Result<Estimate, QueryError> {
    let fields = snapshot.fields(columns)?;
    let index = snapshot.index().await?;
    let mut estimate = Estimate::default();
    for (f, fragment) in index.fragments().iter().enumerate() {
        let mut at = index.start(f);
        let offsets: Vec<u32> = fragment
            .live_offsets()
            .filter(|_| {
                let wanted = positions.is_none_or(|p| u32::try_from(at).is_ok_and(|at| p.contains(at)));
                at += 1;
                wanted
            })
            .collect();
        if !offsets.is_empty() {
            let reader = FragmentReader::open(snapshot.dataset(), fragment, &fields).await?;
            estimate.add(f, &reader, offsets)?;
        }
    }
    Ok(estimate)
}

impl Estimate {
    /// Adds rows of a fragment.
    pub(crate) fn add(
        &mut self,
        fragment: usize,
        reader: &FragmentReader,
        offsets: Vec<u32>,
    ) -> Result<(), QueryError> {
        self.rows += offsets.len() as u64;
        let mut end = 0;
        let mut rows = offsets.iter().peekable();
        for group in &reader.fragment().row_groups {
            end += group;
            let before = rows.peek().is_some_and(|o| **o < end);
            self.row_groups += u64::from(before);
            while rows.next_if(|o| **o < end).is_some() {}
        }
        let wanted = |file: &&DataFile| reader.fields().iter().any(|f| file.fields.contains(&f.id));
        let mut files = Vec::with_capacity(reader.files().len());
        for (named, (file, held)) in reader.fragment().files.iter().filter(wanted).zip(reader.files()) {
            let ranges = file.row_ranges(&offsets, &reader.held(held))?;
            self.bytes += ranges.iter().map(|r| r.end - r.start).sum::<u64>();
            files.push((named.hash, ranges));
        }
        self.fragments.push(FragmentEstimate { fragment, offsets, files });
        Ok(())
    }
}
