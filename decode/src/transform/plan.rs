//! A transform of one image, in numbers.

use super::draw::{Draw, Numbers};
use super::spec::{ImageSpec, ResizeTo, Transform};
use crate::rect::Rect;

/// Which part of an image becomes the result, and how.
///
/// Coordinates of the image are those of what is transformed: upright if the specification says so, else as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Width and height of the image in pixels.
    pub image: (u32, u32),
    /// The part of the image that is resized.
    pub crop: Rect,
    /// Width and height that it is resized to.
    pub resized: (u32, u32),
    /// Column and row of the resized part at which the result begins; negative where the result is padded with zeros.
    pub offset: (i64, i64),
    /// Width and height of the result.
    pub size: (u32, u32),
    /// The result is mirrored, left for right.
    pub flip: bool,
}

/// Half of a number of pixels to the nearest whole one, halves to the even one: Python's `int(round(n / 2.0))`.
fn half_to_even(count: i64) -> i64 {
    (count / 2) + i64::from(count % 4 == 3)
}

/// Python's `round`.
fn round(value: f64) -> f64 {
    value.round_ties_even()
}

impl Plan {
    /// Of an image of this width and height, not 0. The specification must pass [`ImageSpec::check`].
    pub fn new(spec: &ImageSpec, (width, height): (u32, u32), draw: Draw) -> Self {
        let whole = Rect::whole(width, height);
        let mut plan = Self {
            image: (width, height),
            crop: whole,
            resized: (width, height),
            offset: (0, 0),
            size: (width, height),
            flip: false,
        };
        match &spec.transform {
            Transform::Decode => {}
            Transform::RandomResizedCrop { size, scale, ratio, flip } => {
                let mut numbers = draw.numbers();
                plan.flip = numbers.unit() < *flip;
                plan.crop = random_crop(width, height, *scale, *ratio, &mut numbers);
                plan.size = (size[1], size[0]);
                plan.resized = plan.size;
            }
            Transform::Resize { to, crop, flip } => {
                plan.flip = draw.numbers().unit() < *flip;
                plan.resized = resized(*to, width, height);
                plan.size = crop.map_or(plan.resized, |crop| (crop[1], crop[0]));
                let offset = |side: u32, wanted: u32| {
                    let spare = i64::from(side) - i64::from(wanted);
                    // torchvision pads by the half rounded down on the left, then has nothing to cut.
                    if spare < 0 { -(-spare / 2) } else { half_to_even(spare) }
                };
                plan.offset = (offset(plan.resized.0, plan.size.0), offset(plan.resized.1, plan.size.1));
            }
        }
        plan
    }

    /// The part of the resized image that is in the result, and the columns and rows of zeros left and above of it.
    /// Empty if nothing is.
    pub(crate) fn window(&self) -> (Rect, (u32, u32)) {
        let axis = |offset: i64, size: u32, resized: u32| {
            let start = offset.max(0).min(resized.into());
            let end = (offset + i64::from(size)).clamp(start, resized.into());
            (start as u32, (end - start) as u32, (start - offset).max(0) as u32)
        };
        let (x, width, left) = axis(self.offset.0, self.size.0, self.resized.0);
        let (y, height, above) = axis(self.offset.1, self.size.1, self.resized.1);
        (Rect { x, y, width, height }, (left, above))
    }

    /// Pixels of the result for each pixel of the image, along x and y.
    fn factors(&self) -> (f64, f64) {
        let factor = |to: u32, from: u32| f64::from(to) / f64::from(from.max(1));
        (factor(self.resized.0, self.crop.width), factor(self.resized.1, self.crop.height))
    }

    /// Where a point of the image is in the result, both in pixels from the top left corner (of the first pixel, not its
    /// centre). May be outside of the result.
    pub fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (fx, fy) = self.factors();
        let x = (x - f64::from(self.crop.x)) * fx - self.offset.0 as f64;
        let y = (y - f64::from(self.crop.y)) * fy - self.offset.1 as f64;
        (if self.flip { f64::from(self.size.0) - x } else { x }, y)
    }

    /// Where a box `[left, top, right, bottom]` is in the result, cut off at its edges. `None` if it is outside.
    pub fn bounding_box(&self, [left, top, right, bottom]: [f64; 4]) -> Option<[f64; 4]> {
        let (a, b) = (self.point((left, top)), self.point((right, bottom)));
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let [left, right] = [a.0.min(b.0).max(0.0), a.0.max(b.0).min(width)];
        let [top, bottom] = [a.1.min(b.1).max(0.0), a.1.max(b.1).min(height)];
        (left < right && top < bottom).then_some([left, top, right, bottom])
    }

    /// The mask that belongs to the result: `mask` has a value for each pixel of the image, row by row; values outside of
    /// the image become `padding`. Nearest neighbour, since values of a mask can't be mixed. `None` if `mask` hasn't as
    /// many values as the image has pixels.
    pub fn mask<T: Copy>(&self, mask: &[T], padding: T) -> Option<Vec<T>> {
        let (width, height) = (self.image.0 as usize, self.image.1 as usize);
        if mask.len() != width * height {
            return None;
        }
        let source = |at: u32, size: u32, offset: i64, resized: u32, crop: (u32, u32), flip: bool| {
            let at = if flip { size - 1 - at } else { at };
            let at = i64::from(at) + offset;
            let centre = (at as f64 + 0.5) * f64::from(crop.1) / f64::from(resized.max(1));
            (0..i64::from(resized)).contains(&at).then(|| crop.0 + (centre as u32).min(crop.1 - 1))
        };
        let crop = self.crop;
        let columns: Vec<Option<u32>> = (0..self.size.0)
            .map(|x| source(x, self.size.0, self.offset.0, self.resized.0, (crop.x, crop.width), self.flip))
            .collect();
        let rows = (0..self.size.1)
            .map(|y| source(y, self.size.1, self.offset.1, self.resized.1, (crop.y, crop.height), false));
        let mut result = Vec::with_capacity(self.size.0 as usize * self.size.1 as usize);
        for y in rows {
            let row = y.and_then(|y| mask.get(y as usize * width..(y as usize + 1) * width));
            result.extend(
                columns.iter().map(|x| {
                    row.zip(*x).and_then(|(row, x)| row.get(x as usize)).copied().unwrap_or(padding)
                }),
            );
        }
        Some(result)
    }
}

/// The size that torchvision's `Resize` gives (`_compute_resized_output_size`).
fn resized(to: ResizeTo, width: u32, height: u32) -> (u32, u32) {
    let short = match to {
        ResizeTo::Both([height, width]) => return (width, height),
        ResizeTo::Short(short) => short,
    };
    let (shorter, longer) = (width.min(height), width.max(height));
    let long = u64::from(short) * u64::from(longer) / u64::from(shorter.max(1));
    let long = u32::try_from(long).unwrap_or(u32::MAX);
    if width <= height { (short, long) } else { (long, short) }
}

/// torchvision's `RandomResizedCrop.get_params`.
fn random_crop(width: u32, height: u32, scale: [f64; 2], ratio: [f64; 2], numbers: &mut Numbers) -> Rect {
    let area = f64::from(width) * f64::from(height);
    for _ in 0..10 {
        let target = area * numbers.between(scale);
        let ratio = numbers.between(ratio.map(f64::ln)).exp();
        let (w, h) = (round((target * ratio).sqrt()), round((target / ratio).sqrt()));
        if w >= 1.0 && w <= f64::from(width) && h >= 1.0 && h <= f64::from(height) {
            let (w, h) = (w as u32, h as u32);
            let (y, x) = (numbers.up_to(height - h), numbers.up_to(width - w));
            return Rect { x, y, width: w, height: h };
        }
    }
    // The centre, as wide or high as the ratios allow.
    let found = f64::from(width) / f64::from(height);
    let side = |value: f64, most: u32| (round(value) as u32).clamp(1, most);
    let (w, h) = if found < ratio[0] {
        (width, side(f64::from(width) / ratio[0], height))
    } else if found > ratio[1] {
        (side(f64::from(height) * ratio[1], width), height)
    } else {
        (width, height)
    };
    Rect { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resize(to: ResizeTo, crop: Option<[u32; 2]>, flip: f64) -> ImageSpec {
        ImageSpec { transform: Transform::Resize { to, crop, flip }, ..ImageSpec::default() }
    }

    #[test]
    fn sizes_are_torchvisions() {
        let plan =
            |w, h| Plan::new(&resize(ResizeTo::Short(256), Some([224, 224]), 0.0), (w, h), Draw::default());
        assert_eq!(plan(500, 375).resized, (341, 256));
        // (341 - 224) / 2 = 58.5, to the even 58.
        assert_eq!(plan(500, 375).offset, (58, 16));
        assert_eq!(plan(375, 500).resized, (256, 341));
        assert_eq!(plan(1, 302).resized, (256, 77312));
        assert_eq!([0, 1, 2, 3, 4, 5, 7, 117].map(half_to_even), [0, 0, 1, 2, 2, 2, 4, 58]);
        let padded = Plan::new(&resize(ResizeTo::Short(5), Some([8, 8]), 0.0), (10, 10), Draw::default());
        assert_eq!(padded.offset, (-1, -1));
        assert_eq!(padded.window(), (Rect::whole(5, 5), (1, 1)));
    }

    fn random(flip: f64) -> ImageSpec {
        let transform = Transform::RandomResizedCrop {
            size: [224, 224],
            scale: [0.08, 1.0],
            ratio: [0.75, 4.0 / 3.0],
            flip,
        };
        ImageSpec { transform, ..ImageSpec::default() }
    }

    #[test]
    fn random_crops_are_inside_and_spread() {
        let spec = random(0.5);
        let plans: Vec<Plan> =
            (0..4000).map(|row| Plan::new(&spec, (400, 300), Draw { seed: 1, epoch: 2, row })).collect();
        assert!(plans.iter().all(|plan| plan.crop.is_inside(400, 300)));
        let mean = |value: &dyn Fn(&Plan) -> f64| plans.iter().map(value).sum::<f64>() / 4000.0;
        // Areas from 0.08 to 1 are even, less those that don't fit.
        let area = mean(&|plan| f64::from(plan.crop.width * plan.crop.height) / 120_000.0);
        assert!((0.42..0.54).contains(&area), "{area}");
        let flips = mean(&|plan| f64::from(u8::from(plan.flip)));
        assert!((0.46..0.54).contains(&flips), "{flips}");
        let right = mean(&|plan| f64::from(plan.crop.x) / f64::from((400 - plan.crop.width).max(1)));
        assert!((0.46..0.54).contains(&right), "{right}");
        assert_eq!(Plan::new(&spec, (400, 300), Draw { seed: 1, epoch: 2, row: 9 }), plans[9]);
    }

    /// An image of 1000 x 10 has no part of the ratios, so the centre is taken.
    #[test]
    fn a_strip_gives_its_centre() {
        let plan = Plan::new(&random(0.0), (1000, 10), Draw::default());
        assert_eq!(plan.crop, Rect { x: 493, y: 0, width: 13, height: 10 });
    }

    #[test]
    fn points_and_boxes_move_along() {
        let plan = Plan {
            image: (100, 80),
            crop: Rect { x: 10, y: 20, width: 40, height: 30 },
            resized: (80, 90),
            offset: (5, -3),
            size: (70, 96),
            flip: false,
        };
        assert_eq!(plan.point((10.0, 20.0)), (-5.0, 3.0));
        assert_eq!(plan.point((30.0, 35.0)), (35.0, 48.0));
        let flipped = Plan { flip: true, ..plan };
        assert_eq!(flipped.point((30.0, 35.0)), (35.0, 48.0));
        assert_eq!(flipped.point((10.0, 20.0)), (75.0, 3.0));
        assert_eq!(plan.bounding_box([0.0, 25.0, 20.0, 90.0]), Some([0.0, 18.0, 15.0, 96.0]));
        assert_eq!(flipped.bounding_box([0.0, 25.0, 20.0, 90.0]), Some([55.0, 18.0, 70.0, 96.0]));
        assert_eq!(plan.bounding_box([0.0, 0.0, 10.0, 90.0]), None);
    }

    #[test]
    fn masks_move_along() {
        let mask: Vec<u8> = (0..12).collect();
        let plan = Plan {
            image: (4, 3),
            crop: Rect { x: 1, y: 0, width: 2, height: 3 },
            resized: (4, 3),
            offset: (-1, 1),
            size: (6, 2),
            flip: false,
        };
        let found = plan.mask(&mask, 99).unwrap();
        assert_eq!(found, [99, 5, 5, 6, 6, 99, 99, 9, 9, 10, 10, 99]);
        let flipped = Plan { flip: true, size: (5, 1), ..plan }.mask(&mask, 99).unwrap();
        assert_eq!(flipped, [6, 6, 5, 5, 99]);
        assert_eq!(plan.mask(&mask[1..], 0), None);
    }
}
