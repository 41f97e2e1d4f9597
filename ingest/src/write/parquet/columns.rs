//! Converts a hub's columns to Hugging Face's.

use std::sync::Arc;

use arrow::array::{Array, ArrayData, ArrayRef, FixedSizeListArray, make_array};
use arrow::datatypes::{DataType, Field as ArrowField};
use arrow::error::ArrowError;
use hub_dataset::sample::build;
use hub_dataset::sample::{Column, Sample, SampleError, Value};
use hub_schema::arrow_types::{FIELD_ID_KEY, Form, METADATA_KEY, arrow_field, number_type};
use hub_schema::{DType, Feature, Field, FieldId, huggingface};
use parquet::schema::types::ColumnPath;
use serde_json::{Value as Json, json};

use crate::write::columns::Pixels;
use crate::write::medium::MediumColumn;

/// A column, and what it becomes.
#[derive(Debug)]
pub struct Converted {
    at: usize,
    field: Field,
    /// Raw pixels that become PNG.
    png: Option<MediumColumn>,
}

impl Converted {
    /// What the column at a position becomes.
    pub fn new(at: usize, column: &Column) -> Self {
        let png = Pixels::of(&column.feature).and_then(|_| MediumColumn::of(at, column));
        let feature = if png.is_some() { Feature::Image } else { column.feature.clone() };
        let field = Field {
            id: FieldId(at as u32),
            name: column.name.clone(),
            feature,
            fact_of: None,
            metadata: column.metadata.clone(),
        };
        Self { at, field, png }
    }

    pub fn name(&self) -> &str {
        &self.field.name
    }

    /// Do raw pixels become PNG?
    pub fn is_png(&self) -> bool {
        self.png.is_some()
    }

    /// Is it a tensor without dimensions, which is a number like any other?
    pub fn is_scalar(&self) -> bool {
        matches!(&self.field.feature, Feature::Tensor { shape, .. } if shape.is_empty())
    }

    /// The Arrow field. Tensors are lists of fixed lengths; the note in the metadata says that they are more. It has no
    /// id: what is exported has names alone, and other engines that find ids read nothing by name.
    pub fn arrow_field(&self, form: Form) -> ArrowField {
        let mut field = arrow_field(&self.field, form);
        let mut metadata = field.metadata().clone();
        metadata.remove(FIELD_ID_KEY);
        if !self.field.metadata.is_empty() {
            metadata.insert(METADATA_KEY.to_owned(), json!(self.field.metadata).to_string());
        }
        field.set_metadata(metadata);
        match &self.field.feature {
            Feature::Tensor { dtype, shape, .. } => {
                let lists = shape.iter().rev().fold(number_type(*dtype), fixed_list);
                field.with_data_type(lists)
            }
            _ => field,
        }
    }

    /// The column's entry in Hugging Face's features.
    pub fn note(&self) -> Json {
        match &self.field.feature {
            Feature::Tensor { dtype, shape, .. } => {
                let number = json!({ "dtype": dtype.numpy(), "_type": "Value" });
                let list = |item, length| json!({ "feature": item, "length": length, "_type": "List" });
                shape.iter().rev().fold(number, list)
            }
            _ => {
                let key = huggingface::features_key([&self.field]);
                let mut key: Json = serde_json::from_str(&key).unwrap_or_default();
                key["info"]["features"][self.name()].take()
            }
        }
    }

    /// Is it mostly media, and the Parquet column that holds them?
    pub fn bulk(&self) -> Option<ColumnPath> {
        let holds = |inner: &[&str]| {
            let name = std::iter::once(self.name());
            ColumnPath::from(name.chain(inner.iter().copied()).map(ToOwned::to_owned).collect::<Vec<_>>())
        };
        match &self.field.feature {
            Feature::Tensor { .. } => None,
            feature => feature.is_bulky().then(|| holds(&["bytes"])),
        }
    }

    /// The value of a sample, which is the `row`th.
    pub fn value(&self, sample: &Sample, row: u64) -> Result<Value, SampleError> {
        match &self.png {
            Some(medium) => Ok(medium.file(sample, row)?.map_or(Value::Null, Value::Media)),
            None => Ok(sample.values.get(self.at).cloned().unwrap_or_default()),
        }
    }

    /// The Arrow column of the values of some samples; the column stands at `at` in them.
    pub fn array(&self, samples: &[Sample], at: usize) -> Result<ArrayRef, build::BuildError> {
        let array = build::column(&self.field.feature, samples.iter().map(|sample| &sample.values[at]))?;
        match &self.field.feature {
            Feature::Tensor { dtype, shape, .. } => lists(&array, *dtype, shape)
                .map_err(|e| build::BuildError::Arrow(self.field.feature.describe(), e)),
            _ => Ok(array),
        }
    }
}

fn fixed_list(item: DataType, length: &usize) -> DataType {
    DataType::FixedSizeList(Arc::new(ArrowField::new("item", item, true)), *length as i32)
}

/// Tensors as nested lists over the same bytes.
fn lists(tensors: &ArrayRef, dtype: DType, shape: &[usize]) -> Result<ArrayRef, ArrowError> {
    let bytes = tensors.to_data().buffers().first().cloned().unwrap_or_default();
    let elements = shape.iter().product::<usize>() * tensors.len();
    // Aligned, since what was built as bytes need not be.
    let numbers = ArrayData::builder(number_type(dtype)).len(elements).add_buffer(bytes).align_buffers(true);
    let nulls = tensors.nulls().cloned();
    if shape.is_empty() {
        return Ok(make_array(numbers.nulls(nulls).build()?));
    }
    let mut values = make_array(numbers.build()?);
    for (depth, length) in shape.iter().enumerate().rev() {
        let item = Arc::new(ArrowField::new("item", values.data_type().clone(), true));
        let nulls = nulls.clone().filter(|_| depth == 0);
        let count = shape[..depth].iter().product::<usize>() * tensors.len();
        let list = FixedSizeListArray::try_new_with_length(item, *length as i32, values, nulls, count)?;
        values = Arc::new(list);
    }
    Ok(values)
}
