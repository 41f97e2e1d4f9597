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
//! The footer's word is taken for how long a row group is when it is unpacked; to look at the pages would mean to fetch
//! what was pushed once more.

use std::collections::HashSet;

use hub_dataset::file::{GroupFile, unpacked_size};
use hub_schema::{ContentHash, DataFile, Fragment, Schema};
use parquet::basic::Compression;

use super::refused;
use crate::object::MANIFEST_BYTES;
use crate::problem::Result;

/// Rows in a revision. The index of labels counts no further.
const ROWS: u64 = 1 << 32;
/// Rows in a row group: it is what a reader unpacks at a time.
const ROW_GROUP_ROWS: u32 = 1 << 20;
/// Bytes of a row group when it is unpacked, beside media and tensors, which lie in the file as they are.
/// A filter, a stream or a question unpacks a row group at once, several a core at worst: this is what bounds them.
const ROW_GROUP_BYTES: u64 = 256 * 1024 * 1024;
/// Rows of fragments with a file that another fragment names before them.
const REPEATED_ROWS: u64 = 1 << 28;

/// A manifest is loaded whole, so its length is looked at before.
pub fn manifest(path: &str, bytes: u64) -> Result<()> {
    if bytes <= MANIFEST_BYTES {
        return Ok(());
    }
    Err(refused(format!("{path} is {bytes} bytes long, a manifest has at most {MANIFEST_BYTES}")))
}

/// Rows in all.
pub fn rows(rows: u64) -> Result<()> {
    if rows <= ROWS {
        return Ok(());
    }
    Err(refused(format!("it holds {rows} rows, a revision has at most {ROWS}")))
}

/// Rows of each row group, and rows that are read again since their file is named again.
pub fn fragments<'a>(fragments: impl Iterator<Item = &'a Fragment>) -> Result<()> {
    let (mut seen, mut total, mut repeated) = (HashSet::<ContentHash>::new(), 0u64, 0u64);
    for fragment in fragments {
        let id = fragment.id;
        if let Some(long) = fragment.row_groups.iter().find(|rows| **rows > ROW_GROUP_ROWS) {
            return Err(refused(format!(
                "fragment {id}: a row group has {long} rows, at most {ROW_GROUP_ROWS} are taken"
            )));
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
    Err(refused(format!(
        "its fragments name files again that others name, and {repeated} rows with them; at most {REPEATED_ROWS} \
         may come that way"
    )))
}

/// How long each row group of a file is when it is unpacked.
pub fn unpacked(path: &str, open: &GroupFile, file: &DataFile, schema: &Schema) -> Result<()> {
    let metadata = open.metadata();
    let columns = metadata.file_metadata().schema_descr();
    let fields = file.fields.iter().filter_map(|id| schema.by_id(*id));
    let bulky: Vec<usize> =
        fields.filter(|f| f.feature.is_bulky()).filter_map(|f| open.place(f.id)).collect();
    for (at, row_group) in metadata.row_groups().iter().enumerate() {
        let chunks = row_group.columns().iter().enumerate();
        let unpacked = chunks.filter(|(leaf, chunk)| {
            let as_it_is =
                chunk.compression() == Compression::UNCOMPRESSED && chunk.dictionary_page_offset().is_none();
            !(as_it_is && bulky.contains(&columns.get_column_root_idx(*leaf)))
        });
        let sizes = unpacked.map(|(_, chunk)| unpacked_size(chunk));
        let found = sizes.fold(0, u64::saturating_add);
        if found > ROW_GROUP_BYTES {
            return Err(refused(format!(
                "{path}: row group {at} has {found} bytes of annotations when it is unpacked, at most \
                 {ROW_GROUP_BYTES} are taken; push fewer rows in a row group, or long texts as files"
            )));
        }
    }
    Ok(())
}
