//! Counting one column.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use chrono::DateTime;
use hub_schema::Feature;

use super::figures::{Bound, ClassCount, ColumnStats, LabelStats};

/// What is counted of a column.
#[derive(Clone, Debug, Default)]
pub(super) struct ColumnCounter {
    nulls: u64,
    ints: Option<(i128, i128)>,
    floats: Option<(f64, f64)>,
    labels: Vec<Labels>,
}

/// The classes of one label in a column.
#[derive(Clone, Debug)]
struct Labels {
    /// The way to it: the members behind the column's name.
    path: Vec<String>,
    classes: Vec<u64>,
    nulls: u64,
}

impl ColumnCounter {
    /// A counter for a column of that feature.
    pub fn new(feature: &Feature) -> Self {
        let mut tally = Self::default();
        find_labels(feature, &mut Vec::new(), &mut |path, names, _| {
            tally.labels.push(Labels { path: path.to_vec(), classes: vec![0; names.len()], nulls: 0 });
        });
        tally
    }

    /// Counts the rows of a batch.
    pub fn count(&mut self, feature: &Feature, column: &ArrayRef) {
        self.nulls += column.null_count() as u64;
        match feature {
            Feature::ClassLabel { .. } => {}
            Feature::Number { .. } | Feature::Timestamp => self.bounds(column),
            Feature::Text | Feature::Json => {
                if let Some(texts) = column.as_string_opt::<i32>() {
                    texts.iter().flatten().for_each(|t| self.int(t.chars().count() as i128));
                }
            }
            Feature::List { .. } => {
                if let Some(lists) = column.as_list_opt::<i32>() {
                    let valid = (0..lists.len()).filter(|i| lists.is_valid(*i));
                    valid.for_each(|i| self.int(i128::from(lists.value_length(i))));
                }
            }
            _ => {}
        }
        let mut labels = self.labels.iter_mut();
        count_labels(feature, column, &mut labels);
    }

    fn int(&mut self, value: i128) {
        self.ints = merge(self.ints, Some((value, value)), i128::min, i128::max);
    }

    fn bounds(&mut self, column: &ArrayRef) {
        let ints = match column.data_type() {
            DataType::UInt8 => ints::<UInt8Type>(column),
            DataType::Int8 => ints::<Int8Type>(column),
            DataType::UInt16 => ints::<UInt16Type>(column),
            DataType::Int16 => ints::<Int16Type>(column),
            DataType::UInt32 => ints::<UInt32Type>(column),
            DataType::Int32 => ints::<Int32Type>(column),
            DataType::UInt64 => ints::<UInt64Type>(column),
            DataType::Int64 => ints::<Int64Type>(column),
            DataType::Timestamp(..) => ints::<TimestampMicrosecondType>(column),
            _ => None,
        };
        self.ints = merge(self.ints, ints, i128::min, i128::max);
        let floats = match column.data_type() {
            DataType::Float32 => floats::<Float32Type>(column),
            DataType::Float64 => floats::<Float64Type>(column),
            _ => None,
        };
        self.floats = merge(self.floats, floats, f64::min, f64::max);
    }

    /// Adds what another part of the column gave.
    pub fn add(&mut self, other: Self) {
        self.nulls += other.nulls;
        self.ints = merge(self.ints, other.ints, i128::min, i128::max);
        self.floats = merge(self.floats, other.floats, f64::min, f64::max);
        for (mine, theirs) in self.labels.iter_mut().zip(other.labels) {
            mine.nulls += theirs.nulls;
            mine.classes.iter_mut().zip(theirs.classes).for_each(|(a, b)| *a += b);
        }
    }

    /// Writes the counts into the column's statistics.
    pub fn write(self, feature: &Feature, column: &mut ColumnStats) {
        column.nulls = Some(self.nulls);
        let bound = |value: i128| match feature {
            Feature::Timestamp => {
                let moment = i64::try_from(value).ok().and_then(DateTime::from_timestamp_micros);
                moment.map_or(Bound::Int(value), |m| Bound::Time(m.to_rfc3339()))
            }
            _ => Bound::Int(value),
        };
        let ints = self.ints.map(|(min, max)| (bound(min), bound(max)));
        let floats = self.floats.map(|(min, max)| (Bound::Float(min), Bound::Float(max)));
        (column.min, column.max) = ints.or(floats).unzip();
        let mut labels = self.labels.into_iter();
        find_labels(feature, &mut Vec::new(), &mut |_, names, synsets| {
            let Some(counted) = labels.next() else { return };
            let path = std::iter::once(column.name.as_str()).chain(counted.path.iter().map(String::as_str));
            let classes = names.iter().zip(counted.classes).enumerate().map(|(i, (name, count))| {
                ClassCount { name: name.clone(), synset: synsets.get(i).cloned().flatten(), count }
            });
            column.labels.push(LabelStats {
                path: path.collect::<Vec<_>>().join("."),
                nulls: counted.nulls,
                classes: classes.collect(),
            });
        });
    }
}

fn merge<T: Copy>(
    a: Option<(T, T)>,
    b: Option<(T, T)>,
    min: fn(T, T) -> T,
    max: fn(T, T) -> T,
) -> Option<(T, T)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((min(a.0, b.0), max(a.1, b.1))),
        (a, b) => a.or(b),
    }
}

fn ints<T: ArrowPrimitiveType>(column: &ArrayRef) -> Option<(i128, i128)>
where
    T::Native: Into<i128> + PartialOrd,
{
    let array = column.as_primitive_opt::<T>()?;
    Some((compute::min(array)?.into(), compute::max(array)?.into()))
}

/// The ends of the floats that are numbers.
fn floats<T: ArrowPrimitiveType>(column: &ArrayRef) -> Option<(f64, f64)>
where
    T::Native: Into<f64>,
{
    let values = column.as_primitive_opt::<T>()?.iter().flatten().map(Into::<f64>::into);
    values.filter(|v| !v.is_nan()).fold(None, |ends, v| merge(ends, Some((v, v)), f64::min, f64::max))
}

/// Goes to every class label of a feature, in order.
fn find_labels(
    feature: &Feature,
    path: &mut Vec<String>,
    found: &mut impl FnMut(&[String], &[String], &[Option<String>]),
) {
    match feature {
        Feature::ClassLabel { names, synsets } => found(path, names, synsets),
        Feature::List { item } => find_labels(item, path, found),
        Feature::Struct { fields } => {
            for member in fields {
                path.push(member.name.clone());
                find_labels(&member.feature, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Counts every class label of a column, in the order of [`find_labels`].
fn count_labels(feature: &Feature, column: &ArrayRef, labels: &mut std::slice::IterMut<'_, Labels>) {
    match feature {
        Feature::ClassLabel { .. } => {
            let Some(tally) = labels.next() else { return };
            let Some(numbers) = column.as_primitive_opt::<Int64Type>() else { return };
            tally.nulls += numbers.null_count() as u64;
            for number in numbers.iter().flatten() {
                if let Some(count) = usize::try_from(number).ok().and_then(|n| tally.classes.get_mut(n)) {
                    *count += 1;
                }
            }
        }
        Feature::List { item } => {
            let Some(lists) = column.as_list_opt::<i32>() else { return };
            let offsets = lists.value_offsets();
            let (first, last) = (offsets[0] as usize, offsets[lists.len()] as usize);
            count_labels(item, &lists.values().slice(first, last - first), labels);
        }
        Feature::Struct { fields } => {
            let Some(members) = column.as_struct_opt() else { return };
            for (member, column) in fields.iter().zip(members.columns()) {
                count_labels(&member.feature, column, labels);
            }
        }
        _ => {}
    }
}
