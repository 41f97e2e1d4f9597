//! One cell of a row.

use hub_dataset::Snapshot;
use hub_dataset::sample::{Value, extract};
use hub_schema::facts::media_type;
use hub_schema::{Feature, Field};

use super::position::position_of;
use crate::problem::Result;

/// One cell's value and media type.
#[derive(Debug)]
pub struct Cell {
    pub value: Value,
    pub media_type: &'static str,
}

/// Reads one cell; `row` is a row id or a position.
pub async fn read(snapshot: &Snapshot, row: &str, field: &Field) -> Result<Cell> {
    let position = position_of(snapshot, row).await?;
    let fact = |name: &str| snapshot.schema().find(&format!("{}.{name}", field.name));
    let format = fact("format").filter(|_| field.feature.is_media());
    let facts =
        [fact("name"), fact("bytes"), format].into_iter().flatten().filter(|f| f.fact_of == Some(field.id));
    let fields: Vec<&Field> = std::iter::once(field).chain(facts).collect();
    let batch = snapshot.read_positions(&[position], &fields).await?;
    let open = |hash, bytes| snapshot.blob(hash, bytes);
    let mut rows = extract::rows(&batch, &fields, &open)
        .map_err(|source| hub_dataset::Error::Extract { path: field.name.clone(), source })?;
    let mut values = rows.pop().unwrap_or_default();
    let format = match (format, values.last()) {
        (Some(_), Some(Value::Text(format))) => Some(format.clone()),
        _ => None,
    };
    let value = if values.is_empty() { Value::Null } else { values.swap_remove(0) };
    let media_type = match &field.feature {
        f if f.is_file() => media_type(f, format.as_deref()),
        Feature::Text => "text/plain; charset=utf-8",
        Feature::Binary | Feature::Tensor { .. } => "application/octet-stream",
        _ => "application/json",
    };
    Ok(Cell { value, media_type })
}
