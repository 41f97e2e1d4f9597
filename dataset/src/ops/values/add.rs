//! Add a column. Fragments without a value for it get no file: the column is null there.

use std::collections::HashMap;

use hub_schema::{BranchName, CommitCounts, Feature, Field, FieldId, FragmentId, Operation, SchemaError};
use uuid::Uuid;

use super::column_values::ColumnValues;
use super::place;
use crate::commit::{Change, NewState};
use crate::dataset::Dataset;
use crate::error::Result;
use crate::manifest::list;
use crate::ops::rewrite::take_over;
use crate::read::Snapshot;

pub(super) struct AddColumn<'a> {
    pub dataset: &'a Dataset,
    pub branch: &'a BranchName,
    pub name: &'a str,
    pub feature: Feature,
    pub values: &'a [ColumnValues],
}

impl Change for AddColumn<'_> {
    async fn apply(&self, head: Option<&Snapshot>, _: Uuid) -> Result<Option<NewState>> {
        let head = self.dataset.needed_head(self.branch, head)?;
        let mut schema = head.schema().clone();
        let id = schema.add(self.name.to_owned(), self.feature.clone())?;
        let new: Vec<Field> =
            schema.fields.iter().filter(|f| f.id == id || f.fact_of == Some(id)).cloned().collect();
        let index = head.index().await?;
        let placed = place::place(index, self.given(&new)?)?;
        let mut changed = HashMap::new();
        for (at, values) in placed {
            let mut fragment = index.fragments()[at].clone();
            let ids: Vec<FieldId> = values.keys().copied().collect();
            for fields in place::families(&new, &ids) {
                for file in place::write(self.dataset, &fragment, &fields, &values).await? {
                    take_over(&mut fragment, file, None);
                }
            }
            changed.insert(fragment.id, fragment);
        }
        let counts = list::count(index.fragments().iter().map(|f| changed.get(&f.id).unwrap_or(f)));
        let changes: HashMap<FragmentId, _> = changed.into_iter().map(|(id, f)| (id, Some(f))).collect();
        Ok(Some(NewState {
            schema,
            manifests: list::edit(self.dataset.store(), &head.commit().manifests, changes).await?,
            is_copy: false,
            operation: Operation::AddColumn { columns: vec![self.name.to_owned()] },
            counts: CommitCounts { added: 0, removed: 0, changed: 0, ..counts },
            skipped: Vec::new(),
            merged: None,
        }))
    }
}

impl<'a> AddColumn<'a> {
    fn given(&self, new: &[Field]) -> Result<Vec<place::Given<'a>>> {
        let id = |values: &ColumnValues| {
            let known = || new.iter().map(|f| f.name.clone()).collect();
            let field = new.iter().find(|f| f.name == values.column);
            field
                .map(|f| f.id)
                .ok_or_else(|| SchemaError::NoColumn { name: values.column.clone(), known: known() })
        };
        self.values.iter().map(|v| Ok((id(v)?, v.values.as_slice()))).collect()
    }
}
