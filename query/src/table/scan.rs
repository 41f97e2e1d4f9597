//! A scan: the columns and rows that one reference to the table reads.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use roaring::RoaringBitmap;

use super::NamedSnapshot;
use super::columns::Columns;
use super::conditions::Condition;
use crate::error::QueryError;

/// The columns and rows that one reference to the table reads.
#[derive(Clone, Debug)]
pub struct Scan {
    /// One for each data set of the table.
    pub members: Vec<MemberScan>,
    /// All columns of the table.
    pub columns: Arc<Columns>,
    /// The output: indexes into `columns`.
    pub projection: Vec<usize>,
    /// All conditions; [`MemberScan::conditions`] says which of them are evaluated for a data set.
    pub conditions: Vec<Condition>,
    /// Stop after this many rows.
    pub limit: Option<usize>,
    /// The schema of the output.
    pub schema: SchemaRef,
    /// The most rows of a batch.
    pub batch_rows: usize,
}

/// What a scan does with one data set.
#[derive(Clone, Debug)]
pub struct MemberScan {
    /// Its index among the table's data sets.
    pub member: usize,
    /// The revision that is read.
    pub named: NamedSnapshot,
    /// The positions that the label index found; `None` for all rows.
    pub positions: Option<RoaringBitmap>,
    /// The conditions that must be evaluated: indexes into [`Scan::conditions`].
    pub conditions: Vec<usize>,
    /// The number of conditions that the label index answered.
    pub indexed: usize,
}

impl Scan {
    /// Adds the data set's name to an error of reading it, where there are several.
    pub fn wrong(&self, m: usize, error: impl Into<QueryError>) -> QueryError {
        match error.into() {
            QueryError::Dataset(source) if self.members.len() > 1 => {
                QueryError::Member { dataset: self.members[m].named.name.clone(), source: source.into() }
            }
            other => other,
        }
    }
}
