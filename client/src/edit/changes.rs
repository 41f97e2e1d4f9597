//! Which of the given values differ from those that the data set has.

use hub_dataset::Snapshot;
use hub_dataset::ops::values::ColumnValues;
use hub_dataset::sample::{Value, extract};
use hub_schema::{Field, RowId};

use super::error::EditError;

/// Rows that are read at a time.
const CHUNK_ROWS: usize = 16_384;

/// A row by its position in the revision, and a value for it.
pub type RowValue = (u64, Value);

/// The values of a column that differ from those in the revision.
///
/// # Errors
/// The data set can't be read; a position that the revision doesn't have.
pub async fn changes(
    snapshot: &Snapshot,
    field: &Field,
    values: Vec<RowValue>,
) -> Result<ColumnValues, EditError> {
    let index = snapshot.index().await?;
    let mut changed: Vec<(RowId, Value)> = Vec::new();
    let mut values = values.into_iter();
    loop {
        let chunk: Vec<RowValue> = values.by_ref().take(CHUNK_ROWS).collect();
        if chunk.is_empty() {
            break;
        }
        let positions: Vec<u64> = chunk.iter().map(|(position, _)| *position).collect();
        let batch = snapshot.read_positions(&positions, &[field]).await?;
        let open = |hash, size_bytes| snapshot.blob(hash, size_bytes);
        let held =
            extract::column(&field.name, &field.feature, batch.column(0), &open).map_err(|source| {
                hub_dataset::Error::Extract { path: snapshot.dataset().store().uri().to_owned(), source }
            })?;
        for ((position, value), held) in chunk.into_iter().zip(held) {
            if value != held {
                let none = hub_dataset::Error::NoPosition { position, rows: index.rows() };
                let place = index.at(position).ok_or(none)?;
                changed.push((index.fragments()[place.fragment].row_id(place.offset), value));
            }
        }
    }
    Ok(ColumnValues::new(field.name.clone(), changed))
}
