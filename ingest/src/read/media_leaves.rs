//! Media that rows name inside of lists and structs: `{"file_names": ["a.jpg", "b.jpg"]}`.
//!
//! A leaf is the place of a text in a column's type: `[]` for the items of a list, `.name` for the member of a struct,
//! and so on below. The texts of the first rows say whether a leaf names media, and of which kind; then its type is that
//! of the media ([`with_media`]).

use std::collections::BTreeMap;

use hub_dataset::sample::Value;
use hub_schema::Feature;
use hub_schema::feature::StructField;
use serde_json::Value as Json;

use super::kind::{KINDS, MediaKind, feature_of, kind_of_name};

/// Number of leaves of a column, and of texts of each, that are looked at.
const MAX_LEAVES: usize = 64;
const FIRST_TEXTS: usize = 100;

/// The kinds of the leaves that name media.
pub type Kinds = BTreeMap<String, MediaKind>;

/// The first texts of each leaf of a column, with a number that says where paths in it begin.
#[derive(Debug, Default)]
pub struct LeafTexts(BTreeMap<String, Vec<(usize, String)>>);

impl LeafTexts {
    /// Takes note of a JSON value.
    pub fn add_json(&mut self, value: &Json, base: usize) {
        self.json("", value, base);
    }

    fn json(&mut self, leaf: &str, value: &Json, base: usize) {
        match value {
            Json::String(text) => self.add(leaf, text, base),
            Json::Array(items) => {
                let leaf = format!("{leaf}[]");
                items.iter().take(FIRST_TEXTS).for_each(|item| self.json(&leaf, item, base));
            }
            Json::Object(members) if members.len() <= MAX_LEAVES => {
                members.iter().for_each(|(name, value)| self.json(&format!("{leaf}.{name}"), value, base));
            }
            _ => {}
        }
    }

    /// Takes note of a value of a column of that type.
    pub fn add_value(&mut self, feature: &Feature, value: &Value, base: usize) {
        self.value("", feature, value, base);
    }

    fn value(&mut self, leaf: &str, feature: &Feature, value: &Value, base: usize) {
        match (feature, value) {
            (Feature::Text, Value::Text(text)) => self.add(leaf, text, base),
            (Feature::List { item }, Value::List(items)) => {
                let leaf = format!("{leaf}[]");
                items.iter().take(FIRST_TEXTS).for_each(|value| self.value(&leaf, item, value, base));
            }
            (Feature::Struct { fields }, Value::Struct(values)) => {
                for (field, value) in fields.iter().zip(values) {
                    self.value(&format!("{leaf}.{}", field.name), &field.feature, value, base);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, leaf: &str, text: &str, base: usize) {
        if !self.0.contains_key(leaf) && self.0.len() >= MAX_LEAVES {
            return;
        }
        let texts = self.0.entry(leaf.to_owned()).or_default();
        if texts.len() < FIRST_TEXTS {
            texts.push((base, text.to_owned()));
        }
    }

    /// The leaves of the column `name` that name media: by their name (`file_name`), or because all texts look like
    /// names of media and at least half of them are `there`.
    pub fn kinds(&self, name: &str, there: &dyn Fn(usize, &str) -> Option<MediaKind>) -> Kinds {
        let kind_of = |leaf: &String, texts: &Vec<(usize, String)>| {
            let own = leaf.rsplit(['.', ']']).next().filter(|own| !own.is_empty()).unwrap_or(name);
            let by_name = texts.iter().find_map(|(_, text)| kind_of_name(text))?;
            if is_file_name(own) {
                return Some(by_name);
            }
            let found: Vec<MediaKind> = texts.iter().filter_map(|(base, text)| there(*base, text)).collect();
            let all_named = texts.iter().all(|(_, text)| kind_of_name(text).is_some());
            let kind =
                KINDS.into_iter().find(|kind| found.iter().filter(|f| *f == kind).count() * 2 >= texts.len());
            kind.filter(|_| all_named)
        };
        self.0.iter().filter_map(|(leaf, texts)| Some((leaf.clone(), kind_of(leaf, texts)?))).collect()
    }
}

/// Is it one of the names that Hugging Face gives to columns of paths?
pub fn is_file_name(name: &str) -> bool {
    matches!(name, "file_name" | "file_names")
        || name.ends_with("_file_name")
        || name.ends_with("_file_names")
}

/// The name of a column of media that is called for their paths: `file_name` → `image`, `file_names` → `images`,
/// `left_file_name` → `left`.
pub fn column_name(name: &str, kinds: &Kinds) -> String {
    match (name, kinds.values().next()) {
        ("file_name", Some(kind)) => kind.to_string(),
        ("file_names", Some(kind)) => format!("{kind}s"),
        _ => {
            let stem = name.strip_suffix("_file_names").or_else(|| name.strip_suffix("_file_name"));
            stem.filter(|stem| !stem.is_empty()).unwrap_or(name).to_owned()
        }
    }
}

/// The type of a column with media in place of the texts at these leaves.
pub fn with_media(feature: &Feature, kinds: &Kinds) -> Feature {
    at_leaf("", feature, kinds)
}

fn at_leaf(leaf: &str, feature: &Feature, kinds: &Kinds) -> Feature {
    match feature {
        Feature::Text => kinds.get(leaf).map_or(Feature::Text, |kind| feature_of(*kind)),
        Feature::List { item } => Feature::list(at_leaf(&format!("{leaf}[]"), item, kinds)),
        Feature::Struct { fields } => Feature::Struct {
            fields: fields
                .iter()
                .map(|field| StructField {
                    name: field.name.clone(),
                    feature: at_leaf(&format!("{leaf}.{}", field.name), &field.feature, kinds),
                })
                .collect(),
        },
        other => other.clone(),
    }
}
