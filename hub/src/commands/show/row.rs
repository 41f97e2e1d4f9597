//! The row that is shown or saved.

use std::sync::Arc;

use hub_dataset::sample::{ReadAt, Value, extract};
use hub_dataset::{Place, Snapshot};
use hub_schema::{ContentHash, Field, Fragment};

/// A row with all its values.
#[derive(Debug)]
pub struct Row<'a> {
    pub fragment: &'a Fragment,
    pub place: Place,
    pub position: u64,
    pub values: Vec<(Field, Value)>,
}

impl Row<'_> {
    pub fn id(&self) -> hub_schema::RowId {
        self.fragment.row_id(self.place.offset)
    }
}

/// Reads the row at a position.
pub async fn read_at(snapshot: &Snapshot, position: u64) -> anyhow::Result<Row<'_>> {
    let index = snapshot.index().await?;
    let none = hub_dataset::Error::NoPosition { position, rows: index.rows() };
    read(snapshot, index.at(position).ok_or(none)?).await
}

/// Reads one row.
async fn read(snapshot: &Snapshot, place: Place) -> anyhow::Result<Row<'_>> {
    let index = snapshot.index().await?;
    let fragment = &index.fragments()[place.fragment];
    let fields = snapshot.fields(None)?;
    let batch = snapshot.read_places(&[place], &fields).await?;
    let open_blob = |hash: ContentHash, len: u64| -> Arc<dyn ReadAt> { snapshot.blob(hash, len) };
    let mut rows = extract::rows(&batch, &fields, &open_blob).map_err(|source| {
        hub_dataset::Error::Extract { path: format!("fragment {}", fragment.id), source }
    })?;
    let values = rows.pop().unwrap_or_default();
    let values = fields.into_iter().cloned().zip(values).collect();
    Ok(Row { fragment, place, position: index.position(place).unwrap_or(0), values })
}
