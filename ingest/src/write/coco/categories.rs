//! Categories and their ids.
//!
//! COCO's ids are sparse (1 to 90 for 80 classes) and stand in the data set beside the class, so those of
//! classes that have objects are learned as objects come. The others get COCO's own id if the class is one of
//! COCO's, or else the class number plus one, or the next free one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::objects::Points;

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
}

impl Categories {
    pub fn new(names: Vec<String>) -> Self {
        Self { names, known: BTreeMap::new(), first: BTreeMap::new(), with_points: BTreeSet::new() }
    }

    /// The id of an object's category: the given one, or else one for the class.
    ///
    /// # Errors
    /// The id belongs to another class.
    pub fn id(
        &mut self,
        class: usize,
        given: Option<i64>,
        supercategory: Option<String>,
        has_points: bool,
    ) -> Result<i64, String> {
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
        ids.into_iter().map(|(_, id)| self.category(id)).collect()
    }

    /// The `categories` of a file of keypoints: those with keypoints.
    pub fn with_points(&self, points: &Points) -> Json {
        let skeleton: Vec<_> =
            points.skeleton.iter().map(|(a, b)| [a.saturating_add(1), b.saturating_add(1)]).collect();
        let with_points = |id: &i64| {
            let mut category = self.category(*id);
            category["keypoints"] = json!(points.names);
            category["skeleton"] = json!(skeleton);
            category
        };
        self.with_points.iter().map(with_points).collect()
    }

    fn category(&self, id: i64) -> Json {
        let Some((class, supercategory)) = self.known.get(&id) else { return Json::Null };
        let name = self.names.get(*class).map_or("", String::as_str);
        match supercategory {
            Some(supercategory) => json!({ "supercategory": supercategory, "id": id, "name": name }),
            None => json!({ "id": id, "name": name }),
        }
    }
}
