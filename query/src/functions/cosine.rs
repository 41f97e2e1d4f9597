//! `cosine_distance(a, b)`: 1 − cosine of the angle between two vectors, each an embedding or an array. 0 to 2.
//!
//! Embeddings are stored as bytes; their element type is in the column's feature, which [`crate::labels::rewrite`]
//! passes to the function before planning.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type};
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility};
use hub_schema::{DType, Element};

/// The function, with the element types of either side where it is a tensor.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Cosine {
    elements: [Option<DType>; 2],
    signature: Signature,
}

impl Cosine {
    /// The function of two sides.
    pub fn new(left: Option<DType>, right: Option<DType>) -> Self {
        Self { elements: [left, right], signature: Signature::any(2, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Cosine {
    fn name(&self) -> &'static str {
        super::names::COSINE
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        for argument in arguments {
            let numbers = match argument {
                DataType::FixedSizeBinary(_) | DataType::Null => true,
                DataType::List(item) | DataType::FixedSizeList(item, _) | DataType::LargeList(item) => {
                    item.data_type().is_numeric() || item.data_type().is_null()
                }
                _ => false,
            };
            if !numbers {
                return plan_err!(
                    "cosine_distance() expects embeddings or arrays of numbers, found {argument}"
                );
            }
        }
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let one = Vectors::of(&args.args[0], self.elements[0])?;
        let other = Vectors::of(&args.args[1], self.elements[1])?;
        let (mut a, mut b) = (Vec::new(), Vec::new());
        let mut answers = Vec::with_capacity(args.number_rows);
        for row in 0..args.number_rows {
            if !(one.read(row, &mut a)? && other.read(row, &mut b)?) {
                answers.push(None);
                continue;
            }
            if a.len() != b.len() {
                return exec_err!(
                    "cosine_distance(): expected vectors of the same length, found vectors of {} and of {} numbers",
                    a.len(),
                    b.len()
                );
            }
            answers.push(distance(&a, &b));
        }
        Ok(ColumnarValue::Array(Arc::new(Float64Array::from(answers))))
    }
}

/// Null where a vector has the length 0: the angle is undefined.
fn distance(a: &[f64], b: &[f64]) -> Option<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let lengths = dot(a, a).sqrt() * dot(b, b).sqrt();
    (lengths > 0.0).then(|| 1.0 - dot(a, b) / lengths)
}

/// One vector a row, or one for all rows.
struct Vectors {
    array: ArrayRef,
    elements: Option<DType>,
    constant: bool,
}

impl Vectors {
    fn of(value: &ColumnarValue, elements: Option<DType>) -> Result<Self> {
        let (array, constant) = match value {
            ColumnarValue::Array(array) => (Arc::clone(array), false),
            ColumnarValue::Scalar(scalar) => (scalar.to_array()?, true),
        };
        let array = match array.data_type() {
            DataType::FixedSizeBinary(_) if elements.is_none() => {
                return exec_err!("cosine_distance() expects a tensor, found bytes without an element type");
            }
            DataType::FixedSizeBinary(_) | DataType::Null => array,
            _ => cast(&array, &DataType::List(Arc::new(Field::new("item", DataType::Float64, true))))?,
        };
        Ok(Self { array, elements, constant })
    }

    /// Reads the vector of a row; false where it or one of its numbers is null.
    fn read(&self, row: usize, into: &mut Vec<f64>) -> Result<bool> {
        let row = if self.constant { 0 } else { row };
        into.clear();
        if self.array.is_null(row) || self.array.data_type().is_null() {
            return Ok(false);
        }
        if let (Some(bytes), Some(dtype)) = (self.array.as_fixed_size_binary_opt(), self.elements) {
            into.extend(dtype.elements(bytes.value(row)).map(Element::as_f64));
            return Ok(true);
        }
        let values = self.array.as_list::<i32>().value(row);
        let values = values.as_primitive::<Float64Type>();
        into.extend(values.iter().flatten());
        Ok(values.null_count() == 0)
    }
}
