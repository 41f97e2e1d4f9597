//! Cells as JSON and as text: what JSON, CSV and tables are written from.
//!
//! In: a column of a result, with its feature in the field's metadata or, where it was computed, an Arrow type alone.
//! Out: its values, read as a sample's are and written as [`hub_dataset::sample::json`] writes them everywhere. A
//! computed column has the feature that its Arrow type is nearest to; what has none (decimals, intervals) is text.

use std::io;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use hub_dataset::sample::json::{BytesAs, Cell, Labels, NonFinite, Style};
use hub_dataset::sample::{MediaBytes, ReadAt, Value, extract};
use hub_schema::arrow_types::{Form, data_type, dtype_of};
use hub_schema::{ContentHash, DType, Feature};
use serde::Serialize;

use super::row_writer::{failed, failed_arrow};
use crate::error::QueryError;
use crate::labels::classes::feature_of;

/// JSON and CSV: nothing is left out.
const WHOLE: Style<'static> =
    Style { bytes: BytesAs::Inline, labels: Labels::Names, non_finite: NonFinite::Text };

/// Tables: without bytes.
const TABLE: Style<'static> = Style { bytes: BytesAs::LeftOut, ..WHOLE };

/// Reads the cells of a column.
#[derive(Clone, Debug)]
pub struct Cells {
    /// The column's name in the output.
    pub name: String,
    feature: Feature,
}

/// A column of a batch, laid out as its feature says.
pub struct Column<'a> {
    cells: &'a Cells,
    array: ArrayRef,
}

/// The value of one cell, with its feature.
pub struct Read<'a> {
    feature: &'a Feature,
    value: Value,
}

impl Cells {
    /// A reader for a column.
    pub fn of(field: &FieldRef) -> Self {
        Self { name: field.name().clone(), feature: feature_for(field) }
    }

    /// The column of a batch.
    pub fn column(&self, array: &ArrayRef) -> Result<Column<'_>, QueryError> {
        let wanted = data_type(&self.feature, Form::Read);
        let array = match array.data_type() {
            found if found.equals_datatype(&wanted) => Arc::clone(array),
            found if wanted == DataType::Utf8 && !is_text(found) => {
                Arc::new(formatted(array).map_err(failed_arrow)?)
            }
            _ => cast(array, &wanted).map_err(failed_arrow)?,
        };
        Ok(Column { cells: self, array })
    }
}

/// The columns of a batch.
pub fn columns<'a>(cells: &'a [Cells], batch: &RecordBatch) -> Result<Vec<Column<'a>>, QueryError> {
    cells.iter().zip(batch.columns()).map(|(cells, array)| cells.column(array)).collect()
}

impl Column<'_> {
    /// The value of a row. Row by row, so that only one value at a time is copied out of a batch.
    pub fn read(&self, row: usize) -> Result<Read<'_>, QueryError> {
        let Cells { name, feature } = self.cells;
        let unread = |hash, _| -> Arc<dyn ReadAt> { Arc::new(Unread(hash)) };
        let values = extract::column(name, feature, &self.array.slice(row, 1), &unread);
        let value = values.map_err(|e| failed(io::Error::other(e)))?.pop().unwrap_or_default();
        Ok(Read { feature, value })
    }
}

impl Read<'_> {
    /// The value as JSON, media included.
    pub fn json(&self) -> impl Serialize {
        Cell { feature: self.feature, value: &self.value, style: WHOLE }
    }

    /// The value as a cell of CSV: text as it is, bytes in base64, lists and structs as JSON, null as an empty cell.
    pub fn text(&self) -> Result<String, QueryError> {
        match &self.value {
            Value::Bytes(bytes) if *self.feature == Feature::Binary => Ok(STANDARD.encode(bytes)),
            _ => self.written(WHOLE),
        }
    }

    /// The value as a cell of a table, with sizes in place of bytes: `<image 110 kB>`.
    pub fn shown(&self) -> Result<String, QueryError> {
        let word = match self.feature {
            Feature::Image => "image ",
            Feature::Audio => "audio ",
            Feature::Video => "video ",
            Feature::Mask { .. } => "mask ",
            Feature::Tensor { .. } => "tensor ",
            _ => "",
        };
        match &self.value {
            Value::Bytes(bytes) => Ok(format!("<{word}{}>", size(bytes.len() as u64))),
            Value::Media(medium) => Ok(match &medium.bytes {
                MediaBytes::Object(_) => format!("<{word}{}>", medium.name),
                bytes => format!("<{word}{}>", size(bytes.size_bytes())),
            }),
            _ => self.written(TABLE),
        }
    }

    fn written(&self, style: Style<'_>) -> Result<String, QueryError> {
        let (feature, value) = (self.feature, &self.value);
        match (feature, value) {
            (_, Value::Null) => return Ok(String::new()),
            (Feature::Text, Value::Text(text)) => return Ok(text.clone()),
            _ => {}
        }
        let wrong = |e: serde_json::Error| failed(e.into());
        let json = serde_json::to_string(&Cell { feature, value, style }).map_err(wrong)?;
        match json.as_bytes() {
            [b'"', ..] => serde_json::from_str(&json).map_err(wrong),
            b"null" => Ok(String::new()),
            _ => Ok(json),
        }
    }
}

/// A media file that is stored as an object of its own. The result has only its hash: queries don't read such objects.
#[derive(Debug)]
struct Unread(ContentHash);

impl ReadAt for Unread {
    fn size_bytes(&self) -> u64 {
        0
    }

    fn read_at(&self, _: u64, _: usize) -> io::Result<Bytes> {
        Err(io::Error::other(format!(
            "blobs/{}: queries don't read media files over 32 MiB, which are stored as objects of their own; pull them instead",
            self.0
        )))
    }

    fn blob(&self) -> Option<ContentHash> {
        Some(self.0)
    }
}

/// The feature in a field's metadata where the Arrow type fits it, else the nearest feature of the Arrow type.
fn feature_for(field: &Field) -> Feature {
    said(field).unwrap_or_else(|| nearest(field.data_type()))
}

/// The feature in a field's metadata, with text for class labels, where the Arrow type fits it.
pub fn said(field: &Field) -> Option<Feature> {
    // A cast keeps the metadata: `CAST(label AS INT)` is no text.
    feature_of(field).map(named).filter(|f| is_of(field.data_type(), &data_type(f, Form::Read)))
}

/// The feature of the values in a query: a class label is the name of its class.
fn named(feature: Feature) -> Feature {
    match feature {
        Feature::ClassLabel { .. } => Feature::Text,
        Feature::List { item } => Feature::list(named(*item)),
        Feature::Struct { fields } => {
            Feature::structure(fields.into_iter().map(|f| (f.name, named(f.feature))))
        }
        other => other,
    }
}

/// Are two types the same, apart from their layout in memory?
fn is_of(found: &DataType, wanted: &DataType) -> bool {
    use DataType::{
        Binary, BinaryView, Dictionary, FixedSizeList, LargeBinary, LargeList, LargeUtf8, List, Struct, Utf8,
        Utf8View,
    };
    match (found, wanted) {
        (Utf8 | LargeUtf8 | Utf8View, Utf8) => true,
        (Binary | LargeBinary | BinaryView, Binary | BinaryView) => true,
        (List(a) | LargeList(a) | FixedSizeList(a, _), List(b)) => is_of(a.data_type(), b.data_type()),
        (Struct(a), Struct(b)) => {
            let mut members = a.iter().zip(b);
            a.len() == b.len()
                && members.all(|(a, b)| a.name() == b.name() && is_of(a.data_type(), b.data_type()))
        }
        (Dictionary(_, found), wanted) => is_of(found, wanted),
        (found, wanted) => found == wanted,
    }
}

/// The feature that holds the values of an Arrow type; text where there is none.
fn nearest(of: &DataType) -> Feature {
    match of {
        DataType::Boolean => Feature::Bool,
        DataType::Float16 => Feature::Number { dtype: DType::F32 },
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            Feature::Binary
        }
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            Feature::list(feature_for(item))
        }
        DataType::Struct(fields) if !fields.is_empty() => {
            Feature::structure(fields.iter().map(|f| (f.name().clone(), feature_for(f))))
        }
        // Nanoseconds don't fit into the feature, and a timestamp without a time zone is not an instant.
        DataType::Timestamp(TimeUnit::Second | TimeUnit::Millisecond | TimeUnit::Microsecond, Some(_)) => {
            Feature::Timestamp
        }
        DataType::Dictionary(_, values) => nearest(values),
        other => dtype_of(other).map_or(Feature::Text, |dtype| Feature::Number { dtype }),
    }
}

/// Can it be cast to text as it is?
fn is_text(found: &DataType) -> bool {
    found.is_string() || matches!(found, DataType::Null | DataType::Dictionary(..))
}

/// Each value as Arrow displays it.
fn formatted(array: &ArrayRef) -> Result<StringArray, ArrowError> {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &options)?;
    let text = |row| array.is_valid(row).then(|| formatter.value(row).try_to_string()).transpose();
    (0..array.len()).map(text).collect()
}

/// A size in decimal units: `110 kB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
