//! The columns of audio and videos that are decoded.

use std::sync::Arc;

use arrow::datatypes::{FieldRef, Schema as ArrowSchema, SchemaRef};
use hub_schema::Field;

use super::spec::{MediaColumn, MediaSpec};
use crate::error::{Error, Result};

/// The most bytes of a batch's tensors. More is a mistake in a size or a memory that few machines have.
const MOST_BYTES: u64 = 64 << 30;

/// The columns of audio and videos that are decoded.
#[derive(Debug)]
pub struct MediaColumns {
    columns: Vec<Decoded>,
    schema: SchemaRef,
}

/// A column that is decoded.
#[derive(Debug)]
pub struct Decoded {
    pub name: String,
    /// Its place among the columns of a batch.
    pub place: usize,
    pub spec: MediaSpec,
    /// Bytes of each value, where their shape is fixed.
    pub row_bytes: Option<usize>,
}

impl MediaColumns {
    /// The columns to decode of a stream of `fields`, which have `stored` as their schema.
    ///
    /// # Errors
    /// A column that isn't there, isn't of such media or is named twice; a specification that makes no sense, or whose
    /// batches are too large.
    pub fn new(
        wanted: &[MediaColumn],
        fields: &[&Field],
        stored: &ArrowSchema,
        batch_size: u64,
    ) -> Result<Self> {
        let mut decoded: Vec<FieldRef> = stored.fields().iter().cloned().collect();
        let mut columns: Vec<Decoded> = Vec::with_capacity(wanted.len());
        for MediaColumn { column, spec } in wanted {
            let wrong = |problem| Error::ImageColumn { column: column.clone(), problem };
            let Some(place) = fields.iter().position(|field| field.name == *column) else {
                let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                return Err(wrong(format!("the stream has no such column, only: {}", names.join(", "))));
            };
            if fields[place].feature != spec.feature() {
                let (found, expected) = (fields[place].feature.describe(), spec.feature().describe());
                return Err(wrong(format!("its type is {found}, expected {expected}")));
            }
            if columns.iter().any(|column| column.place == place) {
                return Err(wrong("it is to be decoded twice; give one specification for it".to_owned()));
            }
            spec.check().map_err(|error| wrong(error.to_string()))?;
            let row_bytes = spec.row_bytes();
            let batch_bytes = row_bytes.map_or(0, |row| row.saturating_mul(batch_size));
            // A tensor's length is a 32-bit number.
            if row_bytes.is_some_and(|row| row > i32::MAX as u64) || batch_bytes > MOST_BYTES {
                let shape = spec.shape().unwrap_or_default();
                let shape: Vec<String> =
                    shape.iter().map(|(name, side)| format!("{side} ({name})")).collect();
                return Err(wrong(format!(
                    "{batch_size} values of {} a batch take {batch_bytes} bytes; set a smaller size or batch size",
                    shape.join(" x ")
                )));
            }
            decoded[place] = Arc::new(spec.field(&decoded[place]));
            let (name, row_bytes) = (column.clone(), row_bytes.map(|row| row as usize));
            columns.push(Decoded { name, place, spec: spec.clone(), row_bytes });
        }
        Ok(Self { columns, schema: Arc::new(ArrowSchema::new(decoded)) })
    }

    pub fn columns(&self) -> &[Decoded] {
        &self.columns
    }

    /// The schema of a batch with these columns decoded.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Whether videos are decoded.
    pub fn has_clips(&self) -> bool {
        self.columns.iter().any(|column| matches!(column.spec, MediaSpec::Clip(_)))
    }

    /// Bytes of the tensors of a batch, as far as they are known beforehand.
    pub fn batch_bytes(&self, rows: usize) -> u64 {
        self.columns.iter().filter_map(|column| column.row_bytes).map(|row| row as u64 * rows as u64).sum()
    }
}
