//! Masks: a value for each pixel of an image, stored as a PNG of one channel or as COCO's run lengths.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Encoder, Transformations};

use crate::error::DecodeError;
use crate::limits::Limits;
use crate::transform::Plan;

/// A mask in memory: class or instance numbers, row by row from the top left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// `width · height` values; those of run lengths are 0 and 1.
    pub values: Vec<u16>,
}

/// What a PNG that is used as a mask says of each pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PngMask {
    /// A number.
    Numbers(Mask),
    /// A colour.
    Colours {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Red, green, blue and alpha of each pixel, row by row from the top left; what is black is transparent.
        rgba: Vec<u8>,
    },
}

/// The pixels of a PNG as they are stored.
struct Stored {
    width: u32,
    height: u32,
    color: ColorType,
    depth: BitDepth,
    /// Bytes of a row.
    line: usize,
    bytes: Vec<u8>,
}

impl Stored {
    fn of(png: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        let failed = |error: png::DecodingError| wrong(format!("not a decodable PNG: {error}"));
        let bytes = usize::try_from(limits.max_bytes).unwrap_or(usize::MAX);
        let mut decoder = Decoder::new_with_limits(Cursor::new(png), png::Limits { bytes });
        // Numbers of a palette and small grey values as they are stored.
        decoder.set_transformations(Transformations::IDENTITY);
        let header = decoder.read_header_info().map_err(failed)?;
        let (width, height) = (header.width, header.height);
        check_pixels(width, height, limits)?;
        let mut reader = decoder.read_info().map_err(failed)?;
        let needed = reader.output_buffer_size().unwrap_or(usize::MAX);
        if needed > bytes {
            return Err(DecodeError::TooManyBytes { needed: needed as u64, limit: limits.max_bytes });
        }
        let mut stored = vec![0; needed];
        let frame = reader.next_frame(&mut stored).map_err(failed)?;
        let (color, depth, line) = (frame.color_type, frame.bit_depth, frame.line_size.max(1));
        Ok(Self { width, height, color, depth, line, bytes: stored })
    }

    fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks_exact(self.line).take(self.height as usize)
    }

    fn numbers(&self, channels: usize) -> Mask {
        let width = self.width as usize;
        let row = |row| (0..width).map(move |x| value(row, x, channels, self.depth));
        Mask { width: self.width, height: self.height, values: self.rows().flat_map(row).collect() }
    }

    /// Of eight or, of which the upper ones count, sixteen bits a channel.
    fn colours(&self, channels: usize) -> Vec<u8> {
        let bytes = if self.depth == BitDepth::Sixteen { 2 } else { 1 };
        let pixels = self.rows().flat_map(|row| row.chunks_exact(channels * bytes).take(self.width as usize));
        pixels
            .flat_map(|pixel| {
                let of = |channel: usize| pixel.get(channel * bytes).copied().unwrap_or(255);
                let [r, g, b] = [of(0), of(1), of(2)];
                [r, g, b, if r | g | b == 0 { 0 } else { of(3) }]
            })
            .collect()
    }
}

impl PngMask {
    /// A PNG of grey values, with or without alpha, or of a palette, whose numbers are the values; or of colours.
    ///
    /// # Errors
    /// If it can't be decoded, or exceeds the limits.
    pub fn decode(png: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        let stored = Stored::of(png, limits)?;
        let (width, height) = (stored.width, stored.height);
        Ok(match stored.color {
            ColorType::Grayscale | ColorType::Indexed => Self::Numbers(stored.numbers(1)),
            ColorType::GrayscaleAlpha => Self::Numbers(stored.numbers(2)),
            ColorType::Rgb => Self::Colours { width, height, rgba: stored.colours(3) },
            ColorType::Rgba => Self::Colours { width, height, rgba: stored.colours(4) },
        })
    }
}

fn wrong(problem: impl Into<String>) -> DecodeError {
    DecodeError::Mask(problem.into())
}

fn check_pixels(width: u32, height: u32, limits: &Limits) -> Result<(), DecodeError> {
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(DecodeError::TooManyPixels { width, height, limit: limits.max_pixels });
    }
    Ok(())
}

impl Mask {
    /// Of a PNG of grey values (with or without alpha, which is dropped) or of a palette, whose numbers are the values.
    ///
    /// # Errors
    /// If it can't be decoded, has colours, or exceeds the limits.
    pub fn from_png(png: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        let stored = Stored::of(png, limits)?;
        match stored.color {
            ColorType::Grayscale | ColorType::Indexed => Ok(stored.numbers(1)),
            ColorType::GrayscaleAlpha => Ok(stored.numbers(2)),
            found => Err(wrong(format!("found a PNG of {found:?}, expected one channel or a palette"))),
        }
    }

    /// Of COCO's run lengths: column by column, background first.
    ///
    /// # Errors
    /// If the runs are longer than the mask, or it exceeds the limits.
    pub fn from_runs(width: u32, height: u32, counts: &[u32], limits: &Limits) -> Result<Self, DecodeError> {
        check_pixels(width, height, limits)?;
        let (w, h) = (width as usize, height as usize);
        let sum: u64 = counts.iter().map(|count| u64::from(*count)).sum();
        if sum > (w * h) as u64 {
            return Err(wrong(format!("runs of {sum} pixels, more than {width} x {height} has")));
        }
        let mut values = vec![0; w * h];
        let mut at = 0;
        for (run, count) in counts.iter().enumerate() {
            let end = at + *count as usize;
            if run % 2 == 1 {
                (at..end).for_each(|pixel| values[pixel % h * w + pixel / h] = 1);
            }
            at = end;
        }
        Ok(Self { width, height, values })
    }

    /// COCO's run lengths of the values that aren't 0.
    pub fn to_runs(&self) -> Vec<u32> {
        let (w, h) = (self.width as usize, self.height as usize);
        let (mut counts, mut set, mut count) = (Vec::new(), false, 0);
        for pixel in 0..w * h {
            if (self.values[pixel % h * w + pixel / h] != 0) != set {
                counts.push(count);
                (set, count) = (!set, 0);
            }
            count += 1;
        }
        counts.push(count);
        counts
    }

    /// A grey PNG, of eight bits where the values fit.
    ///
    /// # Errors
    /// If it can't be encoded: it has no pixels.
    pub fn to_png(&self) -> Result<Vec<u8>, DecodeError> {
        let failed = |error: png::EncodingError| wrong(format!("it can't be encoded as a PNG: {error}"));
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(ColorType::Grayscale);
        let is_small = self.values.iter().all(|value| *value <= 255);
        encoder.set_depth(if is_small { BitDepth::Eight } else { BitDepth::Sixteen });
        let mut writer = encoder.write_header().map_err(failed)?;
        let data: Vec<u8> = match is_small {
            true => self.values.iter().map(|value| *value as u8).collect(),
            false => self.values.iter().flat_map(|value| value.to_be_bytes()).collect(),
        };
        writer.write_image_data(&data).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(bytes)
    }

    /// The mask that belongs to the result of a transform: nearest neighbour, 0 outside of the image.
    ///
    /// # Errors
    /// If it hasn't the size of the image.
    pub fn moved(&self, plan: &Plan) -> Result<Self, DecodeError> {
        let (width, height) = plan.size;
        if (self.width, self.height) != plan.image {
            let (image_width, image_height) = plan.image;
            return Err(wrong(format!(
                "it has {} x {} pixels, expected those of its image, {image_width} x {image_height}",
                self.width, self.height
            )));
        }
        let values = plan.mask(&self.values, 0).ok_or_else(|| wrong("it lacks values"))?;
        Ok(Self { width, height, values })
    }
}

/// A value of a row of a PNG as it is stored: samples of less than a byte are packed from the upper bits on.
fn value(row: &[u8], x: usize, channels: usize, depth: BitDepth) -> u16 {
    let at = |place: usize| row.get(place).copied().unwrap_or_default();
    let packed = |bits: usize| {
        let first = x * bits;
        u16::from(at(first / 8) >> (8 - bits - first % 8)) & ((1 << bits) - 1)
    };
    match depth {
        BitDepth::One => packed(1),
        BitDepth::Two => packed(2),
        BitDepth::Four => packed(4),
        BitDepth::Eight => at(x * channels).into(),
        BitDepth::Sixteen => u16::from_be_bytes([at(2 * x * channels), at(2 * x * channels + 1)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rect::Rect;

    fn encoded(width: u32, height: u32, color: ColorType, depth: BitDepth, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![7; 3 * 16]);
        }
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        bytes
    }

    #[test]
    fn values_are_the_stored_numbers_whatever_the_kind_of_png() {
        let of = |color, depth, data: &[u8]| {
            Mask::from_png(&encoded(3, 2, color, depth, data), &Limits::default()).unwrap().values
        };
        let (grey, indexed) = (ColorType::Grayscale, ColorType::Indexed);
        assert_eq!(of(grey, BitDepth::Eight, &[1, 2, 255, 0, 9, 4]), [1, 2, 255, 0, 9, 4]);
        assert_eq!(of(indexed, BitDepth::Four, &[0x12, 0x30, 0xF0, 0x50]), [1, 2, 3, 15, 0, 5]);
        assert_eq!(of(indexed, BitDepth::Eight, &[3, 2, 1, 0, 1, 2]), [3, 2, 1, 0, 1, 2]);
        assert_eq!(of(grey, BitDepth::One, &[0b1010_0000, 0b0110_0000]), [1, 0, 1, 0, 1, 1]);
        assert_eq!(of(grey, BitDepth::Two, &[0b1101_1000, 0b0010_0100]), [3, 1, 2, 0, 2, 1]);
        let wide: Vec<u8> = [1_u16, 300, 65535, 0, 256, 2].iter().flat_map(|v| v.to_be_bytes()).collect();
        assert_eq!(of(grey, BitDepth::Sixteen, &wide), [1, 300, 65535, 0, 256, 2]);
        let alpha = [5, 255, 6, 255, 7, 0, 8, 0, 9, 0, 10, 0];
        assert_eq!(of(ColorType::GrayscaleAlpha, BitDepth::Eight, &alpha), [5, 6, 7, 8, 9, 10]);
        let rgb = encoded(1, 1, ColorType::Rgb, BitDepth::Eight, &[1, 2, 3]);
        let text = Mask::from_png(&rgb, &Limits::default()).unwrap_err().to_string();
        assert_eq!(text, "mask: found a PNG of Rgb, expected one channel or a palette");
        let numbers = encoded(1, 1, grey, BitDepth::Eight, &[9]);
        let mask = Mask { width: 1, height: 1, values: vec![9] };
        assert_eq!(PngMask::decode(&numbers, &Limits::default()).unwrap(), PngMask::Numbers(mask));
        let colours = |color, depth, data: &[u8]| match PngMask::decode(
            &encoded(2, 1, color, depth, data),
            &Limits::default(),
        )
        .unwrap()
        {
            PngMask::Colours { width: 2, height: 1, rgba } => rgba,
            found => panic!("{found:?}"),
        };
        let (rgb, rgba) = (ColorType::Rgb, ColorType::Rgba);
        assert_eq!(colours(rgb, BitDepth::Eight, &[0, 0, 0, 1, 2, 3]), [0, 0, 0, 0, 1, 2, 3, 255]);
        assert_eq!(colours(rgba, BitDepth::Eight, &[0, 0, 0, 9, 1, 2, 3, 9]), [0, 0, 0, 0, 1, 2, 3, 9]);
        let wide = [0, 9, 0, 9, 0, 9, 4, 0, 0, 0, 6, 1];
        assert_eq!(colours(rgb, BitDepth::Sixteen, &wide), [0, 0, 0, 0, 4, 0, 6, 255]);
    }

    #[test]
    fn bad_and_large_masks_are_errors() {
        let png = encoded(3, 2, ColorType::Grayscale, BitDepth::Eight, &[0; 6]);
        let cut = Mask::from_png(&png[..png.len() - 20], &Limits::default()).unwrap_err().to_string();
        assert!(cut.starts_with("mask: not a decodable PNG: "), "{cut}");
        let limits = Limits { max_pixels: 5, ..Limits::default() };
        assert!(Mask::from_png(&png, &limits).unwrap_err().to_string().contains("limit of 5"));
        assert!(Mask::from_runs(u32::MAX, u32::MAX, &[], &Limits::default()).is_err());
        let long = Mask::from_runs(3, 2, &[4, 3], &Limits::default()).unwrap_err().to_string();
        assert_eq!(long, "mask: runs of 7 pixels, more than 3 x 2 has");
    }

    #[test]
    fn runs_go_down_the_columns() {
        // Of 3 x 2 pixels, the second of the first column and the first of the second.
        let mask = Mask::from_runs(3, 2, &[1, 2], &Limits::default()).unwrap();
        assert_eq!(mask.values, [0, 1, 0, 1, 0, 0]);
        assert_eq!(mask.to_runs(), [1, 2, 3]);
        let full = Mask::from_runs(3, 2, &[0, 6], &Limits::default()).unwrap();
        assert_eq!((full.values.as_slice(), full.to_runs()), (&[1; 6][..], vec![0, 6]));
        let empty = Mask { width: 0, height: 0, values: Vec::new() };
        assert_eq!(empty.to_runs(), [0]);
    }

    #[test]
    fn a_mask_moves_as_its_image() {
        let mask = Mask { width: 4, height: 2, values: vec![1, 2, 3, 300, 5, 6, 7, 8] };
        let crop = Rect { x: 1, y: 0, width: 2, height: 2 };
        let mut plan =
            Plan { image: (4, 2), crop, resized: (4, 4), offset: (0, 0), size: (4, 4), flip: false };
        let rows = |mask: Mask| mask.values.chunks(4).map(<[u16]>::to_vec).collect::<Vec<_>>();
        let found = rows(mask.moved(&plan).unwrap());
        assert_eq!(found, [[2, 2, 3, 3], [2, 2, 3, 3], [6, 6, 7, 7], [6, 6, 7, 7]]);
        plan.flip = true;
        let found = rows(mask.moved(&plan).unwrap());
        assert_eq!(found, [[3, 3, 2, 2], [3, 3, 2, 2], [7, 7, 6, 6], [7, 7, 6, 6]]);
        plan.image = (5, 2);
        let text = mask.moved(&plan).unwrap_err().to_string();
        assert_eq!(text, "mask: it has 4 x 2 pixels, expected those of its image, 5 x 2");
        let again = Mask::from_png(&mask.to_png().unwrap(), &Limits::default()).unwrap();
        assert_eq!(again, mask);
    }
}
