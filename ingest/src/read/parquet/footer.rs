//! What a file's footer says: its columns, rows and sizes.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit, TimestampNanosecondType};
use hub_dataset::sample::SampleError;
use hub_media::{Kind, kind_of_bytes};
use hub_schema::Feature;
use hub_schema::arrow_types::METADATA_KEY;
use hub_schema::facts::columns_of;
use hub_schema::huggingface;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use serde_json::Value as Json;

use super::features::{feature, is_media_layout};
use super::files::ParquetFile;
use super::guard::guarded;
use crate::read::file_errors::unreadable;
use crate::read::kind::feature_of as media_feature;

/// Approximate maximum size of the rows of one batch.
const BATCH_BYTES: u64 = 16 << 20;

/// Maximum number of rows of one batch.
const MAX_BATCH_ROWS: usize = 64;

/// Number of values that are checked at a time to see whether bytes are media, and how often.
const PEEKED_ROWS: usize = 8;
const MAX_PEEKED_BATCHES: usize = 8;

/// Rows that are read at a time to look for nanoseconds.
const TIMESTAMP_ROWS: usize = 65_536;

/// A file, its footer read.
pub struct Footer {
    pub file: ParquetFile,
    /// A column's place in the file, its name and feature; facts are left out.
    pub columns: Vec<(usize, String, Feature)>,
    pub rows: u64,
    /// Bytes of the whole file's columns, unpacked.
    pub bytes: u64,
    metadata: ArrowReaderMetadata,
    batch_rows: usize,
}

impl Footer {
    /// Reads it.
    ///
    /// # Errors
    /// The file is not a Parquet file, or has a column that can't be read.
    pub fn read(file: ParquetFile) -> Result<Self, SampleError> {
        let input = open(&file)?;
        let loaded = guarded(|| ArrowReaderMetadata::load(&input, ArrowReaderOptions::new()));
        let metadata = loaded.map_err(|problem| {
            SampleError::fatal(&file.name, format!("not a readable Parquet file: {problem}"))
                .advise("download or write the file again")
        })?;
        // Media as views, so that reading them does not copy.
        let viewed = ArrowReaderOptions::new().with_schema(Arc::new(viewed(metadata.schema())));
        let viewed = guarded(|| ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), viewed));
        let metadata = viewed.unwrap_or(metadata);
        let groups = metadata.metadata().row_groups();
        let rows: u64 = groups.iter().map(|g| g.num_rows().unsigned_abs()).sum();
        let bytes: u64 = groups.iter().map(|g| g.total_byte_size().unsigned_abs()).sum();
        let widest = groups
            .iter()
            .map(|g| g.total_byte_size().unsigned_abs() / g.num_rows().unsigned_abs().max(1))
            .max();
        let batch_rows = (BATCH_BYTES / widest.unwrap_or(1).max(1)).clamp(1, MAX_BATCH_ROWS as u64) as usize;
        let mut footer = Self { file, columns: Vec::new(), rows, bytes, metadata, batch_rows };
        footer.columns = footer.features()?;
        Ok(footer)
    }

    /// Is the column at that place one of timestamps, or laid out as media are?
    pub fn could_be(&self, place: usize) -> CouldBe {
        match self.metadata.schema().fields().get(place).map(|field| field.data_type()) {
            Some(DataType::Timestamp(..)) => CouldBe::Timestamp,
            Some(other) if is_media_layout(other) => CouldBe::Media,
            _ => CouldBe::Neither,
        }
    }

    /// What an export wrote about the column at that place.
    pub fn metadata_of(&self, place: usize) -> BTreeMap<String, String> {
        let field = self.metadata.schema().fields().get(place);
        let json = field.and_then(|field| field.metadata().get(METADATA_KEY));
        json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
    }

    /// Reads the rows, batch by batch.
    ///
    /// # Errors
    /// The file can't be opened.
    pub fn batches(&self) -> Result<ParquetRecordBatchReader, SampleError> {
        let wanted: Vec<usize> = self.columns.iter().map(|(place, ..)| *place).collect();
        self.reader(&wanted, self.batch_rows)
    }

    fn reader(&self, columns: &[usize], rows: usize) -> Result<ParquetRecordBatchReader, SampleError> {
        let input = open(&self.file)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(input, self.metadata.clone());
        let mask = ProjectionMask::roots(builder.parquet_schema(), columns.iter().copied());
        guarded(|| builder.with_projection(mask).with_batch_size(rows).build()).map_err(|problem| {
            SampleError::fatal(&self.file.name, format!("can't be read: {problem}"))
                .advise("write the file again")
        })
    }

    fn features(&self) -> Result<Vec<(usize, String, Feature)>, SampleError> {
        let notes = self.notes();
        let mut columns = Vec::new();
        self.check_names(self.metadata.schema().fields())?;
        for (place, field) in self.metadata.schema().fields().iter().enumerate() {
            let note = notes.as_ref().and_then(|notes| notes.get(field.name()));
            let found = feature(field, note).map_err(|problem| {
                SampleError::fatal(format!("{} column '{}'", self.file.name, field.name()), problem)
                    .advise("leave the column out, or write it in another type")
            })?;
            let bytes = matches!(found, Feature::Binary | Feature::Struct { .. });
            let is_file = matches!(field.data_type(), DataType::Struct(_)) || is_named_as_media(field.name());
            let media = if bytes && is_media_layout(field.data_type()) {
                self.media_kind(place, is_file)?
            } else {
                None
            };
            let is_nanos = matches!(field.data_type(), DataType::Timestamp(TimeUnit::Nanosecond, _));
            let found = match found {
                // Texts keep all digits.
                Feature::Timestamp if is_nanos && self.has_nanoseconds(place)? => Feature::Text,
                found => found,
            };
            columns.push((place, field.name().clone(), media.map_or(found, media_feature)));
        }
        let facts: Vec<String> = columns
            .iter()
            .flat_map(|(_, name, feature)| columns_of(name, feature))
            .map(|(name, _)| name)
            .collect();
        columns.retain(|(_, name, _)| !facts.contains(name));
        Ok(columns)
    }

    /// Refuses two columns, or members of one struct, of the same name: only one of them would be found.
    fn check_names(&self, fields: &Fields) -> Result<(), SampleError> {
        for (at, field) in fields.iter().enumerate() {
            if fields[..at].iter().any(|earlier| earlier.name() == field.name()) {
                let problem = format!("two columns named '{}'", field.name());
                return Err(SampleError::fatal(&self.file.name, problem)
                    .advise("rename one of them, and write the file again"));
            }
            if let DataType::Struct(members) = field.data_type() {
                self.check_names(members)?;
            }
        }
        Ok(())
    }

    /// Has the column of timestamps in nanoseconds a value that microseconds don't hold?
    fn has_nanoseconds(&self, column: usize) -> Result<bool, SampleError> {
        let mut reader = self.reader(&[column], TIMESTAMP_ROWS)?;
        while let Ok(Some(batch)) = guarded(|| reader.next().transpose()) {
            let nanos = batch.column(0).as_primitive_opt::<TimestampNanosecondType>();
            if nanos.is_some_and(|nanos| nanos.iter().flatten().any(|nano| nano % 1000 != 0)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The column types that Hugging Face writes into the footer as JSON.
    fn notes(&self) -> Option<Json> {
        let pairs = self.metadata.metadata().file_metadata().key_value_metadata()?;
        parse_notes(pairs.iter().find(|pair| pair.key == huggingface::KEY)?.value.as_ref()?)
    }

    /// The kind of media that the first values of a column of bytes are. Some of them may be broken, since a broken
    /// image costs its row, and not the whole column its type.
    fn media_kind(&self, column: usize, is_file: bool) -> Result<Option<Kind>, SampleError> {
        let mut reader = self.reader(&[column], PEEKED_ROWS)?;
        let mut seen = SeenKinds::default();
        for _ in 0..MAX_PEEKED_BATCHES {
            let Ok(Some(batch)) = guarded(|| reader.next().transpose()) else { break };
            let array = batch.column(0);
            let Some(bytes) = bytes_of(array) else { break };
            seen.add(&bytes);
            if seen.of(is_file).is_some() || seen.is_mixed {
                break;
            }
        }
        Ok(seen.of(is_file))
    }
}

/// What the layout of a column leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CouldBe {
    Timestamp,
    Media,
    Neither,
}

/// The features in Hugging Face's note.
pub(super) fn parse_notes(text: &str) -> Option<Json> {
    let mut note: Json = serde_json::from_str(text).ok()?;
    Some(note.get_mut("info")?.get_mut("features")?.take())
}

/// The bytes of a column that is laid out as media are.
pub(super) fn bytes_of(array: &ArrayRef) -> Option<ArrayRef> {
    match array.as_struct_opt() {
        Some(found) => found.column_by_name("bytes").cloned(),
        None => Some(Arc::clone(array)),
    }
}

/// Is the column named as one of media?
pub(super) fn is_named_as_media(name: &str) -> bool {
    const WORDS: [&str; 11] =
        ["image", "img", "photo", "picture", "jpg", "jpeg", "png", "audio", "wav", "video", "mp4"];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == *word))
}

/// What the first values of a column of bytes are.
#[derive(Debug, Default)]
pub(super) struct SeenKinds {
    /// The kind of those that are media.
    kind: Option<Kind>,
    /// Whether they are of several kinds.
    is_mixed: bool,
    media: usize,
    others: usize,
}

impl SeenKinds {
    pub(super) fn add(&mut self, bytes: &ArrayRef) {
        let Ok(views) = arrow::compute::cast(bytes, &DataType::BinaryView) else { return };
        for value in views.as_binary_view().iter().flatten() {
            match kind_of_bytes(value) {
                None => self.others += 1,
                Some(kind) => {
                    self.is_mixed |= self.kind.is_some_and(|known| known != kind);
                    self.kind = Some(kind);
                    self.media += 1;
                }
            }
        }
    }

    /// The kind of the column: of bytes beside a file name, or in a column that is named for it (`is_file`), any one
    /// tells it; of other bytes most of them must be of it.
    pub(super) fn of(&self, is_file: bool) -> Option<Kind> {
        self.kind.filter(|_| !self.is_mixed && (is_file || self.media > self.others))
    }
}

fn open(file: &ParquetFile) -> Result<File, SampleError> {
    File::open(&file.path).map_err(|e| unreadable(&file.name, e))
}

/// The schema with views for bytes.
fn viewed(schema: &Schema) -> Schema {
    let fields: Fields = schema.fields().iter().map(|field| viewed_field(field)).collect();
    Schema::new_with_metadata(fields, schema.metadata().clone())
}

fn viewed_field(field: &Field) -> Field {
    let data_type = match field.data_type() {
        DataType::Binary => DataType::BinaryView,
        DataType::Struct(members) => DataType::Struct(members.iter().map(|m| viewed_field(m)).collect()),
        other => other.clone(),
    };
    field.clone().with_data_type(data_type)
}
