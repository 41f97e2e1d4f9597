//! The classes of rows: what a column of labels, text, whole numbers or booleans says of each.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};

use crate::error::{Error, Result};

/// The class of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    None,
    Number(i64),
    Text(String),
}

impl Class {
    /// Its name; `names` are those of the column's classes.
    pub fn name<'a>(&'a self, names: &'a [String]) -> Option<&'a String> {
        match self {
            Self::None => None,
            Self::Number(number) => names.get(usize::try_from(*number).ok()?),
            Self::Text(text) => Some(text),
        }
    }
}

/// Those of the rows of a column's parts.
pub fn classes(columns: &[ArrayRef]) -> Result<Vec<Class>> {
    let mut classes = Vec::new();
    for column in columns {
        if let Some(texts) = column.as_string_opt::<i32>() {
            let of = |text: Option<&str>| text.map_or(Class::None, |text| Class::Text(text.to_owned()));
            classes.extend(texts.iter().map(of));
            continue;
        }
        let numbers =
            cast(column, &DataType::Int64).map_err(Error::arrow("classes can't be read as whole numbers"))?;
        let numbers = numbers.as_primitive::<Int64Type>();
        let of = |row: usize| match numbers.is_valid(row) {
            true => Class::Number(numbers.value(row)),
            false => Class::None,
        };
        classes.extend((0..numbers.len()).map(of));
    }
    Ok(classes)
}
