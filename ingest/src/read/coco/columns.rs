//! The columns, from what all groups hold together.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use hub_dataset::sample::{Column, SampleError};
use hub_schema::{Feature, MaskEncoding};

use super::index::Present;
use super::items::{Category, License};
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
    pub classes: HashMap<i64, Class>,
    pub licenses: HashMap<i64, License>,
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
            match self.classes.entry(category.id) {
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
            self.licenses.entry(license.id).or_insert(license);
        }
    }

    pub fn columns(&self, present: Present) -> Vec<Column> {
        let license =
            Feature::structure([("id", Feature::int64()), ("name", Feature::Text), ("url", Feature::Text)]);
        let caption = Feature::structure([("id", Feature::int64()), ("caption", Feature::Text)]);
        let columns = [
            (true, "image", Feature::Image),
            (true, "image_id", Feature::int64()),
            (present.license, "license", license),
            (present.coco_url, "coco_url", Feature::Text),
            (present.flickr_url, "flickr_url", Feature::Text),
            (present.date_captured, "date_captured", Feature::Text),
            (!self.classes.is_empty(), "objects", Feature::list(self.object(present))),
            (present.captions, "captions", Feature::list(caption)),
        ];
        columns.into_iter().filter(|(there, ..)| *there).map(|(_, n, f)| Column::new(n, f)).collect()
    }

    fn object(&self, present: Present) -> Feature {
        let (names, skeleton) = self.keypoints.clone().unwrap_or_default();
        let members = [
            ("id", Feature::int64()),
            ("category", label_feature(self.names.clone())),
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
        Feature::structure(members.into_iter().chain(points.into_iter().filter(|_| present.keypoints)))
    }
}

/// Pairs counted from 0. COCO counts from 1; a file that joins a point 0 is taken to count from 0.
fn skeleton(path: &str, category: &Category, points: usize) -> Result<Vec<(u32, u32)>, SampleError> {
    let pairs = category.skeleton.clone().unwrap_or_default();
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
