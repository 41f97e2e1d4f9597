//! The columns of a revision, and the operations on them.
//!
//! Columns are found by [`FieldId`], not by name: a rename changes one string in the commit and no file, and
//! a column that was dropped and made anew under the same name is another column.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::derived::DerivedColumn;
use crate::facts;
use crate::feature::Feature;
use crate::ids::FieldId;
use crate::similar::listed;

/// A column of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// The id, which a rename keeps.
    pub id: FieldId,
    /// The name in this revision.
    pub name: String,
    /// The type of the values.
    pub feature: Feature,
    /// The media column whose headers this column was probed from, where it is a fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact_of: Option<FieldId>,
    /// Free text about the column (licence, unit, source).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// The columns of a revision, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Schema {
    /// The columns, in the order of `SELECT *`.
    pub fields: Vec<Field>,
    /// How many columns there ever were. A new column's id is drawn from its name and this, see
    /// [`FieldId::draw`].
    pub columns_ever: u32,
    /// What is computed from media columns to read them faster. They are in no list of columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<DerivedColumn>,
}

/// Why a change of columns is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// No column of that name.
    #[error("no column '{name}'; there are: {}", listed(name, known))]
    NoColumn {
        /// The requested name.
        name: String,
        /// The names of the columns that exist.
        known: Vec<String>,
    },
    /// Two columns would share a name.
    #[error("column '{0}' already exists; drop or rename it first")]
    Taken(String),
    /// The name can't be a column's.
    #[error("'{0}' can't be a column's name: use 1 to 128 characters, none of them a control character")]
    BadName(String),
    /// The new rows have another type in a column than the existing rows.
    #[error("column '{column}' is of type {held}, but the new rows have {brought}")]
    TypeClash {
        /// The column's name.
        column: String,
        /// Its type in the existing rows.
        held: String,
        /// Its type in the new rows.
        brought: String,
    },
    /// The column exists, and is not of class labels.
    #[error("column '{name}' is not a class label")]
    NoLabels {
        /// The column, or the path into it.
        name: String,
    },
    /// No class of that name.
    #[error("column '{name}' has no class '{class}'; there are: {}", listed(class, known))]
    NoClass {
        /// The column, or the path into it.
        name: String,
        /// The requested class.
        class: String,
        /// The classes of the column.
        known: Vec<String>,
    },
    /// Facts follow their media column.
    #[error("column '{fact}' is a fact of '{of}'; drop or rename '{of}' instead")]
    IsFact {
        /// The fact's column, such as `image.width`.
        fact: String,
        /// The media column that it belongs to.
        of: String,
    },
}

impl Schema {
    /// A schema of the given columns; media columns are followed by their facts (see [`crate::facts`]).
    pub fn new<S: Into<String>>(
        columns: impl IntoIterator<Item = (S, Feature)>,
    ) -> Result<Self, SchemaError> {
        let mut schema = Self::default();
        for (name, feature) in columns {
            schema.add(name.into(), feature)?;
        }
        Ok(schema)
    }

    /// Adds a column (and its facts, for media) and gives its id.
    pub fn add(&mut self, name: String, feature: Feature) -> Result<FieldId, SchemaError> {
        let facts = facts::columns_of(&name, &feature);
        let id = self.add_one(name, feature, None, self.columns_ever)?;
        for (fact, feature) in facts {
            self.add_one(fact, feature, Some(id), self.columns_ever)?;
        }
        Ok(id)
    }

    /// Adds the facts that the media column `id` lacks, after those that it has. Data sets that were written before
    /// a fact existed don't have it; their rows hold null there. Its id is drawn with that of the media column, so that
    /// branches that add it independently give it the same one, and can be merged.
    fn add_missing_facts(&mut self, id: FieldId) -> Result<(), SchemaError> {
        let Some(field) = self.by_id(id) else { return Ok(()) };
        for (name, feature) in facts::columns_of(&field.name.clone(), &field.feature.clone()) {
            if self.find(&name).is_none() {
                self.add_one(name, feature, Some(id), id.0)?;
                let last = self.fields.iter().rposition(|f| f.id == id || f.fact_of == Some(id));
                let before = self.fields[..self.fields.len() - 1]
                    .iter()
                    .rposition(|f| f.id == id || f.fact_of == Some(id));
                if let (Some(added), Some(before)) = (last, before) {
                    self.fields[before + 1..=added].rotate_right(1);
                }
            }
        }
        Ok(())
    }

    fn add_one(
        &mut self,
        name: String,
        feature: Feature,
        fact_of: Option<FieldId>,
        drawn_with: u32,
    ) -> Result<FieldId, SchemaError> {
        check_column_name(&name)?;
        if self.find(&name).is_some() {
            return Err(SchemaError::Taken(name));
        }
        let mut id = FieldId::draw(&name, drawn_with);
        while self.by_id(id).is_some() || self.derived.iter().any(|derived| derived.id == id) {
            id = id.next();
        }
        self.columns_ever += 1;
        self.fields.push(Field { id, name, feature, fact_of, metadata: BTreeMap::new() });
        Ok(id)
    }

    /// Gives the column `name` these metadata, beside what it has; a key that it has already keeps its value.
    pub fn describe_column(&mut self, name: &str, metadata: &BTreeMap<String, String>) {
        if let Some(field) = self.fields.iter_mut().find(|f| f.name == name) {
            for (key, value) in metadata {
                field.metadata.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
    }

    /// The column of that name.
    pub fn find(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The column of that id.
    pub fn by_id(&self, id: FieldId) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == id)
    }

    /// The column of that name, or an error that lists the names.
    pub fn column(&self, name: &str) -> Result<&Field, SchemaError> {
        self.find(name).ok_or_else(|| SchemaError::NoColumn { name: name.to_owned(), known: self.names() })
    }

    /// The names, in order.
    pub fn names(&self) -> Vec<String> {
        self.fields.iter().map(|f| f.name.clone()).collect()
    }

    /// The columns that a person pushed: all but the facts.
    pub fn given(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|f| f.fact_of.is_none())
    }

    /// Drops a column, its facts and what was derived from it; gives the ids that went.
    pub fn drop_column(&mut self, name: &str) -> Result<Vec<FieldId>, SchemaError> {
        let id = self.given_column(name)?;
        let (gone, kept) = std::mem::take(&mut self.fields)
            .into_iter()
            .partition(|f: &Field| f.id == id || f.fact_of == Some(id));
        self.fields = kept;
        let (derived, kept) =
            std::mem::take(&mut self.derived).into_iter().partition(|d: &DerivedColumn| d.of == id);
        self.derived = kept;
        let derived = derived.into_iter().map(|d| d.id);
        Ok(gone.into_iter().map(|f| f.id).chain(derived).collect())
    }

    /// Renames a column, and its facts with it.
    pub fn rename_column(&mut self, name: &str, to: &str) -> Result<FieldId, SchemaError> {
        let id = self.given_column(name)?;
        check_column_name(to)?;
        let renamed = |f: &Field| match f.fact_of {
            _ if f.id == id => to.to_owned(),
            Some(of) if of == id => format!("{to}{}", &f.name[name.len()..]),
            _ => f.name.clone(),
        };
        let names: Vec<String> = self.fields.iter().map(renamed).collect();
        if let Some(twice) = names.iter().enumerate().find(|(i, n)| names[..*i].contains(n)) {
            return Err(SchemaError::Taken(twice.1.clone()));
        }
        self.fields.iter_mut().zip(names).for_each(|(f, n)| f.name = n);
        Ok(id)
    }

    fn given_column(&self, name: &str) -> Result<FieldId, SchemaError> {
        let field = self.column(name)?;
        match field.fact_of.and_then(|of| self.by_id(of)) {
            Some(of) => Err(SchemaError::IsFact { fact: name.to_owned(), of: of.name.clone() }),
            None => Ok(field.id),
        }
    }

    /// The schema that holds rows of this one and rows of `brought`, matched by name.
    ///
    /// Columns and facts that only `brought` has are added (older rows hold null there); class names that only
    /// `brought` has are appended, so that stored numbers keep their meaning. Any other difference of type
    /// is a [`SchemaError::TypeClash`]. Metadata are united; where both have a key, the value of `self` stays. Derived
    /// columns are united too.
    pub fn union(&self, brought: &Self) -> Result<Self, SchemaError> {
        let mut out = self.clone();
        for field in brought.given() {
            match out.fields.iter_mut().find(|f| f.name == field.name) {
                None => {
                    out.add(field.name.clone(), field.feature.clone())?;
                }
                Some(held) => {
                    let id = held.id;
                    held.feature = union_features(&held.feature, &field.feature).ok_or_else(|| {
                        SchemaError::TypeClash {
                            column: field.name.clone(),
                            held: held.feature.describe(),
                            brought: field.feature.describe(),
                        }
                    })?;
                    out.add_missing_facts(id)?;
                }
            }
            out.describe_column(&field.name, &field.metadata);
        }
        for derived in &brought.derived {
            let of = brought.by_id(derived.of).and_then(|of| out.find(&of.name)).map(|of| of.id);
            if let (Some(of), Some(kind)) = (of, derived.kind()) {
                out.add_derived(of, kind);
            }
        }
        Ok(out)
    }

    /// Can rows encoded for `self` be read with `later` unchanged: same ids, same types, class names only
    /// appended?
    pub fn is_prefix_of(&self, later: &Self) -> bool {
        self.fields.iter().all(|f| {
            later.by_id(f.id).is_some_and(|l| l.name == f.name && feature_extends(&f.feature, &l.feature))
        }) && self.derived.iter().all(|derived| later.derived.contains(derived))
    }
}

/// A column name is 1 to 128 characters without control characters.
pub fn check_column_name(name: &str) -> Result<(), SchemaError> {
    let length = name.chars().count();
    if (1..=128).contains(&length) && !name.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(SchemaError::BadName(name.to_owned()))
    }
}

/// The feature that holds values of both, class names of `b` appended to those of `a`.
fn union_features(a: &Feature, b: &Feature) -> Option<Feature> {
    match (a, b) {
        (
            Feature::ClassLabel { names, synsets },
            Feature::ClassLabel { names: more, synsets: more_synsets },
        ) => {
            let mut names = names.clone();
            let mut synsets = synsets.clone();
            if !more_synsets.is_empty() || !synsets.is_empty() {
                synsets.resize(names.len(), None);
            }
            for (i, name) in more.iter().enumerate() {
                let synset = more_synsets.get(i).cloned().flatten();
                match names.iter().position(|n| n == name) {
                    // An assigned synset is kept; a missing one is taken from the new rows.
                    Some(at) => {
                        if let (Some(held), Some(synset)) = (synsets.get_mut(at), synset) {
                            held.get_or_insert(synset);
                        }
                    }
                    None => {
                        names.push(name.clone());
                        if !more_synsets.is_empty() || !synsets.is_empty() {
                            synsets.push(synset);
                        }
                    }
                }
            }
            Some(Feature::ClassLabel { names, synsets })
        }
        (Feature::List { item: a }, Feature::List { item: b }) => Some(Feature::list(union_features(a, b)?)),
        (Feature::Struct { fields: a }, Feature::Struct { fields: b }) if a.len() == b.len() => {
            let fields = a.iter().zip(b).map(|(a, b)| {
                (a.name == b.name).then_some(())?;
                Some((a.name.clone(), union_features(&a.feature, &b.feature)?))
            });
            Some(Feature::structure(fields.collect::<Option<Vec<_>>>()?))
        }
        (a, b) => (a == b).then(|| a.clone()),
    }
}

/// Is `later` the feature `f`, with class names at most appended?
pub fn feature_extends(f: &Feature, later: &Feature) -> bool {
    match (f, later) {
        (Feature::ClassLabel { names, .. }, Feature::ClassLabel { names: more, .. }) => {
            more.starts_with(names)
        }
        (Feature::List { item: a }, Feature::List { item: b }) => feature_extends(a, b),
        (Feature::Struct { fields: a }, Feature::Struct { fields: b }) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| a.name == b.name && feature_extends(&a.feature, &b.feature))
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pets() -> Schema {
        Schema::new([("image", Feature::Image), ("label", Feature::labels(["cat", "dog"]))]).unwrap()
    }

    #[test]
    fn media_bring_their_facts() {
        let names = pets().names();
        assert_eq!(names[0], "image");
        assert!(names.contains(&"image.width".to_owned()));
        assert_eq!(pets().given().count(), 2);
    }

    #[test]
    fn union_appends_class_names_and_keeps_numbers() {
        let more = Schema::new([("label", Feature::labels(["bird", "dog"]))]).unwrap();
        let both = pets().union(&more).unwrap();
        assert_eq!(both.find("label").unwrap().feature, Feature::labels(["cat", "dog", "bird"]));
        assert!(pets().is_prefix_of(&both));
    }

    #[test]
    fn union_adds_the_facts_that_came_later() {
        let mut old = pets();
        old.fields.retain(|f| f.name != "image.orientation" && f.name != "image.channels");
        let both = old.union(&pets()).unwrap();
        let names = both.names();
        let last = names.iter().position(|n| n == "image.height").unwrap();
        assert_eq!(names[last + 1..], ["image.channels", "image.orientation", "label"]);
        assert_eq!(both.find("image.orientation").unwrap().fact_of, Some(both.find("image").unwrap().id));
        assert!(old.is_prefix_of(&both));
        assert_eq!(both.union(&pets()).unwrap(), both);
    }

    #[test]
    fn union_unites_metadata() {
        let with = |pairs: &[(&str, &str)]| {
            let mut schema = pets();
            let pairs = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
            schema.describe_column("label", &pairs.collect());
            schema
        };
        let both = with(&[("a", "1"), ("b", "2")]).union(&with(&[("b", "3"), ("c", "4")])).unwrap();
        let found: Vec<_> = both.find("label").unwrap().metadata.iter().collect();
        let expected = [("a", "1"), ("b", "2"), ("c", "4")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(found, expected.iter().map(|(k, v)| (k, v)).collect::<Vec<_>>());
    }

    #[test]
    fn union_refuses_another_type() {
        let other = Schema::new([("label", Feature::Text)]).unwrap();
        let error = pets().union(&other).unwrap_err();
        assert_eq!(
            error.to_string(),
            "column 'label' is of type class label of 2, but the new rows have text"
        );
    }

    #[test]
    fn rename_and_drop_take_the_facts_along() {
        let mut schema = pets();
        schema.rename_column("image", "photo").unwrap();
        assert!(schema.find("photo.width").is_some() && schema.find("image.width").is_none());
        let dropped = schema.drop_column("photo").unwrap();
        assert_eq!(schema.names(), ["label"]);
        let id = schema.add("photo".into(), Feature::Text).unwrap();
        assert!(!dropped.contains(&id), "a dropped column's id is not given again");
    }
}
