//! Two numbers of each row, for a map of points.

use arrow::array::{Array, ArrayRef, AsArray, Float32Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float32Type};
use hub_schema::{DType, Feature, Field, Schema};

use crate::error::{Error, Result};
use crate::read::Snapshot;

const MAX_ROWS: u64 = 32_000_000;

/// A number of a row: a column of numbers, or one of the numbers of a vector (`umap[0]`).
#[derive(Clone, Debug, PartialEq)]
pub struct Coordinate {
    field: Field,
    /// The place in the vector, and the type of its numbers.
    at: Option<(usize, DType)>,
}

impl Coordinate {
    /// Finds a coordinate.
    ///
    /// # Errors
    /// There is no such column, or it holds no such number ([`Error::NoVectors`]).
    pub fn find(schema: &Schema, text: &str) -> Result<Self> {
        let (name, at) = match text.strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
            Some((name, at)) if schema.find(text).is_none() => (name, Some(at)),
            _ => (text, None),
        };
        let field = schema.column(name)?.clone();
        let kind = || Error::NoVectors { column: text.to_owned(), kind: field.feature.describe() };
        let at = match (&field.feature, at) {
            (Feature::Number { .. }, None) => None,
            (Feature::Tensor { dtype: dtype @ (DType::F32 | DType::F64), shape, .. }, Some(at))
                if shape.len() == 1 =>
            {
                let at: usize = at.parse().ok().filter(|at| *at < shape[0]).ok_or_else(kind)?;
                Some((at, *dtype))
            }
            _ => return Err(kind()),
        };
        Ok(Self { field, at })
    }

    fn values(&self, column: &ArrayRef) -> Option<Vec<f32>> {
        let Some((at, dtype)) = self.at else {
            let floats = cast(column, &DataType::Float32).ok()?;
            let floats: &Float32Array = floats.as_primitive_opt::<Float32Type>()?;
            return Some(floats.iter().map(|float| float.unwrap_or(f32::NAN)).collect());
        };
        let vectors = column.as_fixed_size_binary_opt()?;
        let number = |row: usize| {
            if vectors.is_null(row) {
                return Some(f32::NAN);
            }
            let bytes = vectors.value(row).get(at * dtype.size_bytes()..)?;
            Some(match dtype {
                DType::F64 => f64::from_le_bytes(bytes.first_chunk().copied()?) as f32,
                _ => f32::from_le_bytes(bytes.first_chunk().copied()?),
            })
        };
        (0..vectors.len()).map(number).collect()
    }
}

impl Snapshot {
    /// A number of each row, in the order of the positions; NaN where it has none.
    ///
    /// # Errors
    /// [`Error::TooLong`] for more than 32 million rows; a file can't be read.
    pub async fn coordinates(&self, of: &Coordinate) -> Result<Vec<f32>> {
        let found = self.index().await?.rows();
        if found > MAX_ROWS {
            return Err(Error::TooLong { what: "a map", max: MAX_ROWS, found });
        }
        let read = of.clone();
        let fields = [&of.field];
        let parts = self.map_row_groups(&fields, move |_, batch| {
            let wrong = || {
                let kind = read.field.feature.describe();
                Error::damaged(&read.field.name, format!("its values are not of type {kind}"))
            };
            read.values(batch.column(0)).ok_or_else(wrong)
        });
        Ok(parts.await?.concat())
    }
}
