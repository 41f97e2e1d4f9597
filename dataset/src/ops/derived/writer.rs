//! Writes a derived column of a fragment, row group by row group.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch};
use hub_schema::arrow_types::{Form, arrow_schema};
use hub_schema::{ContentHash, Feature, Field, FieldId, Schema};

use super::derive::{Derive, bytes, derive_of};
use crate::error::{Error, Result};
use crate::file::{EncodedFile, GroupWriter};
use crate::sample::build;
use crate::sample::{Media, MediaBytes, Value};

/// Writes one derived column into a file of its own.
pub struct DerivedWriter {
    field: Field,
    of: FieldId,
    derive: Arc<dyn Derive>,
    writer: GroupWriter,
}

impl std::fmt::Debug for DerivedWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DerivedWriter").field("field", &self.field).finish_non_exhaustive()
    }
}

impl DerivedWriter {
    /// A writer of the columns that `derive` computes; `None` for a field that is none of them.
    pub fn new(field: Field, derive: &Arc<dyn Derive>) -> Result<Option<Self>> {
        let (Some(of), Some(kind)) = (field.fact_of, field.derived_kind()) else { return Ok(None) };
        if kind != derive.kind() {
            return Ok(None);
        }
        let writer = GroupWriter::new(&[&field])?;
        Ok(Some(Self { field, of, derive: Arc::clone(derive), writer }))
    }

    /// Writers of the derived columns that `schema` lists and one of `derives` computes, of media that are written.
    pub fn all(
        schema: &Schema,
        derives: &[Arc<dyn Derive>],
        is_written: impl Fn(FieldId) -> bool,
    ) -> Result<Vec<Self>> {
        let mut writers = Vec::new();
        for field in schema.derived_fields() {
            let derive = derive_of(derives, &field);
            if let Some(derive) = derive.filter(|_| field.fact_of.is_some_and(&is_written)) {
                writers.extend(Self::new(field, derive)?);
            }
        }
        Ok(writers)
    }

    /// The column that it writes.
    pub fn field(&self) -> FieldId {
        self.field.id
    }

    /// The media column that it is computed from.
    pub fn of(&self) -> FieldId {
        self.of
    }

    /// Computes and writes the values of the samples of a row group. Computes for long.
    pub fn write_row_group(&mut self, media: &ArrayRef) -> Result<()> {
        let values: Vec<Value> = (0..media.len()).map(|row| self.value(media, row)).collect();
        let column = build::column(&self.field.feature, &values)
            .map_err(|source| Error::Build { column: self.field.name.clone(), source })?;
        let schema = arrow_schema([&self.field], Form::Read);
        let batch = RecordBatch::try_new(Arc::new(schema), vec![column])
            .map_err(Error::arrow("derived values don't fit their column"))?;
        self.writer.write_row_group(&batch)
    }

    fn value(&self, media: &ArrayRef, row: usize) -> Value {
        match bytes(media, row).and_then(|sample| self.derive.derive(sample)) {
            None => Value::Null,
            Some(value) if self.field.feature == Feature::Image => {
                Value::Media(Media { name: String::new(), bytes: MediaBytes::Memory(value.into()) })
            }
            Some(value) => Value::Bytes(value.into()),
        }
    }

    /// The finished file; `from` is the file of the media.
    pub fn finish(mut self, from: ContentHash) -> Result<EncodedFile> {
        self.writer.derived_from(from);
        self.writer.finish()
    }
}
