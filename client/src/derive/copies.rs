//! Smaller copies of images.

use hub_dataset::ops::derived::Derive;
use hub_decode::{Draw, ImageDecoder, ImageSpec, Orientation, ResizeTo, Transform, encode_jpeg};
use hub_schema::{CopyEncoding, DerivedKind};

use super::decoders::Decoders;

/// The quality of copies, 1 to 100.
const QUALITY: u8 = 95;

/// Makes copies of images whose shorter side is longer than that of the copy.
#[derive(Debug)]
pub struct Copies {
    short_side: u32,
    encoding: CopyEncoding,
    decoders: Decoders,
}

impl Copies {
    /// Copies whose shorter side has so many pixels.
    pub fn new(short_side: u32, encoding: CopyEncoding) -> Self {
        Self { short_side, encoding, decoders: Decoders::default() }
    }

    fn copy(&self, decoder: &mut ImageDecoder, image: &[u8]) -> Option<Vec<u8>> {
        let transform = Transform::Resize { to: ResizeTo::Short(self.short_side), crop: None, flip: 0.0 };
        let spec = ImageSpec { transform, exact: true, ..ImageSpec::default() };
        let plan = decoder.plan(image, &spec, Draw::default()).ok()?;
        if plan.image.0.min(plan.image.1) <= self.short_side {
            return None;
        }
        let (width, height) = plan.size;
        let bytes = usize::try_from(u64::from(width) * u64::from(height) * 3).ok()?;
        let mut rgb = vec![0; bytes];
        decoder.transform(image, None, &spec, Draw::default(), &mut rgb).ok()?;
        match self.encoding {
            CopyEncoding::Jpeg => encode_jpeg(&rgb, width, height, QUALITY),
            CopyEncoding::Raw => {
                let mut file = format!("P6\n{width} {height}\n255\n").into_bytes();
                file.extend(rgb);
                Some(file)
            }
        }
    }
}

impl Derive for Copies {
    fn kind(&self) -> DerivedKind {
        DerivedKind::Copy { short_side: self.short_side, encoding: self.encoding }
    }

    /// None of an image that is small enough, can't be decoded, or whose EXIF data may turn it: a copy has none, and a
    /// stream may want it turned or not.
    fn derive(&self, media: &[u8]) -> Option<Vec<u8>> {
        if may_be_turned(media) {
            return None;
        }
        self.decoders.with(|decoder| self.copy(decoder, media))?
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
