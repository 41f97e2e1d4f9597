//! Where decoded pixels go: parts of a batch's buffer, and the array that they become.

use arrow::array::ArrayRef;
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, FieldRef};
use arrow::error::ArrowError;
use bytes::BytesMut;
use hub_decode::Plan;

use super::columns::Image;
use super::own_size::{OwnSize, images};
use crate::decoded_arrays::{part_lengths, tensor};

/// Some rows of one column.
#[derive(Debug)]
pub struct Part {
    pub pixels: Pixels,
    /// What was done with each image; none for those that couldn't be decoded, and rows without one.
    pub plans: Vec<Option<Plan>>,
    /// What moved along, once the images are decoded: the values of each of [`Image::moving`].
    pub moved: Vec<ArrayRef>,
}

/// The pixels of some rows of one column.
#[derive(Debug)]
pub enum Pixels {
    /// Rows of a fixed size, next to each other: a part of the batch's buffer.
    Fixed { pixels: BytesMut, row_bytes: usize },
    /// Rows of their own size.
    Sized(Vec<OwnSize>),
}

impl Pixels {
    /// Bytes of all rows.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Fixed { pixels, .. } => pixels.len() as u64,
            Self::Sized(images) => images.iter().map(|image| image.pixels.len() as u64).sum(),
        }
    }
}

impl Part {
    /// Makes a row's pixels zeros again.
    pub fn blank(&mut self, at: usize) {
        if let Some(plan) = self.plans.get_mut(at) {
            *plan = None;
        }
        match &mut self.pixels {
            Pixels::Fixed { pixels, row_bytes } => {
                let row = pixels.get_mut(at * *row_bytes..(at + 1) * *row_bytes);
                row.unwrap_or_default().fill(0);
            }
            Pixels::Sized(images) => {
                if let Some(image) = images.get_mut(at) {
                    *image = OwnSize::default();
                }
            }
        }
    }
}

/// The parts of a column, of `rows` rows each (the last may have fewer), in their order. Their pixels are zeros.
pub fn parts(image: &Image, batch_rows: usize, rows: usize) -> Vec<Part> {
    let mut whole = BytesMut::zeroed(batch_rows * image.row_bytes.unwrap_or(0));
    let part = |rows: usize| {
        let pixels = match image.row_bytes {
            Some(row_bytes) => Pixels::Fixed { pixels: whole.split_to(rows * row_bytes), row_bytes },
            None => Pixels::Sized((0..rows).map(|_| OwnSize::default()).collect()),
        };
        Part { pixels, plans: vec![None; rows], moved: Vec::new() }
    };
    part_lengths(batch_rows, rows).map(part).collect()
}

/// The array of a column from all its parts, whose pixels are those of [`parts`] in the same order.
pub fn array(
    parts: Vec<Pixels>,
    field: &FieldRef,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    let mut whole = BytesMut::new();
    let mut sized = Vec::new();
    for part in parts {
        match part {
            // They lie next to each other, so this only joins the handles.
            Pixels::Fixed { pixels, .. } => whole.unsplit(pixels),
            Pixels::Sized(images) => sized.extend(images),
        }
    }
    match field.data_type() {
        DataType::FixedSizeList(item, length) => tensor(whole, item, *length, nulls),
        _ => images(sized, nulls),
    }
}
