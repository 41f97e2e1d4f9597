//! Rows of a batch, decoded to tensors.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, UInt64Type};
use bytes::Bytes;
use hub_decode::{DecodeError, Draw, ImageDecoder, ImageSpec, Pixels, Rect};

use super::boxes::{Boxed, part};
use super::columns::Columns;
use super::error::InferenceError;

/// Rows that were read, still encoded.
#[derive(Debug)]
pub(super) struct Rows {
    /// The rows as they were streamed, with their ids.
    pub batch: RecordBatch,
    pub positions: Vec<u64>,
    /// Images that are objects of their own, by row of the batch.
    pub blobs: HashMap<usize, Bytes>,
}

/// A row beside its tensor.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    pub row_id: u64,
    pub position: u64,
    pub item: Option<u32>,
    pub name: Option<String>,
    pub label: Option<usize>,
    pub valid: Option<Vec<usize>>,
    /// Why it has no tensor; `None`: it has one.
    pub problem: Option<String>,
}

/// Decoded rows: the tensors are those of the rows without a problem, one after the other.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// How many rows were read; rows without boxes have no sample.
    pub read: u64,
    pub rows: Vec<Row>,
    pub tensors: Vec<u8>,
}

/// Decodes all rows of a batch.
///
/// # Errors
/// The columns aren't of the types that the schema states. An image that can't be decoded is no error.
pub(super) fn decode(
    rows: &Rows,
    columns: &Columns,
    spec: &ImageSpec,
    image_bytes: usize,
    decoder: &mut ImageDecoder,
) -> Result<Decoded, InferenceError> {
    let mut decoded = Decoded { read: rows.batch.num_rows() as u64, ..Decoded::default() };
    decoded.tensors.reserve(rows.batch.num_rows() * image_bytes);
    for row in 0..rows.batch.num_rows() {
        let image = image(rows, row, columns)?;
        let facts = facts(rows, row, columns)?;
        match &columns.boxes {
            None => decoded.push(facts, image_bytes, |out| whole(image, spec, decoder, out)),
            Some(boxes) => {
                let boxed = boxes.of_row(&rows.batch, row)?;
                match parts(image, &boxed, spec, decoder) {
                    Err(problem) => decoded.rows.push(Row { problem: Some(problem), ..facts }),
                    Ok(parts) => {
                        for (boxed, pixels) in parts {
                            let facts = Row { item: Some(boxed.item), label: boxed.label, ..facts.clone() };
                            decoded.push(facts, image_bytes, |out| {
                                decoder.transform_pixels(&pixels, spec, Draw::default(), out).map(drop)
                            });
                        }
                    }
                }
            }
        }
    }
    Ok(decoded)
}

impl Decoded {
    /// Adds a row, with the tensor that `make` writes.
    fn push(
        &mut self,
        facts: Row,
        image_bytes: usize,
        make: impl FnOnce(&mut [u8]) -> Result<(), DecodeError>,
    ) {
        let begin = self.tensors.len();
        self.tensors.resize(begin + image_bytes, 0);
        let problem = match facts.problem {
            Some(problem) => Some(problem),
            None => make(&mut self.tensors[begin..]).err().map(|error| error.to_string()),
        };
        if problem.is_some() {
            self.tensors.truncate(begin);
        }
        self.rows.push(Row { problem, ..facts });
    }
}

/// The tensor of a whole image.
fn whole(
    image: Image<'_>,
    spec: &ImageSpec,
    decoder: &mut ImageDecoder,
    out: &mut [u8],
) -> Result<(), DecodeError> {
    match image {
        // Its facts say so.
        Image::Missing => Ok(()),
        Image::Encoded(bytes) => decoder.transform(bytes, None, spec, Draw::default(), out).map(drop),
        Image::Raw(pixels) => decoder.transform_pixels(&pixels, spec, Draw::default(), out).map(drop),
    }
}

/// The parts of an image that its boxes cover; small ones are left out.
fn parts(
    image: Image<'_>,
    boxed: &[Boxed],
    spec: &ImageSpec,
    decoder: &mut ImageDecoder,
) -> Result<Vec<(Boxed, Pixels)>, String> {
    let pixels = match &image {
        Image::Missing => return Err(MISSING.to_owned()),
        Image::Encoded(bytes) => {
            decoder.decode(bytes, spec.orient, &spec.limits).map_err(|error| error.to_string())?
        }
        Image::Raw(pixels) => pixels,
    };
    let size = (pixels.area.width, pixels.area.height);
    let cut = |boxed: &Boxed| {
        let rect = part(boxed.bbox, size)?;
        Some((*boxed, Pixels { rgb: pixels.copy(rect), area: Rect::whole(rect.width, rect.height) }))
    };
    Ok(boxed.iter().filter_map(cut).collect())
}

/// Why a row without an image has no tensor.
const MISSING: &str = "there is no image (null)";

/// One image of a batch.
enum Image<'a> {
    Missing,
    Encoded(&'a [u8]),
    Raw(Pixels),
}

fn image<'a>(rows: &'a Rows, row: usize, columns: &Columns) -> Result<Image<'a>, InferenceError> {
    let wrong = |expected| InferenceError::Shape { column: columns.image.clone(), expected };
    let column = rows.batch.column_by_name(&columns.image).ok_or_else(|| wrong("a column"))?;
    if let Some([height, width, channels]) = columns.raw {
        let values = column.as_fixed_size_binary_opt().ok_or_else(|| wrong("raw pixels"))?;
        if values.is_null(row) {
            return Ok(Image::Missing);
        }
        let bytes = values.value(row);
        let rgb = match channels {
            1 => bytes.iter().flat_map(|grey| [*grey; 3]).collect(),
            _ => bytes.to_vec(),
        };
        let side = |side: usize| u32::try_from(side).map_err(|_| wrong("pixels of fewer than 2^32 rows"));
        return Ok(Image::Raw(Pixels { rgb, area: Rect::whole(side(width)?, side(height)?) }));
    }
    if let Some(blob) = rows.blobs.get(&row) {
        return Ok(Image::Encoded(blob));
    }
    let media = column.as_struct_opt().ok_or_else(|| wrong("images"))?;
    let bytes = media.column_by_name("bytes").and_then(|bytes| bytes.as_binary_view_opt());
    let bytes = bytes.ok_or_else(|| wrong("images"))?;
    Ok(if media.is_null(row) || bytes.is_null(row) {
        Image::Missing
    } else {
        Image::Encoded(bytes.value(row))
    })
}

/// The path of an image, where it is stored.
pub(super) fn path_of(batch: &RecordBatch, row: usize, columns: &Columns) -> Option<String> {
    let media = batch.column_by_name(&columns.image)?.as_struct_opt()?;
    let paths = media.column_by_name("path")?;
    if media.is_null(row) || paths.is_null(row) {
        return None;
    }
    let text = paths.as_string_opt::<i32>().map(|paths| paths.value(row));
    text.or_else(|| paths.as_string_view_opt().map(|paths| paths.value(row))).map(str::to_owned)
}

/// What is known of a row beside its image.
fn facts(rows: &Rows, row: usize, columns: &Columns) -> Result<Row, InferenceError> {
    let ids =
        rows.batch.column_by_name(hub_stream::ROW_ID).and_then(|ids| ids.as_primitive_opt::<UInt64Type>());
    let wrong = |column: &str, expected| InferenceError::Shape { column: column.to_owned(), expected };
    let ids = ids.ok_or_else(|| wrong(hub_stream::ROW_ID, "row ids"))?;
    let number = |value: i64| usize::try_from(value).ok();
    let label = match &columns.label {
        Some(label) if columns.boxes.is_none() => {
            let values = rows.batch.column_by_name(&label.column);
            let values = values.and_then(|values| values.as_primitive_opt::<Int64Type>());
            let values = values.ok_or_else(|| wrong(&label.column, "class labels"))?;
            if values.is_null(row) { None } else { number(values.value(row)) }
        }
        _ => None,
    };
    let valid = match &columns.valid {
        None => None,
        Some(valid) => {
            let lists = rows.batch.column_by_name(&valid.column).and_then(|lists| lists.as_list_opt::<i32>());
            let lists = lists.ok_or_else(|| wrong(&valid.column, "lists of class labels"))?;
            let list = if lists.is_null(row) { None } else { Some(lists.value(row)) };
            let numbers = list.as_ref().and_then(|list| list.as_primitive_opt::<Int64Type>());
            Some(
                numbers
                    .map(|numbers| numbers.iter().flatten().filter_map(number).collect())
                    .unwrap_or_default(),
            )
        }
    };
    Ok(Row {
        row_id: ids.value(row),
        position: rows.positions.get(row).copied().unwrap_or_default(),
        name: path_of(&rows.batch, row, columns),
        item: None,
        label,
        valid,
        problem: matches!(image(rows, row, columns)?, Image::Missing).then(|| MISSING.to_owned()),
    })
}
