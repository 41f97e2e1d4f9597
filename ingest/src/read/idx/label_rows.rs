//! The rows of a file of labels: a class, and in QMNIST what else is known of the digit.

use hub_dataset::sample::{Column, Value};
use hub_schema::Feature;

/// What stands behind the class in a row of QMNIST's labels; source: the description at github.com/facebookresearch/qmnist.
const QMNIST: [&str; 7] =
    ["nist_series", "nist_writer", "nist_digit", "nist_class", "nist_index", "duplicate", "unused"];

/// The numbers of a row of unsigned bytes, or of int32 with the big end first.
pub fn numbers(row: &[u8], is_int32: bool) -> Vec<i64> {
    match is_int32 {
        true => row.as_chunks::<4>().0.iter().map(|b| i32::from_be_bytes(*b).into()).collect(),
        false => row.iter().map(|b| i64::from(*b)).collect(),
    }
}

/// The columns of the numbers behind the class, in rows of `width` numbers.
pub fn columns(width: usize) -> Vec<Column> {
    match width {
        0 | 1 => Vec::new(),
        _ if width == QMNIST.len() + 1 => {
            QMNIST.map(|name| Column::new(name, Feature::int64())).into_iter().collect()
        }
        _ => vec![Column::new("labels", Feature::list(Feature::int64()))],
    }
}

/// The values of these columns.
pub fn values(numbers: &[i64]) -> Vec<Value> {
    match numbers.len() {
        0 | 1 => Vec::new(),
        width if width == QMNIST.len() + 1 => numbers[1..].iter().map(|n| Value::Int(*n)).collect(),
        _ => vec![Value::List(numbers.iter().map(|n| Value::Int(*n)).collect())],
    }
}
