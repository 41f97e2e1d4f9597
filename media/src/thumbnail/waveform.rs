//! The waveform of an audio file: a bar a column, from the least to the greatest sample.
//!
//! Full height is the loudest moment, so that quiet audio files have a shape too; but what is 36 dB below what the
//! format can hold, or quieter, is drawn as quiet as it is, and silence as a line. What a long audio file goes on
//! with after its decoded part is a pale line.

use std::io::{Read, Seek};

use image::{Rgb, RgbImage};

use super::pixels::Thumbnail;
use crate::MediaError;
use crate::audio::{Heard, hear};

const PAPER: Rgb<u8> = Rgb([248, 249, 251]);
const INK: Rgb<u8> = Rgb([47, 103, 177]);
const PALE: Rgb<u8> = Rgb([190, 205, 226]);

/// What is quieter is not drawn louder.
const QUIET: f32 = 1.0 / 64.0;

impl Thumbnail {
    /// The waveform of an audio file, `size` wide and half as high. `name` is what the audio file is called. Of a
    /// very long one only the beginning is decoded.
    ///
    /// # Errors
    /// It is damaged, or nothing here decodes it ([`MediaError::Unsupported`]): Opus, ADPCM.
    pub fn of_audio<R: Read + Seek + Send + Sync + 'static>(
        reader: R,
        name: &str,
        size: u32,
    ) -> Result<Self, MediaError> {
        Ok(Self::of_envelope(&hear(reader, name)?, size))
    }

    pub(super) fn of_envelope(heard: &Heard, size: u32) -> Self {
        let (width, height) = (size.max(2), (size / 2).max(1));
        let columns = heard.envelope.parts(width, heard.frames);
        let loudest = columns.iter().flatten().map(|(low, high)| high.max(-low)).fold(QUIET, f32::max);
        let mut image = RgbImage::from_pixel(width, height, PAPER);
        let middle = (height as f32 - 1.0) / 2.0;
        for (x, column) in columns.iter().enumerate() {
            let (low, high) = column.unwrap_or_default();
            let row =
                |level: f32| (middle - level / loudest * middle).round().clamp(0.0, middle * 2.0) as u32;
            let ink = if column.is_some() { INK } else { PALE };
            for y in row(high)..=row(low) {
                image.put_pixel(x as u32, y, ink);
            }
        }
        Self(image.into())
    }
}
