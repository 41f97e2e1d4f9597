//! The signature of a picture: a hash that similar pictures share, and figures that show what is odd about it.
//!
//! The hash is a difference hash: the picture is shrunk to 9 x 8 grey pixels, and a bit says whether each is darker than its
//! right neighbour. It survives another size, another encoding and a little more or less light; of two hashes the number of
//! different bits tells how different the pictures are. A picture without contrast has no such hash, since its bits are
//! noise. The tiny picture tells how two pictures differ that are of one kind: which one is unlike the rest of its class.

use image::imageops::FilterType;
use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

use crate::image::decode;
use crate::thumbnail::shrink_to;
use crate::{Limits, MediaError};

/// Pixels of the longest side from which a signature is computed.
const SIZE: u32 = 64;
/// A picture whose grey values deviate less than this (of 255) from their mean shows nothing.
const MIN_CONTRAST: f32 = 3.0;
/// A pixel whose channels differ by more than this has a colour.
const GREY_TOLERANCE: u8 = 8;
/// At most this part of the pixels of a grey picture has a colour, in thousandths.
const GREY_PIXELS: usize = 5;

/// Pixels of a side of the brightness of a tiny picture.
const TINY_SIDE: u32 = 8;
/// Pixels of a side of its two colour differences.
const TINY_COLOUR_SIDE: u32 = 2;
/// Numbers of a tiny picture.
pub const TINY_NUMBERS: usize = (TINY_SIDE * TINY_SIDE + 2 * TINY_COLOUR_SIDE * TINY_COLOUR_SIDE) as usize;

/// A picture shrunk to 8 x 8 brightnesses, and 2 x 2 of each colour difference (blue and red, 128 for grey), row by row.
pub type TinyPicture = [u8; TINY_NUMBERS];

/// The signature of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// The difference hash; `None` for a picture without contrast.
    pub hash: Option<u64>,
    /// The mean colour: red, green, blue.
    pub mean: [u8; 3],
    /// Whether (almost) all pixels are grey.
    pub is_grey: bool,
    /// The picture without its details.
    pub tiny: TinyPicture,
}

impl Signature {
    /// The signature of an encoded image, upright.
    ///
    /// # Errors
    /// It is damaged, or has more pixels than `limits` allow.
    pub fn of_image(bytes: &[u8], limits: &Limits) -> Result<Self, MediaError> {
        let (image, orientation) = decode(bytes, limits)?;
        let mut small = shrink_to(image, SIZE);
        small.apply_orientation(orientation);
        Ok(Self::of(&small))
    }

    /// The signature of raw pixels, row by row, with 1 to 4 channels; `None` if there are not as many as the size says.
    pub fn of_pixels(pixels: Vec<u8>, width: u32, height: u32, channels: usize) -> Option<Self> {
        let image: DynamicImage = match channels {
            1 => GrayImage::from_raw(width, height, pixels)?.into(),
            2 => GrayAlphaImage::from_raw(width, height, pixels)?.into(),
            3 => RgbImage::from_raw(width, height, pixels)?.into(),
            4 => RgbaImage::from_raw(width, height, pixels)?.into(),
            _ => return None,
        };
        (width > 0 && height > 0).then(|| Self::of(&shrink_to(image, SIZE)))
    }

    fn of(image: &DynamicImage) -> Self {
        let colours = image.to_rgb8();
        let count = colours.pixels().len().max(1);
        let mut sums = [0u64; 3];
        let mut coloured = 0;
        for pixel in colours.pixels() {
            for (sum, channel) in sums.iter_mut().zip(pixel.0) {
                *sum += u64::from(channel);
            }
            let (low, high) = pixel.0.iter().fold((255, 0), |(low, high), c| (low.min(*c), high.max(*c)));
            coloured += usize::from(high - low > GREY_TOLERANCE);
        }
        let grey = image.to_luma8();
        let mean = grey.iter().map(|g| f32::from(*g)).sum::<f32>() / count as f32;
        let variance = grey.iter().map(|g| (f32::from(*g) - mean).powi(2)).sum::<f32>() / count as f32;
        let has_contrast = variance.sqrt() >= MIN_CONTRAST;
        Self {
            hash: has_contrast.then(|| difference_hash(image)),
            mean: sums.map(|sum| (sum / count as u64) as u8),
            is_grey: coloured * 1000 <= count * GREY_PIXELS,
            tiny: tiny_picture(image),
        }
    }

    /// The number of bits in which two hashes differ: 0 for the same picture, about 32 for unrelated ones.
    pub const fn distance(a: u64, b: u64) -> u32 {
        (a ^ b).count_ones()
    }
}

fn tiny_picture(image: &DynamicImage) -> TinyPicture {
    let grey = image.resize_exact(TINY_SIDE, TINY_SIDE, FilterType::Triangle).to_luma8();
    let colours = image.resize_exact(TINY_COLOUR_SIDE, TINY_COLOUR_SIDE, FilterType::Triangle).to_rgb8();
    let differences = [2, 0].into_iter().flat_map(|channel| {
        colours.pixels().map(move |pixel| {
            let [r, g, b] = pixel.0.map(i32::from);
            let brightness = (299 * r + 587 * g + 114 * b) / 1000;
            ((i32::from(pixel.0[channel]) - brightness) / 2 + 128).clamp(0, 255) as u8
        })
    });
    let mut tiny = [0; TINY_NUMBERS];
    for (number, value) in tiny.iter_mut().zip(grey.into_raw().into_iter().chain(differences)) {
        *number = value;
    }
    tiny
}

fn difference_hash(image: &DynamicImage) -> u64 {
    let small = image.resize_exact(9, 8, FilterType::Triangle).to_luma8();
    let mut hash = 0;
    for y in 0..8 {
        for x in 0..8 {
            hash = hash << 1 | u64::from(small.get_pixel(x, y).0[0] < small.get_pixel(x + 1, y).0[0]);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::codecs::jpeg::JpegEncoder;
    use image::{ImageFormat, Rgb, RgbImage};

    use super::*;

    fn scene(width: u32, height: u32, turn: f32) -> DynamicImage {
        let wave = |x: u32, y: u32| {
            let (x, y) = (x as f32 / width as f32, y as f32 / height as f32);
            ((x * 7.0 + turn).sin() * (y * 5.0 - turn).cos() * 100.0 + 128.0) as u8
        };
        RgbImage::from_fn(width, height, |x, y| Rgb([wave(x, y), wave(y, x), 90])).into()
    }

    fn signature(image: &DynamicImage, format: ImageFormat) -> Signature {
        let mut bytes = Cursor::new(Vec::new());
        image.write_to(&mut bytes, format).unwrap();
        Signature::of_image(&bytes.into_inner(), &Limits::default()).unwrap()
    }

    #[test]
    fn another_size_and_encoding_is_nearly_the_same_picture() {
        let one = signature(&scene(400, 300, 0.0), ImageFormat::Png);
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 60).encode_image(&scene(200, 150, 0.0).to_rgb8()).unwrap();
        let same = Signature::of_image(&jpeg, &Limits::default()).unwrap();
        let other = signature(&scene(400, 300, 2.0), ImageFormat::Png);
        let distance = |a: Signature, b: Signature| Signature::distance(a.hash.unwrap(), b.hash.unwrap());
        assert!(distance(one, same) <= 3, "{}", distance(one, same));
        assert!(distance(one, other) > 12, "{}", distance(one, other));
    }

    #[test]
    fn blank_and_grey_pictures_are_told() {
        let blank = signature(&RgbImage::from_pixel(50, 40, Rgb([10, 200, 30])).into(), ImageFormat::Png);
        assert_eq!((blank.hash, blank.mean, blank.is_grey), (None, [10, 200, 30], false));
        let grey: DynamicImage = scene(60, 60, 0.0).to_luma8().into();
        let grey = signature(&grey, ImageFormat::Png);
        assert!(grey.is_grey && grey.hash.is_some());
        assert!(!signature(&scene(60, 60, 0.0), ImageFormat::Png).is_grey);
    }

    #[test]
    fn tiny_pictures_keep_brightness_and_colour() {
        let half = RgbImage::from_fn(64, 64, |x, _| if x < 32 { Rgb([255, 0, 0]) } else { Rgb([0, 0, 255]) });
        let tiny = signature(&half.into(), ImageFormat::Png).tiny;
        // Red is brighter than blue; to the left red differs, to the right blue.
        assert!(tiny[0] > tiny[7] && tiny[56] > tiny[63], "{tiny:?}");
        let [blue, red] = [&tiny[64..68], &tiny[68..72]];
        assert!(red[0] > 180 && red[1] <= 128 && blue[0] < 128 && blue[1] > 200, "{tiny:?}");
        let grey = Signature::of_pixels(vec![77; 28 * 28], 28, 28, 1).unwrap();
        assert_eq!((grey.tiny[..64].to_vec(), grey.tiny[64..].to_vec()), (vec![77; 64], vec![128; 8]));
        assert_eq!((grey.hash, grey.is_grey), (None, true));
        assert_eq!(Signature::of_pixels(vec![0; 5], 2, 3, 1), None);
        assert_eq!(Signature::of_pixels(vec![0; 50], 2, 5, 5), None);
    }
}
