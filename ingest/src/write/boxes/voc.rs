//! Pascal VOC: `JPEGImages/`, `Annotations/*.xml`, and a list of names for each split in `ImageSets/Main/`.
//!
//! Boxes are VOC's: pixels counted from 1, the first and the last inside (see the reader's essay). A text, number or
//! boolean beside class and box (`pose`, `difficult`, …) is an element of its name, an outline of one ring a `polygon`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use hub_dataset::sample::{Sample, SampleError};
use serde_json::Value as Json;

use super::objects::{Annotated, Picture, Placed};
use crate::write::copy::copy_to;
use crate::write::names::{Unique, base_name, safe_path, split_ending};
use crate::write::splits::Splits;
use crate::write::staging::{Writer, cant};

pub struct Voc {
    layout: Annotated,
    root: PathBuf,
    splits: Splits,
    unique: Unique,
    row: u64,
    /// The names of the images of each split.
    lists: BTreeMap<String, Vec<String>>,
}

impl Voc {
    pub fn new(layout: Annotated, root: PathBuf, splits: &[String]) -> Self {
        let (splits, unique) = (Splits::new(splits), Unique::default());
        Self { layout, root, splits, unique, row: 0, lists: BTreeMap::new() }
    }
}

impl Writer for Voc {
    fn write(&mut self, sample: &Sample) -> Result<(), SampleError> {
        let picture = self.layout.read(sample, self.row)?;
        self.row += 1;
        let path = safe_path(&picture.medium.name);
        let (stem, ending) = split_ending(base_name(&path));
        let stem = self.unique.name(stem.to_owned());
        let file = format!("{stem}{ending}");
        copy_to(&picture.medium.bytes, &self.root.join("JPEGImages").join(&file), sample)?;
        let folder = self.root.join("Annotations");
        fs::create_dir_all(&folder).map_err(|e| cant("make", &folder, e))?;
        let xml = folder.join(format!("{stem}.xml"));
        fs::write(&xml, document(&file, &picture, &self.layout.names)).map_err(|e| cant("write", &xml, e))?;
        if let Some(split) = self.splits.name(sample.split.as_deref()) {
            self.lists.entry(split).or_default().push(stem);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SampleError> {
        let folder = self.root.join("ImageSets").join("Main");
        if !self.lists.is_empty() {
            fs::create_dir_all(&folder).map_err(|e| cant("make", &folder, e))?;
        }
        for (split, names) in &self.lists {
            let path = folder.join(format!("{split}.txt"));
            fs::write(&path, names.join("\n") + "\n").map_err(|e| cant("write", &path, e))?;
        }
        Ok(())
    }
}

fn document(file: &str, picture: &Picture, names: &[String]) -> String {
    let (width, height, depth) = picture.size;
    let (width, height) = match picture.is_upright && picture.turn.is_lying() {
        true => (height, width),
        false => (width, height),
    };
    let mut xml = format!(
        "<annotation>\n\t<folder>JPEGImages</folder>\n\t<filename>{}</filename>\n\t<size>\n\t\t<width>{width}</width>\n\
         \t\t<height>{height}</height>\n\t\t<depth>{depth}</depth>\n\t</size>\n\t<segmented>0</segmented>\n",
        escaped(file)
    );
    for object in &picture.objects {
        xml += &element(object, names);
    }
    xml + "</annotation>\n"
}

fn element(object: &Placed, names: &[String]) -> String {
    let name = names.get(object.class).map_or("", String::as_str);
    let mut xml = format!("\t<object>\n\t\t<name>{}</name>\n", escaped(name));
    for (member, value) in &object.members {
        let text = match value {
            Json::Bool(is) => i64::from(*is).to_string(),
            Json::Number(number) => number.to_string(),
            Json::String(text) => escaped(text),
            _ => continue,
        };
        if is_name(member) {
            xml += &format!("\t\t<{member}>{text}</{member}>\n");
        }
    }
    let [x, y, width, height] = object.bbox;
    xml += &format!(
        "\t\t<bndbox>\n\t\t\t<xmin>{}</xmin>\n\t\t\t<ymin>{}</ymin>\n\t\t\t<xmax>{}</xmax>\n\t\t\t<ymax>{}</ymax>\n\t\t</bndbox>\n",
        x + 1.0,
        y + 1.0,
        x + width,
        y + height
    );
    if let Some(outline) = &object.outline {
        let point = |(i, [x, y]): (usize, &[f64; 2])| {
            let n = i + 1;
            format!("\t\t\t<x{n}>{x}</x{n}>\n\t\t\t<y{n}>{y}</y{n}>\n")
        };
        let points: String = outline.iter().enumerate().map(point).collect();
        xml += &format!("\t\t<polygon>\n{points}\t\t</polygon>\n");
    }
    xml + "\t</object>\n"
}

/// Whether a text can be the name of an element.
fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(is_letter)
        && text.chars().all(|c| is_letter(c) || c.is_ascii_digit() || matches!(c, '-' | '.'))
}

fn escaped(text: &str) -> String {
    // Control characters can't be in XML at all.
    let plain = text.chars().filter(|c| !c.is_control()).collect::<String>();
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
