//! A hub's columns → Hugging Face's.

use std::sync::Arc;

use arrow::array::ArrayData;
use arrow::array::{Array, ArrayRef, ListArray, make_array};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::Field as ArrowField;
use arrow::error::ArrowError;
use hub_dataset::sample::build;
use hub_dataset::sample::{Column, Sample, SampleError, Value};
use hub_schema::arrow_types::number_type;
use hub_schema::{DType, Feature, Field, FieldId};

use crate::write::medium::MediumColumn;
use crate::write::pick::Pixels;

/// A column, and what it becomes.
#[derive(Debug)]
pub struct Converted {
    at: usize,
    /// What it is.
    feature: Feature,
    /// What it becomes.
    pub field: Field,
    /// Raw pixels that become PNG.
    png: Option<MediumColumn>,
}

impl Converted {
    /// What the column at a position becomes.
    pub fn new(at: usize, column: &Column) -> Self {
        let png = Pixels::of(&column.feature).and_then(|_| MediumColumn::of(at, column));
        let feature = match &column.feature {
            _ if png.is_some() => Feature::Image,
            Feature::Tensor { dtype, shape, .. } => {
                shape.iter().fold(Feature::Number { dtype: *dtype }, |item, _| Feature::list(item))
            }
            other => other.clone(),
        };
        let field = Field {
            id: FieldId(at as u32),
            name: column.name.clone(),
            feature,
            fact_of: None,
            metadata: Default::default(),
        };
        Self { at, feature: column.feature.clone(), field, png }
    }

    /// The column's name.
    pub fn name(&self) -> &str {
        &self.field.name
    }

    /// Do raw pixels become PNG?
    pub const fn is_png(&self) -> bool {
        self.png.is_some()
    }

    /// Does a tensor become lists?
    pub const fn is_list(&self) -> bool {
        matches!(self.feature, Feature::Tensor { .. }) && self.png.is_none()
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
        let values = samples.iter().map(|sample| &sample.values[at]);
        if let (Feature::Tensor { dtype, shape, .. }, true) = (&self.feature, self.is_list()) {
            let tensors = build::column(&self.feature, values)?;
            return lists(&tensors, *dtype, shape)
                .map_err(|e| build::BuildError::Arrow(self.feature.describe(), e));
        }
        build::column(&self.field.feature, values)
    }
}

/// Tensors as nested lists over the same bytes.
fn lists(tensors: &ArrayRef, dtype: DType, shape: &[usize]) -> Result<ArrayRef, ArrowError> {
    let data = tensors.to_data();
    let elements = shape.iter().product::<usize>() * tensors.len();
    let bytes = data.buffers().first().cloned().unwrap_or_default();
    let bytes =
        bytes.slice(data.offset() * elements.checked_div(tensors.len()).unwrap_or(0) * dtype.size_bytes());
    let numbers = ArrayData::builder(number_type(dtype)).len(elements).add_buffer(bytes);
    let mut values = make_array(numbers.align_buffers(true).build()?);
    let nulls = tensors.nulls().cloned();
    if shape.is_empty() {
        return Ok(make_array(values.to_data().into_builder().nulls(nulls).build()?));
    }
    for (depth, length) in shape.iter().enumerate().rev() {
        let lists = shape[..depth].iter().product::<usize>() * tensors.len();
        let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(*length, lists));
        let item = Arc::new(ArrowField::new("item", values.data_type().clone(), true));
        let nulls = nulls.clone().filter(|_| depth == 0);
        values = Arc::new(ListArray::try_new(item, offsets, values, nulls)?);
    }
    Ok(values)
}
