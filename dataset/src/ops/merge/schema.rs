//! Merges columns, by their ids.

use std::collections::BTreeMap;

use hub_schema::{Field, Schema};

use super::labels::{self, pick};
use super::three::Three;
use crate::error::Conflict;
use crate::ops::diff::RowChanges;

/// The names of the two branches, ours first.
pub(super) type Names<'a> = (&'a str, &'a str);

/// The columns of both sides: ours in order, then those that only theirs added.
pub(super) fn merge(schemas: Three<&Schema>, names: Names<'_>) -> Result<Schema, Conflict> {
    let Three { base, ours, theirs } = schemas;
    let columns_ever = ours.columns_ever.max(theirs.columns_ever);
    let mut merged = Schema { columns_ever, ..Schema::default() };
    for our in &ours.fields {
        match (base.by_id(our.id), theirs.by_id(our.id)) {
            (Some(was), Some(their)) => merged.fields.push(both(was, our, their, names)?),
            (Some(was), None) if was != our => return Err(dropped(was, names.1, names.0)),
            (Some(_), None) => {}
            // A fact that older data sets lack, which both sides added.
            (None, Some(their)) if our.fact_of.is_some() && our == their => merged.fields.push(our.clone()),
            (None, Some(_)) => return Err(same_name(&our.name, names)),
            (None, None) => merged.fields.push(our.clone()),
        }
    }
    for their in theirs.fields.iter().filter(|f| ours.by_id(f.id).is_none()) {
        match base.by_id(their.id) {
            Some(was) if was != their => return Err(dropped(was, names.0, names.1)),
            Some(_) => {}
            None => merged.fields.push(their.clone()),
        }
    }
    merged.take_derived(ours);
    merged.take_derived(theirs);
    let fields = &merged.fields;
    match fields.iter().enumerate().find(|(i, f)| fields[..*i].iter().any(|g| g.name == f.name)) {
        Some((_, field)) => Err(same_name(&field.name, names)),
        None => Ok(merged),
    }
}

/// Refuses a drop of a column whose values the other side replaced.
pub(super) fn check_drops(
    schemas: Three<&Schema>,
    replaced: &Three<RowChanges>,
    (ours, theirs): Names<'_>,
) -> Result<(), Conflict> {
    let sides =
        [(schemas.ours, &replaced.theirs, ours, theirs), (schemas.theirs, &replaced.ours, theirs, ours)];
    for (kept, replaced, dropper, other) in sides {
        for id in replaced.changed.keys().filter(|id| kept.by_id(**id).is_none()) {
            if let Some(was) = schemas.base.by_id(*id) {
                let words =
                    format!("'{dropper}' dropped column '{}', '{other}' replaced values of it", was.name);
                return Err(Conflict::Columns(words));
            }
        }
    }
    Ok(())
}

/// A column that all three hold.
fn both(was: &Field, our: &Field, their: &Field, names: Names<'_>) -> Result<Field, Conflict> {
    let name = pick(&was.name, &our.name, &their.name).ok_or_else(|| {
        Conflict::Columns(format!(
            "'{}' renamed column '{}' to '{}', '{}' to '{}'",
            names.0, was.name, our.name, names.1, their.name
        ))
    })?;
    let features = Three { base: &was.feature, ours: &our.feature, theirs: &their.feature };
    let merged = labels::merge(name, features).ok_or_else(|| {
        let (ours, theirs) = (our.feature.describe(), their.feature.describe());
        Conflict::Columns(format!(
            "column '{}' is {ours} on '{}' and {theirs} on '{}', and neither's class names begin with the \
             other's; to bring the rows together, pull '{}' as files and push those to '{}'",
            was.name, names.0, names.1, names.1, names.0
        ))
    })?;
    if let Some((column, _)) = merged.clashes.first().cloned() {
        let of_column = merged.clashes.into_iter().filter(|(path, _)| *path == column);
        let classes = of_column.map(|(_, clash)| clash).collect();
        let branches = (names.0.to_owned(), names.1.to_owned());
        return Err(Conflict::Synsets { column, branches, classes });
    }
    Ok(Field {
        id: was.id,
        name: name.clone(),
        feature: merged.feature,
        fact_of: our.fact_of,
        metadata: merge_metadata(&was.metadata, &our.metadata, &their.metadata),
    })
}

/// Merges a column's metadata: theirs counts where ours is unchanged.
fn merge_metadata(
    was: &BTreeMap<String, String>,
    our: &BTreeMap<String, String>,
    their: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut merged = our.clone();
    for key in was.keys().chain(their.keys()) {
        if our.get(key) == was.get(key) {
            match their.get(key) {
                Some(value) => merged.insert(key.clone(), value.clone()),
                None => merged.remove(key),
            };
        }
    }
    merged
}

fn dropped(was: &Field, dropper: &str, changer: &str) -> Conflict {
    Conflict::Columns(format!("'{dropper}' dropped column '{}', '{changer}' changed it", was.name))
}

fn same_name(name: &str, (ours, theirs): Names<'_>) -> Conflict {
    Conflict::Columns(format!(
        "'{ours}' and '{theirs}' each have a column '{name}' of their own; rename one of them first"
    ))
}

#[cfg(test)]
mod tests {
    use hub_schema::Feature;

    use super::*;

    #[test]
    fn both_sides_may_add_a_fact_that_came_later() {
        let pushed = Schema::new([("image", Feature::Image)]).unwrap();
        let mut base = pushed.clone();
        base.fields.retain(|field| field.name != "image.orientation");
        base.columns_ever -= 1;
        let ours = base.union(&pushed).unwrap();
        let mut theirs = base.clone();
        theirs.add("score".into(), Feature::float64()).unwrap();
        let theirs = theirs.union(&pushed).unwrap();
        let merged = merge(Three { base: &base, ours: &ours, theirs: &theirs }, ("a", "b")).unwrap();
        let expected: Vec<_> = ours.names().into_iter().chain(["score".to_owned()]).collect();
        assert_eq!(merged.names(), expected);
    }
}
