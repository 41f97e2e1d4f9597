//! BMP, TIFF and PNM: headers by the crates that decode them, length by arithmetic.

use std::io::{BufRead, Cursor, Seek};

use image::codecs::bmp::BmpDecoder;
use image::codecs::pnm::{PnmDecoder, PnmHeader, PnmSubtype, SampleEncoding};
use image::{ImageDecoder, ImageError};
use tiff::decoder::Decoder as TiffDecoder;
use tiff::tags::Tag;
use tiff::{TiffError, TiffResult};

use super::facts::{ImageFacts, check_pixels};
use super::orientation::AS_STORED;
use crate::{Limits, MediaError};

/// Reads a BMP; the pixels of an uncompressed one must all be there.
pub(super) fn probe_bmp(bytes: &[u8], limits: &Limits) -> Result<ImageFacts, MediaError> {
    let decoder = BmpDecoder::new(Cursor::new(bytes)).map_err(|error| from_image(error, bytes.len()))?;
    let ((width, height), colour) = (decoder.dimensions(), decoder.color_type());
    check_pixels(width, height, limits)?;
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let is_old = number(14) == Some(12);
    let bits = if is_old { number(22).map(|both| both >> 16) } else { number(26).map(|both| both >> 16) };
    let is_packed = !is_old && !matches!(number(30), Some(0 | 3 | 6));
    if let (Some(start), Some(bits), false) = (number(10), bits, is_packed) {
        let row = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
        check_end(u64::from(start) + row * u64::from(height), bytes)?;
    }
    let channels = colour.channel_count().into();
    Ok(ImageFacts { format: "bmp", width, height, channels, orientation: AS_STORED })
}

/// Reads the first image of a TIFF; all its strips or tiles must lie inside the file.
pub(super) fn probe_tiff(bytes: &[u8], limits: &Limits) -> Result<ImageFacts, MediaError> {
    let mut tables = tiff::decoder::Limits::default();
    tables.ifd_value_size = 16 << 20;
    let from_tiff = |error| from_tiff(error, bytes.len());
    let mut decoder = TiffDecoder::new(Cursor::new(bytes)).map_err(from_tiff)?.with_limits(tables);
    let (width, height) = decoder.dimensions().map_err(from_tiff)?;
    check_pixels(width, height, limits)?;
    check_end(tiff_end(&mut decoder).map_err(from_tiff)?, bytes)?;
    // The tags, rather than the decoder's colour type, which is an error for colours it can't decode.
    let mut tag = |tag| decoder.find_tag_unsigned::<u16>(tag).map_err(from_tiff);
    let channels = match tag(Tag::PhotometricInterpretation)? {
        Some(3) => 3,
        _ => tag(Tag::SamplesPerPixel)?.unwrap_or(1).into(),
    };
    let turned = tag(Tag::Orientation)?.and_then(|tag| u8::try_from(tag).ok());
    let orientation = turned.filter(|tag| (1..=8).contains(tag)).unwrap_or(AS_STORED);
    Ok(ImageFacts { format: "tiff", width, height, channels, orientation })
}

/// Where the last strip or tile ends.
fn tiff_end<R: BufRead + Seek>(decoder: &mut TiffDecoder<R>) -> TiffResult<u64> {
    let mut end = 0;
    for (offsets, counts) in
        [(Tag::StripOffsets, Tag::StripByteCounts), (Tag::TileOffsets, Tag::TileByteCounts)]
    {
        let offsets = decoder.find_tag_unsigned_vec::<u64>(offsets)?.unwrap_or_default();
        let counts = decoder.find_tag_unsigned_vec::<u64>(counts)?.unwrap_or_default();
        let ends = offsets.iter().zip(&counts).map(|(offset, count)| offset.saturating_add(*count));
        end = ends.fold(end, u64::max);
    }
    Ok(end)
}

/// Reads a PNM; as text, a sample takes at least a digit, and a space if it is not a bit.
pub(super) fn probe_pnm(bytes: &[u8], limits: &Limits) -> Result<ImageFacts, MediaError> {
    let decoder = PnmDecoder::new(Cursor::new(bytes)).map_err(|error| from_image(error, bytes.len()))?;
    let ((width, height), colour) = (decoder.dimensions(), decoder.color_type());
    check_pixels(width, height, limits)?;
    let (reader, header) = decoder.into_inner();
    let channels = u64::from(colour.channel_count());
    let samples = u64::from(width) * u64::from(height) * channels;
    let data = match header.subtype() {
        PnmSubtype::Bitmap(SampleEncoding::Ascii) => samples,
        PnmSubtype::Graymap(SampleEncoding::Ascii) | PnmSubtype::Pixmap(SampleEncoding::Ascii) => {
            (samples * 2).saturating_sub(1)
        }
        PnmSubtype::Bitmap(SampleEncoding::Binary) => u64::from(width).div_ceil(8) * u64::from(height),
        _ => samples * sample_bytes(&header),
    };
    check_end(reader.position() + data, bytes)?;
    let channels = colour.channel_count().into();
    Ok(ImageFacts { format: "pnm", width, height, channels, orientation: AS_STORED })
}

fn sample_bytes(header: &PnmHeader) -> u64 {
    if header.maximal_sample() > 255 { 2 } else { 1 }
}

fn check_end(end: u64, bytes: &[u8]) -> Result<(), MediaError> {
    let found = bytes.len() as u64;
    if end > found {
        return Err(MediaError::truncated(found, format!("image data up to byte {end}")));
    }
    Ok(())
}

fn from_image(error: ImageError, len: usize) -> MediaError {
    match error {
        ImageError::IoError(_) => MediaError::truncated(len as u64, "more of the header"),
        ImageError::Unsupported(error) => MediaError::Unsupported(error.to_string()),
        error => MediaError::Malformed(error.to_string()),
    }
}

fn from_tiff(error: TiffError, len: usize) -> MediaError {
    match error {
        TiffError::IoError(_) => MediaError::truncated(len as u64, "the TIFF's directory (IFD)"),
        TiffError::UnsupportedError(error) => MediaError::Unsupported(error.to_string()),
        error => MediaError::Malformed(error.to_string()),
    }
}
