//! Parquet files and Arrow streams, with values as they are stored or computed, and class labels by their names.
//!
//! A Parquet file declares the features of its columns like the files of a data set, so Hugging Face `datasets` reads
//! images from it.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field as ArrowField, Schema, SchemaRef};
use arrow::ipc::writer::StreamWriter;
use hub_schema::arrow_types::{FEATURE_KEY, dtype_of};
use hub_schema::{Feature, Field, FieldId, huggingface};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::cells::said;
use super::row_writer::{RowWriter, failed, failed_arrow};
use crate::error::QueryError;

/// A row group is flushed when it has more bytes in memory.
const ROW_GROUP_BYTES: usize = 64 << 20;

pub struct ParquetWriter<W: Write + Send> {
    writer: ArrowWriter<W>,
    /// The schema with types that every reader supports: no views.
    declared: SchemaRef,
}

impl<W: Write + Send> ParquetWriter<W> {
    pub fn new(schema: SchemaRef, out: W) -> Result<Self, QueryError> {
        let compression = Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default());
        let features = features_key(&schema).map(|key| vec![KeyValue::new(huggingface::KEY.to_owned(), key)]);
        let properties =
            WriterProperties::builder().set_compression(compression).set_key_value_metadata(features).build();
        let declared = declared_schema(&schema);
        let writer = ArrowWriter::try_new(out, Arc::clone(&declared), Some(properties)).map_err(wrong)?;
        Ok(Self { writer, declared })
    }
}

impl<W: Write + Send> RowWriter for ParquetWriter<W> {
    fn rows(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        self.writer.write(&declared(batch, &self.declared)?).map_err(wrong)?;
        if self.writer.in_progress_size() > ROW_GROUP_BYTES {
            self.writer.flush().map_err(wrong)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), QueryError> {
        self.writer.close().map(drop).map_err(wrong)
    }
}

/// The schema of a file with these columns.
fn declared_schema(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().iter().map(|f| without_views(f)).collect::<Vec<_>>()))
}

/// A batch with the types of the file.
fn declared(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, QueryError> {
    let columns = batch.columns().iter().zip(schema.fields());
    let columns = columns.map(|(column, field)| cast(column, field.data_type()));
    let columns = columns.collect::<Result<Vec<_>, _>>().map_err(failed_arrow)?;
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options).map_err(failed_arrow)
}

/// The field with plain types in place of views, which not every reader supports, and with its feature as it is in a
/// result: a class label is text.
fn without_views(field: &ArrowField) -> ArrowField {
    let mut metadata = field.metadata().clone();
    match said(field).and_then(|f| serde_json::to_string(&f).ok()) {
        Some(json) => metadata.insert(FEATURE_KEY.to_owned(), json),
        None => metadata.remove(FEATURE_KEY),
    };
    let of = match field.data_type() {
        DataType::BinaryView => DataType::Binary,
        DataType::Utf8View => DataType::Utf8,
        DataType::Struct(members) => DataType::Struct(members.iter().map(|m| without_views(m)).collect()),
        DataType::List(item) => DataType::List(Arc::new(without_views(item))),
        other => other.clone(),
    };
    field.clone().with_data_type(of).with_metadata(metadata)
}

/// The features for `datasets`; `None` where a column has a type that it can't express.
fn features_key(schema: &SchemaRef) -> Option<String> {
    let field = |field: &Arc<ArrowField>| {
        let feature = said(field).or_else(|| computed(field.data_type()))?;
        let id = FieldId::draw(field.name(), 0);
        Some(Field { id, name: field.name().clone(), feature, fact_of: None, metadata: BTreeMap::new() })
    };
    let fields: Vec<Field> = schema.fields().iter().map(field).collect::<Option<_>>()?;
    Some(huggingface::features_key(&fields))
}

/// The feature of a computed column.
fn computed(of: &DataType) -> Option<Feature> {
    match of {
        DataType::Boolean => Some(Feature::Bool),
        DataType::Utf8 | DataType::Utf8View => Some(Feature::Text),
        number => dtype_of(number).map(|dtype| Feature::Number { dtype }),
    }
}

fn wrong(error: parquet::errors::ParquetError) -> QueryError {
    failed(std::io::Error::other(error))
}

pub struct IpcWriter<W: Write> {
    writer: StreamWriter<W>,
    declared: SchemaRef,
}

impl<W: Write> IpcWriter<W> {
    pub fn new(schema: SchemaRef, out: W) -> Result<Self, QueryError> {
        let declared = declared_schema(&schema);
        Ok(Self { writer: StreamWriter::try_new(out, &declared).map_err(failed_arrow)?, declared })
    }
}

impl<W: Write + Send> RowWriter for IpcWriter<W> {
    fn rows(&mut self, batch: &RecordBatch) -> Result<(), QueryError> {
        self.writer.write(&declared(batch, &self.declared)?).map_err(failed_arrow)
    }

    fn finish(mut self: Box<Self>) -> Result<(), QueryError> {
        self.writer.finish().map_err(failed_arrow)
    }
}
