//! Which of a model's classes are right for which label of a data set.
//!
//! The order of labels is never assumed: a folder sorted by name, the order of a paper and the order of a framework give
//! three numberings of the same ten classes. Where both sides have synsets, meaning decides; else names do; numbers only
//! when the user says that they are the same.

use std::collections::HashMap;

use hub_wordnet::SynsetId;
use serde::{Deserialize, Serialize};

use super::error::InferenceError;
use crate::score::label_space::LabelSpace;

/// A class of a model or a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Unique among the classes of its model or label column.
    pub name: String,
    /// Its meaning, where it is known.
    pub synset: Option<SynsetId>,
}

/// A column of class numbers with its classes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelClasses {
    /// Name of the column, with its members (`objects.category`).
    pub column: String,
    /// The classes, by number; empty for a list of plain numbers, which are the model's classes.
    pub classes: Vec<Class>,
}

/// How classes and labels were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MatchedBy {
    /// By meaning: both sides have synsets.
    Synset,
    /// By spelling.
    Name,
    /// By their numbers, as the user said.
    Number,
}

impl std::fmt::Display for MatchedBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Synset => "synset",
            Self::Name => "name",
            Self::Number => "number",
        })
    }
}

/// Which of a model's classes are right for which label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelMatch {
    /// The classes and labels.
    pub space: LabelSpace,
    /// How they were compared.
    pub by: MatchedBy,
    /// The labels whose meaning is unknown, so that nothing is right for them.
    pub unmapped: Vec<usize>,
    /// Is each label that can be predicted exactly one class, which is no other label's?
    pub is_one_to_one: bool,
}

impl LabelMatch {
    /// Compares a model's classes with a data set's labels; with `by_number` their numbers alone.
    ///
    /// # Errors
    /// No label is any of the classes.
    pub fn new(classes: &[Class], labels: &[Class], by_number: bool) -> Result<Self, InferenceError> {
        let known = |side: &[Class]| side.iter().filter(|class| class.synset.is_some()).count();
        let found = if by_number {
            Self::by_number(classes.len(), labels.len())?
        } else if known(classes) > 0 && known(labels) > 0 {
            Self::by_synset(classes, labels)
        } else {
            Self::by_name(classes, labels)
        };
        if (0..labels.len()).any(|label| found.space.is_reachable(label)) {
            return Ok(found);
        }
        let some = |side: &[Class]| {
            let names: Vec<String> = side.iter().take(3).map(|class| format!("'{}'", class.name)).collect();
            format!("{}{}", names.join(", "), if side.len() > 3 { ", …" } else { "" })
        };
        Err(InferenceError::Labels(format!(
            "none of the data set's {} labels ({}) is one of the model's {} classes ({}), neither by synset nor by \
             name; map the labels with `hub synset map`, add the model with --labels, or say --by-number if both are \
             in the same order",
            labels.len(),
            some(labels),
            classes.len(),
            some(classes),
        )))
    }

    fn by_number(classes: usize, labels: usize) -> Result<Self, InferenceError> {
        if labels > classes {
            return Err(InferenceError::Labels(format!(
                "--by-number: the data set has {labels} labels, the model only {classes} classes"
            )));
        }
        let pairs: Vec<_> = (0..labels).map(|number| (number, number)).collect();
        let space = LabelSpace::from_pairs(classes, labels, &pairs);
        Ok(Self { space, by: MatchedBy::Number, unmapped: Vec::new(), is_one_to_one: true })
    }

    fn by_synset(classes: &[Class], labels: &[Class]) -> Self {
        let synsets = |side: &[Class]| side.iter().map(|class| class.synset).collect::<Vec<_>>();
        let (of_classes, of_labels) = (synsets(classes), synsets(labels));
        let space = LabelSpace::new(&of_classes, &of_labels);
        let is_one_to_one = (0..labels.len()).all(|label| match space.classes_of(label) {
            [] => true,
            [class] => of_classes[*class] == of_labels[label],
            _ => false,
        });
        let unmapped = (0..labels.len()).filter(|label| of_labels[*label].is_none()).collect();
        Self { space, by: MatchedBy::Synset, unmapped, is_one_to_one }
    }

    fn by_name(classes: &[Class], labels: &[Class]) -> Self {
        let mut numbers: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, class) in classes.iter().enumerate() {
            numbers.entry(plain(&class.name)).or_default().push(number);
        }
        let mut pairs = Vec::new();
        for (label, class) in labels.iter().enumerate() {
            // Two classes of one name (ImageNet's cranes) can't be told apart, so neither is matched.
            if let Some([number]) = numbers.get(&plain(&class.name)).map(Vec::as_slice) {
                pairs.push((*number, label));
            }
        }
        let space = LabelSpace::from_pairs(classes.len(), labels.len(), &pairs);
        let unmapped = (0..labels.len()).filter(|label| !space.is_reachable(*label)).collect();
        let mut seen = vec![false; classes.len()];
        let is_one_to_one = pairs.iter().all(|(class, _)| !std::mem::replace(&mut seen[*class], true));
        Self { space, by: MatchedBy::Name, unmapped, is_one_to_one }
    }
}

/// A name without case, and with spaces for what file systems put in their place.
fn plain(name: &str) -> String {
    let spaced = name.replace(['_', '-'], " ").to_lowercase();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use hub_wordnet::WordNet;

    use super::*;

    fn classes(names: &[&str]) -> Vec<Class> {
        names.iter().map(|name| Class { name: (*name).to_owned(), synset: None }).collect()
    }

    fn meant(names: &[&str]) -> Vec<Class> {
        let class =
            |name: &&str| Class { name: (*name).to_owned(), synset: WordNet::get().resolve(name).ok() };
        names.iter().map(class).collect()
    }

    #[test]
    fn names_match_in_any_order_and_spelling() {
        let found = LabelMatch::new(
            &classes(&["hot dog", "Cat", "crane", "crane"]),
            &classes(&["cat", "hot_dog", "crane"]),
            false,
        );
        let found = found.unwrap();
        assert_eq!((found.by, found.is_one_to_one), (MatchedBy::Name, true));
        assert_eq!((found.space.classes_of(0), found.space.classes_of(1)), (&[1][..], &[0][..]));
        assert_eq!(found.unmapped, [2], "two classes have this name");
    }

    #[test]
    fn meaning_matches_kinds() {
        let model = meant(&["poodle.n.01", "beagle.n.01", "tabby.n.01"]);
        let coarse = LabelMatch::new(&model, &meant(&["cat.n.01", "dog.n.01"]), false).unwrap();
        assert_eq!((coarse.by, coarse.is_one_to_one), (MatchedBy::Synset, false));
        assert_eq!(coarse.space.classes_of(1), [0, 1]);
        let same =
            LabelMatch::new(&model, &meant(&["tabby.n.01", "poodle.n.01", "car.n.01"]), false).unwrap();
        assert!(same.is_one_to_one && same.space.classes_of(2).is_empty() && same.unmapped.is_empty());
    }

    #[test]
    fn labels_that_are_no_classes_are_an_error() {
        let error = LabelMatch::new(&classes(&["a", "b"]), &classes(&["x", "y"]), false).unwrap_err();
        assert!(
            error.to_string().contains("2 labels ('x', 'y')") && error.to_string().contains("--by-number")
        );
        assert!(LabelMatch::new(&classes(&["a", "b"]), &classes(&["x", "y"]), true).unwrap().is_one_to_one);
        assert!(LabelMatch::new(&classes(&["a"]), &classes(&["x", "y"]), true).is_err());
    }
}
