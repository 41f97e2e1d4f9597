//! A condition on rows, in the words of SQL: `isa(label, 'dog.n.01') AND image.width >= 256`.
//!
//! It is answered once, before anything is read, from the columns it names alone (or from a label index); streams
//! and exports then read the rows that it left.

use std::sync::Arc;

use hub_dataset::{LabelIndex, Snapshot};
use hub_query::QueryError;
use roaring::RoaringBitmap;

/// A condition on rows.
#[derive(Clone, Debug)]
pub struct Filter {
    condition: String,
    index: Option<Arc<dyn LabelIndex>>,
}

impl Filter {
    /// The rows that meet a condition: what stands behind WHERE.
    pub fn new(condition: impl Into<String>) -> Self {
        Self { condition: condition.into(), index: None }
    }

    /// Lets an index say which rows carry which concept; without one the labels are read.
    #[must_use]
    pub fn with_index(mut self, index: Option<Arc<dyn LabelIndex>>) -> Self {
        self.index = index;
        self
    }

    /// The condition.
    pub fn condition(&self) -> &str {
        &self.condition
    }

    /// The positions of the rows that meet it.
    ///
    /// # Errors
    /// The condition is wrong, or can't be answered.
    pub async fn positions(&self, snapshot: &Snapshot) -> Result<RoaringBitmap, QueryError> {
        hub_query::filter(snapshot, &self.condition, self.index.clone()).await
    }
}

impl<T: Into<String>> From<T> for Filter {
    fn from(condition: T) -> Self {
        Self::new(condition)
    }
}
