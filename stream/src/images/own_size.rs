//! Images of their own size: pixels, height and width.

use std::sync::Arc;

use arrow::array::{ArrayRef, StructArray, UInt32Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field as ArrowField, Fields};
use arrow::error::ArrowError;

use crate::decoded_arrays::binary_views;

/// An image of its own size.
#[derive(Debug, Default)]
pub struct OwnSize {
    pub pixels: Vec<u8>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// The members of an image without a fixed size.
pub fn members() -> Fields {
    Fields::from(vec![
        ArrowField::new("pixels", DataType::BinaryView, false),
        ArrowField::new("height", DataType::UInt32, false),
        ArrowField::new("width", DataType::UInt32, false),
    ])
}

/// Images of their own sizes, or masks.
pub fn images(images: Vec<OwnSize>, nulls: Option<NullBuffer>) -> Result<ArrayRef, ArrowError> {
    let height = UInt32Array::from_iter_values(images.iter().map(|image| image.height));
    let width = UInt32Array::from_iter_values(images.iter().map(|image| image.width));
    let pixels = binary_views(images.into_iter().map(|image| image.pixels))?;
    let columns: Vec<ArrayRef> = vec![Arc::new(pixels), Arc::new(height), Arc::new(width)];
    Ok(Arc::new(StructArray::try_new(members(), columns, nulls)?))
}
