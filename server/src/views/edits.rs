//! Commits edits of rows: labels, boxes, numbers, texts and removals, together. No media file is written.

use std::collections::HashSet;

use hub_dataset::ops::row_edits::{EditRequest, Prepared, RowConflict, RowEdit, conflicts, prepare};
use hub_dataset::{Author, Committed, Conflict, Error as DatasetError, Snapshot};
use hub_schema::api::{CommitEdits, EditsCommitted, RowEditView};
use hub_schema::{BranchName, RowId};

use super::commit_view::commit_view;
use super::conflicts::refusal;
use super::position::parse_row_id;
use crate::api::record;
use crate::auth::OpenDataset;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::store::object::commit::arbitrated;
use crate::work::task::to_the_end;

/// The most changes of one commit.
const MAX_CHANGES: usize = 10_000;

/// Commits changes of rows.
///
/// # Errors
/// A change is wrong (`invalid`, with its row and column), or rows were changed by others (`conflict`, with the rows).
pub async fn commit(state: &AppState, set: &OpenDataset, wanted: CommitEdits) -> Result<EditsCommitted> {
    if wanted.changes.len() > MAX_CHANGES {
        let found = wanted.changes.len();
        return Err(Problem::invalid(format!(
            "{found} changes; expected {MAX_CHANGES} at most in one commit"
        )));
    }
    let author = Author::new(&set.caller.user()?.name, wanted.message.unwrap_or_default());
    let base = set.snapshot(Some(&wanted.base)).await?;
    let branch = wanted.branch.unwrap_or_else(|| set.info.default_branch.clone());
    let left_out: HashSet<RowId> = wanted.leave_out.iter().map(|id| row(id)).collect::<Result<_>>()?;
    let mut edits = wanted.changes.into_iter().map(edit).collect::<Result<Vec<_>>>()?;
    let all = edits.len();
    edits.retain(|edit| !left_out.contains(&edit.row()));
    let left_out = (all - edits.len()) as u64;
    let request = EditRequest { new_classes: wanted.new_classes.into_iter().collect(), edits };
    let prepared = prepare(&base, &request).await?;
    if !prepared.conflicts.is_empty() {
        return Err(refusal(set, &base, &base, &prepared.conflicts).await?);
    }
    let done = EditsCommitted {
        commit: None,
        values: prepared.edit.values.iter().map(|values| values.values.len() as u64).sum(),
        removed: prepared.edit.deleted.len() as u64,
        unchanged: prepared.unchanged,
        left_out,
    };
    if done.values + done.removed == 0 {
        return Ok(done);
    }
    let (state, set) = (state.clone(), set.clone());
    // A task of its own, so that a commit is recorded also when its client is gone.
    let snapshot = to_the_end(async move {
        let committed = write(&state, &set, &branch, &author, &base, &prepared).await?;
        if let Committed::New(snapshot) = &committed {
            record::commit(&state, &set, snapshot).await;
        }
        Ok(committed)
    });
    match snapshot.await? {
        Committed::New(snapshot) => {
            Ok(EditsCommitted { commit: Some(commit_view((&snapshot).into())), ..done })
        }
        // The rows to remove were removed by others.
        Committed::Unchanged(_) => Ok(EditsCommitted { removed: 0, ..done }),
    }
}

async fn write(
    state: &AppState,
    set: &OpenDataset,
    branch: &BranchName,
    author: &Author,
    base: &Snapshot,
    prepared: &Prepared,
) -> Result<Committed> {
    let dataset = arbitrated(&state.catalog, &set.dataset);
    let error = match dataset.edit_values(branch, author, &prepared.edit, base).await {
        Ok(committed) => return Ok(committed),
        Err(error) => error,
    };
    let is_of_rows = matches!(
        &error,
        DatasetError::Conflict { conflict: Conflict::Values { .. } | Conflict::DeletedAndChanged { .. }, .. }
    );
    if is_of_rows && let Some(head) = dataset.head(branch).await? {
        let found: Vec<RowConflict> = conflicts(base, &head, &prepared.edit).await?;
        if !found.is_empty() {
            return Err(refusal(set, base, &head, &found).await?);
        }
    }
    Err(error.into())
}

fn edit(view: RowEditView) -> Result<RowEdit> {
    let row = row(&view.row_id)?;
    let wrong = |what: &str| Err(Problem::invalid(format!("change of row {row}: {what}")));
    match (view.column, view.remove, view.value) {
        (None, true, None) if view.path.is_none() && view.was.is_none() => Ok(RowEdit::Remove { row }),
        (None, true, _) => wrong("a row that is removed has neither path, was nor value"),
        (None, false, _) => wrong("expected a column, or remove: true"),
        (Some(_), true, Some(_)) => wrong("remove: true goes without a value"),
        (Some(_), false, None) => wrong("expected a value (null for none), or remove: true"),
        (Some(column), _, value) => {
            Ok(RowEdit::Set { row, column, path: view.path.unwrap_or_default(), was: view.was, value })
        }
    }
}

fn row(id: &str) -> Result<RowId> {
    let wrong = || Problem::invalid(format!("'{id}' is not the id of a row; expected fragment:offset"));
    parse_row_id(id).ok_or_else(wrong)
}
