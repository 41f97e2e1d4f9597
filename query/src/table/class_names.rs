//! Class labels as queries see them: the names of their classes, in place of the stored class numbers.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, StringArray, StringViewArray, StructArray, UInt32Array,
};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Int64Type};
use arrow::error::ArrowError;
use hub_schema::Feature;

/// The names to show in place of class numbers, laid out as a feature.
///
/// A label column becomes string views of its classes' names: 16 bytes a row, and one copy of the names for all rows
/// of a batch. Within lists and structs the names are plain strings, which more functions of lists take.
#[derive(Clone, Debug)]
pub enum ClassNames {
    /// The name of each class.
    Label(ArrayRef),
    /// The names of each item.
    List(Box<Self>),
    /// The names of each member; `None` for one without labels.
    Struct(Vec<Option<Self>>),
}

impl ClassNames {
    /// The names of a column's classes; `None` for a feature that holds no class label at any depth.
    pub fn of(feature: &Feature) -> Option<Self> {
        match feature {
            Feature::ClassLabel { names, .. } => {
                Some(Self::Label(Arc::new(StringViewArray::from_iter_values(names))))
            }
            other => Self::within(other),
        }
    }

    fn within(feature: &Feature) -> Option<Self> {
        match feature {
            Feature::ClassLabel { names, .. } => {
                Some(Self::Label(Arc::new(StringArray::from_iter_values(names))))
            }
            Feature::List { item } => Some(Self::List(Box::new(Self::within(item)?))),
            Feature::Struct { fields } => {
                let members: Vec<_> = fields.iter().map(|f| Self::within(&f.feature)).collect();
                members.iter().any(Option::is_some).then_some(Self::Struct(members))
            }
            _ => None,
        }
    }

    /// The number of classes of a label; 0 for lists and structs.
    pub fn classes(&self) -> i64 {
        match self {
            Self::Label(names) => i64::try_from(names.len()).unwrap_or(i64::MAX),
            _ => 0,
        }
    }

    /// The type with names, of a type with numbers.
    pub fn data_type(&self, numbers: &DataType) -> DataType {
        let field = |names: &Self, field: &Arc<Field>| {
            let shown = names.data_type(field.data_type());
            Arc::new(field.as_ref().clone().with_data_type(shown))
        };
        match (self, numbers) {
            (Self::Label(names), _) => names.data_type().clone(),
            (Self::List(names), DataType::List(item)) => DataType::List(field(names, item)),
            (Self::Struct(names), DataType::Struct(members)) => {
                let member = |(names, member): (&Option<Self>, &Arc<Field>)| match names {
                    Some(names) => field(names, member),
                    None => Arc::clone(member),
                };
                DataType::Struct(names.iter().zip(members).map(member).collect())
            }
            (_, other) => other.clone(),
        }
    }

    /// The names of class numbers; null for null, and for a number that is not a class.
    ///
    /// # Errors
    /// The numbers are not laid out as the feature.
    pub fn show(&self, numbers: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let shown = self.data_type(numbers.data_type());
        match (self, &shown) {
            (Self::Label(names), _) => {
                let known = names.len();
                let Some(numbers) = numbers.as_primitive_opt::<Int64Type>() else {
                    return Err(unexpected("class numbers (64-bit integers)", numbers));
                };
                let places = numbers.iter().map(|number| {
                    number.and_then(|n| u32::try_from(n).ok()).filter(|n| (*n as usize) < known)
                });
                take(names, &places.collect::<UInt32Array>(), None)
            }
            (Self::List(names), DataType::List(item)) => {
                let lists = numbers.as_list::<i32>();
                let items = names.show(lists.values())?;
                let (offsets, nulls) = (lists.offsets().clone(), lists.nulls().cloned());
                Ok(Arc::new(ListArray::try_new(Arc::clone(item), offsets, items, nulls)?))
            }
            (Self::Struct(names), DataType::Struct(fields)) => {
                let structs = numbers.as_struct();
                let members = names.iter().zip(structs.columns()).map(|(names, member)| match names {
                    Some(names) => names.show(member),
                    None => Ok(Arc::clone(member)),
                });
                let members = members.collect::<Result<Vec<_>, _>>()?;
                Ok(Arc::new(StructArray::try_new(fields.clone(), members, structs.nulls().cloned())?))
            }
            _ => Err(unexpected("lists or structs of class labels", numbers)),
        }
    }
}

fn unexpected(wanted: &str, found: &dyn Array) -> ArrowError {
    ArrowError::ComputeError(format!("expected {wanted}, found {}", found.data_type()))
}

#[cfg(test)]
mod tests {
    use arrow::array::Int64Array;

    use super::*;

    #[test]
    fn numbers_become_names_at_any_depth() {
        let label =
            Feature::ClassLabel { names: vec!["cat".into(), "dog".into()], synsets: vec![None, None] };
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(0), Some(7), Some(-1)]));
        let shown = ClassNames::of(&label).unwrap().show(&numbers).unwrap();
        let shown: Vec<_> = shown.as_string_view().iter().collect();
        assert_eq!(shown, [Some("dog"), None, Some("cat"), None, None]);
        let lists = ListArray::from_iter_primitive::<Int64Type, _, _>([Some(vec![Some(1), Some(0)]), None]);
        let shown =
            ClassNames::of(&Feature::list(label)).unwrap().show(&(Arc::new(lists) as ArrayRef)).unwrap();
        let first = shown.as_list::<i32>().value(0);
        assert_eq!(first.as_string::<i32>().iter().collect::<Vec<_>>(), [Some("dog"), Some("cat")]);
        assert!(shown.is_null(1));
        assert!(ClassNames::of(&Feature::list(Feature::int64())).is_none());
    }
}
