//! A few rows that stand for a data set: from all over it, and of as many classes as there are.

use std::collections::HashSet;
use std::sync::Arc;

use hub_catalog::DatasetInfo;
use hub_dataset::Snapshot;

use super::cell::{Cell, Look};
use crate::api::rows::rows_at;
use crate::problem::{Problem, Result};
use crate::state::AppState;

/// How many rows are chosen.
const PICKS: usize = 36;
/// How many are looked at for one that is chosen.
const CANDIDATES: usize = 4;
/// The rows that stand for a revision, at most 36, in their order.
pub async fn picks(state: &AppState, info: &DatasetInfo, snapshot: &Snapshot) -> Result<Arc<Vec<Cell>>> {
    let choosing = async { choose(info, snapshot).await.map(Arc::new) };
    let chosen = state.picks.0.try_get_with((info.uuid, snapshot.at().id), choosing).await;
    chosen.map_err(|problem: Arc<Problem>| (*problem).clone())
}

async fn choose(info: &DatasetInfo, snapshot: &Snapshot) -> Result<Vec<Cell>> {
    let look = Look::of(snapshot.schema());
    let rows = snapshot.index().await?.rows();
    let positions = spread(rows, PICKS * CANDIDATES);
    let fields = look.fields(snapshot.schema());
    let rows = rows_at(&info.name, snapshot, &fields, &positions).await?;
    let cells: Vec<Cell> = rows.iter().map(|row| look.cell(row)).collect();
    Ok(of_many_classes(cells, PICKS))
}

/// `wanted` positions with equal steps between them; all where there are no more.
fn spread(rows: u64, wanted: usize) -> Vec<u64> {
    let wanted = wanted as u64;
    if rows <= wanted {
        return (0..rows).collect();
    }
    (0..wanted).map(|i| (i * rows + rows / 2) / wanted).collect()
}

/// At most `wanted`: first one of each class, then of those that are left.
fn of_many_classes(cells: Vec<Cell>, wanted: usize) -> Vec<Cell> {
    let mut seen = HashSet::new();
    let (mut chosen, rest): (Vec<Cell>, Vec<Cell>) =
        cells.into_iter().partition(|cell| seen.insert(cell.label.clone()));
    if chosen.len() > wanted {
        let step = chosen.len() as f64 / wanted as f64;
        let kept: HashSet<usize> = (0..wanted).map(|i| (i as f64 * step) as usize).collect();
        let mut i = 0..;
        chosen.retain(|_| i.next().is_some_and(|i| kept.contains(&i)));
    }
    let missing = wanted.saturating_sub(chosen.len());
    let step = (rest.len() / missing.max(1)).max(1);
    chosen.extend(rest.into_iter().step_by(step).take(missing));
    chosen.sort_by_key(|cell| cell.position);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(position: u64, label: &str) -> Cell {
        let label = label.to_owned();
        let (name, size) = (String::new(), String::new());
        Cell { row_id: String::new(), position, label, name, split: None, size, has_picture: true }
    }

    #[test]
    fn positions_are_spread_over_all_rows() {
        assert_eq!(spread(3, 4), [0, 1, 2]);
        assert_eq!(spread(100, 4), [12, 37, 62, 87]);
        assert_eq!(spread(0, 4), [0u64; 0]);
    }

    #[test]
    fn each_class_comes_before_a_second_of_one() {
        let cells = [(0, "a"), (1, "a"), (2, "a"), (3, "b"), (4, "c"), (5, "c")];
        let cells: Vec<Cell> = cells.into_iter().map(|(at, label)| cell(at, label)).collect();
        let at = |cells: Vec<Cell>| cells.into_iter().map(|cell| cell.position).collect::<Vec<_>>();
        assert_eq!(at(of_many_classes(cells.clone(), 3)), [0, 3, 4]);
        assert_eq!(at(of_many_classes(cells.clone(), 4)), [0, 1, 3, 4]);
        assert_eq!(at(of_many_classes(cells.clone(), 2)), [0, 3]);
        assert_eq!(at(of_many_classes(cells, 9)), [0, 1, 2, 3, 4, 5]);
    }
}
