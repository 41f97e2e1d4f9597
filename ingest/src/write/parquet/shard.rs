//! One Parquet file.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Schema, SchemaRef};
use hub_dataset::sample::{Sample, SampleError};
use hub_schema::arrow_types::Form;
use hub_schema::huggingface;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::{ARROW_SCHEMA_META_KEY, ArrowWriter, encode_arrow_schema};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use serde_json::{Map, Value as Json, json};

use super::columns::Converted;
use crate::write::staging::cant;

/// A Parquet file that is being written.
pub struct Shard {
    path: PathBuf,
    writer: ArrowWriter<BufWriter<File>>,
    schema: SchemaRef,
    pub samples: u64,
}

impl Shard {
    pub fn create(path: PathBuf, columns: &[Converted]) -> Result<Self, SampleError> {
        let schema = Arc::new(arrow_schema(columns, Form::Read));
        let file = File::create(&path).map_err(|e| cant("write", &path, e))?;
        let file = BufWriter::with_capacity(1 << 20, file);
        // The file's schema differs from the arrays in memory: in the file, media are plain `binary`.
        let options =
            ArrowWriterOptions::new().with_properties(properties(columns)).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(file, Arc::clone(&schema), options);
        let writer = writer.map_err(|e| broken(&path, e))?;
        Ok(Self { path, writer, schema, samples: 0 })
    }

    pub fn bytes(&self) -> u64 {
        self.writer.bytes_written() as u64
    }

    /// Writes samples, whose values stand in the order of `columns`, as one row group.
    pub fn write(&mut self, samples: &[Sample], columns: &[Converted]) -> Result<(), SampleError> {
        let arrays = columns.iter().enumerate().map(|(at, column)| {
            column.array(samples, at).map_err(|e| {
                let place =
                    e.row().and_then(|row| samples.get(row)).map_or("", |sample| sample.place.as_str());
                SampleError::fatal(place, format!("column '{}': {e}", column.name())).because(e)
            })
        });
        let arrays: Vec<ArrayRef> = arrays.collect::<Result<_, _>>()?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays);
        let written = batch.map_err(ParquetError::from).and_then(|batch| {
            self.writer.write(&batch)?;
            self.writer.flush()
        });
        written.map_err(|e| broken(&self.path, e))?;
        self.samples += samples.len() as u64;
        Ok(())
    }

    pub fn finish(self) -> Result<(), SampleError> {
        let path = self.path;
        self.writer.close().map(drop).map_err(|e| broken(&path, e))
    }
}

fn broken(path: &std::path::Path, error: ParquetError) -> SampleError {
    cant("write", path, std::io::Error::other(error))
}

fn arrow_schema(columns: &[Converted], form: Form) -> Schema {
    Schema::new(columns.iter().map(|column| column.arrow_field(form)).collect::<Vec<_>>())
}

fn properties(columns: &[Converted]) -> WriterProperties {
    let notes: Map<String, Json> =
        columns.iter().map(|column| (column.name().to_owned(), column.note())).collect();
    let notes = json!({ "info": { "features": notes } }).to_string();
    // pyarrow, and so `datasets`, looks for the key in the Arrow schema where there is one; others in the footer.
    let declared = arrow_schema(columns, Form::Declared);
    let declared = declared.with_metadata([(huggingface::KEY.to_owned(), notes.clone())].into());
    let pairs = vec![
        KeyValue::new(ARROW_SCHEMA_META_KEY.to_owned(), encode_arrow_schema(&declared)),
        KeyValue::new(huggingface::KEY.to_owned(), notes),
    ];
    let mut properties = WriterProperties::builder()
        .set_created_by(format!("imagehub {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(pairs))
        .set_max_row_group_row_count(None)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).unwrap_or_default()));
    for bulk in columns.iter().filter_map(Converted::bulk) {
        properties = properties
            .set_column_compression(bulk.clone(), Compression::UNCOMPRESSED)
            .set_column_dictionary_enabled(bulk.clone(), false)
            .set_column_statistics_enabled(bulk, EnabledStatistics::None);
    }
    properties.build()
}
