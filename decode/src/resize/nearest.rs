//! Nearest neighbour, as Pillow picks it (`Geometry.c`, `ImagingScaleAffine`).

use std::ops::Range;

use super::geometry::{Resizing, Source};

/// Source pixel of each result of a window along one axis.
///
/// The position is a running sum in `f64`, as in Pillow: its rounding errors decide at edges between pixels.
pub(crate) fn picked(from: u32, to: u32, window: Range<u32>) -> Vec<u32> {
    let step = f64::from(from) / f64::from(to);
    let mut at = step * 0.5;
    let mut picked = Vec::with_capacity(window.len());
    for result in 0..window.end {
        if result >= window.start {
            picked.push((at as u32).min(from.saturating_sub(1)));
        }
        at += step;
    }
    picked
}

/// Resizes; keeps its buffer.
#[derive(Default)]
pub(crate) struct NearestResizer {
    row: Vec<u8>,
}

impl NearestResizer {
    /// Gives each row of the window to `take`, from the top: its number and RGB pixels.
    pub(crate) fn resize(
        &mut self,
        source: Source<'_>,
        resizing: &Resizing,
        mut take: impl FnMut(u32, &[u8]),
    ) {
        let Resizing { crop, width, height, window } = *resizing;
        let columns = picked(crop.width, width, window.x..window.x + window.width);
        let rows = picked(crop.height, height, window.y..window.y + window.height);
        self.row.resize(columns.len() * 3, 0);
        for (number, y) in (0..).zip(rows) {
            let row = source.row(crop.y + y, crop.x);
            for (out, x) in self.row.chunks_exact_mut(3).zip(&columns) {
                let at = *x as usize * 3;
                if let Some(pixel) = row.get(at..at + 3) {
                    out.copy_from_slice(pixel);
                }
            }
            take(number, &self.row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_centres() {
        assert_eq!(picked(4, 2, 0..2), [1, 3]);
        assert_eq!(picked(2, 4, 0..4), [0, 0, 1, 1]);
        assert_eq!(picked(3, 5, 1..4), [0, 1, 2]);
        assert_eq!(picked(1, 3, 0..3), [0, 0, 0]);
    }
}
