//! The fingerprint of one picture, and its form on a disk.

use hub_media::{Limits, Signature, TINY_NUMBERS, TinyPicture, probe_image};

/// Where the tiny picture of a fingerprint begins on a disk.
const TINY_AT: usize = 36;
/// Bytes of a fingerprint on a disk.
pub(super) const BYTES: usize = TINY_AT + TINY_NUMBERS;
/// Larger pictures are not decoded: 10,000 x 10,000 pixels.
const MAX_PIXELS: u64 = 100_000_000;

const PRESENT: u8 = 1;
const DECODED: u8 = 2;
const HAS_HASH: u8 = 4;
const GREY: u8 = 8;

/// How the raw pixels of a picture lie in a tensor of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub width: u32,
    pub height: u32,
    pub channels: usize,
    /// Whether each channel is a plane of its own.
    pub is_planar: bool,
}

impl Layout {
    /// The layout of a tensor: `[height, width]`, `[height, width, channels]` or `[channels, height, width]`.
    pub fn of(shape: &[usize]) -> Option<Self> {
        let (height, width, channels, is_planar) = match *shape {
            [height, width] => (height, width, 1, false),
            [height, width, channels @ 1..=4] => (height, width, channels, false),
            [channels @ 1..=4, height, width] => (height, width, channels, true),
            _ => return None,
        };
        let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        let pixels = u64::from(width) * u64::from(height);
        (1..=MAX_PIXELS).contains(&pixels).then_some(Self { width, height, channels, is_planar })
    }

    fn channels_last(&self, bytes: &[u8]) -> Vec<u8> {
        let plane = self.width as usize * self.height as usize;
        if !self.is_planar || self.channels == 1 || bytes.len() != plane * self.channels {
            return bytes.to_vec();
        }
        (0..bytes.len()).map(|n| bytes[n % self.channels * plane + n / self.channels]).collect()
    }
}

/// What is told of a picture by its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// The first half of the BLAKE3 of its bytes; `None` for a row without a picture.
    pub content: Option<[u8; 16]>,
    /// Its look, where it could be decoded.
    pub look: Option<Look>,
}

/// How a picture looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// See [`Signature::hash`].
    pub hash: Option<u64>,
    /// The mean colour.
    pub mean: [u8; 3],
    /// Whether (almost) all pixels are grey.
    pub is_grey: bool,
    /// Width and height in pixels, as the picture is stored.
    pub size: (u32, u32),
    /// The picture without its details.
    pub tiny: TinyPicture,
}

impl Look {
    fn of(signature: Signature, size: (u32, u32)) -> Self {
        let Signature { hash, mean, is_grey, tiny } = signature;
        Self { hash, mean, is_grey, size, tiny }
    }
}

impl Fingerprint {
    /// The fingerprint of an encoded picture. What can't be decoded has no look.
    pub fn of(bytes: &[u8]) -> Self {
        let hash = blake3::hash(bytes);
        let content = hash.as_bytes().first_chunk::<16>().copied();
        let limits = Limits { max_pixels: MAX_PIXELS, ..Limits::default() };
        let look = || {
            let facts = probe_image(bytes, &limits).ok()?;
            let signature = Signature::of_image(bytes, &limits).ok()?;
            Some(Look::of(signature, (facts.width, facts.height)))
        };
        Self { content, look: look() }
    }

    /// The fingerprint of raw pixels.
    pub(super) fn of_pixels(bytes: &[u8], layout: &Layout) -> Self {
        let content = blake3::hash(bytes).as_bytes().first_chunk::<16>().copied();
        let (width, height) = (layout.width, layout.height);
        let signature = Signature::of_pixels(layout.channels_last(bytes), width, height, layout.channels);
        Self { content, look: signature.map(|signature| Look::of(signature, (width, height))) }
    }

    pub(super) fn write(&self, to: &mut Vec<u8>) {
        let look = self.look;
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        to.extend(self.content.unwrap_or_default());
        to.extend(look.and_then(|look| look.hash).unwrap_or_default().to_le_bytes());
        let (width, height) = look.map_or((0, 0), |look| look.size);
        to.extend(width.to_le_bytes());
        to.extend(height.to_le_bytes());
        to.extend(look.map_or([0; 3], |look| look.mean));
        to.push(
            flag(self.content.is_some(), PRESENT)
                | flag(look.is_some(), DECODED)
                | flag(look.is_some_and(|look| look.hash.is_some()), HAS_HASH)
                | flag(look.is_some_and(|look| look.is_grey), GREY),
        );
        to.extend(look.map_or([0; TINY_NUMBERS], |look| look.tiny));
    }

    pub(super) fn read(bytes: &[u8; BYTES]) -> Self {
        let part = |from: usize| bytes.get(from..).unwrap_or_default();
        let number = |from: usize| part(from).first_chunk().copied().map_or(0, u32::from_le_bytes);
        let flags = bytes[35];
        let hash = part(16).first_chunk().copied().map(u64::from_le_bytes);
        let look = || Look {
            hash: hash.filter(|_| flags & HAS_HASH != 0),
            mean: part(32).first_chunk().copied().unwrap_or_default(),
            is_grey: flags & GREY != 0,
            size: (number(24), number(28)),
            tiny: part(TINY_AT).first_chunk().copied().unwrap_or([0; TINY_NUMBERS]),
        };
        Self {
            content: bytes.first_chunk().copied().filter(|_| flags & PRESENT != 0),
            look: (flags & DECODED != 0).then(look),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_read_as_they_were_written() {
        let png = hub_media::encode_png(&[0, 255, 9, 80, 3, 200], 3, 2, 1).unwrap();
        for fingerprint in [Fingerprint::of(&png), Fingerprint::of(b"no picture"), Fingerprint::default()] {
            let mut bytes = Vec::new();
            fingerprint.write(&mut bytes);
            assert_eq!(Fingerprint::read(bytes.first_chunk().unwrap()), fingerprint);
            assert_eq!(bytes.len(), BYTES);
        }
        let look = Fingerprint::of(&png).look.unwrap();
        assert_eq!((look.size, look.is_grey), ((3, 2), true));
        assert!(Fingerprint::of(b"no picture").look.is_none());
    }

    #[test]
    fn raw_pixels_have_fingerprints_in_either_order_of_channels() {
        let last: Vec<u8> = (0..4 * 5 * 3u8).collect();
        let planes: Vec<u8> = (0..3).flat_map(|c| (0..20).map(move |n| n * 3 + c)).collect();
        let [a, b] = [(&last, &[4, 5, 3][..]), (&planes, &[3, 4, 5][..])]
            .map(|(bytes, shape)| Fingerprint::of_pixels(bytes, &Layout::of(shape).unwrap()));
        assert!(a.look.is_some() && a.look == b.look && a.content != b.content);
        assert_eq!(a.look.unwrap().size, (5, 4));
        assert!(Fingerprint::of_pixels(&[1, 2], &Layout::of(&[4, 5]).unwrap()).look.is_none());
        for shape in [&[4][..], &[0, 5], &[9, 9, 9], &[200_000, 200_000]] {
            assert_eq!(Layout::of(shape), None, "{shape:?}");
        }
    }
}
