//! Which rows a stream or an export keeps: a condition in the words of SQL
//! (`isa(label, 'dog.n.01') AND image.width >= 256`), or positions that are known already.
//!
//! A condition is answered once, before anything is read, from the columns it names alone (or from a label index);
//! streams and exports then read the rows that it left. Conditions need a query engine, which is the larger part of a
//! program that has one: they are there with the feature `query`.

use std::sync::Arc;

#[cfg(feature = "query")]
use hub_dataset::LabelIndex;
use hub_dataset::Snapshot;
use roaring::RoaringBitmap;

use crate::error::Result;

/// Which rows are kept.
#[derive(Clone, Debug)]
pub struct Filter(Kept);

#[derive(Clone, Debug)]
enum Kept {
    /// Those that meet a condition.
    #[cfg(feature = "query")]
    Condition { condition: String, index: Option<Arc<dyn LabelIndex>> },
    /// Those at some positions.
    Positions(Arc<RoaringBitmap>),
}

impl Filter {
    /// The rows that meet a condition: what stands behind WHERE.
    #[cfg(feature = "query")]
    pub fn new(condition: impl Into<String>) -> Self {
        Self(Kept::Condition { condition: condition.into(), index: None })
    }

    /// The rows at some positions of the revision: a view's, or those that a filter left before.
    pub fn positions_of(positions: impl Into<Arc<RoaringBitmap>>) -> Self {
        Self(Kept::Positions(positions.into()))
    }

    /// Lets an index say which rows carry which concept; without one the labels are read.
    #[cfg(feature = "query")]
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
    #[cfg_attr(not(feature = "query"), allow(clippy::unused_async))]
    pub async fn positions(&self, snapshot: &Snapshot) -> Result<Arc<RoaringBitmap>> {
        match &self.0 {
            #[cfg(feature = "query")]
            Kept::Condition { condition, index } => {
                Ok(Arc::new(hub_query::filter(snapshot, condition, index.clone()).await?))
            }
            Kept::Positions(positions) => {
                #[cfg(not(feature = "query"))]
                let _ = snapshot;
                Ok(Arc::clone(positions))
            }
        }
    }
}

#[cfg(feature = "query")]
impl<T: Into<String>> From<T> for Filter {
    fn from(condition: T) -> Self {
        Self::new(condition)
    }
}
