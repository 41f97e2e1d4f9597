//! The column that becomes files: encoded media as they are, raw pixels as PNG.

use bytes::Bytes;
use hub_dataset::sample::{Column, Media, MediaBytes, Sample, SampleError, Value};
use hub_schema::{Feature, MaskEncoding};

use super::columns::{Pixels, unexpected};
use super::copy::head;
use super::loss::{Loss, LossKind};
use super::names::{base_name, split_ending};
use crate::format::Format;

/// A column of media or raw images.
#[derive(Clone, Debug)]
pub struct MediumColumn {
    pub at: usize,
    pub name: String,
    pixels: Option<Pixels>,
}

impl MediumColumn {
    /// The first column that can be files: of media, or else of raw images.
    pub fn first(columns: &[Column]) -> Option<Self> {
        let all = || columns.iter().enumerate().filter_map(|(at, column)| Self::of(at, column));
        all().find(|medium| medium.pixels.is_none()).or_else(|| all().next())
    }

    /// This column, if it can be files.
    pub fn of(at: usize, column: &Column) -> Option<Self> {
        let feature = &column.feature;
        let pixels = Pixels::of(feature);
        let is_file = feature.is_media() || *feature == Feature::Mask { encoding: MaskEncoding::Png };
        (is_file || pixels.is_some()).then(|| Self { at, name: column.name.clone(), pixels })
    }

    /// The loss of raw pixels, if it has them.
    pub fn loss(&self, format: Format) -> Option<Loss> {
        self.pixels.map(|_| Loss::new(format, [&self.name], LossKind::RawPixels))
    }

    /// Has it raw pixels, which have no file names?
    pub fn is_raw(&self) -> bool {
        self.pixels.is_some()
    }

    /// The file of a sample, which is the `row`th: named as it was named before, with the extension of its
    /// format if it had none, or else numbered. The name is not safe yet.
    pub fn file(&self, sample: &Sample, row: u64) -> Result<Option<Media>, SampleError> {
        match (sample.values.get(self.at), self.pixels) {
            (Some(Value::Null), _) => Ok(None),
            (Some(Value::Media(media)), None) => Ok(Some(named(media, row))),
            (Some(Value::Bytes(pixels)), Some(shape)) => {
                let bytes = png(pixels, shape).map_err(|problem| {
                    SampleError::sample(&sample.place, format!("column '{}': {problem}", self.name))
                })?;
                let name = format!("{row:08}.png");
                Ok(Some(Media { name, bytes: MediaBytes::Memory(bytes) }))
            }
            (other, None) => Err(unexpected(sample, &self.name, "a media file", other)),
            (other, Some(_)) => Err(unexpected(sample, &self.name, "raw pixels", other)),
        }
    }
}

fn png(pixels: &[u8], shape: Pixels) -> Result<Bytes, String> {
    let size = |n: usize| u32::try_from(n).map_err(|_| format!("{n} pixels per side are too many for a PNG"));
    let png = hub_media::encode_png(pixels, size(shape.width)?, size(shape.height)?, shape.channels as u32);
    png.map(Bytes::from).map_err(|e| e.to_string())
}

/// The medium under a name that shows its format.
fn named(media: &Media, row: u64) -> Media {
    let mut name = media.name.clone();
    if base_name(&name).is_empty() {
        name.push_str(&format!("{row:08}"));
    }
    if split_ending(&name).1.is_empty()
        && let Some(ending) = hub_media::ending_of_bytes(&head(media))
    {
        name.push('.');
        name.push_str(ending);
    }
    Media { name, bytes: media.bytes.clone() }
}
