//! Decoded pixels.

use crate::rect::Rect;

/// RGB pixels, eight bits a channel, row by row: a part of an image, or all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pixels {
    /// `area.height` rows of `area.width` pixels of three bytes.
    pub rgb: Vec<u8>,
    /// What part of the image this is.
    pub area: Rect,
}

impl Pixels {
    /// The rows of a region of the image, as slices of `rgb`. Nothing if the region isn't inside [`Pixels::area`].
    pub fn rows(&self, region: Rect) -> impl Iterator<Item = &[u8]> {
        let Rect { x, y, width, height } = self.area;
        let local = Rect { x: region.x.wrapping_sub(x), y: region.y.wrapping_sub(y), ..region };
        let rows = if local.is_inside(width, height) { local.height } else { 0 };
        let (stride, start) = (width as usize * 3, local.x as usize * 3);
        (0..rows).filter_map(move |row| {
            let at = (local.y + row) as usize * stride + start;
            self.rgb.get(at..at + local.width as usize * 3)
        })
    }

    /// Whether there are as many bytes as the area has, and some.
    pub(crate) fn is_complete(&self) -> bool {
        let count = u64::from(self.area.width) * u64::from(self.area.height) * 3;
        count > 0 && self.rgb.len() as u64 == count
    }

    /// With rows and columns exchanged.
    pub(crate) fn transposed(&self) -> Self {
        let Rect { width, height, .. } = self.area;
        let (width, height) = (width as usize, height as usize);
        let mut rgb = Vec::with_capacity(width * height * 3);
        for x in 0..width {
            for y in 0..height {
                let at = (y * width + x) * 3;
                rgb.extend_from_slice(self.rgb.get(at..at + 3).unwrap_or(&[0; 3]));
            }
        }
        Self { rgb, area: self.area.transposed() }
    }

    /// A copy of a region, without what is around it.
    pub fn copy(&self, region: Rect) -> Vec<u8> {
        self.rows(region).collect::<Vec<_>>().concat()
    }
}
