//! A list of rows: those of a revision that are of a split and meet a condition, in an order. It counts in *ranks*: the
//! k-th row of the list, from 0.

use std::sync::Arc;

use hub_dataset::Snapshot;

use super::orders::ordered;
use super::select::Selected;
use crate::auth::OpenDataset;
use crate::problem::Result;
use crate::state::AppState;

/// Which rows are in a list, and in which order.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListOf<'a> {
    /// Only rows of this split.
    pub split: Option<&'a str>,
    /// Only rows that meet this SQL condition.
    pub filter: Option<&'a str>,
    /// What the rows are sorted by; by default they are in the order of their positions.
    pub sort: Option<&'a str>,
}

/// The rows of a list.
#[derive(Clone, Debug)]
pub struct Listing {
    selected: Selected,
    order: Option<Arc<Vec<u32>>>,
}

impl Listing {
    /// Finds and orders the rows of a list.
    ///
    /// # Errors
    /// The filter or the order is wrong, or took too long; there is no such split.
    pub async fn new(
        state: &AppState,
        set: &OpenDataset,
        snapshot: &Snapshot,
        of: ListOf<'_>,
    ) -> Result<Self> {
        let selected = Selected::new(state, set, snapshot, of.split, of.filter).await?;
        let order = match of.sort.filter(|sort| !sort.is_empty()) {
            None => None,
            Some(sort) => {
                let by = (of.split, of.filter);
                Some(ordered(state, &set.requester(), snapshot, sort, &selected, by).await?)
            }
        };
        Ok(Self { selected, order })
    }

    /// The number of rows.
    pub fn count(&self) -> u64 {
        self.order.as_ref().map_or_else(|| self.selected.count(), |order| order.len() as u64)
    }

    /// The positions of the rows from a rank on, at most `limit`.
    pub fn page(&self, rank: u64, limit: usize) -> Vec<u64> {
        match &self.order {
            None => self.selected.page(rank, limit),
            Some(order) => {
                let rest = usize::try_from(rank).ok().and_then(|rank| order.get(rank..)).unwrap_or_default();
                rest.iter().take(limit).map(|position| u64::from(*position)).collect()
            }
        }
    }

    /// The position of the row of a rank.
    pub fn at(&self, rank: u64) -> Option<u64> {
        self.page(rank, 1).first().copied()
    }

    /// The rank of the row at a position; `None` if it isn't in the list.
    pub fn rank(&self, position: u64) -> Option<u64> {
        match &self.order {
            None => self.selected.rank(position),
            Some(order) => order.iter().position(|at| u64::from(*at) == position).map(|rank| rank as u64),
        }
    }
}
