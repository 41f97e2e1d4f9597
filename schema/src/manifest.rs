//! Fragments: runs of rows, and the files that hold their columns.
//!
//! A manifest is an immutable list of [`Fragment`]s. `hub_dataset` writes it as a small Parquet file, one row
//! a fragment; a commit names a few manifests. Rows in a data set have a dense *position* (their place among
//! the rows that are not deleted, in the order of manifests and fragments) and a [`RowId`] that never changes.

use roaring::RoaringBitmap;
use uuid::Uuid;

use crate::ids::{ContentHash, FieldId, FragmentId, RowId};

/// A run of rows, with the files that hold its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Fragment {
    /// The id, which never changes.
    pub id: FragmentId,
    /// Rows stored, deleted ones counted.
    pub rows: u32,
    /// The split all of its rows belong to.
    pub split: Option<String>,
    /// Rows of each row group; every file of the fragment has these same boundaries.
    pub row_groups: Vec<u32>,
    /// One file a column group.
    pub files: Vec<DataFile>,
    /// Offsets in the fragment of deleted rows.
    pub deleted: RoaringBitmap,
    /// Ids of the rows where they were born elsewhere (after a compaction); empty: `(id, 0..rows)`.
    pub row_ids: Vec<RowRun>,
}

/// A column group: one Parquet file.
#[derive(Clone, Debug, PartialEq)]
pub struct DataFile {
    /// BLAKE3 of the file; it lies at `data/<hash>.parquet`.
    pub hash: ContentHash,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// Length of its end behind the last row group: page indexes and footer.
    pub footer_bytes: u32,
    /// CRC-32 (IEEE) of that end: a damaged footer is found before it is parsed.
    pub footer_crc: u32,
    /// The columns to read from it; a column that another file of the fragment took over is not listed.
    pub fields: Vec<FieldId>,
    /// What was replaced since the columns were first written, oldest first.
    pub patches: Vec<Patch>,
    /// The samples that are objects of their own, with their lengths: `blobs/<hash>`.
    pub blobs: Vec<(ContentHash, u64)>,
}

/// One replacement of values in a file's columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Patch {
    /// The nonce of the commit that made it.
    pub by: Uuid,
    /// The columns of the file that it wrote.
    pub fields: Vec<FieldId>,
    /// The offsets of the rows it wrote.
    pub rows: RoaringBitmap,
}

/// Rows that lie together and whose ids count up from `first`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowRun {
    /// The id of the first.
    pub first: RowId,
    /// The number of rows.
    pub rows: u32,
}

impl Fragment {
    /// Rows that are not deleted.
    pub fn live_rows(&self) -> u32 {
        self.rows - self.deleted.len() as u32
    }

    /// Bytes of its files and blobs.
    pub fn size_bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes + f.blobs.iter().map(|b| b.1).sum::<u64>()).sum()
    }

    /// The id of the row at `offset`.
    pub fn row_id(&self, offset: u32) -> RowId {
        let mut left = offset;
        for run in &self.row_ids {
            if left < run.rows {
                return RowId::from_raw(run.first.raw() + u64::from(left));
            }
            left -= run.rows;
        }
        RowId::new(self.id, offset)
    }

    /// The offset of the row with this id, deleted or not; `None` if it is not here.
    pub fn offset_of(&self, id: RowId) -> Option<u32> {
        if self.row_ids.is_empty() {
            return (id.fragment() == self.id && id.offset() < self.rows).then(|| id.offset());
        }
        let mut start = 0;
        for run in &self.row_ids {
            let into = id.raw().wrapping_sub(run.first.raw());
            if into < u64::from(run.rows) {
                return Some(start + into as u32);
            }
            start += run.rows;
        }
        None
    }

    /// The offsets of the rows that are not deleted, in order.
    pub fn live_offsets(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.rows).filter(|o| !self.deleted.contains(*o))
    }

    /// The file that holds a column; `None` where the fragment is older than the column (its values are null).
    pub fn file_of(&self, field: FieldId) -> Option<&DataFile> {
        self.files.iter().find(|f| f.fields.contains(&field))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(rows: u32) -> Fragment {
        Fragment {
            id: FragmentId::from_raw(9),
            rows,
            split: None,
            row_groups: vec![rows],
            files: vec![],
            deleted: RoaringBitmap::new(),
            row_ids: vec![],
        }
    }

    #[test]
    fn row_ids_go_both_ways() {
        let mut f = fragment(5);
        assert_eq!(f.row_id(3), RowId::new(f.id, 3));
        assert_eq!(f.offset_of(RowId::new(f.id, 5)), None);
        let (a, b) = (FragmentId::from_raw(1), FragmentId::from_raw(2));
        f.row_ids =
            vec![RowRun { first: RowId::new(a, 10), rows: 2 }, RowRun { first: RowId::new(b, 0), rows: 3 }];
        for offset in 0..5 {
            assert_eq!(f.offset_of(f.row_id(offset)), Some(offset));
        }
        assert_eq!(f.row_id(2), RowId::new(b, 0));
        assert_eq!(f.offset_of(RowId::new(a, 12)), None);
    }
}
