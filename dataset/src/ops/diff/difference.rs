//! The difference between two revisions.

use std::collections::{BTreeMap, HashMap, HashSet};

use hub_schema::{ContentHash, FieldId, Fragment, ManifestRef, RowId};
use roaring::RoaringTreemap;
use serde::Serialize;

use super::columns::{self, ColumnChange};
use super::rows::RowChanges;
use crate::error::Result;
use crate::manifest::list;
use crate::read::Snapshot;

/// What differs between two revisions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Diff {
    /// Rows that only the later one holds.
    pub added: u64,
    /// Rows that only the earlier one holds.
    pub removed: u64,
    /// Rows in both, some of whose values differ.
    pub changed: u64,
    /// The same by column: rows whose value of it was replaced.
    pub changed_by_column: BTreeMap<String, u64>,
    /// Columns that were added, dropped, renamed or retyped.
    pub columns: Vec<ColumnChange>,
    #[serde(skip)]
    rows: RowChanges,
    /// The later names of the columns in `rows`.
    #[serde(skip)]
    names: HashMap<FieldId, String>,
}

impl Diff {
    /// True if rows, values and columns are all the same.
    pub fn is_empty(&self) -> bool {
        self.added == 0 && self.removed == 0 && self.changed == 0 && self.columns.is_empty()
    }

    /// The rows that only the later revision holds.
    pub fn added_rows(&self) -> impl Iterator<Item = RowId> + '_ {
        self.rows.added.iter().map(RowId::from_raw)
    }

    /// The rows that only the earlier revision holds.
    pub fn removed_rows(&self) -> impl Iterator<Item = RowId> + '_ {
        self.rows.removed.iter().map(RowId::from_raw)
    }

    /// The rows whose values of a column differ.
    pub fn rows_changed_in(&self, field: FieldId) -> impl Iterator<Item = RowId> + '_ {
        self.rows.changed.get(&field).into_iter().flatten().map(RowId::from_raw)
    }

    /// The rows whose values differ, with the names of the columns.
    pub fn changed_rows(&self) -> impl Iterator<Item = (RowId, Vec<&str>)> + '_ {
        let rows: RoaringTreemap = self.rows.changed_rows();
        rows.into_iter().map(|row| {
            let columns = self.rows.changed.iter().filter(|(_, rows)| rows.contains(row));
            let names = columns.filter_map(|(id, _)| self.names.get(id).map(String::as_str));
            (RowId::from_raw(row), names.collect())
        })
    }
}

impl Snapshot {
    /// What differs between this revision and a `later` one (which need not descend from it).
    ///
    /// # Errors
    /// A manifest can't be read.
    pub async fn diff(&self, later: &Self) -> Result<Diff> {
        let old = self.fragments_not_in(later).await?;
        let new = later.fragments_not_in(self).await?;
        let mut rows = RowChanges::between(&old, &new);
        let both = |id: &FieldId| self.schema().by_id(*id).and(later.schema().by_id(*id));
        rows.changed.retain(|id, _| both(id).is_some());
        let names: HashMap<FieldId, String> =
            rows.changed.keys().filter_map(|id| Some((*id, both(id)?.name.clone()))).collect();
        Ok(Diff {
            added: rows.added.len(),
            removed: rows.removed.len(),
            changed: rows.changed_rows().len(),
            changed_by_column: rows.changed.iter().map(|(id, r)| (names[id].clone(), r.len())).collect(),
            columns: columns::changes(self.schema(), later.schema()),
            rows,
            names,
        })
    }

    /// The fragments in manifests that `other` does not name.
    async fn fragments_not_in(&self, other: &Self) -> Result<Vec<Fragment>> {
        let theirs: HashSet<ContentHash> = other.commit().manifests.iter().map(|m| m.hash).collect();
        let own = self.commit().manifests.iter().filter(|m| !theirs.contains(&m.hash)).cloned();
        let own: Vec<ManifestRef> = own.collect();
        let lists = list::read_all(self.dataset().store(), &own).await?;
        Ok(lists.into_iter().flatten().collect())
    }
}
