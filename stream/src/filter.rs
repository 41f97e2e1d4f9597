//! Which rows a stream or an export keeps: a condition in SQL
//! (`isa(label, 'dog.n.01') AND image.width >= 256`), or positions that are known already.
//!
//! A condition is evaluated once, before anything else is read, from the columns it names alone (or from a label
//! index); streams and exports then read the rows that it keeps. Conditions need a query engine, which adds much to
//! the size of a program: the feature `query` (on by default) enables them.

use std::sync::Arc;

#[cfg(feature = "query")]
use hub_dataset::LabelIndex;
use hub_dataset::Snapshot;
use roaring::RoaringBitmap;

use crate::error::Result;

/// The rows that a stream or an export keeps.
#[derive(Clone, Debug)]
pub struct Filter(Kept);

#[derive(Clone, Debug)]
enum Kept {
    #[cfg(feature = "query")]
    Condition {
        condition: String,
        index: Option<Arc<dyn LabelIndex>>,
    },
    Positions(Arc<RoaringBitmap>),
}

impl Filter {
    /// The rows that meet a condition, written as after SQL's WHERE. It is parsed when it is evaluated.
    #[cfg(feature = "query")]
    pub fn new(condition: impl Into<String>) -> Self {
        Self(Kept::Condition { condition: condition.into(), index: None })
    }

    /// The rows at some positions of the revision (from 0, deleted rows not counted): a view's, or those that
    /// another filter kept.
    pub fn positions_of(positions: impl Into<Arc<RoaringBitmap>>) -> Self {
        Self(Kept::Positions(positions.into()))
    }

    /// Uses a label index for `isa` conditions; without one (`None`) the labels are read. No effect on positions.
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
    /// The condition is invalid or can't be evaluated. Positions are returned as they are.
    #[cfg_attr(not(feature = "query"), allow(clippy::unused_async))]
    pub async fn positions(&self, snapshot: &Snapshot) -> Result<Arc<RoaringBitmap>> {
        match &self.0 {
            #[cfg(feature = "query")]
            Kept::Condition { condition, index } => {
                let limits = hub_query::Limits::default();
                Ok(Arc::new(hub_query::filter(snapshot, condition, index.clone(), &limits).await?))
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
