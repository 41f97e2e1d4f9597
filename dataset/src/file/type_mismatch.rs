//! The one check of a stored column's type: by readers, `fsck`, and whoever checks a commit.

use arrow::datatypes::{DataType, Field as ArrowField};
use hub_schema::Field;
use hub_schema::arrow_types::{FEATURE_KEY, Form, data_type};

/// A stored column whose Arrow type is not that of its feature, so that no reader accepts it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column '{column}' is {found}, expected {expected}{}", without_feature(*.has_feature))]
pub struct TypeMismatch {
    /// The column's name.
    pub column: String,
    /// The type in the file.
    pub found: DataType,
    /// The type of the column's feature.
    pub expected: DataType,
    /// Whether the file names the column's feature (`imagehub:feature`).
    pub has_feature: bool,
}

const fn without_feature(has_feature: bool) -> &'static str {
    if has_feature { "" } else { " (the file lacks the column's imagehub:feature)" }
}

/// Checks that a column of a file, as it is read, has the type of its feature.
pub fn check_type(field: &Field, found: &ArrowField) -> Result<(), TypeMismatch> {
    let expected = data_type(&field.feature, Form::Read);
    if *found.data_type() == expected {
        return Ok(());
    }
    let has_feature = found.metadata().contains_key(FEATURE_KEY);
    Err(TypeMismatch { column: field.name.clone(), found: found.data_type().clone(), expected, has_feature })
}
