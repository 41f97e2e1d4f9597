//! Whether an image may be turned for display, by its first bytes.

use super::{jpeg, png};
use crate::magic::{self, Format};

/// May an image that begins with `head` have an orientation other than 1? The header decides for JPEG and PNG; for
/// formats that may give it after the pixels, the answer is yes. Cheaper than [`probe_image`](super::probe_image),
/// which reads to the end.
pub fn may_be_turned(head: &[u8]) -> bool {
    match magic::find(head).and_then(|magic| magic.format) {
        Some(Format::Jpeg) => jpeg::may_be_turned(head),
        Some(Format::Png) => png::may_be_turned(head),
        // An extended WebP, whose flags announce EXIF data.
        Some(Format::WebP) => {
            head.get(12..16) == Some(b"VP8X") && head.get(20).is_none_or(|flags| flags & 8 != 0)
        }
        Some(Format::Tiff) => true,
        _ => false,
    }
}
