//! Do a commit's columns make sense?

use std::collections::HashSet;

use hub_schema::schema::check_column_name;
use hub_schema::{Feature, FieldId, Schema};

use super::refused;
use crate::problem::Result;

/// More columns than this no data set has.
const MOST_COLUMNS: usize = 10_000;
/// Lists in lists deeper than this no value has.
const DEEPEST: usize = 16;
/// A fixed-size value is at most this long.
const LONGEST_TENSOR_BYTES: usize = 1 << 30;

/// Names and ids are each there once, facts belong to a column, types can be built.
pub fn check(schema: &Schema) -> Result<()> {
    if schema.fields.len() > MOST_COLUMNS {
        return Err(refused(format!("{} columns, at most {MOST_COLUMNS} are taken", schema.fields.len())));
    }
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    for field in &schema.fields {
        let name = &field.name;
        check_column_name(name).map_err(|error| refused(error.to_string()))?;
        if !names.insert(name.as_str()) {
            return Err(refused(format!("two columns are called '{name}'")));
        }
        if field.id.0 > FieldId::MAX || !ids.insert(field.id) {
            return Err(refused(format!("column '{name}': its id {} is another's or too great", field.id)));
        }
        feature(name, &field.feature, 0)?;
    }
    for field in &schema.fields {
        if let Some(of) = field.fact_of
            && !ids.contains(&of)
        {
            return Err(refused(format!("column '{}' is a fact of a column that there is not", field.name)));
        }
    }
    Ok(())
}

fn feature(column: &str, f: &Feature, depth: usize) -> Result<()> {
    if depth > DEEPEST {
        return Err(refused(format!("column '{column}': types are nested deeper than {DEEPEST}")));
    }
    match f {
        Feature::Tensor { dtype, shape, .. } => {
            let bytes = shape.iter().try_fold(dtype.size_bytes(), |n, d| n.checked_mul(*d));
            match bytes {
                Some(1..=LONGEST_TENSOR_BYTES) => Ok(()),
                _ => Err(refused(format!("column '{column}': a tensor of shape {shape:?} can't be stored"))),
            }
        }
        Feature::ClassLabel { names, synsets } if !synsets.is_empty() && synsets.len() != names.len() => {
            let (names, synsets) = (names.len(), synsets.len());
            Err(refused(format!("column '{column}': {names} classes with {synsets} synsets")))
        }
        Feature::List { item } => feature(column, item, depth + 1),
        Feature::Struct { fields } => fields.iter().try_for_each(|f| feature(column, &f.feature, depth + 1)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use hub_schema::DType;

    use super::*;

    #[test]
    fn columns_that_make_no_sense_are_refused() {
        let good = Schema::new([("image", Feature::Image), ("label", Feature::labels(["a"]))]).unwrap();
        check(&good).unwrap();
        let mut twice = good.clone();
        twice.fields[1].name = "image".into();
        assert!(check(&twice).unwrap_err().detail.contains("two columns"));
        let mut same_id = good.clone();
        same_id.fields[1].id = same_id.fields[0].id;
        assert!(check(&same_id).is_err());
        let mut deep = Feature::Text;
        for _ in 0..40 {
            deep = Feature::list(deep);
        }
        assert!(check(&Schema::new([("deep", deep)]).unwrap()).is_err());
        for shape in [vec![usize::MAX, 2], vec![0], vec![1 << 20, 1 << 20]] {
            let tensor = Feature::Tensor { dtype: DType::F32, shape, role: Default::default() };
            assert!(check(&Schema::new([("t", tensor)]).unwrap()).is_err());
        }
    }
}
