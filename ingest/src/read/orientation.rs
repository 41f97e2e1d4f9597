//! Annotations of the upright image, turned to the stored one.
//!
//! A camera that is held upright stores the image as its sensor lies, and says in the EXIF orientation how to turn it.
//! Annotation tools, OpenCV and YOLO's trainer turn it and count in the upright image. In a data set, boxes lie on the
//! pixels as stored, like the facts `width` and `height`.

use std::io::Read;

use hub_dataset::sample::{Media, MediaBytes};
use hub_media::{ImageFacts, Limits, may_be_turned, probe_image};

/// The largest image whose header is read, in bytes.
const MAX_IMAGE_BYTES: u64 = 256 << 20;

/// EXIF data stand before the pixels, and are at most this long in a JPEG.
const HEAD_BYTES: u64 = 66 << 10;

/// The most pixels of a mask that is turned.
const MAX_MASK_PIXELS: i64 = 1 << 28;

/// From the upright image to the stored one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// The EXIF orientation.
    orientation: u8,
    /// Width and height in pixels, as stored.
    width: f64,
    height: f64,
}

/// The facts of an image, from its header.
///
/// # Errors
/// It is too long, can't be read or is no image; in a clause.
pub fn facts(image: &Media) -> Result<ImageFacts, String> {
    let size = image.bytes.size_bytes();
    if size > MAX_IMAGE_BYTES {
        return Err(format!("the image has {size} bytes, expected at most {MAX_IMAGE_BYTES}"));
    }
    let bytes = image.bytes.read_all().map_err(|e| format!("can't be read: {e}"))?;
    probe_image(&bytes, &Limits::default()).map_err(|e| e.to_string())
}

/// How annotations of an image of the size `width` × `height` are turned to the stored one: none where that is the
/// stored size. Only an image that is stored lying can be told from its size.
///
/// # Errors
/// The image can't be read.
pub fn turned(image: &Media, width: f64, height: f64) -> Result<Option<Turn>, String> {
    if width == height || !head_is_turned(image) {
        return Ok(None);
    }
    let facts = facts(image)?;
    let (upright, stored) = (facts.upright_size(), (facts.width, facts.height));
    let is = |size: (u32, u32)| (f64::from(size.0), f64::from(size.1)) == (width, height);
    Ok((is(upright) && !is(stored)).then(|| Turn::new(&facts)))
}

/// Does the beginning of the image leave open that it has an orientation? What can't be read is reported later.
fn head_is_turned(image: &Media) -> bool {
    let mut head = Vec::new();
    match &image.bytes {
        MediaBytes::Memory(bytes) => may_be_turned(bytes),
        bytes => {
            let read = bytes.reader().take(HEAD_BYTES).read_to_end(&mut head);
            read.is_ok() && may_be_turned(&head)
        }
    }
}

impl Turn {
    pub fn new(facts: &ImageFacts) -> Self {
        Self { orientation: facts.orientation, width: facts.width.into(), height: facts.height.into() }
    }

    /// A point of the upright image, x and y in pixels, in the stored one.
    pub fn point(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let (w, h) = (self.width, self.height);
        match self.orientation {
            2 => [w - x, y],
            3 => [w - x, h - y],
            4 => [x, h - y],
            5 => [y, x],
            6 => [y, h - x],
            7 => [w - y, h - x],
            8 => [w - y, x],
            _ => [x, y],
        }
    }

    /// A point of the stored image in the upright one.
    pub fn upright(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let (w, h) = (self.width, self.height);
        match self.orientation {
            2 => [w - x, y],
            3 => [w - x, h - y],
            4 => [x, h - y],
            5 => [y, x],
            6 => [h - y, x],
            7 => [h - y, w - x],
            8 => [y, w - x],
            _ => [x, y],
        }
    }

    /// Whether width and height of the upright image are those of the stored one, swapped.
    pub fn is_lying(&self) -> bool {
        matches!(self.orientation, 5..=8)
    }

    /// A box (x, y, width, height) of the upright image in the stored one.
    pub fn bbox(&self, [x, y, width, height]: [f64; 4]) -> [f64; 4] {
        let (w, h) = (self.width, self.height);
        match self.orientation {
            2 => [w - (x + width), y, width, height],
            3 => [w - (x + width), h - (y + height), width, height],
            4 => [x, h - (y + height), width, height],
            5 => [y, x, height, width],
            6 => [y, h - (x + width), height, width],
            7 => [w - (y + height), h - (x + width), height, width],
            8 => [w - (y + height), x, height, width],
            _ => [x, y, width, height],
        }
    }

    /// An angle in radians, from the x axis towards the y axis, in the stored image.
    pub fn angle(&self, angle: f64) -> f64 {
        let [ox, oy] = self.point([0.0, 0.0]);
        let [x, y] = self.point([angle.cos(), angle.sin()]);
        (y - oy).atan2(x - ox)
    }

    /// Run lengths (column by column, beginning with background) of a mask of the upright image, and the mask's height
    /// and width, in the stored one.
    ///
    /// # Errors
    /// The mask has another size than the upright image, or too many pixels.
    pub fn runs(&self, counts: &[u32], height: i32, width: i32) -> Result<(Vec<u32>, i32, i32), String> {
        let upright =
            if self.orientation >= 5 { (self.height, self.width) } else { (self.width, self.height) };
        if (f64::from(width), f64::from(height)) != upright {
            return Err(format!(
                "run lengths of the size {height} × {width}, but the image is {} × {} as displayed",
                upright.1, upright.0
            ));
        }
        let pixels = i64::from(height) * i64::from(width);
        if pixels > MAX_MASK_PIXELS {
            return Err(format!("a mask of {pixels} pixels, expected at most {MAX_MASK_PIXELS}"));
        }
        let (columns, rows) = (self.width as usize, self.height as usize);
        let mut mask = vec![false; columns * rows];
        let (mut at, mut is_inside) = (0_usize, false);
        for count in counts {
            let end = at + *count as usize;
            for place in at..if is_inside { end } else { at } {
                let (x, y) = (place / height as usize, place % height as usize);
                // A pixel is the area from its coordinates on: its middle is turned.
                let [x, y] = self.point([x as f64 + 0.5, y as f64 + 0.5]);
                if let Some(pixel) = mask.get_mut(x as usize * rows + y as usize) {
                    *pixel = true;
                }
            }
            (at, is_inside) = (end, !is_inside);
        }
        Ok((runs_of(&mask), self.height as i32, self.width as i32))
    }
}

/// Run lengths of a mask, beginning with background.
fn runs_of(mask: &[bool]) -> Vec<u32> {
    let (mut counts, mut run, mut is_inside) = (Vec::new(), 0, false);
    for pixel in mask {
        if *pixel != is_inside {
            counts.push(std::mem::take(&mut run));
            is_inside = *pixel;
        }
        run += 1;
    }
    counts.push(run);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stored image of 40 × 20 pixels.
    fn turn(orientation: u8) -> Turn {
        Turn { orientation, width: 40.0, height: 20.0 }
    }

    #[test]
    fn boxes_and_points_agree() {
        for orientation in 1..=8 {
            let turn = turn(orientation);
            let [x, y, width, height] = turn.bbox([1.0, 2.0, 3.0, 5.0]);
            let [a, b] = turn.point([1.0, 2.0]);
            let [c, d] = turn.point([4.0, 7.0]);
            assert_eq!([x, y], [a.min(c), b.min(d)], "{orientation}");
            assert_eq!([x + width, y + height], [a.max(c), b.max(d)], "{orientation}");
        }
    }

    #[test]
    fn the_upright_image_is_turned_as_viewers_turn_it() {
        // Where the stored image's top left corner is in the upright one: a row of the EXIF standard's table each.
        let corners = [
            (1, [0.0, 0.0]),
            (2, [40.0, 0.0]),
            (3, [40.0, 20.0]),
            (4, [0.0, 20.0]),
            (5, [0.0, 0.0]),
            (6, [20.0, 0.0]),
            (7, [20.0, 40.0]),
            (8, [0.0, 40.0]),
        ];
        for (orientation, corner) in corners {
            assert_eq!(turn(orientation).point(corner), [0.0, 0.0], "{orientation}");
        }
        // The right end of the stored top row: of 6 at the bottom right, of 8 at the top left.
        assert_eq!(turn(6).point([20.0, 40.0]), [40.0, 0.0]);
        assert_eq!(turn(8).point([0.0, 0.0]), [40.0, 0.0]);
    }

    #[test]
    fn masks_are_turned_with_their_boxes() {
        // Upright, 3 columns of 2 rows: the pixel of the last column's first row.
        let turn = Turn { orientation: 6, width: 2.0, height: 3.0 };
        let (counts, height, width) = turn.runs(&[4, 1, 1], 2, 3).unwrap();
        let [x, y, ..] = turn.bbox([2.0, 0.0, 1.0, 1.0]);
        assert_eq!([x, y], [0.0, 0.0]);
        assert_eq!((counts, height, width), (vec![0, 1, 5], 3, 2));
        assert!(turn.runs(&[6], 3, 2).unwrap_err().contains("but the image is 2 × 3 as displayed"));
    }

    #[test]
    fn angles_turn_with_the_image() {
        let quarter = std::f64::consts::FRAC_PI_2;
        assert!((turn(6).angle(quarter) - 0.0).abs() < 1e-9);
        assert!((turn(8).angle(0.0) - quarter).abs() < 1e-9);
        assert!((turn(1).angle(0.5) - 0.5).abs() < 1e-9);
    }
}
