//! The columns, from what all groups hold together.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use hub_dataset::sample::{Column, SampleError};
use hub_schema::{Feature, MaskEncoding};
use serde_json::{Map, Value as Json};

use super::ids::Id;
use super::index::Present;
use super::items::{Category, License};
use crate::coco_members;
use crate::read::extras::ExtraColumn;
use crate::read::labels::label_feature;

/// A category's class number, and what is kept beside it.
#[derive(Debug, PartialEq, Eq)]
pub struct Class {
    pub number: i64,
    pub name: String,
    pub supercategory: Option<String>,
}

/// Names of keypoints, and pairs of them, counted from 0.
type Skeleton = (Vec<String>, Vec<(u32, u32)>);

/// The classes and licences of all files.
#[derive(Debug, Default)]
pub struct Tables {
    names: Vec<String>,
    /// The synset of each class that its file gives.
    synsets: Vec<Option<String>>,
    pub classes: HashMap<Id, Class>,
    pub licenses: HashMap<Id, License>,
    /// The licences as their files have them, in their order: images name only some.
    all_licenses: Vec<Json>,
    /// Every category as its files have it, in their order.
    categories: Vec<(Id, Map<String, Json>)>,
    /// What else stands in the files: name and JSON.
    others: BTreeMap<String, String>,
    /// Names and skeleton of the keypoints; of no names where categories differ in them.
    keypoints: Option<Skeleton>,
}

impl Tables {
    /// Takes the `categories` of the file at `path`.
    ///
    /// # Errors
    /// An id has another name in a file before; a skeleton joins points that are not there.
    pub fn add_categories(&mut self, path: &str, categories: Vec<Category>) -> Result<(), SampleError> {
        for category in categories {
            if let Some(points) = &category.keypoints {
                let skeleton = skeleton(path, &category, points.len())?;
                let points = (points.clone(), skeleton);
                match &mut self.keypoints {
                    None => self.keypoints = Some(points),
                    Some(known) if *known != points => *known = (Vec::new(), Vec::new()),
                    Some(_) => {}
                }
            }
            self.keep(&category);
            match self.classes.entry(category.id.clone()) {
                Entry::Occupied(known) if known.get().name == category.name => {}
                Entry::Occupied(known) => {
                    let problem = format!(
                        "category {} is '{}', but '{}' in an earlier file",
                        category.id,
                        category.name,
                        known.get().name
                    );
                    return Err(SampleError::fatal(path, problem).advise("push the files one by one"));
                }
                Entry::Vacant(entry) => {
                    let known = self.names.iter().position(|n| *n == category.name);
                    let number = known.unwrap_or(self.names.len()) as i64;
                    if known.is_none() {
                        self.names.push(category.name.clone());
                        self.synsets.push(category.synset.as_deref().and_then(synset_id));
                    }
                    let (name, supercategory) = (category.name, category.supercategory);
                    entry.insert(Class { number, name, supercategory });
                }
            }
        }
        Ok(())
    }

    /// Takes `licenses`; of two of one id the first counts.
    pub fn add_licenses(&mut self, licenses: Vec<License>) {
        for license in licenses {
            if let Entry::Vacant(entry) = self.licenses.entry(license.id.clone()) {
                self.all_licenses.push(Json::Object(license.whole.clone()));
                entry.insert(license);
            }
        }
    }

    /// Takes other members of the files; of two of one name the first counts.
    pub fn add_others(&mut self, others: Vec<(String, String)>) {
        for (name, json) in others {
            self.others.entry(name).or_insert(json);
        }
    }

    /// Keeps a category whole. Files of one tag have the same one with other members (keypoints).
    fn keep(&mut self, category: &Category) {
        let at = self.categories.iter().position(|(id, _)| *id == category.id);
        match at.and_then(|at| self.categories.get_mut(at)) {
            None => self.categories.push((category.id.clone(), category.whole.clone())),
            Some((_, known)) => {
                for (name, value) in &category.whole {
                    known.entry(name).or_insert_with(|| value.clone());
                }
            }
        }
    }

    pub fn columns(&self, present: &Present, extra: &ExtraColumns) -> Vec<Column> {
        let id = |is_text: bool| if is_text { Feature::Text } else { Feature::int64() };
        let license =
            Feature::structure([("id", Feature::int64()), ("name", Feature::Text), ("url", Feature::Text)]);
        let caption = [("id", id(present.text_annotation_ids)), ("caption", Feature::Text)];
        let caption = Feature::structure(own(caption).chain(members(&extra.captions)));
        let columns = [
            (true, "image", Feature::Image),
            (true, "image_id", id(present.text_image_ids)),
            (present.license, "license", license),
            (present.coco_url, "coco_url", Feature::Text),
            (present.flickr_url, "flickr_url", Feature::Text),
            (present.date_captured, "date_captured", Feature::Text),
            (!self.classes.is_empty(), "objects", Feature::list(self.object(present, extra))),
            (present.captions, "captions", Feature::list(caption)),
        ];
        let columns = columns.into_iter().filter(|(there, ..)| *there).map(|(_, n, f)| match n {
            "objects" => self.described(Column::new(n, f)),
            "image" => self.with_members(Column::new(n, f)),
            _ => Column::new(n, f),
        });
        columns.chain(extra.images.iter().map(|c| Column::new(&c.name, c.feature.clone()))).collect()
    }

    /// The column of images with what stands in the files beside their lists, and the licences.
    fn with_members(&self, column: Column) -> Column {
        let column = self.others.iter().fold(column, |column, (name, json)| {
            column.with(format!("{}{name}", coco_members::MEMBER), json)
        });
        match self.all_licenses.is_empty() {
            true => column,
            false => column.with(coco_members::LICENSES, Json::Array(self.all_licenses.clone()).to_string()),
        }
    }

    /// The column of objects with the categories, which its classes don't hold: ids, supercategories and all.
    fn described(&self, column: Column) -> Column {
        let column = column.with(hub_schema::frame::KEY, hub_schema::frame::STORED);
        self.categories.iter().fold(column, |column, (id, category)| {
            let id = match id {
                Id::Number(number) => number.to_string(),
                Id::Text(text) => text.clone(),
            };
            let json = Json::Object(category.clone()).to_string();
            column.with(format!("{}{id}", coco_members::CATEGORY), json)
        })
    }

    fn object(&self, present: &Present, extra: &ExtraColumns) -> Feature {
        let (names, skeleton) = self.keypoints.clone().unwrap_or_default();
        let id = if present.text_annotation_ids { Feature::Text } else { Feature::int64() };
        let fixed = [
            ("id", id),
            ("category", self.label()),
            ("category_id", Feature::int64()),
            ("supercategory", Feature::Text),
            ("bbox", Feature::Bbox),
            ("area", Feature::float64()),
            ("iscrowd", Feature::Bool),
            ("segmentation", Feature::Polygon),
            ("rle", Feature::Mask { encoding: MaskEncoding::Rle }),
        ];
        let points =
            [("keypoints", Feature::Keypoints { names, skeleton }), ("num_keypoints", Feature::int64())];
        let points = own(points).filter(|_| present.keypoints);
        Feature::structure(own(fixed).chain(points).chain(members(&extra.objects)))
    }

    /// The classes; a synset that the file gives counts before one that is known for the name.
    fn label(&self) -> Feature {
        match label_feature(self.names.clone()) {
            Feature::ClassLabel { names, mut synsets } if self.synsets.iter().any(Option::is_some) => {
                synsets.resize(names.len(), None);
                for (synset, given) in synsets.iter_mut().zip(&self.synsets) {
                    *synset = given.clone().or(synset.take());
                }
                Feature::ClassLabel { names, synsets }
            }
            other => other,
        }
    }
}

/// Stands before a member's name that is a column's already.
const PREFIX: &str = "coco_";

/// The columns of members that COCO doesn't define.
#[derive(Clone, Debug, Default)]
pub struct ExtraColumns {
    pub images: Vec<ExtraColumn>,
    pub objects: Vec<ExtraColumn>,
    pub captions: Vec<ExtraColumn>,
}

impl ExtraColumns {
    pub fn new(present: &Present) -> Self {
        Self {
            images: present.images.columns(&["image", "image_id", "objects", "captions"], PREFIX),
            objects: present.objects.columns(&["category", "supercategory", "rle"], PREFIX),
            captions: present.texts.columns(&[], PREFIX),
        }
    }
}

fn own<const N: usize>(members: [(&str, Feature); N]) -> impl Iterator<Item = (String, Feature)> {
    members.map(|(name, feature)| (name.to_owned(), feature)).into_iter()
}

fn members(columns: &[ExtraColumn]) -> impl Iterator<Item = (String, Feature)> {
    columns.iter().map(|c| (c.name.clone(), c.feature.clone()))
}

/// The WordNet id of a synset that a file names (`cat.n.01`), if there is one.
fn synset_id(name: &str) -> Option<String> {
    let is_name =
        name.rsplit('.').next().is_some_and(|sense| sense.parse::<u8>().is_ok()) && name.contains('.');
    let is_name = is_name || name.parse::<hub_wordnet::SynsetId>().is_ok();
    is_name.then(|| hub_wordnet::WordNet::get().resolve(name).ok()).flatten().map(|id| id.to_string())
}

/// Pairs counted from 0. COCO counts from 1; a file that joins a point 0 is taken to count from 0.
fn skeleton(path: &str, category: &Category, points: usize) -> Result<Vec<(u32, u32)>, SampleError> {
    let pairs = category.skeleton.clone();
    let first = u32::from(!pairs.iter().any(|(a, b)| *a == 0 || *b == 0));
    let pairs: Vec<_> = pairs.into_iter().map(|(a, b)| (a - first, b - first)).collect();
    match pairs.iter().find(|(a, b)| (*a).max(*b) as usize >= points) {
        Some((a, b)) => {
            let problem = format!(
                "category '{}' has {points} keypoints, but its skeleton joins {} and {}",
                category.name,
                a + first,
                b + first
            );
            Err(SampleError::fatal(path, problem))
        }
        None => Ok(pairs),
    }
}
