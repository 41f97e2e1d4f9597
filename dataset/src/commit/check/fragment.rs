//! Checks that a fragment's entry in a manifest is consistent in itself.

use std::collections::HashSet;

use hub_schema::{Fragment, RowId, Schema};

use super::bad_commit::{BadCommit, BadFragment};

/// Checks that all counts of rows agree, that each column is in one file only, and that rows have values.
pub(super) fn check(schema: &Schema, fragment: &Fragment) -> Result<(), BadCommit> {
    let is_without_values = fragment.files.is_empty() && !schema.fields.is_empty() && fragment.rows > 0;
    let has_values = if is_without_values { Err(BadFragment::NoFiles) } else { Ok(()) };
    let problem = check_shape(fragment).and(has_values);
    problem.map_err(|problem| BadCommit::Fragment { id: fragment.id, problem })
}

/// The part of the check that doesn't need the schema.
pub(crate) fn check_shape(fragment: &Fragment) -> Result<(), BadFragment> {
    let rows = fragment.rows;
    if rows > RowId::MAX_ROWS {
        return Err(BadFragment::TooManyRows { found: rows, max: RowId::MAX_ROWS });
    }
    let grouped = fragment.row_groups.iter().try_fold(0u32, |sum, group| sum.checked_add(*group));
    if grouped != Some(rows) || fragment.row_groups.contains(&0) {
        return Err(BadFragment::RowGroups { rows });
    }
    if fragment.deleted.max().is_some_and(|last| last >= rows) {
        return Err(BadFragment::DeletedRows);
    }
    let ids = fragment.row_ids.iter().try_fold(0u32, |sum, run| sum.checked_add(run.rows));
    if !fragment.row_ids.is_empty() && ids != Some(rows) {
        return Err(BadFragment::RowIds { rows });
    }
    let mut columns = HashSet::new();
    let same = fragment.files.iter().flat_map(|f| &f.fields).find(|field| !columns.insert(**field));
    same.map_or(Ok(()), |field| Err(BadFragment::SameColumn(*field)))
}
