//! A mask that is stored as run lengths, drawn as an image.

use bytes::Bytes;
use hub_dataset::Snapshot;
use hub_dataset::ops::row_edits::part;
use hub_dataset::sample::Value;
use hub_media::encode_png;
use hub_schema::{Feature, Field, MaskEncoding};

use super::cell_value::read;
use crate::problem::{Problem, Result};
use crate::state::AppState;
use crate::thumbnail::blocking;

/// Larger masks are not drawn: 10,000 x 10,000 pixels.
const MAX_PIXELS: u64 = 100_000_000;

/// The mask in a cell, or at a JSON pointer into it, as a PNG of grey and alpha: white where the mask is, transparent where
/// it is not.
pub async fn mask(
    state: &AppState,
    snapshot: &Snapshot,
    (row, field): (&str, &Field),
    path: &str,
) -> Result<Bytes> {
    let cell = read(snapshot, row, field).await?;
    let found = part(&field.feature, &cell.value, path);
    let (feature, value) = found.ok_or_else(|| Problem::not_found(format!("'{path}' in this cell")))?;
    if !matches!(feature, Feature::Mask { encoding: MaskEncoding::Rle }) {
        let detail = format!("'{}{path}' is {}; expected a mask (RLE)", field.name, feature.describe());
        return Err(Problem::invalid(detail));
    }
    let Value::Struct(members) = value else {
        return Err(Problem::not_found("mask in this cell: it is null"));
    };
    let runs =
        Runs::of(members).ok_or_else(|| Problem::invalid("the mask has no height, width or counts"))?;
    let pixels = u64::from(runs.height) * u64::from(runs.width);
    if pixels == 0 || pixels > MAX_PIXELS {
        let detail =
            format!("a mask of {} x {} pixels; at most {MAX_PIXELS} are drawn", runs.width, runs.height);
        return Err(Problem::invalid(detail));
    }
    // Its pixels, and the same turned into rows.
    let _permit = state.thumbnails.wait(4 * pixels).await?;
    blocking(move || encode_png(&runs.draw(), runs.width, runs.height, 2)).await.map(Bytes::from)
}

/// COCO's run lengths: column by column, background first.
struct Runs {
    height: u32,
    width: u32,
    counts: Vec<u32>,
}

impl Runs {
    fn of(members: &[Value]) -> Option<Self> {
        let [Value::Int(height), Value::Int(width), Value::List(counts)] = members else { return None };
        let count = |count: &Value| match count {
            Value::Int(count) => u32::try_from(*count).ok(),
            _ => None,
        };
        Some(Self {
            height: u32::try_from(*height).ok()?,
            width: u32::try_from(*width).ok()?,
            counts: counts.iter().map(count).collect::<Option<_>>()?,
        })
    }

    /// White and alpha of each pixel, row by row. Runs beyond the last pixel are left out.
    fn draw(&self) -> Vec<u8> {
        let (height, width) = (self.height as usize, self.width as usize);
        let mut pixels = vec![0; 2 * height * width];
        pixels.iter_mut().step_by(2).for_each(|grey| *grey = 255);
        let mut at = 0usize;
        for (i, count) in self.counts.iter().enumerate() {
            let end = at.saturating_add(*count as usize).min(height * width);
            if i % 2 == 1 {
                for pixel in at..end {
                    let (x, y) = (pixel / height, pixel % height);
                    pixels[2 * (y * width + x) + 1] = 255;
                }
            }
            at = end;
        }
        pixels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_go_down_the_columns() {
        let int = |n: u32| Value::Int(n.into());
        // Of 2 x 3 pixels, the second of the first column and the first of the second.
        let runs = Runs::of(&[int(2), int(3), Value::List([1, 2, 3].map(int).to_vec())]).unwrap();
        let alpha: Vec<u8> = runs.draw().chunks(2).map(|pixel| pixel[1]).collect();
        assert_eq!(alpha, [0, 255, 0, 255, 0, 0]);
        let long = Runs::of(&[int(1), int(2), Value::List([0, 4_000_000_000].map(int).to_vec())]).unwrap();
        assert_eq!(long.draw(), [255; 4]);
        assert!(Runs::of(&[int(2), Value::Null, Value::Null]).is_none());
    }
}
