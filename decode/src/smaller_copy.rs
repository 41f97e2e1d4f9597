//! A smaller copy of an image, which is decoded in its place where it has enough pixels.

use crate::decoder::ImageDecoder;
use crate::jpeg::encode_jpeg;
use crate::orientation::Orientation;
use crate::transform::{Draw, ImageSpec, ResizeTo, Transform};

/// The quality of copies that are JPEGs, 1 to 100.
const QUALITY: u8 = 95;

/// The pixels of a smaller copy: those of Pillow, bit for bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallerCopy {
    /// Red, green and blue, row by row.
    rgb: Vec<u8>,
    width: u32,
    height: u32,
}

impl SmallerCopy {
    /// Of an image, so that its shorter side has `short_side` pixels. None of an image that is small enough, can't be
    /// decoded, or whose EXIF data may turn it: a copy has none, and a stream may want it turned or not.
    pub fn of(decoder: &mut ImageDecoder, image: &[u8], short_side: u32) -> Option<Self> {
        if may_be_turned(image) {
            return None;
        }
        let transform = Transform::Resize { to: ResizeTo::Short(short_side), crop: None, flip: 0.0 };
        let spec = ImageSpec { transform, exact: true, ..ImageSpec::default() };
        let plan = decoder.plan(image, &spec, Draw::default()).ok()?;
        if plan.image.0.min(plan.image.1) <= short_side {
            return None;
        }
        let (width, height) = plan.size;
        let bytes = usize::try_from(u64::from(width) * u64::from(height) * 3).ok()?;
        let mut rgb = vec![0; bytes];
        decoder.transform(image, None, &spec, Draw::default(), &mut rgb).ok()?;
        Some(Self { rgb, width, height })
    }

    /// As a JPEG of quality 95; `None` if a side is longer than the format allows.
    pub fn to_jpeg(&self) -> Option<Vec<u8>> {
        encode_jpeg(&self.rgb, self.width, self.height, QUALITY)
    }

    /// As a binary PPM (`P6`), which takes no decoding.
    pub fn into_ppm(self) -> Vec<u8> {
        let mut file = format!("P6\n{} {}\n255\n", self.width, self.height).into_bytes();
        file.extend(self.rgb);
        file
    }
}

fn may_be_turned(image: &[u8]) -> bool {
    if image.starts_with(&[0xFF, 0xD8]) {
        return Orientation::of_jpeg(image) != Orientation::default();
    }
    let is_tiff = image.starts_with(b"II*\0") || image.starts_with(b"MM\0*");
    let has = |name: &[u8]| image.windows(name.len()).any(|bytes| bytes == name);
    // The chunks of PNG and WebP.
    is_tiff || image.starts_with(b"\x89PNG") && has(b"eXIf") || image.starts_with(b"RIFF") && has(b"EXIF")
}
