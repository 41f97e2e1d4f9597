//! Which rows a command works on: named ones, those of a split, those that meet a condition.

use clap::Args;
use hub_dataset::Snapshot;
use hub_schema::Location;

use crate::args::{RowRef, find_rows};
use crate::context::Context;

/// A condition on rows, and a split.
#[derive(Args, Debug, Default)]
pub struct Condition {
    /// Rows that meet this condition, as after WHERE in `hub query`
    #[arg(long = "where", value_name = "SQL")]
    pub condition: Option<String>,
    /// Rows of this split
    #[arg(long, value_name = "SPLIT")]
    pub split: Option<String>,
}

impl Condition {
    pub fn is_given(&self) -> bool {
        self.condition.is_some() || self.split.is_some()
    }
}

/// The positions of the rows that are named, or, if none are, of those that meet the conditions; rising.
///
/// # Errors
/// A row or the split doesn't exist, or the condition is invalid.
pub async fn positions(
    rows: &[RowRef],
    given: &Condition,
    snapshot: &Snapshot,
    location: &Location,
    context: &Context,
) -> anyhow::Result<Vec<u64>> {
    if !rows.is_empty() {
        return Ok(find_rows(rows, snapshot).await?.into_iter().map(|(position, _)| position).collect());
    }
    let mut positions: Vec<u64> = match &given.condition {
        Some(condition) => {
            let found = context.filter(condition, location).await.positions(snapshot).await?;
            found.iter().map(u64::from).collect()
        }
        None => (0..snapshot.index().await?.rows()).collect(),
    };
    if let Some(split) = &given.split {
        let known = snapshot.splits();
        if !known.contains(split) {
            return Err(hub_dataset::Error::NoSplit { split: split.clone(), known }.into());
        }
        let index = snapshot.index().await?;
        positions.retain(|position| {
            let place = index.at(*position);
            place.is_some_and(|place| index.fragments()[place.fragment].split.as_ref() == Some(split))
        });
    }
    Ok(positions)
}
