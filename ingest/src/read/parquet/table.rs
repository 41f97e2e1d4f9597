//! Arrow tables in memory: their columns mean what those of a Parquet file mean.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Schema};
use hub_dataset::sample::{Column, Sample, SampleError};
use hub_schema::facts::columns_of;
use hub_schema::{Feature, huggingface};

use super::features::{feature, is_media_layout};
use super::footer::{SeenKinds, bytes_of, is_named_as_media, parse_notes};
use super::rows::{self, Naming};
use crate::read::kind::feature_of as media_feature;

/// The columns of a table. `first` are its first rows: bytes that are images, audio files or videos there make a column
/// of media. Facts of media (`image.width`) are left out.
///
/// # Errors
/// A column of a type that there is no feature for.
pub fn table_columns(schema: &Schema, first: Option<&RecordBatch>) -> Result<Vec<Column>, SampleError> {
    let notes = schema.metadata().get(huggingface::KEY).and_then(|text| parse_notes(text));
    let mut columns: Vec<Column> = Vec::with_capacity(schema.fields().len());
    for (place, field) in schema.fields().iter().enumerate() {
        let at = || format!("column '{}'", field.name());
        if columns.iter().any(|column| column.name == *field.name()) {
            let problem = "two columns have this name";
            return Err(SampleError::fatal(at(), problem).advise("rename one of them"));
        }
        let note = notes.as_ref().and_then(|notes| notes.get(field.name()));
        let found = feature(field, note).map_err(|problem| {
            SampleError::fatal(at(), problem).advise("leave it out, or give it another type")
        })?;
        let is_bytes = matches!(found, Feature::Binary | Feature::Struct { .. });
        let kind = first.filter(|_| is_bytes && is_media_layout(field.data_type())).and_then(|first| {
            let mut seen = SeenKinds::default();
            seen.add(&bytes_of(first.column(place))?);
            seen.of(matches!(field.data_type(), DataType::Struct(_)) || is_named_as_media(field.name()))
        });
        columns.push(Column::new(field.name(), kind.map_or(found, media_feature)));
    }
    let facts: Vec<String> =
        columns.iter().flat_map(|c| columns_of(&c.name, &c.feature)).map(|(name, _)| name).collect();
    columns.retain(|column| !facts.contains(&column.name));
    Ok(columns)
}

/// The rows of a batch as samples of some columns, of one split; columns that the batch lacks are null. Media without a
/// name are named after their content, and class labels may be given by name. Rows are counted from `first_row`.
pub fn table_rows(
    columns: &[Column],
    batch: &RecordBatch,
    split: Option<&str>,
    first_row: u64,
) -> Vec<Result<Sample, SampleError>> {
    let columns: Vec<(String, Feature)> =
        columns.iter().map(|column| (column.name.clone(), column.feature.clone())).collect();
    rows::samples(&columns, batch, &Naming::Content, split, |row| format!("row {}", first_row + row))
}
