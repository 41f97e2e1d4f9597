//! YOLO: `images/SPLIT/…`, `labels/SPLIT/….txt` and `data.yaml`, as Ultralytics' trainer reads them.
//!
//! A line is `class cx cy width height`, as fractions of the image as displayed. Where an object of an image has an
//! outline, all lines of that image are outlines, since the trainer reads a file as one or the other; a box is then its
//! four corners. What lies outside of the image is cut off, which the trainer would refuse. An image without objects has
//! an empty file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use hub_dataset::sample::{Sample, SampleError};

use super::objects::{Annotated, Picture, around};
use crate::read::split::split_of;
use crate::write::copy::copy_to;
use crate::write::names::{Unique, safe_path, split_ending};
use crate::write::splits::Splits;
use crate::write::staging::{Writer, cant};

/// The folder of images without a split.
const ALL: &str = "all";

pub struct Yolo {
    layout: Annotated,
    root: PathBuf,
    splits: Splits,
    unique: Unique,
    row: u64,
    /// The folders of images, by the key that `data.yaml` has for them.
    folders: BTreeMap<String, String>,
}

impl Yolo {
    pub fn new(layout: Annotated, root: PathBuf, splits: &[String]) -> Self {
        let (splits, unique) = (Splits::new(splits), Unique::default());
        Self { layout, root, splits, unique, row: 0, folders: BTreeMap::new() }
    }

    /// The path of an image below `images/`, without its extension, and the extension.
    fn path(&mut self, name: &str, split: Option<&str>) -> (String, String) {
        let path = safe_path(name);
        let (stem, ending) = split_ending(&path);
        let mut stem = stem.strip_prefix("images/").unwrap_or(stem);
        if let Some((top, rest)) = stem.split_once('/')
            && split.is_some()
            && split_of(top) == split
        {
            stem = rest;
        }
        let folder = split.unwrap_or(ALL);
        (self.unique.path(format!("{folder}/{stem}")), ending.to_owned())
    }
}

impl Writer for Yolo {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let picture = self.layout.read(sample, self.row)?;
        self.row += 1;
        let split = self.splits.name(sample.split.as_deref());
        let (path, ending) = self.path(&picture.medium.name, split.as_deref());
        let folder = split.as_deref().unwrap_or(ALL);
        let key = split.as_deref().and_then(split_of).unwrap_or(folder).to_owned();
        self.folders.entry(key).or_insert_with(|| format!("images/{folder}"));
        copy_to(&picture.medium.bytes, &self.root.join("images").join(format!("{path}{ending}")), sample)?;
        let labels = self.root.join("labels").join(format!("{path}.txt"));
        if let Some(folder) = labels.parent() {
            fs::create_dir_all(folder).map_err(|e| cant("make", folder, e))?;
        }
        fs::write(&labels, lines(&picture)).map_err(|e| cant("write", &labels, e))
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        let mut yaml = String::from("# Written by hub pull. Ultralytics: yolo detect train data=data.yaml\n");
        for (key, folder) in &self.folders {
            // Writing to a string can't fail.
            let _ = writeln!(yaml, "{}: {folder}", quoted(key));
        }
        let (one, train) = (self.folders.values().next(), self.folders.contains_key("train"));
        if let Some(folder) = one.filter(|_| !train) {
            let _ = writeln!(yaml, "train: {folder}");
        }
        if let Some(folder) = self.folders.get("train").or(one).filter(|_| !self.folders.contains_key("val"))
        {
            // The trainer needs both; of a data set without a validation split it is the same.
            let _ = writeln!(yaml, "val: {folder}");
        }
        let _ = writeln!(yaml, "nc: {}\nnames:", self.layout.names.len());
        for (number, name) in self.layout.names.iter().enumerate() {
            let _ = writeln!(yaml, "  {number}: {}", quoted(name));
        }
        let path = self.root.join("data.yaml");
        fs::write(&path, yaml).map_err(|e| cant("write", &path, e))
    }
}

/// A text as YAML has it: JSON's strings are YAML's.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase());
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text);
    match plain && !reserved {
        true => text.to_owned(),
        false => serde_json::Value::from(text).to_string(),
    }
}

/// The label file of an image.
fn lines(picture: &Picture) -> String {
    let (width, height) = match picture.turn.is_lying() {
        true => (f64::from(picture.size.1), f64::from(picture.size.0)),
        false => (f64::from(picture.size.0), f64::from(picture.size.1)),
    };
    let shown = |point: [f64; 2]| {
        let [x, y] = if picture.is_upright { point } else { picture.turn.upright(point) };
        [(x / width).clamp(0.0, 1.0), (y / height).clamp(0.0, 1.0)]
    };
    let with_outlines = picture.objects.iter().any(|object| object.outline.is_some());
    let mut text = String::new();
    for object in &picture.objects {
        let [x, y, w, h] = object.bbox;
        let corners = vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
        let points = match (&object.outline, with_outlines) {
            (Some(outline), true) => outline.clone(),
            _ => corners,
        };
        let points: Vec<[f64; 2]> = points.into_iter().map(shown).collect();
        let numbers: Vec<f64> = match with_outlines {
            true => points.concat(),
            false => {
                let [x, y, w, h] = around(&points);
                vec![x + w / 2.0, y + h / 2.0, w, h]
            }
        };
        text += &object.class.to_string();
        for number in numbers {
            // Without what rounding leaves at the end: 0.3 instead of 0.30000000000000004.
            text += &format!(" {}", (number * 1e12).round() / 1e12);
        }
        text.push('\n');
    }
    text
}
