//! EXIF orientation: how the stored pixels are turned for display.

use image::metadata::Orientation;

use crate::magic::{self, Format};

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

/// May an image that begins with `head` have an orientation other than 1? The header decides for JPEG and PNG; for
/// formats that may give it after the pixels, the answer is yes. Cheaper than [`probe_image`](super::probe_image),
/// which reads to the end.
pub fn may_be_turned(head: &[u8]) -> bool {
    match magic::find(head).and_then(|magic| magic.format) {
        Some(Format::Jpeg) => super::jpeg::may_be_turned(head),
        Some(Format::Png) => super::png::may_be_turned(head),
        // An extended WebP, whose flags announce EXIF data.
        Some(Format::WebP) => {
            head.get(12..16) == Some(b"VP8X") && head.get(20).is_none_or(|flags| flags & 8 != 0)
        }
        Some(Format::Tiff) => true,
        _ => false,
    }
}
