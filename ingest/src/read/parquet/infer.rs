//! What a column means, by its Arrow type alone.
//!
//! | Arrow | feature |
//! |---|---|
//! | integers, floats, booleans | the same; float16 as float32 |
//! | utf8 (any), time | text |
//! | duration | text: `PT90.5S` |
//! | decimal | float64 up to 15 digits, which hold exactly; else text |
//! | date, timestamp (any) | timestamp in microseconds; without a time zone taken as UTC. A column in which some value has nanoseconds is text |
//! | binary (any) | binary |
//! | dictionary, run-end encoded | what the values are |
//! | list (any), map | list; a map's items are structs of its key and value |
//! | fixed-size list of at least 16 numbers, `arrow.fixed_shape_tensor` | tensor |
//! | struct | struct |
//! | null | text |
//! | interval, union | none: an error that names the column |

use arrow::datatypes::{DataType, Field};
use hub_schema::arrow_types::dtype_of;
use hub_schema::{DType, Feature, TensorRole};
use serde::Deserialize;

/// A shorter list of numbers is more likely a box or a position than a vector.
const LEAST_TENSOR: i32 = 16;

/// A decimal of more digits does not fit a float64.
const MAX_FLOAT_DIGITS: u8 = 15;

/// The feature of a column, or of a member of one.
///
/// # Errors
/// There is none for the type.
pub fn feature_of_field(field: &Field) -> Result<Feature, String> {
    if field.metadata().get("ARROW:extension:name").is_some_and(|n| n == "arrow.fixed_shape_tensor")
        && let Some(tensor) = extension_tensor(field)
    {
        return Ok(tensor);
    }
    if let DataType::FixedSizeList(item, length @ LEAST_TENSOR..) = field.data_type()
        && let Some(dtype) = dtype_of(item.data_type())
    {
        return Ok(Feature::Tensor { dtype, shape: vec![*length as usize], role: TensorRole::Plain });
    }
    feature_of(field.data_type())
}

/// The feature of a type.
///
/// # Errors
/// There is none.
pub fn feature_of(data_type: &DataType) -> Result<Feature, String> {
    Ok(match data_type {
        DataType::Boolean => Feature::Bool,
        DataType::Float16 => Feature::Number { dtype: DType::F32 },
        DataType::Decimal32(digits, _)
        | DataType::Decimal64(digits, _)
        | DataType::Decimal128(digits, _)
        | DataType::Decimal256(digits, _)
            if *digits <= MAX_FLOAT_DIGITS =>
        {
            Feature::float64()
        }
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => Feature::Text,
        DataType::Time32(_) | DataType::Time64(_) | DataType::Duration(_) => Feature::Text,
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => Feature::Text,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => Feature::Timestamp,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            Feature::Binary
        }
        DataType::Dictionary(_, values) => feature_of(values)?,
        DataType::RunEndEncoded(_, values) => feature_of(values.data_type())?,
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            Feature::list(feature_of(item.data_type())?)
        }
        DataType::Map(entries, _) => Feature::list(feature_of(entries.data_type())?),
        DataType::Struct(fields) => {
            let members = fields.iter().map(|f| Ok((f.name().clone(), feature_of(f.data_type())?)));
            Feature::structure(members.collect::<Result<Vec<_>, String>>()?)
        }
        other => match dtype_of(other) {
            Some(dtype) => Feature::Number { dtype },
            None => return Err(format!("unsupported Arrow type {other}")),
        },
    })
}

/// The most bytes a tensor may have: what Arrow's fixed size can say.
pub const MAX_TENSOR_BYTES: usize = i32::MAX as usize;

/// The bytes of a tensor of that shape, if they are not too many.
pub fn tensor_bytes(dtype: DType, shape: &[usize]) -> Option<usize> {
    let bytes = shape.iter().try_fold(dtype.size_bytes(), |n, d| n.checked_mul(*d))?;
    (1..=MAX_TENSOR_BYTES).contains(&bytes).then_some(bytes)
}

fn extension_tensor(field: &Field) -> Option<Feature> {
    #[derive(Deserialize)]
    struct Extension {
        shape: Vec<usize>,
    }
    let DataType::FixedSizeList(item, length) = field.data_type() else { return None };
    let dtype = dtype_of(item.data_type())?;
    let Extension { shape } = serde_json::from_str(field.metadata().get("ARROW:extension:metadata")?).ok()?;
    let bytes = tensor_bytes(dtype, &shape)?;
    (bytes / dtype.size_bytes() == *length as usize).then_some(Feature::Tensor {
        dtype,
        shape,
        role: TensorRole::Plain,
    })
}
