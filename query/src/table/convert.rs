//! A data set's column → the table's, where several data sets are asked and theirs differ.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::Int64Type;
use arrow::error::ArrowError;
use hub_schema::Feature;
use hub_schema::arrow_types::{Form, data_type};

use super::columns::classes;
use crate::functions::label_text::texts_of;

/// Converts values of one feature to another that [`super::columns`] united it with.
pub fn convert(values: ArrayRef, from: &Feature, to: &Feature) -> Result<ArrayRef, ArrowError> {
    if from == to {
        return Ok(values);
    }
    match (from, to) {
        (Feature::ClassLabel { .. }, Feature::ClassLabel { .. }) => {
            let numbers = translation(from, to);
            let number = |n: i64| numbers.get(usize::try_from(n).ok()?).copied();
            let labels = values.as_primitive::<Int64Type>().iter().map(|label| label.and_then(number));
            Ok(Arc::new(labels.collect::<Int64Array>()))
        }
        (Feature::ClassLabel { names, .. }, Feature::Text) => {
            let names: Vec<_> = names.iter().cloned().map(Some).collect();
            texts_of(&values, &names).map_err(|e| ArrowError::ComputeError(e.to_string()))
        }
        (Feature::List { item: from }, Feature::List { item: to }) => {
            let lists = values.as_list::<i32>();
            let items = convert(Arc::clone(lists.values()), from, to)?;
            let item = match data_type(&Feature::list(to.as_ref().clone()), Form::Read) {
                arrow::datatypes::DataType::List(item) => item,
                _ => return Err(ArrowError::ComputeError("a list is no list".to_owned())),
            };
            Ok(Arc::new(ListArray::try_new(item, lists.offsets().clone(), items, lists.nulls().cloned())?))
        }
        (Feature::Struct { fields: from }, Feature::Struct { fields: to_fields }) => {
            let structs = values.as_struct();
            let members = structs.columns().iter().zip(from.iter().zip(to_fields));
            let members = members.map(|(m, (from, to))| convert(Arc::clone(m), &from.feature, &to.feature));
            let arrow::datatypes::DataType::Struct(fields) = data_type(to, Form::Read) else {
                return Err(ArrowError::ComputeError("a struct is no struct".to_owned()));
            };
            let members = members.collect::<Result<Vec<_>, _>>()?;
            Ok(Arc::new(StructArray::try_new(fields, members, structs.nulls().cloned())?))
        }
        (_, to) => cast(&values, &data_type(to, Form::Read)),
    }
}

/// For each class of one label its number in another that has all of them.
pub fn translation(from: &Feature, to: &Feature) -> Vec<i64> {
    let numbers: HashMap<_, _> = classes(to).into_iter().zip(0_i64..).collect();
    classes(from).iter().map(|class| numbers.get(class).copied().unwrap_or(-1)).collect()
}
