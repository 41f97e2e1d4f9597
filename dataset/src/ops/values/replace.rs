//! Replace values of columns.

use std::collections::{HashMap, HashSet};

use hub_schema::{BranchName, CommitCounts, Field, FieldId, Fragment, FragmentId, Operation, Patch, RowId};
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::column_values::ColumnValues;
use super::place;
use crate::commit::{Change, NewState};
use crate::dataset::Dataset;
use crate::error::{Conflict, Error, Result};
use crate::manifest::list;
use crate::ops::rewrite::take_over;
use crate::read::Snapshot;

pub(super) struct Replace<'a> {
    pub dataset: &'a Dataset,
    pub branch: &'a BranchName,
    pub values: &'a [ColumnValues],
    pub base: &'a Snapshot,
}

impl Change for Replace<'_> {
    async fn apply(&self, head: Option<&Snapshot>, nonce: Uuid) -> Result<Option<NewState>> {
        let head = self.dataset.needed_head(self.branch, head)?;
        if self.values.iter().all(|v| v.values.is_empty()) {
            return Ok(None);
        }
        let columns = self.columns(head)?;
        for (field, given) in columns.iter().zip(self.values) {
            self.check(head, field, given).await?;
        }
        let index = head.index().await?;
        let values = columns.iter().zip(self.values).map(|(f, v)| (f.id, v.values.as_slice()));
        let placed = place::place(index, values)?;
        let mut changed: HashMap<FragmentId, Fragment> = HashMap::new();
        let mut rows = 0;
        for (at, values) in placed {
            let mut fragment = index.fragments()[at].clone();
            rows += values.values().flat_map(|v| v.keys()).collect::<HashSet<_>>().len() as u64;
            let ids: Vec<FieldId> = values.keys().copied().collect();
            for fields in place::families(&head.schema().fields, &ids) {
                for file in place::write(self.dataset, &fragment, &fields, &values).await? {
                    let written = file.fields.iter().filter_map(|f| values.get(f));
                    let rows: RoaringBitmap = written.flat_map(|v| v.keys().copied()).collect();
                    let patch = Patch { by: nonce, fields: file.fields.clone(), rows };
                    take_over(&mut fragment, file, Some(patch));
                }
            }
            changed.insert(fragment.id, fragment);
        }
        let counts = list::count(index.fragments().iter().map(|f| changed.get(&f.id).unwrap_or(f)));
        let changes = changed.into_iter().map(|(id, f)| (id, Some(f))).collect();
        let names = columns.iter().map(|f| f.name.clone()).collect();
        Ok(Some(NewState {
            schema: head.schema().clone(),
            manifests: list::edit(self.dataset.store(), &head.commit().manifests, changes).await?,
            is_copy: false,
            operation: Operation::ReplaceValues { columns: names },
            counts: CommitCounts { added: 0, removed: 0, changed: rows, ..counts },
            skipped: Vec::new(),
            merged: None,
        }))
    }
}

impl Replace<'_> {
    /// The head's columns that the caller means: those that had these names in the base.
    fn columns(&self, head: &Snapshot) -> Result<Vec<Field>> {
        let column = |values: &ColumnValues| -> Result<Field> {
            let then = self.base.schema().column(&values.column)?;
            head.schema().by_id(then.id).cloned().ok_or_else(|| {
                let words = format!("column '{}' was dropped while its values were replaced", then.name);
                self.conflict(Conflict::Columns(words))
            })
        };
        self.values.iter().map(column).collect()
    }

    /// Refuses rows that others deleted or whose values others replaced since the base.
    async fn check(&self, head: &Snapshot, field: &Field, given: &ColumnValues) -> Result<()> {
        let (then, now) = (self.base.index().await?, head.index().await?);
        let mut clashes: Vec<RowId> = Vec::new();
        for (row, _) in &given.values {
            let before = then.of_row(*row).filter(|p| then.position(*p).is_some());
            let before = before.ok_or(Error::NoRow(*row))?;
            let Some(after) = now.of_row(*row).filter(|p| now.position(*p).is_some()) else {
                let column = field.name.clone();
                return Err(self.conflict(Conflict::DeletedAndChanged { column, row: *row }));
            };
            let old = &then.fragments()[before.fragment];
            let new = &now.fragments()[after.fragment];
            let same_file = old.file_of(field.id).map(|f| f.hash) == new.file_of(field.id).map(|f| f.hash);
            if !same_file
                && patched_by(old, field.id, before.offset) != patched_by(new, field.id, after.offset)
            {
                clashes.push(*row);
            }
        }
        match clashes.iter().min() {
            None => Ok(()),
            Some(row) => Err(self.conflict(Conflict::Values {
                column: field.name.clone(),
                row: *row,
                rows: clashes.len() as u64,
            })),
        }
    }

    fn conflict(&self, conflict: Conflict) -> Error {
        Error::Conflict { branch: self.branch.clone(), conflict }
    }
}

/// The commits that replaced a value.
fn patched_by(fragment: &Fragment, field: FieldId, offset: u32) -> HashSet<Uuid> {
    let patches = fragment.file_of(field).map(|f| f.patches.as_slice()).unwrap_or_default();
    patches.iter().filter(|p| p.fields.contains(&field) && p.rows.contains(offset)).map(|p| p.by).collect()
}
