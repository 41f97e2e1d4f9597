//! Masks, moved along with their image: a column of them as tensors, those within lists and structs as they are encoded.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryViewArray, FixedSizeListArray, Int32Array, ListBuilder, StructArray,
    UInt8Array, UInt32Builder,
};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field as ArrowField, Int32Type, UInt32Type};
use hub_decode::{DecodeError, Limits, Mask};
use hub_schema::{Feature, MaskEncoding};

use super::own_size::{OwnSize, images};
use super::place::{MoveError, Place};

/// The encoding of a column of masks.
pub fn encoding_of(feature: &Feature) -> Option<MaskEncoding> {
    match feature {
        Feature::Mask { encoding } => Some(*encoding),
        _ => None,
    }
}

/// Values of `uint8` for the result's pixels, of each row of a column of masks. `size`: height and width of all results,
/// if they have one size; else each says its own.
pub fn dense(
    values: &ArrayRef,
    encoding: MaskEncoding,
    place: &Place<'_>,
    size: Option<[u32; 2]>,
) -> Result<ArrayRef, MoveError> {
    let mut masks = Vec::with_capacity(values.len());
    for (at, row) in place.rows.iter().enumerate() {
        let mask = moved(values, encoding, at, *row, place)?;
        let bytes = |mask: Mask| -> Result<OwnSize, MoveError> {
            let narrow = |value: &u16| u8::try_from(*value).map_err(|_| too_large(*row, *value));
            let pixels = mask.values.iter().map(narrow).collect::<Result<Vec<u8>, _>>()?;
            Ok(OwnSize { pixels, width: mask.width, height: mask.height })
        };
        masks.push(mask.map(bytes).transpose()?);
    }
    let nulls = NullBuffer::from_iter(masks.iter().map(Option::is_some));
    let Some([height, width]) = size else {
        return Ok(images(masks.into_iter().map(Option::unwrap_or_default).collect(), Some(nulls))?);
    };
    let length = height as usize * width as usize;
    let mut pixels = Vec::with_capacity(length * masks.len());
    for mask in masks {
        let end = pixels.len() + length;
        pixels.extend(mask.map(|mask| mask.pixels).unwrap_or_default());
        pixels.resize(end, 0);
    }
    let item = Arc::new(ArrowField::new("item", DataType::UInt8, false));
    let pixels = Arc::new(UInt8Array::from(pixels));
    Ok(Arc::new(FixedSizeListArray::try_new(item, length as i32, pixels, Some(nulls))?))
}

fn too_large(row: usize, value: u16) -> MoveError {
    let problem =
        format!("mask: the value {value} doesn't fit into uint8; stream the column without moving it");
    MoveError::Row { row, problem }
}

/// The masks, encoded as they were.
pub fn encoded(values: &ArrayRef, encoding: MaskEncoding, place: &Place<'_>) -> Result<ArrayRef, MoveError> {
    let mut masks = Vec::with_capacity(values.len());
    for at in 0..values.len() {
        let row = place.rows.get(at).copied().unwrap_or_default();
        masks.push(moved(values, encoding, at, row, place)?.map(|mask| (row, mask)));
    }
    let nulls = Some(NullBuffer::from_iter(masks.iter().map(Option::is_some)));
    let Some(stored) = values.as_struct_opt() else { return Ok(Arc::clone(values)) };
    let members: Vec<ArrayRef> = match encoding {
        MaskEncoding::Rle => {
            let side = |side: fn(&Mask) -> u32| {
                let sides = masks.iter().map(|mask| mask.as_ref().map(|(_, mask)| side(mask) as i32));
                Arc::new(Int32Array::from_iter(sides)) as ArrayRef
            };
            let mut counts = ListBuilder::new(UInt32Builder::new());
            if let Some(DataType::List(item)) =
                stored.column_by_name("counts").map(|counts| counts.data_type())
            {
                counts = counts.with_field(Arc::clone(item));
            }
            for mask in &masks {
                match mask {
                    Some((_, mask)) => counts.append_value(mask.to_runs().into_iter().map(Some)),
                    None => counts.append_null(),
                }
            }
            vec![side(|mask| mask.height), side(|mask| mask.width), Arc::new(counts.finish())]
        }
        MaskEncoding::Png => {
            let png = |mask: &Option<(usize, Mask)>| {
                let Some((row, mask)) = mask else { return Ok(None) };
                let failed = |error: DecodeError| MoveError::Row { row: *row, problem: error.to_string() };
                mask.to_png().map(Some).map_err(failed)
            };
            let bytes = masks.iter().map(png).collect::<Result<Vec<_>, MoveError>>()?;
            vec![Arc::new(BinaryViewArray::from_iter(bytes)), Arc::clone(stored.column(1))]
        }
    };
    Ok(Arc::new(StructArray::try_new(stored.fields().clone(), members, nulls)?))
}

/// The mask at a place of the values, moved; `None` if there is none, or its image couldn't be decoded.
fn moved(
    values: &ArrayRef,
    encoding: MaskEncoding,
    at: usize,
    row: usize,
    place: &Place<'_>,
) -> Result<Option<Mask>, MoveError> {
    let Some(plan) = place.plan(row) else { return Ok(None) };
    let failed = |error: DecodeError| MoveError::Row { row, problem: error.to_string() };
    let Some(mask) = mask_of(values, encoding, at, place.limits).transpose().map_err(failed)? else {
        return Ok(None);
    };
    mask.moved(plan).map(Some).map_err(failed)
}

/// The mask at a place of the values; `None` if there is none.
fn mask_of(
    values: &ArrayRef,
    encoding: MaskEncoding,
    at: usize,
    limits: &Limits,
) -> Option<Result<Mask, DecodeError>> {
    let stored = values.as_struct_opt().filter(|stored| stored.is_valid(at))?;
    match encoding {
        MaskEncoding::Png => {
            let bytes =
                stored.column_by_name("bytes")?.as_binary_view_opt().filter(|bytes| bytes.is_valid(at));
            let apart = || DecodeError::Mask("it is an object of its own, which is too large".to_owned());
            Some(bytes.ok_or_else(apart).and_then(|bytes| Mask::from_png(bytes.value(at), limits)))
        }
        MaskEncoding::Rle => {
            let side = |name: &str| {
                let sides = stored.column_by_name(name)?.as_primitive_opt::<Int32Type>()?;
                sides.is_valid(at).then(|| u32::try_from(sides.value(at)).ok())?
            };
            let counts = || {
                let counts = stored.column_by_name("counts")?.as_list_opt::<i32>()?;
                counts.is_valid(at).then(|| counts.value(at))
            };
            let (Some(height), Some(width), Some(counts)) = (side("height"), side("width"), counts()) else {
                let problem = "it lacks height, width or counts".to_owned();
                return Some(Err(DecodeError::Mask(problem)));
            };
            let counts = counts.as_primitive_opt::<UInt32Type>()?.values().to_vec();
            Some(Mask::from_runs(width, height, &counts, limits))
        }
    }
}
