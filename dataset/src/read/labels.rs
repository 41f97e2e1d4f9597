//! The label columns of a schema, and the interface of an index of rows by synset.
//!
//! A query for a concept becomes a set of synsets, and a label's classes name their synsets. An index over them (the
//! catalog has one) finds the rows without reading labels; where it gives `None`, the labels are scanned. The trait is
//! defined here so that the index and its callers don't depend on each other.

use std::fmt;

use async_trait::async_trait;
use hub_schema::{Feature, FieldId, Schema};
use roaring::RoaringBitmap;

use super::Snapshot;

/// Class labels in a schema: a column, or a member of a column's structs (the category of each box).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelColumn {
    /// The id of the label column.
    pub field: FieldId,
    /// The column's name and the members down to the label: `["objects", "category"]`.
    pub path: Vec<String>,
    /// Whether a row has a list of them.
    pub many: bool,
    /// The names of the classes, by number.
    pub names: Vec<String>,
    /// The synset of each class (`n02084071`), as long as `names`.
    pub synsets: Vec<Option<String>>,
}

impl LabelColumn {
    /// All class labels of a schema, in its order.
    pub fn all(schema: &Schema) -> Vec<Self> {
        let mut found = Vec::new();
        for field in &schema.fields {
            descend(field.id, &mut vec![field.name.clone()], false, &field.feature, &mut found);
        }
        found
    }

    /// Its name as a query writes it: `label`, `objects.category`.
    pub fn name(&self) -> String {
        self.path.join(".")
    }
}

fn descend(
    field: FieldId,
    path: &mut Vec<String>,
    many: bool,
    feature: &Feature,
    found: &mut Vec<LabelColumn>,
) {
    match feature {
        Feature::ClassLabel { names, synsets } => {
            let mut synsets = synsets.clone();
            synsets.resize(names.len(), None);
            found.push(LabelColumn { field, path: path.clone(), many, names: names.clone(), synsets });
        }
        Feature::List { item } => descend(field, path, true, item, found),
        Feature::Struct { fields } => {
            for member in fields {
                path.push(member.name.clone());
                descend(field, path, many, &member.feature, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Why an index could not answer.
#[derive(Debug, thiserror::Error)]
#[error("the label index can't answer")]
pub struct LabelIndexError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// An index of which rows of a revision carry which synset.
#[async_trait]
pub trait LabelIndex: Send + Sync + fmt::Debug {
    /// The positions in this revision (dense, deleted rows not counted) of the rows with at least one label in
    /// `column` that is one of these synsets (`n02084071`, sorted). `None` where the index does not hold that
    /// column. A revision that is not indexed yet is indexed first.
    async fn positions(
        &self,
        snapshot: &Snapshot,
        column: &LabelColumn,
        synsets: &[String],
    ) -> Result<Option<RoaringBitmap>, LabelIndexError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_in_lists_and_structs() {
        let category =
            Feature::ClassLabel { names: vec!["dog".into()], synsets: vec![Some("n02084071".into())] };
        let objects = Feature::list(Feature::structure([("bbox", Feature::Bbox), ("category", category)]));
        let schema = Schema::new([("label", Feature::labels(["a", "b"])), ("objects", objects)]).unwrap();
        let found = LabelColumn::all(&schema);
        let seen: Vec<_> = found.iter().map(|c| (c.name(), c.many, c.synsets.clone())).collect();
        assert_eq!(
            seen,
            [
                ("label".to_owned(), false, vec![None, None]),
                ("objects.category".to_owned(), true, vec![Some("n02084071".to_owned())])
            ]
        );
    }
}
