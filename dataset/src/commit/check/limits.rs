//! How much a commit may make of few bytes.
//!
//! Parquet says the same value a million times in a hundred bytes, and a manifest may name one file again and again:
//! so a commit of some kilobytes could hold more rows than anyone can count, and a row group that fills the
//! memory of whoever opens it. Each limit is a wide margin above what a push or a compaction writes: row groups
//! of 12 MiB and at most 65,536 rows.
//!
//! One file in several fragments is nothing odd: the same labels give the same file. Only what is read over and over
//! that way is limited.
//!
//! The footer is believed about how long a row group is when it is unpacked; to look at the pages would mean to fetch
//! what was pushed once more.

use std::collections::HashSet;

use hub_schema::{ContentHash, DataFile, Fragment, Schema};
use parquet::basic::Compression;

use super::bad_commit::{BadCommit, BadFile, BadFragment};
use crate::file::{GroupFile, unpacked_size};
use crate::manifest::MANIFEST_BYTES;

/// Rows in a revision. The index of labels counts no further.
const ROWS: u64 = 1 << 32;
/// Rows in a row group: it is what a reader unpacks at a time.
const ROW_GROUP_ROWS: u32 = 1 << 20;
/// Bytes of a row group when it is unpacked, beside media and tensors, which lie in the file as they are.
/// A filter, a stream or a query unpacks a row group at once, several a core at worst: this is what bounds them.
const ROW_GROUP_BYTES: u64 = 256 * 1024 * 1024;
/// Rows of fragments with a file that another fragment names before them.
const REPEATED_ROWS: u64 = 1 << 28;

/// A manifest is loaded whole, so its length is checked before.
pub(super) fn manifest(path: &str, bytes: u64) -> Result<(), BadCommit> {
    if bytes <= MANIFEST_BYTES {
        return Ok(());
    }
    Err(BadCommit::ManifestTooLong { path: path.to_owned(), bytes, max: MANIFEST_BYTES })
}

/// Checks the number of rows in the revision.
pub(super) fn rows(found: u64) -> Result<(), BadCommit> {
    if found <= ROWS { Ok(()) } else { Err(BadCommit::TooManyRows { found, max: ROWS }) }
}

/// Rows of each row group, and rows that are read again since their file is named again.
pub(super) fn fragments<'a>(fragments: impl Iterator<Item = &'a Fragment>) -> Result<(), BadCommit> {
    let (mut seen, mut total, mut repeated) = (HashSet::<ContentHash>::new(), 0u64, 0u64);
    for fragment in fragments {
        if let Some(found) = fragment.row_groups.iter().find(|rows| **rows > ROW_GROUP_ROWS) {
            let problem = BadFragment::RowGroupTooLong { found: *found, max: ROW_GROUP_ROWS };
            return Err(BadCommit::Fragment { id: fragment.id, problem });
        }
        // Those that are deleted are read too.
        total += u64::from(fragment.rows);
        let again = fragment.files.iter().filter(|file| !seen.insert(file.hash)).count();
        repeated += if again > 0 { u64::from(fragment.rows) } else { 0 };
    }
    rows(total)?;
    if repeated <= REPEATED_ROWS {
        return Ok(());
    }
    Err(BadCommit::TooMuchRepeated { found: repeated, max: REPEATED_ROWS })
}

/// How long each row group of a file is when it is unpacked.
pub(super) fn unpacked(open: &GroupFile, file: &DataFile, schema: &Schema) -> Result<(), BadFile> {
    let metadata = open.metadata();
    let columns = metadata.file_metadata().schema_descr();
    let fields = file.fields.iter().filter_map(|id| schema.by_id(*id));
    let bulky: Vec<usize> =
        fields.filter(|f| f.feature.is_bulky()).filter_map(|f| open.place(f.id)).collect();
    for (row_group, chunks) in metadata.row_groups().iter().enumerate() {
        let unpacked = chunks.columns().iter().enumerate().filter(|(leaf, chunk)| {
            let as_it_is =
                chunk.compression() == Compression::UNCOMPRESSED && chunk.dictionary_page_offset().is_none();
            !(as_it_is && bulky.contains(&columns.get_column_root_idx(*leaf)))
        });
        let found = unpacked.map(|(_, chunk)| unpacked_size(chunk)).fold(0, u64::saturating_add);
        if found > ROW_GROUP_BYTES {
            return Err(BadFile::RowGroupTooLong { row_group, found, max: ROW_GROUP_BYTES });
        }
    }
    Ok(())
}
