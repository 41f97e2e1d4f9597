//! Selects rows by split and filter, as positions in a revision.

use std::sync::Arc;

use hub_dataset::Snapshot;
use roaring::RoaringBitmap;

use crate::auth::OpenDataset;
use crate::problem::Result;
use crate::state::AppState;
use crate::work::filter;

#[derive(Debug)]
pub enum Selected {
    /// All rows of the revision: their number.
    All(u64),
    /// The rows at these positions.
    Some(Arc<RoaringBitmap>),
}

impl Selected {
    /// Selects the rows of `split` that match `filter`; all rows if neither is given.
    pub async fn new(
        state: &AppState,
        set: &OpenDataset,
        snapshot: &Snapshot,
        split: Option<&str>,
        filter: Option<&str>,
    ) -> Result<Self> {
        filter::check_split(snapshot, split)?;
        let index = snapshot.index().await?;
        let mut rows = match filter {
            Some(filter) => Self::Some(filter::matching(state, snapshot, filter, set.requester()).await?),
            None => Self::All(index.rows()),
        };
        if split.is_some() {
            let mut of_split = RoaringBitmap::new();
            for (i, fragment) in index.fragments().iter().enumerate() {
                if fragment.split.as_deref() == split {
                    let start = index.start(i) as u32;
                    of_split.insert_range(start..start + fragment.live_rows());
                }
            }
            if let Self::Some(matching) = &rows {
                of_split &= &**matching;
            }
            rows = Self::Some(Arc::new(of_split));
        }
        Ok(rows)
    }

    pub fn count(&self) -> u64 {
        match self {
            Self::All(rows) => *rows,
            Self::Some(rows) => rows.len(),
        }
    }

    /// The place of a row in the list, counted from 0; `None` if it is not selected.
    pub fn rank(&self, position: u64) -> Option<u64> {
        match self {
            Self::All(rows) => (position < *rows).then_some(position),
            Self::Some(rows) => {
                let position = u32::try_from(position).ok().filter(|position| rows.contains(*position))?;
                Some(rows.rank(position).saturating_sub(1))
            }
        }
    }

    /// The positions of the rows from the `offset`-th on, at most `limit`.
    pub fn page(&self, offset: u64, limit: usize) -> Vec<u64> {
        match self {
            Self::All(rows) => (offset..*rows).take(limit).collect(),
            Self::Some(rows) => {
                let first = u32::try_from(offset).ok().and_then(|offset| rows.select(offset));
                let Some(first) = first else { return Vec::new() };
                rows.range(first..).take(limit).map(u64::from).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other() {
        let some = Selected::Some(Arc::new([3, 5, 8, 9].into_iter().collect()));
        assert_eq!((some.page(0, 2), some.page(2, 5), some.page(4, 5)), (vec![3, 5], vec![8, 9], vec![]));
        let all = Selected::All(4);
        assert_eq!((all.page(1, 2), all.page(3, 5), all.page(9, 5)), (vec![1, 2], vec![3], vec![]));
        assert_eq!(all.page(u64::MAX, 5), Vec::<u64>::new());
        assert_eq!((some.rank(3), some.rank(9), some.rank(4)), (Some(0), Some(3), None));
        assert_eq!((all.rank(3), all.rank(4)), (Some(3), None));
    }
}
