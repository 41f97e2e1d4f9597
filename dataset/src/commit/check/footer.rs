//! Checks a file's footer against its fragment; no page is read.

use hub_schema::DataFile;

use super::bad_commit::BadFile;
use crate::file::GroupFile;

/// Checks that it has the fragment's row groups, their checksums, and the columns that the manifest names.
pub(crate) fn check(open: &GroupFile, file: &DataFile, row_groups: &[u32]) -> Result<(), BadFile> {
    if !open.row_groups().eq(row_groups.iter().copied()) {
        return Err(BadFile::RowGroups { found: open.row_groups().count(), expected: row_groups.len() });
    }
    if open.checksums().is_none() {
        return Err(BadFile::NoChecksums);
    }
    let missing = file.fields.iter().find(|field| open.place(**field).is_none());
    missing.map_or(Ok(()), |field| Err(BadFile::NoColumn(*field)))
}
