//! The values along a list, for a ruler beside it.

use hub_dataset::ops::order::OrderBy;
use hub_dataset::sample::json::{Cell, Labels, Style};
use hub_dataset::sample::{Value, extract};
use hub_dataset::{ColumnPath, Snapshot};
use hub_schema::Feature;
use hub_schema::api::Mark;
use serde_json::{Value as Json, json};

use super::listing::Listing;
use crate::problem::{Result, internal};

/// Marks from the first row of a list to the last, at `parts` equal distances (fewer where the list is short).
pub async fn marks(snapshot: &Snapshot, list: &Listing, sort: Option<&str>, parts: u64) -> Result<Vec<Mark>> {
    let Some(last) = list.count().checked_sub(1) else { return Ok(Vec::new()) };
    let parts = parts.clamp(1, last.max(1));
    let mut ranks: Vec<u64> =
        (0..=parts).map(|part| (u128::from(last) * u128::from(part) / u128::from(parts)) as u64).collect();
    ranks.dedup();
    let positions: Vec<u64> = ranks.iter().filter_map(|rank| list.at(*rank)).collect();
    let by = sort.filter(|sort| !sort.is_empty()).map(|sort| OrderBy::parse(snapshot.schema(), sort));
    let values = match by.transpose()? {
        Some(OrderBy::Column { path, .. }) => values(snapshot, &path, &positions).await?,
        _ => positions.iter().map(|position| json!(position)).collect(),
    };
    Ok(ranks.into_iter().zip(values).map(|(rank, value)| Mark { rank, value }).collect())
}

async fn values(snapshot: &Snapshot, path: &ColumnPath, positions: &[u64]) -> Result<Vec<Json>> {
    let batch = snapshot.read_positions(positions, &[&path.field]).await?;
    let Some(leaf) = path.leaf(batch.column(0)) else {
        return Err(internal(&std::io::Error::other("a column that rows are ordered by is of another type")));
    };
    let open = |hash, bytes| snapshot.blob(hash, bytes);
    let values = extract::column(&path.field.name, &path.feature, &leaf.values, &open);
    let values =
        values.map_err(|source| hub_dataset::Error::Extract { path: path.field.name.clone(), source })?;
    values.iter().map(|value| mark(&path.feature, value)).collect()
}

fn mark(feature: &Feature, value: &Value) -> Result<Json> {
    if let Value::List(items) = value {
        return Ok(json!(items.len()));
    }
    let style = Style { labels: Labels::Names, ..Style::WITHOUT_BYTES };
    serde_json::to_value(Cell { feature, value, style }).map_err(|e| internal(&e))
}
