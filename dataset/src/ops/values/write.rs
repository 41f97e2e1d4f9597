//! Applies an edit of values to the head of a branch.

use std::collections::{HashMap, HashSet};

use hub_schema::{
    BranchName, CommitCounts, Field, FieldId, Fragment, FragmentId, Operation, Patch, RowId, Schema,
    SchemaError,
};
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::edit::{ColumnValues, ValueEdit};
use super::{classes, place};
use crate::commit::{AppendKeys, Change, NewState};
use crate::dataset::Dataset;
use crate::error::{Conflict, Error, Result};
use crate::manifest::list;
use crate::ops::rewrite::{drop_derived, take_over};
use crate::read::{ColumnPath, FragmentIndex, Snapshot};
use crate::sample::Value;

pub(in crate::ops) struct WriteValues<'a> {
    pub dataset: &'a Dataset,
    pub branch: &'a BranchName,
    pub edit: &'a ValueEdit,
    /// What the caller read; existing columns can be written only with it.
    pub base: Option<&'a Snapshot>,
}

/// Values whose column was found.
struct Target<'a> {
    field: Field,
    is_new: bool,
    values: &'a [(RowId, Value)],
}

impl Change for WriteValues<'_> {
    async fn apply(&self, head: Option<&Snapshot>, nonce: Uuid) -> Result<Option<NewState>> {
        let head = self.dataset.needed_head(self.branch, head)?;
        let schema = self.schema(head)?;
        let targets = self.targets(head, &schema)?;
        let index = head.index().await?;
        let deleted = self.deleted(head, index).await?;
        if schema == *head.schema() && targets.iter().all(|t| t.values.is_empty()) && deleted.is_empty() {
            return Ok(None);
        }
        let mut placed_values = Vec::with_capacity(targets.len());
        for target in &targets {
            if !target.is_new {
                self.check(head, target).await?;
            }
            placed_values.push((target.field.id, self.still_there(head, target).await?));
        }
        let given = placed_values.iter().map(|(field, values)| (*field, values.as_slice()));
        let replaced: Vec<FieldId> = targets.iter().filter(|t| !t.is_new).map(|t| t.field.id).collect();
        let mut changed: HashMap<FragmentId, Fragment> = HashMap::new();
        let mut rows = 0;
        for (at, values) in place::place(index, given)? {
            let mut fragment = index.fragments()[at].clone();
            let of_replaced = values.iter().filter(|(field, _)| replaced.contains(field));
            rows += of_replaced.flat_map(|(_, v)| v.keys()).collect::<HashSet<_>>().len() as u64;
            let ids: Vec<FieldId> = values.keys().copied().collect();
            for fields in place::families(&schema.fields, &ids) {
                for file in place::write(self.dataset, &fragment, &fields, &values).await? {
                    // A new column has no values before this commit that others could have replaced.
                    let is_patch = file.fields.iter().any(|f| replaced.contains(f));
                    let written = file.fields.iter().filter_map(|f| values.get(f));
                    let rows: RoaringBitmap = written.flat_map(|v| v.keys().copied()).collect();
                    let patch = Patch { by: nonce, fields: file.fields.clone(), rows };
                    drop_derived(&mut fragment, &schema, &file.fields);
                    take_over(&mut fragment, file, is_patch.then_some(patch));
                }
            }
            changed.insert(fragment.id, fragment);
        }
        for (at, offsets) in deleted {
            let fragment = &index.fragments()[at];
            changed.entry(fragment.id).or_insert_with(|| fragment.clone()).deleted |= offsets;
        }
        let counts = list::count(index.fragments().iter().map(|f| changed.get(&f.id).unwrap_or(f)));
        let removed = head.commit().counts.rows - counts.rows;
        let changes = changed.into_iter().map(|(id, f)| (id, Some(f))).collect();
        Ok(Some(NewState {
            schema,
            manifests: list::edit(self.dataset.store(), &head.commit().manifests, changes).await?,
            is_copy: false,
            operation: self.operation(&targets),
            counts: CommitCounts { added: 0, removed, changed: rows, ..counts },
            skipped: Vec::new(),
            merged: None,
            keys: AppendKeys::of(head),
        }))
    }
}

impl<'a> WriteValues<'a> {
    fn operation(&self, targets: &[Target<'_>]) -> Operation {
        let names = |new: bool| targets.iter().filter(move |t| t.is_new == new).map(|t| t.field.name.clone());
        let new = self.edit.new_columns.iter().map(|(name, _)| name.clone());
        if targets.is_empty() && self.edit.new_columns.is_empty() && !self.edit.deleted.is_empty() {
            return Operation::Delete;
        }
        match names(false).next() {
            None => Operation::AddColumn { columns: new.collect() },
            Some(_) => Operation::ReplaceValues { columns: names(false).chain(new).collect() },
        }
    }

    /// The rows to delete that are not deleted already: their offsets by fragment.
    async fn deleted(&self, head: &Snapshot, index: &FragmentIndex) -> Result<HashMap<usize, RoaringBitmap>> {
        let mut deleted: HashMap<usize, RoaringBitmap> = HashMap::new();
        for row in &self.edit.deleted {
            let Some(place) = index.of_row(*row) else {
                // After a compaction, deleted rows are no longer there.
                match self.base {
                    Some(base) if base.index().await?.of_row(*row).is_some() => continue,
                    _ => return Err(Error::NoRow(*row)),
                }
            };
            if index.position(place).is_some() {
                if let Some(column) = self.changed_since(head, *row).await? {
                    return Err(self.conflict(Conflict::DeletedAndChanged { column, row: *row }));
                }
                deleted.entry(place.fragment).or_default().insert(place.offset);
            }
        }
        Ok(deleted)
    }

    /// A column of a row whose value others replaced since the base.
    async fn changed_since(&self, head: &Snapshot, row: RowId) -> Result<Option<String>> {
        let Some(base) = self.base else { return Ok(None) };
        let mut fields = head.schema().fields.iter();
        let (then, now) = (base.index().await?, head.index().await?);
        Ok(fields.find(|field| is_replaced(then, now, field.id, row)).map(|field| field.name.clone()))
    }

    /// The head's columns with the new classes and the new columns.
    fn schema(&self, head: &Snapshot) -> Result<Schema> {
        let mut schema = head.schema().clone();
        for (path, new) in &self.edit.new_classes {
            let then = ColumnPath::find(self.base.unwrap_or(head).schema(), path)?.field;
            let below = path.get(then.name.len()..).unwrap_or_default();
            let Some(field) = schema.fields.iter_mut().find(|f| f.id == then.id) else {
                return Err(self.dropped(path));
            };
            // The numbers in the values are those that follow the base's classes.
            if classes::names(&then.feature, below) != classes::names(&field.feature, below) {
                return Err(Error::SchemaMoved { branch: self.branch.clone() });
            }
            if !classes::append(&mut field.feature, below, new) {
                return Err(SchemaError::NoLabels { name: path.clone() }.into());
            }
        }
        for (name, feature) in &self.edit.new_columns {
            schema.add(name.clone(), feature.clone())?;
        }
        Ok(schema)
    }

    /// The column of each list of values: a new one, or the head's that had this name in the base.
    fn targets(&self, head: &Snapshot, schema: &Schema) -> Result<Vec<Target<'a>>> {
        let new: Vec<&Field> = schema.fields.iter().filter(|f| head.schema().by_id(f.id).is_none()).collect();
        let target = |given: &'a ColumnValues| -> Result<Target<'a>> {
            let values = given.values.as_slice();
            if let Some(field) = new.iter().find(|f| f.name == given.column) {
                return Ok(Target { field: (*field).clone(), is_new: true, values });
            }
            let Some(base) = self.base else {
                let known = new.iter().map(|f| f.name.clone()).collect();
                return Err(SchemaError::NoColumn { name: given.column.clone(), known }.into());
            };
            let then = base.schema().column(&given.column)?;
            let field = schema.by_id(then.id).cloned().ok_or_else(|| self.dropped(&then.name))?;
            Ok(Target { field, is_new: false, values })
        };
        self.edit.values.iter().map(target).collect()
    }

    fn dropped(&self, column: &str) -> Error {
        let words = format!("column '{column}' was dropped while its values were replaced");
        self.conflict(Conflict::Columns(words))
    }

    /// The values whose rows are still in the data set. Those of replaced columns were checked.
    async fn still_there(&self, head: &Snapshot, target: &Target<'_>) -> Result<Vec<(RowId, Value)>> {
        let Some(base) = self.base.filter(|base| target.is_new && base.at().id != head.at().id) else {
            return Ok(target.values.to_vec());
        };
        let (then, now) = (base.index().await?, head.index().await?);
        let is_gone = |row: RowId| now.of_row(row).is_none() && then.of_row(row).is_some();
        Ok(target.values.iter().filter(|(row, _)| !is_gone(*row)).cloned().collect())
    }

    /// Refuses rows that others deleted or whose values others replaced since the base.
    async fn check(&self, head: &Snapshot, target: &Target<'_>) -> Result<()> {
        let Some(base) = self.base else { return Ok(()) };
        let field = &target.field;
        let (then, now) = (base.index().await?, head.index().await?);
        let mut clashes: Vec<RowId> = Vec::new();
        for (row, _) in target.values {
            let before = then.of_row(*row).filter(|p| then.position(*p).is_some());
            let before = before.ok_or(Error::NoRow(*row))?;
            let Some(after) = now.of_row(*row).filter(|p| now.position(*p).is_some()) else {
                let column = field.name.clone();
                return Err(self.conflict(Conflict::DeletedAndChanged { column, row: *row }));
            };
            let (then, now) = (then.fragments(), now.fragments());
            if differs(
                (&then[before.fragment], before.offset),
                (&now[after.fragment], after.offset),
                field.id,
            ) {
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

/// Whether others replaced a value of a row since a base. A row that one of the two doesn't hold was not replaced.
pub(crate) fn is_replaced(then: &FragmentIndex, now: &FragmentIndex, field: FieldId, row: RowId) -> bool {
    let (Some(before), Some(after)) = (then.of_row(row), now.of_row(row)) else { return false };
    let (then, now) = (then.fragments(), now.fragments());
    differs((&then[before.fragment], before.offset), (&now[after.fragment], after.offset), field)
}

fn differs(then: (&Fragment, u32), now: (&Fragment, u32), field: FieldId) -> bool {
    let same_file = then.0.file_of(field).map(|f| f.hash) == now.0.file_of(field).map(|f| f.hash);
    !same_file && patched_by(then.0, field, then.1) != patched_by(now.0, field, now.1)
}

/// The commits that replaced a value.
fn patched_by(fragment: &Fragment, field: FieldId, offset: u32) -> HashSet<Uuid> {
    let patches = fragment.file_of(field).map(|f| f.patches.as_slice()).unwrap_or_default();
    patches.iter().filter(|p| p.fields.contains(&field) && p.rows.contains(offset)).map(|p| p.by).collect()
}
