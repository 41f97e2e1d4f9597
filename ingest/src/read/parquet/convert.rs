//! A foreign column → a column laid out as its feature says, so that [`hub_dataset::sample::extract`] takes it.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, PrimitiveArray, StringArray, StructArray, make_array,
    new_null_array,
};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{
    DataType, Field, Fields, Int64Type, TimeUnit, TimestampMicrosecondType, TimestampNanosecondType,
    UInt64Type,
};
use hub_dataset::sample::Value;
use hub_dataset::sample::parse::from_text;
use hub_schema::arrow_types::{Form, data_type};
use hub_schema::layout::FILE;
use hub_schema::{DType, Feature, MaskEncoding};

use super::infer::feature_of;
use super::{lists, tensor};

/// The column as the feature has it.
///
/// # Errors
/// A value does not fit: what and why, in a clause. The caller adds the row.
pub fn convert(feature: &Feature, array: &ArrayRef) -> Result<ArrayRef, String> {
    match feature {
        Feature::Image | Feature::Audio | Feature::Video | Feature::Mask { encoding: MaskEncoding::Png } => {
            media(array)
        }
        Feature::Tensor { dtype, shape, .. } => tensor::column(array, *dtype, shape),
        Feature::ClassLabel { names, .. } => labels(feature, array, names.len()),
        Feature::List { item } => {
            let list = lists::parts(array)?;
            // Only the items of these rows: one of another row that does not fit is no error here.
            let items = convert(item, &lists::dense(&list))?;
            lists::list_of(OffsetBuffer::from_lengths(list.offsets.lengths()), items, list.nulls)
        }
        Feature::Struct { fields } => {
            let found =
                array.as_struct_opt().ok_or_else(|| format!("{} is not a struct", array.data_type()))?;
            let member = |name: &str, feature: &Feature| match found.column_by_name(name) {
                Some(column) => convert(feature, column).map_err(|e| format!("{name}: {e}")),
                None => Ok(new_null_array(&data_type(feature, Form::Read), found.len())),
            };
            let columns: Vec<(&str, ArrayRef)> = fields
                .iter()
                .map(|f| Ok((f.name.as_str(), member(&f.name, &f.feature)?)))
                .collect::<Result<_, String>>()?;
            structure(columns, found)
        }
        Feature::Timestamp => timestamps(array),
        Feature::Text => texts(array),
        Feature::Number { dtype: DType::U64 } => {
            let numbers = leaf(array, &DataType::UInt64)?;
            // Most formats have signed integers alone, and could not write it again.
            match numbers.as_primitive::<UInt64Type>().iter().flatten().find(|n| i64::try_from(*n).is_err()) {
                Some(n) => Err(format!("{n} is greater than {}", i64::MAX)),
                None => Ok(numbers),
            }
        }
        other => match other.layout() {
            Some(plain) => convert(plain, array),
            None => leaf(array, &data_type(other, Form::Read)),
        },
    }
}

fn structure(columns: Vec<(&str, ArrayRef)>, found: &StructArray) -> Result<ArrayRef, String> {
    if columns.is_empty() {
        return Ok(Arc::new(StructArray::new_empty_fields(found.len(), found.nulls().cloned())));
    }
    let fields: Fields = columns.iter().map(|(n, a)| Field::new(*n, a.data_type().clone(), true)).collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let built = StructArray::try_new(fields, arrays, found.nulls().cloned()).map_err(|e| e.to_string())?;
    Ok(Arc::new(built))
}

/// A column of single values in another type; a value that does not fit is an error, not a null.
fn leaf(array: &ArrayRef, wanted: &DataType) -> Result<ArrayRef, String> {
    if array.data_type() == wanted {
        return Ok(Arc::clone(array));
    }
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(array, wanted, &strict).map_err(|e| e.to_string())
}

/// Moments in UTC. What has a time zone is stored as UTC anyway, so the zone is only taken off; what has none
/// is taken as UTC.
fn timestamps(array: &ArrayRef) -> Result<ArrayRef, String> {
    let bare = without_zone(array)?;
    if let Some(nanos) = bare.as_primitive_opt::<TimestampNanosecondType>()
        && let Some(nano) = nanos.iter().flatten().find(|nano| nano % 1000 != 0)
    {
        return Err(format!(
            "a timestamp of {nano} ns since 1970, but timestamps have microseconds here; round it, or write it as a \
             number or text"
        ));
    }
    let micros = leaf(&bare, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
    Ok(Arc::new(micros.as_primitive::<TimestampMicrosecondType>().clone().with_timezone("UTC")))
}

/// Texts; moments and lengths of time in ISO 8601, with all their digits.
fn texts(array: &ArrayRef) -> Result<ArrayRef, String> {
    match array.data_type() {
        // The zone is only how it is shown: what is stored is UTC.
        DataType::Timestamp(_, Some(_)) => {
            let texts = leaf(&without_zone(array)?, &DataType::Utf8)?;
            let texts = texts.as_string::<i32>().iter().map(|text| text.map(|text| format!("{text}Z")));
            Ok(Arc::new(texts.collect::<StringArray>()))
        }
        DataType::Duration(unit) => {
            let per_second = match unit {
                TimeUnit::Second => 1,
                TimeUnit::Millisecond => 1_000,
                TimeUnit::Microsecond => 1_000_000,
                TimeUnit::Nanosecond => 1_000_000_000,
            };
            let ticks = array.to_data().into_builder().data_type(DataType::Int64).build();
            let ticks = make_array(ticks.map_err(|e| e.to_string())?);
            let texts = ticks.as_primitive::<Int64Type>().iter().map(|t| t.map(|t| duration(t, per_second)));
            Ok(Arc::new(texts.collect::<StringArray>()))
        }
        _ => leaf(array, &DataType::Utf8),
    }
}

/// `PT90.5S`.
fn duration(ticks: i64, per_second: u64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let (seconds, rest) = (ticks.unsigned_abs() / per_second, ticks.unsigned_abs() % per_second);
    let digits = per_second.ilog10() as usize;
    let fraction = format!("{rest:0digits$}");
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}PT{seconds}S"),
        fraction => format!("{sign}PT{seconds}.{fraction}S"),
    }
}

/// The same moments without a time zone.
fn without_zone(array: &ArrayRef) -> Result<ArrayRef, String> {
    match array.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let data = array.to_data().into_builder().data_type(DataType::Timestamp(*unit, None));
            Ok(make_array(data.build().map_err(|e| e.to_string())?))
        }
        _ => Ok(Arc::clone(array)),
    }
}

/// Class numbers, from themselves or from the classes' names. Hugging Face writes -1 where there is no label.
fn labels(feature: &Feature, array: &ArrayRef, classes: usize) -> Result<ArrayRef, String> {
    if feature_of(array.data_type()) == Ok(Feature::Text) {
        return named_labels(feature, array);
    }
    let numbers = leaf(array, &DataType::Int64)?;
    let numbers = numbers.as_primitive::<Int64Type>();
    if let Some(n) = numbers.iter().flatten().find(|n| *n < -1 || *n >= classes as i64) {
        return Err(format!("class {n}, expected 0 to {}", classes as i64 - 1));
    }
    let labelled: PrimitiveArray<Int64Type> = numbers.iter().map(|n| n.filter(|n| *n >= 0)).collect();
    Ok(Arc::new(labelled))
}

fn named_labels(feature: &Feature, array: &ArrayRef) -> Result<ArrayRef, String> {
    let names = leaf(array, &DataType::Utf8)?;
    let number = |name: &str| match from_text(feature, name) {
        Ok(Value::Int(class)) => Ok(class),
        Ok(other) => Err(format!("{} is no class", other.kind())),
        Err(problem) => Err(problem.to_string()),
    };
    let numbers = names.as_string::<i32>().iter().map(|name| name.map(number).transpose());
    Ok(Arc::new(numbers.collect::<Result<PrimitiveArray<Int64Type>, String>>()?))
}

/// `struct<bytes, path>`, from itself or from bytes alone.
fn media(array: &ArrayRef) -> Result<ArrayRef, String> {
    let (bytes, paths) = match array.as_struct_opt() {
        Some(found) => {
            let [bytes, path] = FILE.map(|name| found.column_by_name(name).cloned());
            (bytes, path)
        }
        None => (Some(Arc::clone(array)), None),
    };
    let bytes = leaf(&bytes.ok_or("a struct without 'bytes'")?, &DataType::BinaryView)?;
    let paths = match paths {
        Some(paths) => leaf(&paths, &DataType::Utf8)?,
        None => Arc::new(StringArray::new_null(array.len())),
    };
    let (content, names) = (bytes.as_binary_view(), paths.as_string::<i32>());
    if let Some(row) =
        (0..array.len()).find(|i| array.is_valid(*i) && content.is_null(*i) && names.is_valid(*i))
    {
        return Err(format!(
            "the file holds only the path '{}' of this media file, not its bytes; write it with the bytes",
            names.value(row)
        ));
    }
    // A null medium may be a null struct or a struct of nulls: here it is the former.
    let nulls = arrow::buffer::NullBuffer::union(array.nulls(), BinaryViewArray::nulls(content));
    let fields = match data_type(&Feature::Image, Form::Read) {
        DataType::Struct(fields) => fields,
        other => return Err(format!("{other} is not a struct")),
    };
    let built = StructArray::try_new(fields, vec![bytes, paths], nulls).map_err(|e| e.to_string())?;
    Ok(Arc::new(built))
}
