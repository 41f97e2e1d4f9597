//! Which column is what in COCO, and what is lost.

use hub_dataset::sample::Column;
use hub_schema::Feature;

use super::captions::Captions;
use super::objects::Objects;
use crate::format::Format;
use crate::write::columns::{self, is_integer};
use crate::write::loss::{Loss, LossKind, Unfit};
use crate::write::medium::MediumColumn;

const FORMAT: Format = Format::Coco;

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
}

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
    let image_id = named("image_id", is_integer);
    let license = named("license", is_license);
    let texts: Vec<_> = TEXTS.iter().filter_map(|n| Some((named(n, |f| *f == Feature::Text)?, *n))).collect();

    let mut kept = vec![at];
    kept.extend(
        [image_id, license, objects.as_ref().map(|o| o.at), captions.map(Captions::at)].into_iter().flatten(),
    );
    kept.extend(texts.iter().map(|(at, _)| *at));
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
    }
    Ok((Layout { medium, image_id, license, texts, objects, captions }, losses))
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
