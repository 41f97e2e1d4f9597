//! Rows whose vectors are most similar to that of one row.

use hub_dataset::Snapshot;
use hub_schema::api::{SimilarRow, SimilarRows};
use hub_schema::{DType, Feature, Field};
use tokio::time::timeout;

use super::position::{id_at, position_of};
use super::select::Selected;
use crate::auth::OpenDataset;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;

/// Which rows to compare.
#[derive(Clone, Copy, Debug)]
pub struct SimilarTo<'a> {
    /// The id or position of the row.
    pub row: &'a str,
    /// The column of vectors; by default the only one.
    pub column: Option<&'a str>,
    /// How many rows to find.
    pub k: usize,
    /// Only rows that meet this SQL condition.
    pub filter: Option<&'a str>,
    /// Only rows of this split.
    pub split: Option<&'a str>,
}

/// The rows most similar to one, by an exact scan.
pub async fn similar(
    state: &AppState,
    set: &OpenDataset,
    snapshot: &Snapshot,
    of: SimilarTo<'_>,
) -> Result<SimilarRows> {
    let field = vectors(snapshot, of.column)?;
    let position = position_of(snapshot, of.row).await?;
    let row_id = id_at(snapshot, position).await?.to_string();
    let vector = snapshot.vector(field, position).await?;
    let vector = vector.ok_or_else(|| Problem::invalid(format!("row {row_id} has no '{}'", field.name)))?;
    let rows = match Selected::new(state, set, snapshot, of.split, of.filter).await? {
        Selected::All(_) => None,
        Selected::Some(rows) => Some(rows),
    };
    let permit = state.filters.take(set.requester()).await?;
    let time = set.requester().time(state.config.request);
    // One more than asked for, since the row itself is among them.
    let found = timeout(time, snapshot.nearest(field, vector, of.k + 1, rows)).await;
    drop(permit);
    let late = || Problem::new(Kind::Timeout, format!("the scan took longer than {} s", time.as_secs()));
    let mut similar = Vec::with_capacity(of.k);
    for row in found.map_err(|_| late())?? {
        let at = u64::from(row.position);
        if at != position && similar.len() < of.k {
            let row_id = id_at(snapshot, at).await?.to_string();
            similar.push(SimilarRow { row_id, position: at, similarity: row.similarity });
        }
    }
    Ok(SimilarRows { at: snapshot.at().into(), row_id, column: field.name.clone(), rows: similar })
}

/// Whether a column holds vectors of floats, such as an embedding.
pub fn is_vector(field: &Field) -> bool {
    matches!(&field.feature, Feature::Tensor { dtype: DType::F32 | DType::F64, shape, .. } if shape.len() == 1)
}

/// A column of vectors.
fn vectors<'a>(snapshot: &'a Snapshot, name: Option<&str>) -> Result<&'a Field> {
    if let Some(name) = name {
        return Ok(snapshot.schema().column(name)?);
    }
    let found: Vec<&Field> = snapshot.schema().fields.iter().filter(|field| is_vector(field)).collect();
    match found[..] {
        [field] => Ok(field),
        [] => Err(Problem::invalid("this data set has no column of vectors, such as an embedding")),
        _ => {
            let names: Vec<&str> = found.iter().map(|field| field.name.as_str()).collect();
            Err(Problem::invalid(format!("name one of the columns of vectors: {}", names.join(", "))))
        }
    }
}
