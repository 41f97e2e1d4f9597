//! The label column that is indexed.

use anyhow::{Context, Result};
use hub_dataset::{LabelColumn, Snapshot};

/// Rows of a page.
pub const PAGE: usize = 100;

/// The only label column of a revision.
pub fn label(snapshot: &Snapshot) -> Result<LabelColumn> {
    LabelColumn::all(snapshot.schema()).into_iter().next().context("there is no label column")
}
