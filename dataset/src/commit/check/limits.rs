//! Limits against decompression bombs in commits.
//!
//! Parquet encodes a value that repeats a million times in a hundred bytes, and a manifest may name one file many
//! times: so a commit of some kilobytes could hold more rows than an index can count, and a row group that fills the
//! memory of its reader. Each limit is a wide margin above what a push or a compaction writes: row groups
//! of 12 MiB and at most 65,536 rows.
//!
//! One file in several fragments is legitimate: the same labels give the same file. Only the number of rows that are
//! read repeatedly that way is limited.
//!
//! The decompressed length of a row group is taken from the footer: checking the pages would mean downloading the whole
//! push again.

use std::collections::HashSet;

use hub_schema::{ContentHash, DataFile, Fragment, Schema};
use parquet::basic::Compression;

use super::bad_commit::{BadCommit, BadFile, BadFragment};
use crate::file::{GroupFile, unpacked_size};
use crate::manifest::MANIFEST_BYTES;

/// Maximum rows in a revision. The index of labels counts in 32 bits.
const ROWS: u64 = 1 << 32;
/// Maximum rows in a row group: a reader decodes one at a time.
const ROW_GROUP_ROWS: u32 = 1 << 20;
/// Maximum decompressed bytes of a row group, without media and tensors, which are stored uncompressed.
/// A filter, a stream or a query decodes a whole row group, at worst several per core: this limit bounds their memory.
const ROW_GROUP_BYTES: u64 = 256 * 1024 * 1024;
/// Maximum rows of fragments that share a file with an earlier fragment.
const REPEATED_ROWS: u64 = 1 << 28;

/// Checks a manifest's length before it is loaded whole.
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

/// Checks the rows of each row group, the rows in total, and the rows of fragments that share files.
pub(super) fn fragments<'a>(fragments: impl Iterator<Item = &'a Fragment>) -> Result<(), BadCommit> {
    let (mut seen, mut total, mut repeated) = (HashSet::<ContentHash>::new(), 0u64, 0u64);
    for fragment in fragments {
        if let Some(found) = fragment.row_groups.iter().find(|rows| **rows > ROW_GROUP_ROWS) {
            let problem = BadFragment::RowGroupTooLong { found: *found, max: ROW_GROUP_ROWS };
            return Err(BadCommit::Fragment { id: fragment.id, problem });
        }
        // Deleted rows count: they are read too.
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

/// Checks the decompressed length of each row group of a file.
pub(super) fn unpacked(open: &GroupFile, file: &DataFile, schema: &Schema) -> Result<(), BadFile> {
    let metadata = open.metadata();
    let columns = metadata.file_metadata().schema_descr();
    let derived = schema.derived_fields();
    let fields = schema.fields.iter().chain(&derived).filter(|field| file.fields.contains(&field.id));
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
