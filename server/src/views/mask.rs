//! A mask, drawn as an image to be laid over its picture.

use bytes::Bytes;
use hub_dataset::Snapshot;
use hub_dataset::ops::row_edits::part;
use hub_dataset::sample::{MediaBytes, Value};
use hub_decode::{DecodeError, Limits, Mask, PngMask};
use hub_media::{MediaError, decoding_bytes, encode_png, probe_image};
use hub_schema::{Feature, Field, MaskEncoding};

use super::cell_value::read;
use crate::problem::{Kind, Problem, Result};
use crate::state::AppState;
use crate::thumbnail::{Content, Subject, blocking};

/// Larger masks are not drawn: 10,000 x 10,000 pixels.
const MAX_PIXELS: u64 = 100_000_000;

/// Longer PNGs are not read.
const MAX_FILE_BYTES: u64 = 256 << 20;

/// The colours of classes, `--c1` to `--c8` of the pages' style.
const COLOURS: [[u8; 3]; 8] = [
    [0x56, 0xb4, 0xe9],
    [0xe6, 0x9f, 0x00],
    [0x1f, 0x9d, 0x5c],
    [0xf0, 0xe4, 0x42],
    [0xcc, 0x79, 0xa7],
    [0xd5, 0x5e, 0x00],
    [0x7b, 0x6c, 0xf6],
    [0xc8, 0xcc, 0xd2],
];
/// In masks of several classes, the number of pixels that are of none: VOC's and Cityscapes' borders.
const VOID: u16 = 255;

/// The mask in a cell, or at a JSON pointer into it, as a PNG. Of run lengths: grey and alpha, white where the mask is,
/// transparent where it is not. Of a PNG of numbers: each number above 0 in the colour of its class, 0 transparent. Of a PNG
/// of colours: these, with black transparent.
pub async fn mask(
    state: &AppState,
    snapshot: &Snapshot,
    (row, field): (&str, &Field),
    path: &str,
) -> Result<Bytes> {
    let cell = read(snapshot, row, field).await?;
    let found = part(&field.feature, &cell.value, path);
    let (feature, value) = found.ok_or_else(|| Problem::not_found(format!("'{path}' in this cell")))?;
    match (feature, value) {
        (Feature::Mask { .. }, Value::Null) => Err(Problem::not_found("mask in this cell: it is null")),
        (Feature::Mask { encoding: MaskEncoding::Rle }, Value::Struct(members)) => {
            of_runs(state, members).await
        }
        (Feature::Mask { encoding: MaskEncoding::Png }, value) => {
            let store = snapshot.dataset().store();
            let Content { bytes, .. } = Content::of(&Subject::Mask, value.clone(), store)?;
            of_png(state, bytes).await
        }
        _ => {
            let detail = format!("'{}{path}' is {}; expected a mask", field.name, feature.describe());
            Err(Problem::invalid(detail))
        }
    }
}

async fn of_runs(state: &AppState, members: &[Value]) -> Result<Bytes> {
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

async fn of_png(state: &AppState, bytes: MediaBytes) -> Result<Bytes> {
    let file_bytes = bytes.size_bytes();
    if file_bytes > MAX_FILE_BYTES {
        let detail = format!("the mask has {file_bytes} bytes; at most {MAX_FILE_BYTES} are drawn");
        return Err(Problem::new(Kind::TooManyPixels, detail));
    }
    let reading = state.thumbnails.wait(file_bytes).await?;
    let (bytes, facts) = blocking(move || {
        let bytes = bytes.read_all()?;
        let facts = probe_image(&bytes, &hub_media::Limits { max_pixels: MAX_PIXELS, ..Default::default() })?;
        Ok((bytes, facts))
    })
    .await?;
    drop(reading);
    // Numbers of two bytes, and colours of four.
    let pixels = u64::from(facts.width) * u64::from(facts.height);
    let permit = state.thumbnails.wait(file_bytes + decoding_bytes(&facts) + 6 * pixels).await?;
    blocking(move || {
        let _permit = permit;
        let limits = Limits { max_pixels: MAX_PIXELS, ..Limits::default() };
        let unreadable = |error: DecodeError| MediaError::Unsupported(error.to_string());
        let (width, height, rgba) = match PngMask::decode(&bytes, &limits).map_err(unreadable)? {
            PngMask::Numbers(mask) => (mask.width, mask.height, coloured(&mask)),
            PngMask::Colours { width, height, rgba } => (width, height, rgba),
        };
        encode_png(&rgba, width, height, 4).map(Bytes::from)
    })
    .await
}

/// Red, green, blue and alpha of each pixel.
fn coloured(mask: &Mask) -> Vec<u8> {
    let first = mask.values.iter().copied().find(|number| *number > 0).unwrap_or_default();
    let is_one_class = mask.values.iter().all(|number| *number == 0 || *number == first);
    let colour = |number: u16| match number {
        0 => [0; 4],
        _ => {
            let place = match (is_one_class, number) {
                (true, _) => 0,
                (false, VOID) => COLOURS.len() - 1,
                (false, number) => usize::from(number - 1) % COLOURS.len(),
            };
            let [r, g, b] = COLOURS[place];
            [r, g, b, 255]
        }
    };
    mask.values.iter().flat_map(|number| colour(*number)).collect()
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

    #[test]
    fn classes_have_the_colours_of_the_style() {
        let of = |values: &[u16]| {
            let mask = Mask { width: values.len() as u32, height: 1, values: values.to_vec() };
            let rgba = coloured(&mask);
            let colours = rgba
                .chunks(4)
                .map(|pixel| format!("{:02x}{:02x}{:02x}{:02x}", pixel[0], pixel[1], pixel[2], pixel[3]));
            colours.collect::<Vec<_>>()
        };
        assert_eq!(of(&[0, 1, 2, 9, 255]), ["00000000", "56b4e9ff", "e69f00ff", "56b4e9ff", "c8ccd2ff"]);
        // Black and white: one class, whatever its number.
        assert_eq!(of(&[255, 0, 255]), ["56b4e9ff", "00000000", "56b4e9ff"]);
        let style = include_str!("../../assets/tokens.css");
        for (n, [r, g, b]) in (1..).zip(COLOURS) {
            assert!(style.contains(&format!("--c{n}: #{r:02x}{g:02x}{b:02x};")), "--c{n}");
        }
    }
}
