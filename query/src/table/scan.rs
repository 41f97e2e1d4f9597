//! A scan: what is read, and of which rows.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use roaring::RoaringBitmap;

use super::NamedSnapshot;
use super::columns::Columns;
use super::conditions::Condition;
use crate::error::QueryError;

/// What is read, and of which rows.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The data sets.
    pub members: Vec<MemberScan>,
    /// The table's columns.
    pub columns: Arc<Columns>,
    /// The columns that are wanted.
    pub projection: Vec<usize>,
    /// All conditions; each data set says which of them are to be looked at.
    pub conditions: Vec<Condition>,
    /// As many rows are enough.
    pub limit: Option<usize>,
    /// The columns that are wanted, as Arrow has them.
    pub schema: SchemaRef,
    /// The rows of a batch.
    pub batch_rows: usize,
}

/// What a scan does with one data set.
#[derive(Clone, Debug)]
pub struct MemberScan {
    /// Its place among the table's data sets.
    pub member: usize,
    /// The revision.
    pub named: NamedSnapshot,
    /// The positions that its index leaves; all, where it wasn't asked.
    pub positions: Option<RoaringBitmap>,
    /// The conditions that are still to be looked at.
    pub conditions: Vec<usize>,
    /// How many its index answered.
    pub indexed: usize,
}

impl Scan {
    /// An error with the data set that it is of, where there are several.
    pub fn wrong(&self, m: usize, error: impl Into<QueryError>) -> QueryError {
        match error.into() {
            QueryError::Dataset(source) if self.members.len() > 1 => {
                QueryError::Member { dataset: self.members[m].named.name.clone(), source: source.into() }
            }
            other => other,
        }
    }
}
