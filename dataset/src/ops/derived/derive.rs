//! How the values of a derived column are computed.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use hub_schema::{DerivedKind, Field};

/// Computes the values of a derived column.
pub trait Derive: Send + Sync + fmt::Debug {
    /// What it computes.
    fn kind(&self) -> DerivedKind;

    /// The value for an encoded sample; `None`: it has none. The same sample must always give the same value. A sample
    /// that is damaged has none. May take some milliseconds.
    fn derive(&self, media: &[u8]) -> Option<Vec<u8>>;
}

/// The one of `derives` that computes a column.
pub fn derive_of<'a>(derives: &'a [Arc<dyn Derive>], field: &Field) -> Option<&'a Arc<dyn Derive>> {
    derives.iter().find(|derive| Some(derive.kind()) == field.derived_kind())
}

/// The bytes of a row of a column of media or binary values. A sample that is an object of its own has none: it would have
/// to be fetched.
pub fn bytes(column: &ArrayRef, row: usize) -> Option<&[u8]> {
    if let Some(binary) = column.as_binary_opt::<i32>() {
        return binary.is_valid(row).then(|| binary.value(row));
    }
    let media = column.as_struct_opt().filter(|media| media.is_valid(row))?;
    let bytes = media.column_by_name("bytes")?.as_binary_view_opt().filter(|bytes| bytes.is_valid(row))?;
    Some(bytes.value(row))
}
