//! Reads the weight of each row that a stream selects.

use std::collections::HashMap;

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use futures::TryStreamExt;
use hub_schema::Feature;

use crate::builder::{StreamBuilder, Tail};
use crate::error::{Error, Result};
use crate::weights::Weights;

/// Rows that are read at a time.
const BATCH_ROWS: usize = 8192;

fn wrong(weights: &Weights, problem: String) -> Error {
    Error::Weights { column: weights.column().to_owned(), problem }
}

/// The weight of each row that the builder selects, in the order of the revision.
pub async fn read(builder: &StreamBuilder, weights: &Weights) -> Result<Vec<f64>> {
    let field = builder.snapshot.schema().column(weights.column()).map_err(hub_dataset::Error::from)?;
    let names = match &field.feature {
        Feature::ClassLabel { names, .. } => names.clone(),
        _ => Vec::new(),
    };
    let fits = match weights {
        Weights::Column(_) => matches!(field.feature, Feature::Number { .. }),
        _ => matches!(field.feature, Feature::ClassLabel { .. } | Feature::Text),
    };
    if !fits {
        let expected = match weights {
            Weights::Column(_) => "numbers",
            _ => "class labels or text",
        };
        return Err(wrong(weights, format!("found {}, expected {expected}", field.feature.describe())));
    }
    let mut rows = builder.clone().columns(&[weights.column()]).in_order().lanes(1).batch_size(BATCH_ROWS);
    rows = rows.rank(0, 1).worker(0, 1).tail(Tail::Keep).with_row_ids(false);
    (rows.weights, rows.resume) = (None, None);
    rows.images.clear();
    rows.media.clear();
    let mut batches = rows.build_boxed().await?;
    let mut columns = Vec::new();
    while let Some(batch) = batches.try_next().await? {
        columns.push(batch.column(0).clone());
    }
    let found = match weights {
        Weights::Column(_) => numbers(&columns)?,
        Weights::Balanced(_) => balanced(&classes(&columns)),
        Weights::Classes { weights: by_name, .. } => {
            let classes = classes(&columns);
            for name in by_name.keys() {
                let known = |class: &Class| class.name(&names) == Some(name);
                if !names.contains(name) && !classes.iter().any(known) {
                    return Err(wrong(weights, format!("no row has the class '{name}'")));
                }
            }
            let weight = |class: &Class| class.name(&names).and_then(|name| by_name.get(name)).copied();
            classes.iter().map(|class| weight(class).unwrap_or(1.0)).collect()
        }
    };
    if let Some(row) = found.iter().position(|weight| !weight.is_finite() || *weight < 0.0) {
        let problem = format!("row {row} of the selection has the weight {}, expected 0 or more", found[row]);
        return Err(wrong(weights, problem));
    }
    if !found.is_empty() && found.iter().all(|weight| *weight == 0.0) {
        return Err(wrong(weights, "all rows have the weight 0".to_owned()));
    }
    Ok(found)
}

/// The class of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Class {
    None,
    Number(i64),
    Text(String),
}

impl Class {
    fn name<'a>(&'a self, names: &'a [String]) -> Option<&'a String> {
        match self {
            Self::None => None,
            Self::Number(number) => names.get(usize::try_from(*number).ok()?),
            Self::Text(text) => Some(text),
        }
    }
}

fn classes(columns: &[ArrayRef]) -> Vec<Class> {
    let mut classes = Vec::new();
    for column in columns {
        if let Some(numbers) = column.as_primitive_opt::<Int64Type>() {
            classes.extend(numbers.iter().map(|number| number.map_or(Class::None, Class::Number)));
        } else if let Some(texts) = column.as_string_opt::<i32>() {
            let of = |text: Option<&str>| text.map_or(Class::None, |text| Class::Text(text.to_owned()));
            classes.extend(texts.iter().map(of));
        }
    }
    classes
}

/// Nulls have the weight 0.
fn numbers(columns: &[ArrayRef]) -> Result<Vec<f64>> {
    let mut numbers = Vec::new();
    for column in columns {
        let cast =
            cast(column, &DataType::Float64).map_err(Error::arrow("weights can't be read as numbers"))?;
        numbers.extend(cast.as_primitive::<Float64Type>().iter().map(|number| number.unwrap_or(0.0)));
    }
    Ok(numbers)
}

fn balanced(classes: &[Class]) -> Vec<f64> {
    let mut counts: HashMap<&Class, f64> = HashMap::new();
    classes.iter().for_each(|class| *counts.entry(class).or_default() += 1.0);
    let weight = |class: &Class| if *class == Class::None { 0.0 } else { 1.0 / counts[class] };
    classes.iter().map(weight).collect()
}
