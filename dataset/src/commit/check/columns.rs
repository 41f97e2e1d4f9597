//! Checks a commit's columns.

use std::collections::HashSet;

use hub_schema::schema::check_column_name;
use hub_schema::{Feature, FieldId, Schema};

use super::bad_commit::BadCommit;

/// Maximum number of columns.
const MAX_COLUMNS: usize = 10_000;
/// Maximum nesting of lists and structs in a type.
const MAX_DEPTH: usize = 16;
/// Maximum length of a tensor in bytes.
const MAX_TENSOR_BYTES: usize = 1 << 30;

/// Checks that names and ids are unique, that facts belong to a column, and that types can be stored.
pub(crate) fn check(schema: &Schema) -> Result<(), BadCommit> {
    if schema.fields.len() > MAX_COLUMNS {
        return Err(BadCommit::TooManyColumns { found: schema.fields.len(), max: MAX_COLUMNS });
    }
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    for field in &schema.fields {
        let name = &field.name;
        check_column_name(name)?;
        if !names.insert(name.as_str()) {
            return Err(BadCommit::SameColumn(name.clone()));
        }
        if field.id.0 > FieldId::MAX || !ids.insert(field.id) {
            return Err(BadCommit::ColumnId { column: name.clone(), id: field.id });
        }
        check_feature(name, &field.feature, 0)?;
    }
    let orphan = schema.fields.iter().find(|f| f.fact_of.is_some_and(|of| !ids.contains(&of)));
    orphan.map_or(Ok(()), |field| Err(BadCommit::FactOfNothing(field.name.clone())))?;
    check_derived(schema, ids)
}

/// Checks that derived columns have ids of their own, and belong to media columns.
fn check_derived(schema: &Schema, mut ids: HashSet<FieldId>) -> Result<(), BadCommit> {
    let found = schema.fields.len() + schema.derived.len();
    if found > MAX_COLUMNS {
        return Err(BadCommit::TooManyColumns { found, max: MAX_COLUMNS });
    }
    for derived in &schema.derived {
        // It becomes part of a column's name.
        check_column_name(&derived.kind)?;
        if derived.id.0 > FieldId::MAX || !ids.insert(derived.id) {
            return Err(BadCommit::ColumnId { column: derived.kind.clone(), id: derived.id });
        }
        if !schema.by_id(derived.of).is_some_and(|of| of.feature.is_media()) {
            return Err(BadCommit::FactOfNothing(derived.kind.clone()));
        }
    }
    Ok(())
}

fn check_feature(column: &str, feature: &Feature, depth: usize) -> Result<(), BadCommit> {
    let column_name = || column.to_owned();
    if depth > MAX_DEPTH {
        return Err(BadCommit::TooDeep { column: column_name(), max: MAX_DEPTH });
    }
    match feature {
        Feature::Tensor { dtype, shape, .. } => {
            match shape.iter().try_fold(dtype.size_bytes(), |bytes, length| bytes.checked_mul(*length)) {
                Some(1..=MAX_TENSOR_BYTES) => Ok(()),
                _ => Err(BadCommit::TensorShape { column: column_name(), shape: shape.clone() }),
            }
        }
        Feature::ClassLabel { names, synsets } if !synsets.is_empty() && synsets.len() != names.len() => {
            let (classes, synsets) = (names.len(), synsets.len());
            Err(BadCommit::Synsets { column: column_name(), classes, synsets })
        }
        Feature::List { item } => check_feature(column, item, depth + 1),
        Feature::Struct { fields } => {
            fields.iter().try_for_each(|member| check_feature(column, &member.feature, depth + 1))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use hub_schema::{DType, DerivedKind};

    use super::*;

    #[test]
    fn invalid_columns_are_refused() {
        let mut good = Schema::new([("image", Feature::Image), ("label", Feature::labels(["a"]))]).unwrap();
        good.add_derived(good.fields[0].id, DerivedKind::EntryPoints);
        check(&good).unwrap();
        for wrong in [good.fields[1].id, FieldId(u32::MAX)] {
            let mut derived = good.clone();
            derived.derived[0].id = wrong;
            assert!(matches!(check(&derived), Err(BadCommit::ColumnId { .. })), "{wrong}");
        }
        let mut of_label = good.clone();
        of_label.derived[0].of = good.find("label").unwrap().id;
        assert!(matches!(check(&of_label), Err(BadCommit::FactOfNothing(_))));
        let mut twice = good.clone();
        twice.fields[1].name = "image".into();
        assert!(check(&twice).unwrap_err().to_string().contains("two columns"));
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
