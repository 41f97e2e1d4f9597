//! Which column is what in COCO, and what is lost.

use std::collections::BTreeMap;

use hub_dataset::sample::Column;
use hub_schema::{Feature, frame};

use serde_json::Value as Json;

use super::captions::Captions;
use super::extra::Extra;
use super::objects::Objects;
use crate::coco_members::{LICENSES, MEMBER};
use crate::format::Format;
use crate::write::columns::{self, is_integer};
use crate::write::loss::{Loss, LossKind, Unfit};
use crate::write::medium::MediumColumn;

const FORMAT: Format = Format::Coco;

/// The lists of a file.
const LISTS: [&str; 4] = ["images", "annotations", "categories", "licenses"];

/// Columns of texts that are members of an image.
const TEXTS: [&str; 3] = ["coco_url", "flickr_url", "date_captured"];

#[derive(Debug)]
pub struct Layout {
    pub medium: MediumColumn,
    pub image_id: Option<usize>,
    pub license: Option<usize>,
    pub texts: Vec<(usize, &'static str)>,
    pub objects: Option<Objects>,
    pub captions: Option<Captions>,
    /// Columns that become further members of an image.
    pub extra: Vec<Extra>,
    /// The licences of the source, by their ids.
    pub licenses: BTreeMap<i64, Json>,
    /// Further members of the files, such as `info`: name and JSON.
    pub members: Vec<(String, Json)>,
    /// Whether the coordinates lie on the image as displayed, rather than as stored.
    pub is_upright: bool,
}

/// Names that COCO gives to members of an image.
const RESERVED: [&str; 8] =
    ["id", "file_name", "width", "height", "license", "coco_url", "flickr_url", "date_captured"];

/// Finds the image files, the objects and the captions, and what is lost.
pub fn fit(columns: &[Column]) -> Result<(Layout, Vec<Loss>), Unfit> {
    const NEEDS: &str = "a column of images, and one of objects (a list of structs with a class and a box, \
                         outline, mask or keypoints) or of captions";
    let lacking = || columns::lacking(FORMAT, NEEDS, columns);
    let is_picture = |c: &Column| c.feature == Feature::Image || columns::Pixels::of(&c.feature).is_some();
    let at = columns.iter().position(is_picture).ok_or_else(lacking)?;
    let medium = MediumColumn::of(at, &columns[at]).ok_or_else(lacking)?;
    let objects = Objects::find(columns);
    let captions = columns.iter().enumerate().find_map(|(at, column)| Captions::of(at, column));
    if objects.is_none() && captions.is_none() {
        return Err(lacking());
    }
    let named = |name: &str, fits: fn(&Feature) -> bool| {
        columns.iter().position(|c| c.name == name && fits(&c.feature))
    };
    let image_id = named("image_id", |f| is_integer(f) || *f == Feature::Text);
    let license = named("license", is_license);
    let texts: Vec<_> = TEXTS.iter().filter_map(|n| Some((named(n, |f| *f == Feature::Text)?, *n))).collect();

    let mut kept = vec![at];
    kept.extend(
        [image_id, license, objects.as_ref().map(|o| o.at), captions.as_ref().map(Captions::at)]
            .into_iter()
            .flatten(),
    );
    kept.extend(texts.iter().map(|(at, _)| *at));
    let further = columns.iter().enumerate().filter(|(at, _)| !kept.contains(at));
    let extra: Vec<_> =
        further.filter_map(|(at, c)| Extra::new(at, &c.name, &c.feature, &RESERVED)).collect();
    kept.extend(extra.iter().map(|extra| extra.at));
    let mut losses = Vec::new();
    losses.extend(columns::others(FORMAT, columns, &kept));
    losses.extend(medium.loss(FORMAT));
    if let Some(objects) = &objects {
        let lost = objects.lost.iter().map(|member| format!("{}.{member}", objects.column));
        let lost: Vec<_> = lost.collect();
        if !lost.is_empty() {
            losses.push(Loss::new(FORMAT, lost, LossKind::Column));
        }
        losses.extend(objects.synset_loss());
        if objects.has_unnamed_classes(columns) {
            losses.push(Loss::new(FORMAT, [&objects.column], LossKind::UnnamedClasses));
        }
    }
    if let Some(captions) = captions.as_ref().filter(|captions| !captions.lost().is_empty()) {
        let column = &columns[captions.at()].name;
        let lost = captions.lost().iter().map(|member| format!("{column}.{member}"));
        losses.push(Loss::new(FORMAT, lost, LossKind::Column));
    }
    let metadata = objects.as_ref().map(|objects| &objects.metadata);
    let is_upright = metadata.and_then(|m| m.get(frame::KEY)).is_some_and(|frame| frame == frame::UPRIGHT);
    let (licenses, members) = (licenses(&columns[at]), members(&columns[at]));
    let layout =
        Layout { medium, image_id, license, texts, objects, captions, extra, licenses, members, is_upright };
    Ok((layout, losses))
}

/// The licences of a COCO source, from the metadata of the images.
fn licenses(images: &Column) -> BTreeMap<i64, Json> {
    let list = images.metadata.get(LICENSES).and_then(|json| serde_json::from_str::<Vec<Json>>(json).ok());
    let list = list.unwrap_or_default().into_iter();
    list.filter_map(|license| Some((license.get("id")?.as_i64()?, license))).collect()
}

/// What a COCO source says beside its lists, from the metadata of the images.
fn members(images: &Column) -> Vec<(String, Json)> {
    let kept = images.metadata.iter().filter_map(|(key, json)| Some((key.strip_prefix(MEMBER)?, json)));
    let kept = kept.filter(|(name, _)| !LISTS.contains(name));
    kept.filter_map(|(name, json)| Some((name.to_owned(), serde_json::from_str(json).ok()?))).collect()
}

/// Is it a struct with an `id`, a `name` and a `url`, in this order?
fn is_license(feature: &Feature) -> bool {
    let Feature::Struct { fields } = feature else { return false };
    let named = |at: usize, name: &str, fits: fn(&Feature) -> bool| {
        fields.get(at).is_some_and(|f| f.name == name && fits(&f.feature))
    };
    fields.len() == 3
        && named(0, "id", is_integer)
        && named(1, "name", |f| *f == Feature::Text)
        && named(2, "url", |f| *f == Feature::Text)
}
