//! EXIF orientation: how the stored pixels are turned for display.

use image::metadata::Orientation;

/// The orientation of an image that gives none: shown as stored.
pub(super) const AS_STORED: u8 = 1;

/// What EXIF data begin with inside a JPEG, and by mistake in some files of other formats.
const PREFIX: &[u8] = b"Exif\0\0";

/// The orientation in EXIF data (a TIFF directory, with or without the prefix `Exif`); none where there is no valid
/// one.
pub(super) fn of_exif(data: &[u8]) -> Option<u8> {
    let tiff = data.strip_prefix(PREFIX).unwrap_or(data);
    Orientation::from_exif_chunk(tiff).map(Orientation::to_exif)
}

/// The orientation in the content of a JPEG's APP1 segment; none where that is not EXIF data.
pub(super) fn of_app1(segment: &[u8]) -> Option<u8> {
    if segment.starts_with(PREFIX) { of_exif(segment) } else { None }
}
