//! Class labels of JSON lines that are objects, as `hub pull --format jsonl` writes them.
//!
//! `{"value": 1, "name": "dog", "synset": "n02084071"}` says the number of a class and its name, so nothing has
//! to be guessed. Of a column in which every value is one, [`Classes`] keeps the classes seen.

use std::collections::BTreeMap;

use hub_schema::Feature;
use serde_json::Value as Json;

use crate::read::labels::label_feature;

/// A column with more distinct classes is not a class label.
const MAX_CLASSES: usize = 10_000;

/// A longer name is not a class name.
const MAX_NAME_BYTES: usize = 512;

/// The number and the name of a class; `None` for a value that is not a class label.
pub fn class_of(value: &Json) -> Option<(i64, &str, Option<&str>)> {
    let members = value.as_object().filter(|members| members.len() == 3)?;
    let synset = match members.get("synset")? {
        Json::Null => None,
        synset => Some(synset.as_str()?),
    };
    let number = members.get("value")?.as_i64().filter(|number| *number >= 0)?;
    Some((number, members.get("name")?.as_str()?, synset))
}

/// The classes of a column, by their numbers.
#[derive(Clone, Debug, Default)]
pub struct Classes(BTreeMap<i64, (String, Option<String>)>);

impl Classes {
    /// Takes note of a value; false if the column is not a class label after all.
    pub fn add(&mut self, value: &Json) -> bool {
        let Some((number, name, synset)) = class_of(value) else { return false };
        if let Some((known, _)) = self.0.get(&number) {
            return known == name;
        }
        self.0.insert(number, (name.to_owned(), synset.map(ToOwned::to_owned)));
        self.0.len() <= MAX_CLASSES && name.len() <= MAX_NAME_BYTES
    }

    /// The numbers in the file of the classes of the column, in order, and its feature. With a list beside the
    /// table that has each class at its number, the classes are those of the list; else the ones seen.
    pub fn feature(&self, listed: Option<&[String]>) -> (Vec<i64>, Feature) {
        let at = |names: &[String], number: &i64| {
            usize::try_from(*number).ok().and_then(|n| names.get(n).cloned())
        };
        let agrees =
            |names: &&[String]| self.0.iter().all(|(n, (name, _))| at(names, n).as_ref() == Some(name));
        let (numbers, names): (Vec<i64>, Vec<String>) = match listed.filter(agrees) {
            Some(names) => (0..).zip(names.iter().cloned()).unzip(),
            None => self.0.iter().map(|(number, (name, _))| (*number, name.clone())).unzip(),
        };
        if self.0.values().all(|(_, synset)| synset.is_none()) {
            return (numbers, label_feature(names));
        }
        // What the rows say is known better than what the names suggest.
        let suggested = hub_wordnet::synsets_for(&names);
        let synsets = numbers.iter().zip(suggested).map(|(number, suggested)| match self.0.get(number) {
            Some((_, synset)) => synset.clone(),
            None => suggested,
        });
        let synsets = synsets.collect();
        (numbers, Feature::ClassLabel { names, synsets })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn classes(values: &[Json]) -> Option<Classes> {
        let mut classes = Classes::default();
        values.iter().all(|value| classes.add(value)).then_some(classes)
    }

    #[test]
    fn classes_are_those_seen_or_listed() {
        let dog = json!({ "value": 3, "name": "dog", "synset": "n02084071" });
        let cat = json!({ "value": 1, "name": "cat", "synset": null });
        let seen = classes(&[dog.clone(), cat.clone(), dog.clone()]).unwrap();
        let synsets = vec![None, Some("n02084071".to_owned())];
        let names = vec!["cat".to_owned(), "dog".to_owned()];
        assert_eq!(seen.feature(None), (vec![1, 3], Feature::ClassLabel { names, synsets }));
        let list = ["ant", "cat", "cow", "dog"].map(str::to_owned);
        let (numbers, feature) = seen.feature(Some(&list));
        assert!(matches!(feature, Feature::ClassLabel { names, .. } if names == list));
        assert_eq!(numbers, [0, 1, 2, 3]);
        let other = ["ant", "dog", "cow", "cat"].map(str::to_owned);
        assert_eq!(seen.feature(Some(&other)).0, [1, 3]);
        let renamed = json!({ "value": 1, "name": "lion", "synset": null });
        assert!(classes(&[cat, renamed]).is_none());
        for wrong in [
            json!({ "value": 1, "name": null, "synset": null }),
            json!({ "value": 1, "name": "a" }),
            json!(1),
        ] {
            assert!(classes(&[wrong]).is_none());
        }
    }
}
