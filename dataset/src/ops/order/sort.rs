//! Sorts the positions of a revision.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimestampMicrosecondType, UInt64Type};
use hub_schema::Feature;

use super::key::OrderBy;
use crate::cpu_pool;
use crate::error::{Error, Result};
use crate::read::{ColumnPath, Snapshot};

/// The most rows of an order: its keys take 16 bytes each while it is sorted.
const MAX_ROWS: u64 = 32_000_000;
/// Texts are compared up to this many bytes.
const KEY_BYTES: usize = 128;

/// The key of a row: what has a value before what is not a number, and that before null.
type Key = (Class, u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Value,
    NotANumber,
    Null,
}

impl Snapshot {
    /// The positions of all rows, ordered.
    ///
    /// # Errors
    /// [`Error::TooLong`] for more than 32 million rows; a file can't be read.
    pub async fn order(&self, by: &OrderBy) -> Result<Vec<u32>> {
        let found = self.index().await?.rows();
        if found > MAX_ROWS {
            return Err(Error::TooLong { what: "an order", max: MAX_ROWS, found });
        }
        let failed = |e: tokio::task::JoinError| Error::damaged(self.dataset().store().uri(), e.to_string());
        match by {
            OrderBy::Random { seed } => {
                let mut keys = Vec::with_capacity(found as usize);
                for fragment in self.index().await?.fragments() {
                    let ids = fragment.live_offsets().map(|offset| fragment.row_id(offset).raw());
                    keys.extend(ids.map(|id| (Class::Value, mixed(id ^ mixed(*seed)))));
                }
                cpu_pool::run(async move { sorted(keys) }).await.map_err(failed)
            }
            OrderBy::Column { path, descending } if path.feature == Feature::Text => {
                let texts = self.texts(path).await?;
                let descending = *descending;
                cpu_pool::run(async move { sorted_texts(&texts, descending) }).await.map_err(failed)
            }
            OrderBy::Column { path, descending } => {
                let (read, descending) = (path.clone(), *descending);
                let ranks = class_ranks(&path.feature);
                let fields = [&path.field];
                let keys = self.map_row_groups(&fields, move |_, batch| {
                    let leaf = read.leaf(batch.column(0)).ok_or_else(|| wrong_type(&read))?;
                    keys(&read, &leaf.values, &ranks, descending)
                });
                let keys = keys.await?.concat();
                cpu_pool::run(async move { sorted(keys) }).await.map_err(failed)
            }
        }
    }

    async fn texts(&self, path: &ColumnPath) -> Result<Vec<Option<Box<str>>>> {
        let read = path.clone();
        let fields = [&path.field];
        let parts = self.map_row_groups(&fields, move |_, batch| {
            let leaf = read.leaf(batch.column(0)).ok_or_else(|| wrong_type(&read))?;
            let texts = leaf.values.as_string_opt::<i32>().ok_or_else(|| wrong_type(&read))?;
            let short = |text: &str| Box::from(&text[..text.floor_char_boundary(KEY_BYTES)]);
            Ok(texts.iter().map(|text| text.map(short)).collect::<Vec<_>>())
        });
        Ok(parts.await?.into_iter().flatten().collect())
    }
}

fn wrong_type(path: &ColumnPath) -> Error {
    Error::damaged(&path.field.name, format!("its values are not of type {}", path.feature.describe()))
}

/// For each class of a label, its place among the names in the order of their characters.
fn class_ranks(feature: &Feature) -> HashMap<i64, u64> {
    let Feature::ClassLabel { names, .. } = feature else { return HashMap::new() };
    let mut classes: Vec<usize> = (0..names.len()).collect();
    classes.sort_by_key(|class| &names[*class]);
    classes.into_iter().enumerate().map(|(rank, class)| (class as i64, rank as u64)).collect()
}

/// The key of each value of a row group.
fn keys(
    path: &ColumnPath,
    values: &ArrayRef,
    ranks: &HashMap<i64, u64>,
    descending: bool,
) -> Result<Vec<Key>> {
    let key = |key: u64| (Class::Value, if descending { !key } else { key });
    let null = (Class::Null, 0);
    let signed = |value: i64| (value as u64) ^ (1 << 63);
    let wrong = || wrong_type(path);
    Ok(match &path.feature {
        Feature::ClassLabel { .. } => {
            let classes = values.as_primitive_opt::<Int64Type>().ok_or_else(wrong)?.iter();
            classes
                .map(|class| class.map_or(null, |c| key(ranks.get(&c).copied().unwrap_or(u64::MAX))))
                .collect()
        }
        Feature::Bool => {
            let bools = values.as_boolean_opt().ok_or_else(wrong)?.iter();
            bools.map(|b| b.map_or(null, |b| key(b.into()))).collect()
        }
        Feature::Timestamp => {
            let times = values.as_primitive_opt::<TimestampMicrosecondType>().ok_or_else(wrong)?.iter();
            times.map(|t| t.map_or(null, |t| key(signed(t)))).collect()
        }
        Feature::List { .. } => {
            let lists = values.as_list_opt::<i32>().ok_or_else(wrong)?;
            let length = |row| key(lists.value_length(row) as u64);
            (0..lists.len()).map(|row| if lists.is_valid(row) { length(row) } else { null }).collect()
        }
        _ => match values.data_type() {
            DataType::Float32 | DataType::Float64 => {
                let floats =
                    cast(values, &DataType::Float64).map_err(Error::arrow("numbers can't be read"))?;
                let floats = floats.as_primitive_opt::<Float64Type>().ok_or_else(wrong)?.iter();
                floats
                    .map(|float| match float {
                        None => null,
                        Some(nan) if nan.is_nan() => (Class::NotANumber, 0),
                        Some(float) => key(of_float(float)),
                    })
                    .collect()
            }
            DataType::UInt64 => {
                let numbers = values.as_primitive_opt::<UInt64Type>().ok_or_else(wrong)?.iter();
                numbers.map(|n| n.map_or(null, key)).collect()
            }
            _ => {
                let numbers =
                    cast(values, &DataType::Int64).map_err(Error::arrow("numbers can't be read"))?;
                let numbers = numbers.as_primitive_opt::<Int64Type>().ok_or_else(wrong)?.iter();
                numbers.map(|n| n.map_or(null, |n| key(signed(n)))).collect()
            }
        },
    })
}

/// A number that is ordered as floats are; -0 is equal to 0.
fn of_float(float: f64) -> u64 {
    let bits = (float + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits ^ (1 << 63) }
}

/// A well-mixed number of each number (SplitMix64).
const fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn sorted(keys: Vec<Key>) -> Vec<u32> {
    let mut rows: Vec<(Key, u32)> = keys.into_iter().zip(0..).collect();
    rows.sort_unstable();
    rows.into_iter().map(|(_, position)| position).collect()
}

fn sorted_texts(texts: &[Option<Box<str>>], descending: bool) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..texts.len() as u32).collect();
    rows.sort_by(|a, b| match (&texts[*a as usize], &texts[*b as usize]) {
        (Some(a), Some(b)) if descending => b.cmp(a),
        (Some(a), Some(b)) => a.cmp(b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_keep_their_order() {
        let floats = [f64::NEG_INFINITY, -2.5, -1e-300, -0.0, 1e-300, 2.5, f64::INFINITY];
        let keys: Vec<u64> = floats.iter().map(|float| of_float(*float)).collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
        assert_eq!(of_float(-0.0), of_float(0.0));
    }
}
