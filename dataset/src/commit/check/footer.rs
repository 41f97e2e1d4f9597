//! Checks a file's footer against its fragment; no page is read.
//!
//! What passes here can be read: readers make the same checks, and no others before they decode.

use hub_schema::{DataFile, Field};

use super::bad_commit::BadFile;
use crate::file::GroupFile;

/// Checks that it has the fragment's row groups, their checksums, and the columns that the manifest names, with the
/// types of `fields`, which are the columns of the commit.
pub(crate) fn check<'a>(
    open: &GroupFile,
    file: &DataFile,
    row_groups: &[u32],
    fields: impl IntoIterator<Item = &'a Field>,
) -> Result<(), BadFile> {
    if !open.row_groups().eq(row_groups.iter().copied()) {
        return Err(BadFile::RowGroups { found: open.row_groups().count(), expected: row_groups.len() });
    }
    if open.checksums().is_none() {
        return Err(BadFile::NoChecksums);
    }
    if let Some(missing) = file.fields.iter().find(|field| open.place(**field).is_none()) {
        return Err(BadFile::NoColumn(*missing));
    }
    let mut named = fields.into_iter().filter(|field| file.fields.contains(&field.id));
    named.try_for_each(|field| Ok(open.check_type(field)?))
}
