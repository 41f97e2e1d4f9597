//! The columns that are decoded, and the schema of the batches with them.

use std::ops::Range;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, FieldRef, Schema as ArrowSchema, SchemaRef};
use hub_decode::{ImageSpec, Layout, Output};
use hub_schema::arrow_types::FEATURE_KEY;
use hub_schema::{CopyEncoding, DerivedKind, Feature, Field, FieldId};
use serde_json::json;

use super::keypoints::partners;
use super::masks;
use super::moved::{can_move, keypoint_names};
use super::own_size::members;
use super::settings::{ImageColumn, Moving};
use crate::decoded_arrays::channel_type;
use crate::error::{Error, Result};

/// The key under which a decoded column's field says what its pixels are, as JSON.
const PIXELS_KEY: &str = "imagehub:pixels";
/// The most bytes of a batch's tensors. More is a mistake in a size or a memory that few machines have.
const MOST_BYTES: u64 = 64 << 30;

/// The columns that are decoded.
#[derive(Debug)]
pub struct ImageColumns {
    images: Vec<Image>,
    schema: SchemaRef,
    /// The places of the derived columns, which aren't handed out.
    derived: Range<usize>,
}

/// A column that is decoded.
#[derive(Debug)]
pub struct Image {
    pub name: String,
    /// Its place among the columns of a batch.
    pub place: usize,
    pub spec: ImageSpec,
    /// Bytes of each image, where their size is fixed.
    pub row_bytes: Option<usize>,
    /// Columns that move along: their places, and types.
    pub moving: Vec<(usize, Feature)>,
    /// How they move.
    pub how: Moving,
    /// The place of the column with the data set's indexes of entry points.
    pub entry_points: Option<usize>,
    /// The shorter sides, in pixels, and places of the columns with the data set's copies, the smallest first.
    pub copies: Vec<(u32, usize)>,
}

impl ImageColumns {
    /// The columns to decode of a stream of `fields`, which have `stored` as their schema, and of which the first `shown` are
    /// handed out.
    ///
    /// # Errors
    /// A column that isn't there, isn't one of images or is named twice; a specification that makes no sense, or whose
    /// batches are too large.
    pub fn new(
        wanted: &[ImageColumn],
        (fields, shown): (&[&Field], usize),
        stored: &ArrowSchema,
        batch_size: u64,
    ) -> Result<Self> {
        let mut decoded: Vec<FieldRef> = stored.fields().iter().cloned().collect();
        let mut images: Vec<Image> = Vec::with_capacity(wanted.len());
        for ImageColumn { column, spec, moving } in wanted {
            let wrong = |problem| Error::ImageColumn { column: column.clone(), problem };
            let Some(place) = fields.iter().position(|field| field.name == *column) else {
                let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                return Err(wrong(format!("the stream has no such column, only: {}", names.join(", "))));
            };
            if fields[place].feature != Feature::Image {
                let found = fields[place].feature.describe();
                return Err(wrong(format!("its type is {found}, expected image")));
            }
            if images.iter().any(|image| image.place == place) {
                return Err(wrong("it is to be decoded twice; give one specification for it".to_owned()));
            }
            spec.check().map_err(|error| wrong(error.to_string()))?;
            let row_bytes = row_bytes(spec);
            let batch_bytes = row_bytes.map_or(0, |row| row.saturating_mul(batch_size));
            // A tensor's length is a 32-bit number.
            if row_bytes.is_some_and(|row| row > i32::MAX as u64) || batch_bytes > MOST_BYTES {
                let [height, width] = spec.fixed_size().unwrap_or_default();
                return Err(wrong(format!(
                    "{batch_size} images of {height} x {width} a batch take {batch_bytes} bytes; set a smaller size \
                     or batch size"
                )));
            }
            decoded[place] = Arc::new(field(&decoded[place], spec));
            let row_bytes = row_bytes.map(|row| row as usize);
            let places = moving_columns(moving, fields).map_err(wrong)?;
            for (place, feature) in &places {
                if images.iter().any(|image| image.moving.iter().any(|(other, _)| other == place)) {
                    let name = &fields[*place].name;
                    return Err(wrong(format!("'{name}' is to move along with two columns of images")));
                }
                if masks::encoding_of(feature).is_some() {
                    decoded[*place] = Arc::new(mask_field(&decoded[*place], spec));
                }
            }
            let (name, spec, how) = (column.clone(), spec.clone(), moving.clone());
            let field = fields[place].id;
            let (entry_points, copies) = (entry_points(fields, field), copies(fields, field));
            let moving = places;
            images.push(Image { name, place, spec, row_bytes, moving, how, entry_points, copies });
        }
        let derived = shown..fields.len();
        Ok(Self { images, schema: Arc::new(ArrowSchema::new(decoded)), derived })
    }

    pub fn images(&self) -> &[Image] {
        &self.images
    }

    /// The places of the columns that are handed out, with or without the row ids, which are the last column.
    pub fn shown(&self, row_ids: bool) -> Vec<usize> {
        let last = self.schema.fields().len().saturating_sub(1);
        let places = (0..last).chain(row_ids.then_some(last));
        places.filter(|place| !self.derived.contains(place)).collect()
    }

    /// The schema of a batch with decoded columns; where row ids are read, they are its last column.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Bytes of the tensors of a batch, as far as they are known beforehand.
    pub fn batch_bytes(&self, rows: usize) -> u64 {
        self.images.iter().filter_map(|image| image.row_bytes).map(|row| row as u64 * rows as u64).sum()
    }
}

/// The places and types of columns that move along.
fn moving_columns(moving: &Moving, fields: &[&Field]) -> Result<Vec<(usize, Feature)>, String> {
    if !(0.0..=1.0).contains(&moving.min_visible) {
        return Err(format!("min_visible is {}, expected a part of a box from 0 to 1", moving.min_visible));
    }
    let mut places = Vec::with_capacity(moving.columns.len());
    let mut names = Vec::new();
    for name in &moving.columns {
        let found = fields.iter().enumerate().find(|(_, field)| field.name == *name);
        let Some((place, field)) = found.filter(|(_, field)| can_move(&field.feature)) else {
            return Err(format!(
                "'{name}', which is to move along, is no column of the stream with boxes, polygons, keypoints or masks"
            ));
        };
        if places.iter().all(|(other, _)| *other != place) {
            places.push((place, field.feature.clone()));
        }
        names.extend(keypoint_names(&field.feature));
    }
    for points in names {
        partners(points, moving.flip_pairs.as_deref())?;
    }
    Ok(places)
}

/// The place of the column with the indexes of entry points of an image column.
pub fn entry_points(fields: &[&Field], image: FieldId) -> Option<usize> {
    let is_index = |field: &&Field| field.derived_kind() == Some(DerivedKind::EntryPoints);
    fields.iter().position(|field| field.fact_of == Some(image) && is_index(field))
}

/// The shorter sides and places of the columns with copies of an image column, the smallest first.
fn copies(fields: &[&Field], image: FieldId) -> Vec<(u32, usize)> {
    let size = |field: &Field| match field.derived_kind() {
        // Of two of the same size, the one that needs no decoding.
        Some(DerivedKind::Copy { short_side, encoding }) => Some((short_side, encoding != CopyEncoding::Raw)),
        _ => None,
    };
    let of_image = fields.iter().enumerate().filter(|(_, field)| field.fact_of == Some(image));
    let mut copies: Vec<_> = of_image.filter_map(|(place, field)| Some((size(field)?, place))).collect();
    copies.sort_unstable();
    copies.into_iter().map(|((short_side, _), place)| (short_side, place)).collect()
}

fn row_bytes(spec: &ImageSpec) -> Option<u64> {
    let [height, width] = spec.fixed_size()?;
    Some(u64::from(height) * u64::from(width) * 3 * spec.output.dtype.bytes() as u64)
}

/// Of a column of masks that move along.
fn mask_field(stored: &ArrowField, spec: &ImageSpec) -> ArrowField {
    let mut metadata = stored.metadata().clone();
    metadata.remove(FEATURE_KEY);
    metadata.insert(PIXELS_KEY.to_owned(), json!({ "layout": "HW", "dtype": "u8" }).to_string());
    let Some([height, width]) = spec.fixed_size() else {
        return ArrowField::new(stored.name(), DataType::Struct(members()), true).with_metadata(metadata);
    };
    let tensor = json!({ "shape": [height, width], "dim_names": ["height", "width"] });
    metadata.insert("ARROW:extension:name".to_owned(), "arrow.fixed_shape_tensor".to_owned());
    metadata.insert("ARROW:extension:metadata".to_owned(), tensor.to_string());
    let item = Arc::new(ArrowField::new("item", DataType::UInt8, false));
    let storage = DataType::FixedSizeList(item, (height * width) as i32);
    ArrowField::new(stored.name(), storage, true).with_metadata(metadata)
}

fn field(stored: &ArrowField, spec: &ImageSpec) -> ArrowField {
    let mut metadata = stored.metadata().clone();
    // It holds no encoded images any more.
    metadata.remove(FEATURE_KEY);
    let Output { layout, dtype, channels, .. } = spec.output;
    let pixels = json!({ "layout": layout, "dtype": dtype, "channels": channels });
    metadata.insert(PIXELS_KEY.to_owned(), pixels.to_string());
    let Some([height, width]) = spec.fixed_size() else {
        return ArrowField::new(stored.name(), DataType::Struct(members()), true).with_metadata(metadata);
    };
    let (shape, names) = match layout {
        Layout::Nhwc => ([height, width, 3], ["height", "width", "channel"]),
        Layout::Nchw => ([3, height, width], ["channel", "height", "width"]),
    };
    let tensor = json!({ "shape": shape, "dim_names": names });
    metadata.insert("ARROW:extension:name".to_owned(), "arrow.fixed_shape_tensor".to_owned());
    metadata.insert("ARROW:extension:metadata".to_owned(), tensor.to_string());
    let item = Arc::new(ArrowField::new("item", channel_type(spec.output.dtype), false));
    let storage = DataType::FixedSizeList(item, (height * width * 3) as i32);
    ArrowField::new(stored.name(), storage, true).with_metadata(metadata)
}
