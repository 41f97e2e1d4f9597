//! Assigns synsets to the classes of an existing label column.
//!
//! A push assigns synsets to classes whose names it knows. For other names a user decides, and the decision is
//! part of the schema: it is committed, branched and reverted like any change of columns.

use std::collections::BTreeMap;

use crate::feature::Feature;
use crate::schema::{Schema, SchemaError};

/// The synset (`n02084071`) of some classes, by class name; `None` takes a synset away.
pub type LabelSynsets = BTreeMap<String, Option<String>>;

impl Schema {
    /// Gives classes of a label column their synsets. `label` is the column's name, or the path to a label
    /// inside it (`objects.category`). Classes that `synsets` does not name keep theirs.
    ///
    /// # Errors
    /// [`SchemaError::NoColumn`], [`SchemaError::NoLabels`], [`SchemaError::NoClass`].
    pub fn map_labels(&mut self, label: &str, synsets: &LabelSynsets) -> Result<(), SchemaError> {
        // A column's own name may hold a dot.
        let whole = self.fields.iter().position(|f| f.name == label);
        let (at, members) = match (whole, label.split_once('.')) {
            (Some(at), _) => (at, ""),
            (None, Some((column, members))) => {
                let at = self.fields.iter().position(|f| f.name == column);
                (at.ok_or_else(|| self.no_column(label))?, members)
            }
            (None, None) => return Err(self.no_column(label)),
        };
        let no_labels = || SchemaError::NoLabels { name: label.to_owned() };
        let feature = label_inside(&mut self.fields[at].feature, members).ok_or_else(no_labels)?;
        let Feature::ClassLabel { names, synsets: held } = feature else { return Err(no_labels()) };
        if let Some(unknown) = synsets.keys().find(|class| !names.contains(class)) {
            let known = names.clone();
            return Err(SchemaError::NoClass { name: label.to_owned(), class: unknown.clone(), known });
        }
        held.resize(names.len(), None);
        for (name, synset) in names.iter().zip(held.iter_mut()) {
            if let Some(given) = synsets.get(name) {
                synset.clone_from(given);
            }
        }
        if held.iter().all(Option::is_none) {
            held.clear();
        }
        Ok(())
    }

    fn no_column(&self, name: &str) -> SchemaError {
        let known = self.names().iter().map(ToString::to_string).collect();
        SchemaError::NoColumn { name: name.to_owned(), known }
    }
}

/// The class label at a path of members, looking through lists.
fn label_inside<'a>(feature: &'a mut Feature, members: &str) -> Option<&'a mut Feature> {
    match feature {
        Feature::List { item } => label_inside(item, members),
        Feature::Struct { fields } => {
            let (first, rest) = members.split_once('.').unwrap_or((members, ""));
            label_inside(&mut fields.iter_mut().find(|f| f.name == first)?.feature, rest)
        }
        Feature::ClassLabel { .. } if members.is_empty() => Some(feature),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, Option<&str>)]) -> LabelSynsets {
        pairs.iter().map(|(class, synset)| ((*class).to_owned(), synset.map(str::to_owned))).collect()
    }

    fn schema() -> Schema {
        let objects = Feature::list(Feature::structure([
            ("box", Feature::Bbox),
            ("category", Feature::labels(["dog"])),
        ]));
        Schema::new([("label", Feature::labels(["cat", "dog"])), ("objects", objects)]).unwrap()
    }

    #[test]
    fn classes_get_synsets_and_lose_them() {
        let mut schema = schema();
        schema.map_labels("label", &map(&[("dog", Some("n02084071"))])).unwrap();
        schema.map_labels("objects.category", &map(&[("dog", Some("n02084071"))])).unwrap();
        let names = vec!["cat".to_owned(), "dog".to_owned()];
        let synsets = vec![None, Some("n02084071".to_owned())];
        assert_eq!(schema.find("label").unwrap().feature, Feature::ClassLabel { names, synsets });
        assert_ne!(schema, self::schema());
        schema.map_labels("label", &map(&[("dog", None)])).unwrap();
        schema.map_labels("objects.category", &map(&[("dog", None)])).unwrap();
        assert_eq!(schema, self::schema());
    }

    #[test]
    fn what_is_no_class_label_is_named() {
        let error = |label: &str, class: &str| {
            schema().map_labels(label, &map(&[(class, None)])).unwrap_err().to_string()
        };
        assert_eq!(error("label", "bird"), "column 'label' has no class 'bird'; there are: cat, dog");
        assert_eq!(error("objects.box", "dog"), "column 'objects.box' is not a class label");
        assert_eq!(error("objects", "dog"), "column 'objects' is not a class label");
        assert_eq!(error("lable", "dog"), "no column 'lable'; there are: label, objects");
    }
}
