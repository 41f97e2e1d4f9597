//! EXIF orientation: how stored pixels must be turned to be upright.

use image::metadata::Orientation as Exif;

use crate::pixels::Pixels;
use crate::rect::Rect;

/// One of the eight orientations: upright pixel `(x, y)` is stored pixel `(u, v)`, where `u, v` are `x, y` or `y, x`, each
/// counted from its start or from its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orientation {
    /// Columns are stored as rows.
    pub swapped: bool,
    /// Stored columns are counted from the right.
    pub from_right: bool,
    /// Stored rows are counted from the bottom.
    pub from_bottom: bool,
}

impl Orientation {
    /// By its number in EXIF, 1 to 8; others count as 1, upright.
    pub fn of_exif(number: u8) -> Self {
        let of = |swapped, from_right, from_bottom| Self { swapped, from_right, from_bottom };
        match number {
            2 => of(false, true, false),
            3 => of(false, true, true),
            4 => of(false, false, true),
            5 => of(true, false, false),
            6 => of(true, false, true),
            7 => of(true, true, true),
            8 => of(true, true, false),
            _ => of(false, false, false),
        }
    }

    /// Of a JPEG, by the first EXIF segment before its scan.
    pub fn of_jpeg(jpeg: &[u8]) -> Self {
        let mut rest = jpeg.get(2..).unwrap_or_default();
        while let [0xFF, marker, tail @ ..] = rest {
            match marker {
                // Fill bytes, and markers without a length.
                0xFF => rest = &rest[1..],
                0x01 | 0xD0..=0xD8 => rest = tail,
                0xD9 | 0xDA => break,
                _ => {
                    let [high, low, ..] = *tail else { break };
                    let len = usize::from(u16::from_be_bytes([high, low]));
                    let Some(segment) = tail.get(2..len) else { break };
                    if *marker == 0xE1
                        && let Some(exif) = segment.strip_prefix(b"Exif\0\0")
                    {
                        return Self::of_exif(Exif::from_exif_chunk(exif).map_or(1, Exif::to_exif));
                    }
                    rest = &tail[len..];
                }
            }
        }
        Self::default()
    }

    /// Size of the upright image, of a stored one.
    pub fn upright(self, (width, height): (u32, u32)) -> (u32, u32) {
        if self.swapped { (height, width) } else { (width, height) }
    }

    /// The stored rectangle of an upright one, in a stored image of this size.
    pub fn stored(self, rect: Rect, (width, height): (u32, u32)) -> Rect {
        let Rect { x, y, width: w, height: h } = rect;
        let (x, y, w, h) = if self.swapped { (y, x, h, w) } else { (x, y, w, h) };
        let x = if self.from_right { width.saturating_sub(x + w) } else { x };
        let y = if self.from_bottom { height.saturating_sub(y + h) } else { y };
        Rect { x, y, width: w, height: h }
    }

    /// Turns stored pixels upright; `region` is the upright rectangle wanted, `size` the stored image's.
    pub(crate) fn turn(self, stored: &Pixels, region: Rect, size: (u32, u32), upright: &mut Pixels) {
        let from = self.stored(region, size);
        upright.area = region;
        upright.rgb.resize(region.width as usize * region.height as usize * 3, 0);
        let rows: Vec<&[u8]> = stored.rows(from).collect();
        for (row, y) in upright.rgb.chunks_exact_mut((region.width as usize * 3).max(1)).zip(0u32..) {
            for (pixel, x) in row.chunks_exact_mut(3).zip(0u32..) {
                let (u, v) = if self.swapped { (y, x) } else { (x, y) };
                let u = if self.from_right { from.width - 1 - u } else { u } as usize * 3;
                let v = if self.from_bottom { from.height - 1 - v } else { v } as usize;
                if let Some(found) = rows.get(v).and_then(|row| row.get(u..u + 3)) {
                    pixel.copy_from_slice(found);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The `image` crate turns images too.
    #[test]
    fn turns_as_the_image_crate_does() {
        let rgb = crate::testing::picture(7, 5, 3, 1);
        let stored = Pixels { rgb: rgb.clone(), area: Rect::whole(7, 5) };
        let image = image::RgbImage::from_raw(7, 5, rgb).unwrap();
        for number in 1..=8 {
            let mut expected = image::DynamicImage::ImageRgb8(image.clone());
            expected.apply_orientation(Exif::from_exif(number).unwrap());
            let orientation = Orientation::of_exif(number);
            let (width, height) = orientation.upright((7, 5));
            assert_eq!((width, height), (expected.width(), expected.height()), "{number}");
            let mut found = Pixels::default();
            let whole = Rect::whole(width, height);
            orientation.turn(&stored, whole, (7, 5), &mut found);
            assert_eq!(found.rgb, expected.as_bytes(), "{number}");
            let region = Rect { x: 1, y: 2, width: 3, height: 2 };
            let mut part = Pixels::default();
            orientation.turn(&stored, region, (7, 5), &mut part);
            assert_eq!(part.rgb, found.copy(region), "{number}");
        }
    }
}
