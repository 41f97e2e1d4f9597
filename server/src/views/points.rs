//! Points of a map: two numbers of each row, and the bucket of a facet as a colour.

use bytes::Bytes;
use hub_dataset::ops::points::Coordinate;
use hub_dataset::{Snapshot, cpu_pool};
use tokio::time::timeout;

use super::facets::facet;
use super::select::Selected;
use crate::auth::OpenDataset;
use crate::problem::{Kind, Problem, Result, internal};
use crate::state::AppState;

/// Ranges of numbers that colours stand for.
const COLOR_BINS: usize = 40;

/// Which numbers, of which rows.
#[derive(Clone, Copy, Debug)]
pub struct PointsOf<'a> {
    pub x: &'a str,
    pub y: &'a str,
    /// The column of the colours.
    pub color: Option<&'a str>,
    /// Only rows that meet this SQL condition.
    pub filter: Option<&'a str>,
    /// Only rows of this split.
    pub split: Option<&'a str>,
}

/// The points, as the number of them and flat arrays: x, y, positions, colours.
pub async fn points(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    of: PointsOf<'_>,
) -> Result<Bytes> {
    let schema = snapshot.schema();
    let (x, y) = (Coordinate::find(schema, of.x)?, Coordinate::find(schema, of.y)?);
    let selected = Selected::new(state, set, snapshot, of.split, of.filter).await?;
    let colors = match of.color {
        Some(column) => Some(facet(state, set, snapshot, column, COLOR_BINS).await?),
        None => None,
    };
    let permit = state.filters.take(set.requester()).await?;
    let time = set.requester().time(state.config.request);
    let read = async { tokio::try_join!(snapshot.coordinates(&x), snapshot.coordinates(&y)) };
    let read = timeout(time, read).await;
    drop(permit);
    let late = || Problem::new(Kind::Timeout, format!("the points took longer than {} s", time.as_secs()));
    let (x, y) = read.map_err(|_| late())??;
    let write = async move {
        let is_shown = |position: &u32| {
            let at = *position as usize;
            x.get(at).is_some_and(|x| x.is_finite()) && y.get(at).is_some_and(|y| y.is_finite())
        };
        let positions: Vec<u32> = match &selected {
            Selected::All(rows) => (0..*rows as u32).filter(is_shown).collect(),
            Selected::Some(rows) => rows.iter().filter(is_shown).collect(),
        };
        let mut bytes = Vec::with_capacity(4 + positions.len() * if colors.is_some() { 16 } else { 12 });
        bytes.extend((positions.len() as u32).to_le_bytes());
        for axis in [&x, &y] {
            positions.iter().for_each(|at| bytes.extend(axis[*at as usize].to_le_bytes()));
        }
        positions.iter().for_each(|at| bytes.extend(at.to_le_bytes()));
        if let Some(colors) = &colors {
            positions.iter().for_each(|at| bytes.extend(colors.first_code(*at).to_le_bytes()));
        }
        Bytes::from(bytes)
    };
    cpu_pool::run(write).await.map_err(|e| internal(&e))
}
