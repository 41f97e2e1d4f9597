//! A condition on rows, in the words of SQL: `isa(label, 'dog.n.01') AND image.width >= 256`.
//!
//! It is answered once, before anything is read, from the columns it names alone (or from a label index); streams
//! and exports then read the rows that it left.

use std::sync::Arc;

use hub_dataset::{LabelIndex, Snapshot};
use hub_query::QueryError;
use roaring::RoaringBitmap;

/// Which rows are kept.
#[derive(Clone, Debug)]
pub struct Filter(Kept);

#[derive(Clone, Debug)]
enum Kept {
    /// Those that meet a condition.
    Condition { condition: String, index: Option<Arc<dyn LabelIndex>> },
    /// Those at some positions.
    Positions(RoaringBitmap),
}

impl Filter {
    /// The rows that meet a condition: what stands behind WHERE.
    pub fn new(condition: impl Into<String>) -> Self {
        Self(Kept::Condition { condition: condition.into(), index: None })
    }

    /// The rows at some positions of the revision: a view's.
    pub fn positions_of(positions: RoaringBitmap) -> Self {
        Self(Kept::Positions(positions))
    }

    /// Lets an index say which rows carry which concept; without one the labels are read.
    #[must_use]
    pub fn with_index(mut self, given: Option<Arc<dyn LabelIndex>>) -> Self {
        if let Kept::Condition { index, .. } = &mut self.0 {
            *index = given;
        }
        self
    }

    /// The positions of the rows that are kept.
    ///
    /// # Errors
    /// The condition is wrong, or can't be answered.
    pub async fn positions(&self, snapshot: &Snapshot) -> Result<RoaringBitmap, QueryError> {
        match &self.0 {
            Kept::Condition { condition, index } => {
                hub_query::filter(snapshot, condition, index.clone()).await
            }
            Kept::Positions(positions) => Ok(positions.clone()),
        }
    }
}

impl<T: Into<String>> From<T> for Filter {
    fn from(condition: T) -> Self {
        Self::new(condition)
    }
}
