//! Orders of rows: all of a revision, or those of a filter, sorted by a column.
//!
//! An order is computed once for a commit, and kept: a page of it, or the place of a row in it, is then one look.

use std::sync::Arc;

use hub_dataset::ops::order::OrderBy;
use hub_dataset::{Snapshot, cpu_pool};
use tokio::time::timeout;

use super::select::Selected;
use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;
use crate::work::admission::Requester;
use crate::work::filter::is_volatile;
use crate::work::once::once;

/// The positions of the selected rows in the order `sort`. `split` and `filter` are what `selected` was selected by.
pub async fn ordered(
    state: &AppState,
    requester: &Requester,
    snapshot: &Snapshot,
    sort: &str,
    selected: &Selected,
    (split, filter): (Option<&str>, Option<&str>),
) -> Result<Arc<Vec<u32>>> {
    let by = OrderBy::parse(snapshot.schema(), sort)?;
    let uuid = snapshot.dataset().hub_file().uuid;
    let key = |of: String| (uuid, snapshot.at().id, of);
    let all = once(&state.kept.orders, key(sort.to_owned()), || async {
        let permit = state.filters.take(requester.clone()).await?;
        let time = requester.time(state.config.request);
        let order = timeout(time, snapshot.order(&by)).await;
        drop(permit);
        let late = || Problem::new(Kind::Timeout, format!("the order took longer than {} s", time.as_secs()));
        Ok(Arc::new(order.map_err(|_| late())??))
    });
    let all = all.await?;
    let Selected::Some(rows) = selected else { return Ok(all) };
    let choose = || async {
        let (all, rows) = (all.clone(), rows.clone());
        let chosen = cpu_pool::run(async move { chosen(&all, &rows) }).await;
        Ok(Arc::new(chosen.map_err(|e| internal(&e))?))
    };
    if filter.is_some_and(is_volatile) {
        return choose().await;
    }
    // A zero byte can't be in a column's or split's name.
    let of = format!("{sort}\0{}\0{}", split.unwrap_or("\0"), filter.unwrap_or_default());
    once(&state.kept.orders, key(of), choose).await
}

/// Those of the positions that are in a bitmap, in their order.
fn chosen(all: &[u32], rows: &roaring::RoaringBitmap) -> Vec<u32> {
    // A plain bit per row is found faster than one in a compressed bitmap, and there are as many looks as rows.
    let mut bits = vec![0u64; all.len() / 64 + 1];
    for row in rows {
        if let Some(word) = bits.get_mut(row as usize / 64) {
            *word |= 1 << (row % 64);
        }
    }
    let has = |row: &u32| bits.get(*row as usize / 64).is_some_and(|word| word >> (row % 64) & 1 == 1);
    all.iter().copied().filter(has).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_rows_keep_the_order() {
        let rows = [0, 64, 3].into_iter().collect();
        let all: Vec<u32> = (0..65).rev().collect();
        assert_eq!(chosen(&all, &rows), [64, 3, 0]);
    }
}
