//! The key-value pairs in the footer of a column group.

use std::collections::HashMap;

use hub_schema::arrow_types::{Form, arrow_schema};
use hub_schema::{ContentHash, Field, huggingface};
use parquet::arrow::{ARROW_SCHEMA_META_KEY, encode_arrow_schema};
use parquet::file::metadata::{KeyValue, ParquetMetaData};

/// The key of the data file's format version.
pub const FORMAT_KEY: &str = "imagehub:format";

/// CRC-32 (IEEE) of the bytes of each row group, eight hex digits each, separated by commas.
pub const CHECKSUMS_KEY: &str = "imagehub:row_group_crc32";

/// The BLAKE3 of the file of the media that a derived column was computed from, in hex.
pub const DERIVED_FROM_KEY: &str = "imagehub:derived_from";

/// The pairs known before the first row.
pub fn pairs(fields: &[&Field]) -> Vec<KeyValue> {
    let features = huggingface::features_key(fields.iter().copied());
    // Readers built on Arrow's C++ library take the schema's own metadata for all there is.
    let metadata = HashMap::from([(huggingface::KEY.to_owned(), features.clone())]);
    let declared = arrow_schema(fields.iter().copied(), Form::Declared).with_metadata(metadata);
    let pair = |key: &str, value: String| KeyValue { key: key.to_owned(), value: Some(value) };
    vec![
        pair(ARROW_SCHEMA_META_KEY, encode_arrow_schema(&declared)),
        pair(huggingface::KEY, features),
        pair(FORMAT_KEY, hub_schema::FORMAT_VERSION.to_string()),
    ]
}

/// The pair that is known after the last row.
pub fn checksums(row_groups: &[u32]) -> KeyValue {
    let text: Vec<_> = row_groups.iter().map(|crc| format!("{crc:08x}")).collect();
    KeyValue { key: CHECKSUMS_KEY.to_owned(), value: Some(text.join(",")) }
}

/// The pair of a derived column's file.
pub fn derived_from(media: ContentHash) -> KeyValue {
    KeyValue { key: DERIVED_FROM_KEY.to_owned(), value: Some(media.to_string()) }
}

/// The file that a derived column was computed from; `None` if the footer names none.
pub fn read_derived_from(metadata: &ParquetMetaData) -> Option<ContentHash> {
    let pairs = metadata.file_metadata().key_value_metadata()?;
    pairs.iter().find(|pair| pair.key == DERIVED_FROM_KEY)?.value.as_deref()?.parse().ok()
}

/// The checksum of each row group; `None` if the footer has none, or others than there are row groups.
pub fn read_checksums(metadata: &ParquetMetaData) -> Option<Vec<u32>> {
    let pairs = metadata.file_metadata().key_value_metadata()?;
    let text = pairs.iter().find(|p| p.key == CHECKSUMS_KEY)?.value.as_deref()?;
    let crcs = text.split(',').filter(|t| !t.is_empty()).map(|t| u32::from_str_radix(t, 16).ok());
    let crcs: Vec<u32> = crcs.collect::<Option<_>>()?;
    (crcs.len() == metadata.num_row_groups()).then_some(crcs)
}
