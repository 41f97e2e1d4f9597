//! Reads the weight of each row that a stream selects.

use std::collections::HashMap;

use hub_schema::Feature;

use crate::builder::StreamBuilder;
use crate::classes::{Class, classes};
use crate::error::{Error, Result};
use crate::selected::{columns, numbers};
use crate::weights::Weights;

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
    let columns = columns(builder, &[weights.column()]).await?.pop().unwrap_or_default();
    let found = match weights {
        // Nulls have the weight 0.
        Weights::Column(_) => numbers(&columns)?.into_iter().map(|number| number.unwrap_or(0.0)).collect(),
        Weights::Balanced(_) => balanced(&classes(&columns)?),
        Weights::Classes { weights: by_name, .. } => {
            let classes = classes(&columns)?;
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

fn balanced(classes: &[Class]) -> Vec<f64> {
    let mut counts: HashMap<&Class, f64> = HashMap::new();
    classes.iter().for_each(|class| *counts.entry(class).or_default() += 1.0);
    let weight = |class: &Class| if *class == Class::None { 0.0 } else { 1.0 / counts[class] };
    classes.iter().map(weight).collect()
}
