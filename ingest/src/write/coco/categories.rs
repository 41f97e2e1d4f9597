//! Categories and their ids.
//!
//! COCO's ids are sparse (1 to 90 for 80 classes). A data set that was read from COCO has every category of its source
//! in the metadata of the column of objects; they are written as they were, whichever samples are exported. Without
//! them, the ids that stand beside the class of an object are learned as objects come. Other classes get COCO's own id
//! if the class is one of COCO's, or else the class number plus one, or the next free one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::objects::{Class, Points};
use crate::coco_members::CATEGORY;

/// The categories met so far.
#[derive(Debug)]
pub struct Categories {
    names: Vec<String>,
    /// Class and supercategory of each id.
    known: BTreeMap<i64, (usize, Option<String>)>,
    /// The first id of each class.
    first: BTreeMap<usize, i64>,
    /// The ids of categories that have keypoints.
    with_points: BTreeSet<i64>,
    /// The categories of the source, whole.
    source: BTreeMap<i64, Map<String, Json>>,
}

/// The members that only the file of keypoints has.
const POINTS: [&str; 2] = ["keypoints", "skeleton"];

impl Categories {
    /// Those of the classes `names`, with what the metadata of the column of objects say.
    pub fn new(names: Vec<String>, metadata: &BTreeMap<String, String>) -> Self {
        let mut categories = Self {
            names,
            known: BTreeMap::new(),
            first: BTreeMap::new(),
            with_points: BTreeSet::new(),
            source: BTreeMap::new(),
        };
        let source = metadata.iter().filter(|(key, _)| key.starts_with(CATEGORY));
        for json in source.filter_map(|(_, json)| serde_json::from_str(json).ok()) {
            categories.take(json);
        }
        categories
    }

    /// Takes a category of the source. One whose id is a text, or whose class was dropped, is made anew.
    fn take(&mut self, category: Map<String, Json>) {
        let name =
            category.get("name").map(|name| name.as_str().map_or_else(|| name.to_string(), str::to_owned));
        let class = name.and_then(|name| self.names.iter().position(|known| *known == name));
        let id = category.get("id").and_then(|id| match id {
            Json::String(text) => text.trim().parse().ok(),
            id => id.as_i64().or_else(|| id.as_f64().filter(|id| id.fract() == 0.0).map(|id| id as i64)),
        });
        let (Some(class), Some(id)) = (class, id) else { return };
        let text = |member: &str| category.get(member).and_then(Json::as_str).map(str::to_owned);
        self.known.insert(id, (class, text("supercategory")));
        let first = self.first.entry(class).or_insert(id);
        *first = id.min(*first);
        if category.get("keypoints").is_some_and(Json::is_array) {
            self.with_points.insert(id);
        }
        self.source.insert(id, category);
    }

    /// The id of an object's category: the given one, or else one for the class.
    ///
    /// # Errors
    /// The id belongs to another class.
    pub fn id(
        &mut self,
        class: &Class,
        given: Option<i64>,
        supercategory: Option<String>,
        has_points: bool,
    ) -> Result<i64, String> {
        let (class, given) = match class {
            Class::Label(number) => (*number, given),
            Class::Number(id) => (self.named(id.to_string()), Some(*id)),
            Class::Name(name) => (self.named(name.clone()), given),
        };
        let id = match given.or_else(|| self.first.get(&class).copied()) {
            Some(id) => id,
            None => self.free_id(class),
        };
        let entry = self.known.entry(id).or_insert((class, None));
        if entry.0 != class {
            let name = |class: usize| self.names.get(class).map_or("?", String::as_str);
            return Err(format!(
                "category id {id} is used for both '{}' and '{}'",
                name(entry.0),
                name(class)
            ));
        }
        entry.1 = entry.1.take().or(supercategory);
        self.first.entry(class).or_insert(id);
        if has_points {
            self.with_points.insert(id);
        }
        Ok(id)
    }

    /// The number of the class of that name.
    fn named(&mut self, name: String) -> usize {
        self.names.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        })
    }

    fn free_id(&self, class: usize) -> i64 {
        let coco = hub_wordnet::known("coco").into_iter().flat_map(|map| map.rows);
        let own = coco.filter(|row| Some(row.name) == self.names.get(class).map(String::as_str));
        let own = own.filter_map(|row| row.id).map(i64::from).next();
        let usual = class as i64 + 1;
        let next = || self.known.keys().next_back().map_or(1, |last| last.saturating_add(1)).max(usual);
        own.into_iter().chain([usual]).find(|id| !self.known.contains_key(id)).unwrap_or_else(next)
    }

    /// Gives ids to the classes that have none yet.
    pub fn complete(&mut self) {
        for class in 0..self.names.len() {
            if !self.first.contains_key(&class) {
                let id = self.free_id(class);
                self.known.insert(id, (class, None));
                self.first.insert(class, id);
            }
        }
    }

    /// The `categories` of a file of instances, in the order of the classes.
    pub fn all(&self) -> Json {
        let mut ids: Vec<_> = self.known.iter().map(|(id, (class, _))| (*class, *id)).collect();
        ids.sort_unstable();
        // Of several ids of a class the first met comes first: it is the one that names the class.
        ids.sort_by_key(|(class, id)| (*class, self.first.get(class) != Some(id)));
        let without_points = |(_, id): (usize, i64)| {
            let mut category = self.category(id);
            POINTS.iter().for_each(|member| drop(category.shift_remove(*member)));
            Json::Object(category)
        };
        ids.into_iter().map(without_points).collect()
    }

    /// The `categories` of a file of keypoints: those with keypoints. `points` are those of categories that don't say.
    pub fn with_points(&self, points: &Points) -> Json {
        let skeleton: Vec<_> =
            points.skeleton.iter().map(|(a, b)| [a.saturating_add(1), b.saturating_add(1)]).collect();
        let with_points = |id: &i64| {
            let mut category = self.category(*id);
            if !category.get("keypoints").is_some_and(Json::is_array) {
                category.insert("keypoints".into(), json!(points.names));
                category.insert("skeleton".into(), json!(skeleton));
            }
            Json::Object(category)
        };
        self.with_points.iter().map(with_points).collect()
    }

    fn category(&self, id: i64) -> Map<String, Json> {
        if let Some(category) = self.source.get(&id) {
            let mut category = category.clone();
            category.insert("id".into(), json!(id));
            return category;
        }
        let mut category = Map::new();
        let Some((class, supercategory)) = self.known.get(&id) else { return category };
        category.extend(supercategory.iter().map(|text| ("supercategory".to_owned(), json!(text))));
        category.insert("id".into(), json!(id));
        category.insert("name".into(), json!(self.names.get(*class).map_or("", String::as_str)));
        category
    }
}
