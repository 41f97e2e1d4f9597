//! Converts a data set's column to the table's, where several data sets are queried and their features differ.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, StructArray, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::Int64Type;
use arrow::error::ArrowError;
use hub_schema::Feature;
use hub_schema::arrow_types::{Form, data_type};

use super::columns::fits;
use crate::labels::classes::Classes;

/// Converts values of one feature to another that [`super::columns`] united it with.
pub fn convert(values: ArrayRef, from: &Feature, to: &Feature) -> Result<ArrayRef, ArrowError> {
    if from == to {
        return Ok(values);
    }
    if !fits(from, to) {
        return Ok(new_null_array(&data_type(to, Form::Read), values.len()));
    }
    match (from, to) {
        (Feature::ClassLabel { .. }, Feature::ClassLabel { .. }) => {
            let (Some(own), Some(all)) = (Classes::of_feature(from), Classes::of_feature(to)) else {
                return Err(ArrowError::ComputeError("expected a class label with classes".to_owned()));
            };
            let numbers = own.numbers_in(&all);
            let number = |n: i64| numbers.get(usize::try_from(n).ok()?).copied();
            let labels = values.as_primitive::<Int64Type>().iter().map(|label| label.and_then(number));
            Ok(Arc::new(labels.collect::<Int64Array>()))
        }
        (Feature::List { item: from }, Feature::List { item: to }) => {
            let lists = values.as_list::<i32>();
            let items = convert(Arc::clone(lists.values()), from, to)?;
            let item = match data_type(&Feature::list(to.as_ref().clone()), Form::Read) {
                arrow::datatypes::DataType::List(item) => item,
                _ => {
                    return Err(ArrowError::ComputeError(
                        "expected an Arrow list for a list feature".to_owned(),
                    ));
                }
            };
            Ok(Arc::new(ListArray::try_new(item, lists.offsets().clone(), items, lists.nulls().cloned())?))
        }
        (Feature::Struct { fields: from }, Feature::Struct { fields: to_fields }) => {
            let structs = values.as_struct();
            let members =
                to_fields.iter().map(|to| match from.iter().position(|from| from.name == to.name) {
                    Some(i) => convert(Arc::clone(structs.column(i)), &from[i].feature, &to.feature),
                    None => Ok(new_null_array(&data_type(&to.feature, Form::Read), structs.len())),
                });
            let arrow::datatypes::DataType::Struct(fields) = data_type(to, Form::Read) else {
                return Err(ArrowError::ComputeError(
                    "expected an Arrow struct for a struct feature".to_owned(),
                ));
            };
            let members = members.collect::<Result<Vec<_>, _>>()?;
            Ok(Arc::new(StructArray::try_new(fields, members, structs.nulls().cloned())?))
        }
        (_, to) => cast(&values, &data_type(to, Form::Read)),
    }
}
