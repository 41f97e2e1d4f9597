//! The columns that are decoded, and the schema of the batches with them.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, FieldRef, Fields, Schema as ArrowSchema, SchemaRef};
use hub_decode::{Dtype, ImageSpec, Layout, Output};
use hub_schema::arrow_types::FEATURE_KEY;
use hub_schema::{Feature, Field};
use serde_json::json;

use super::moved::has_coordinates;
use super::settings::ImageColumn;
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
    /// Columns whose coordinates move along: their places, and types.
    pub moving: Vec<(usize, Feature)>,
}

impl ImageColumns {
    /// The columns to decode of a stream of `fields`, which have `stored` as their schema.
    ///
    /// # Errors
    /// A column that isn't there, isn't one of images or is named twice; a specification that makes no sense, or whose
    /// batches are too large.
    pub fn new(
        wanted: &[ImageColumn],
        fields: &[&Field],
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
            let moving = moving.iter().map(|name| {
                let found = fields.iter().enumerate().find(|(_, field)| field.name == *name);
                match found.filter(|(_, field)| has_coordinates(&field.feature)) {
                    Some((place, field)) => Ok((place, field.feature.clone())),
                    None => Err(wrong(format!(
                        "'{name}', which is to move along, is no column of the stream with boxes, polygons or keypoints"
                    ))),
                }
            });
            let moving = moving.collect::<Result<Vec<_>>>()?;
            images.push(Image { name: column.clone(), place, spec: spec.clone(), row_bytes, moving });
        }
        Ok(Self { images, schema: Arc::new(ArrowSchema::new(decoded)) })
    }

    pub fn images(&self) -> &[Image] {
        &self.images
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

fn row_bytes(spec: &ImageSpec) -> Option<u64> {
    let [height, width] = spec.fixed_size()?;
    Some(u64::from(height) * u64::from(width) * 3 * spec.output.dtype.bytes() as u64)
}

/// The Arrow type of a value. Arrow has no bfloat16: its bits are those of a 16-bit number.
pub fn value_type(dtype: Dtype) -> DataType {
    match dtype {
        Dtype::U8 => DataType::UInt8,
        Dtype::F16 => DataType::Float16,
        Dtype::Bf16 => DataType::UInt16,
        Dtype::F32 => DataType::Float32,
    }
}

/// The members of an image without a fixed size.
pub fn members() -> Fields {
    Fields::from(vec![
        ArrowField::new("pixels", DataType::BinaryView, false),
        ArrowField::new("height", DataType::UInt32, false),
        ArrowField::new("width", DataType::UInt32, false),
    ])
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
    let item = Arc::new(ArrowField::new("item", value_type(spec.output.dtype), false));
    let storage = DataType::FixedSizeList(item, (height * width * 3) as i32);
    ArrowField::new(stored.name(), storage, true).with_metadata(metadata)
}
