//! Class labels as expressions see them: found by the feature in an Arrow field's metadata.
//!
//! A column's field carries its feature as JSON (`imagehub:feature`), and DataFusion keeps it through
//! projections, aliases and subqueries. So whether an expression is a class label, and of which classes, is
//! known wherever it stands.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use arrow::datatypes::Field;
use hub_schema::Feature;
use hub_schema::arrow_types::FEATURE_KEY;
use hub_wordnet::SynsetId;

use crate::error::QueryError;
use crate::text::nearest;

/// A class number that never occurs; stands for "none of the classes".
pub const NO_CLASS: i64 = -1;

/// The feature of a column with class numbers, under this key of the Arrow field's metadata; the column with the
/// classes' names has it under the key of all features.
pub const NUMBERS_KEY: &str = "imagehub:class_numbers";

/// The name of the column with the classes' names, beside [`NUMBERS_KEY`].
pub const NUMBERS_OF_KEY: &str = "imagehub:class_numbers_of";

/// The classes of a label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Classes {
    /// The names; the index is the class number.
    pub names: Arc<[String]>,
    /// The synsets' ids, as many as names; `None` for a class without a synset.
    pub synsets: Arc<[Option<String>]>,
    /// Whether a row has a list of labels.
    pub many: bool,
}

/// The feature in a field's metadata; `None` for a computed column.
pub fn feature_of(field: &Field) -> Option<Feature> {
    serde_json::from_str(field.metadata().get(FEATURE_KEY)?).ok()
}

/// The feature of a column that has the class numbers of another; `None` for any other column.
pub fn numbers_feature_of(field: &Field, column: &str) -> Option<Feature> {
    let of = field.metadata().get(NUMBERS_OF_KEY).filter(|of| *of == column);
    of.and_then(|_| serde_json::from_str(field.metadata().get(NUMBERS_KEY)?).ok())
}

impl Classes {
    /// The classes of a field, if it is a class label or lists of them.
    pub fn of(field: &Field) -> Option<Self> {
        Self::of_feature(&feature_of(field)?)
    }

    /// The classes of a feature.
    pub fn of_feature(feature: &Feature) -> Option<Self> {
        match feature {
            Feature::ClassLabel { names, synsets } => {
                let mut synsets = synsets.clone();
                synsets.resize(names.len(), None);
                Some(Self { names: names.as_slice().into(), synsets: synsets.into(), many: false })
            }
            Feature::List { item } => Self::of_feature(item).map(|classes| Self { many: true, ..classes }),
            _ => None,
        }
    }

    /// The name and the synset of each class, which identify it together.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.names.iter().map(String::as_str).zip(self.synsets.iter().map(Option::as_deref))
    }

    /// For each class its number in `all`, a label with the classes of several data sets.
    pub fn numbers_in(&self, all: &Self) -> Vec<i64> {
        let numbers: HashMap<_, i64> = all.pairs().zip(0..).collect();
        self.pairs().map(|class| numbers.get(&class).copied().unwrap_or(NO_CLASS)).collect()
    }

    /// The numbers of the classes whose synset is one of these.
    pub fn with_synsets(&self, wanted: &HashSet<SynsetId>) -> BTreeSet<i64> {
        let is_wanted = |text: &String| text.parse().is_ok_and(|id| wanted.contains(&id));
        self.numbers(|i| self.synsets[i].as_ref().is_some_and(is_wanted))
    }

    /// The numbers of the classes with a name: an exact match, else one that ignores case.
    ///
    /// # Errors
    /// [`QueryError::NoClass`], with similar names.
    pub fn named(&self, column: &str, name: &str) -> Result<BTreeSet<i64>, QueryError> {
        let exact = self.numbers(|i| self.names[i] == name);
        if !exact.is_empty() {
            return Ok(exact);
        }
        let lower = name.to_lowercase();
        let like = self.numbers(|i| self.names[i].to_lowercase() == lower);
        if !like.is_empty() {
            return Ok(like);
        }
        let suggestions = nearest(name, self.names.iter().map(String::as_str));
        Err(QueryError::NoClass {
            column: column.to_owned(),
            name: name.to_owned(),
            position: None,
            suggestions,
        })
    }

    /// The names that a text in a comparison means, as the classes are spelled: an exact match, else those that
    /// ignore case.
    ///
    /// # Errors
    /// [`QueryError::NoClass`], with similar names.
    pub fn spelled(&self, column: &str, name: &str) -> Result<Vec<String>, QueryError> {
        if self.names.iter().any(|known| known == name) {
            return Ok(vec![name.to_owned()]);
        }
        let mut names: Vec<String> = Vec::new();
        for number in self.named(column, name)? {
            let found = usize::try_from(number).ok().and_then(|n| self.names.get(n));
            names.extend(found.filter(|found| !names.contains(found)).cloned());
        }
        Ok(names)
    }

    /// The names of classes.
    pub fn names_of(&self, numbers: &BTreeSet<i64>) -> BTreeSet<String> {
        let name = |number: &i64| self.names.get(usize::try_from(*number).ok()?).cloned();
        numbers.iter().filter_map(name).collect()
    }

    fn numbers(&self, keep: impl Fn(usize) -> bool) -> BTreeSet<i64> {
        (0..self.names.len()).filter(|i| keep(*i)).map(|i| i as i64).collect()
    }
}
