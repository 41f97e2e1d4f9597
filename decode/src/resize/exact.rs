//! Pillow's resizing, bit for bit.

#![allow(unsafe_code, reason = "calls functions that are compiled for AVX2, where the processor has it")]

#[cfg(target_arch = "x86_64")]
use super::{avx2, groups::Groups};

use super::geometry::{Resizing, Source};
use super::weights::{Axis, HALF, PRECISION_BITS};

/// Bytes behind the last row.
#[cfg(target_arch = "x86_64")]
const SLACK: usize = avx2::SLACK;
#[cfg(not(target_arch = "x86_64"))]
const SLACK: usize = 0;

/// Resizes; keeps its buffers.
#[derive(Default)]
pub(crate) struct Resizer {
    /// The rows that the vertical pass needs, after the horizontal pass: of the window's width.
    rows: Vec<u8>,
    row: Vec<u8>,
    #[cfg(target_arch = "x86_64")]
    groups: Groups,
    #[cfg(target_arch = "x86_64")]
    pairs: Vec<avx2::Pair>,
    /// A source row with bytes behind it.
    #[cfg(target_arch = "x86_64")]
    padded: Vec<u8>,
}

impl Resizer {
    /// Gives each row of the window to `take`, from the top: its number and RGB pixels. `columns` and `rows` are the
    /// weights of the window; an axis whose size stays isn't filtered, which changes nothing.
    pub(crate) fn resize(
        &mut self,
        source: Source<'_>,
        resizing: &Resizing,
        columns: &Axis,
        rows: &Axis,
        mut take: impl FnMut(u32, &[u8]),
    ) {
        let Resizing { crop, window, .. } = *resizing;
        let width = window.width as usize * 3;
        let needed = rows.needed();
        let count = width * needed.len();
        if self.rows.len() < count + SLACK {
            self.rows.resize(count + SLACK, 0);
        }
        #[cfg(target_arch = "x86_64")]
        let fast = std::arch::is_x86_feature_detected!("avx2");
        #[cfg(target_arch = "x86_64")]
        if fast && !columns.is_identity() {
            self.groups.fill(columns);
        }
        let first = columns.needed().start;
        for (index, y) in needed.clone().enumerate() {
            let row = source.row(crop.y + y, crop.x + first);
            let out = &mut self.rows[index * width..];
            if columns.is_identity() {
                if let Some(row) = row.get(..width) {
                    out[..width].copy_from_slice(row);
                }
                continue;
            }
            #[cfg(target_arch = "x86_64")]
            if fast {
                let reach = self.groups.reach();
                let row = if row.len() < reach {
                    // The last row of the buffer, which vectors read beyond.
                    self.padded.clear();
                    self.padded.extend_from_slice(row);
                    self.padded.resize(reach, 0);
                    &self.padded
                } else {
                    row
                };
                // SAFETY: the processor has AVX2.
                unsafe { avx2::horizontal(&self.groups, row, out) };
                continue;
            }
            horizontal(columns, first, row, &mut out[..width]);
        }
        self.row.resize(width, 0);
        for y in 0..window.height {
            let (first, weights) = rows.of(y as usize);
            let from = first.saturating_sub(needed.start) as usize * width;
            let taps = self.rows[..count].get(from..).unwrap_or_default();
            if rows.is_identity() {
                take(y, taps.get(..width).unwrap_or_default());
                continue;
            }
            #[cfg(target_arch = "x86_64")]
            if fast && width >= avx2::LANES {
                self.pairs.clear();
                self.pairs.extend(avx2::pairs(weights));
                // SAFETY: the processor has AVX2.
                unsafe {
                    avx2::vertical(
                        &self.pairs,
                        taps.get(..weights.len() * width).unwrap_or(taps),
                        &mut self.row,
                    )
                };
                take(y, &self.row);
                continue;
            }
            vertical(weights, taps, &mut self.row);
            take(y, &self.row);
        }
    }
}

/// Rounds a sum of weighted pixels.
fn round(sum: i32) -> u8 {
    (sum >> PRECISION_BITS).clamp(0, 255) as u8
}

/// The horizontal pass of a row, which begins with pixel `start` of the crop.
fn horizontal(columns: &Axis, start: u32, row: &[u8], out: &mut [u8]) {
    for (result, out) in out.chunks_exact_mut(3).enumerate() {
        let (pixel, weights) = columns.of(result);
        let taps = row.get(pixel.saturating_sub(start) as usize * 3..).unwrap_or_default();
        let mut sums = [HALF; 3];
        for (weight, pixel) in weights.iter().zip(taps.chunks_exact(3)) {
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum = sum.wrapping_add(i32::from(*value).wrapping_mul(*weight));
            }
        }
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = round(sum);
        }
    }
}

/// The vertical pass of one row of results.
fn vertical(weights: &[i32], taps: &[u8], out: &mut [u8]) {
    const AT_ONCE: usize = 32;
    let width = out.len().max(1);
    for (at, out) in (0..).step_by(AT_ONCE).zip(out.chunks_mut(AT_ONCE)) {
        let mut sums = [HALF; AT_ONCE];
        for (weight, row) in weights.iter().zip(taps.chunks_exact(width)) {
            for (sum, value) in sums.iter_mut().zip(&row[at..]) {
                *sum = sum.wrapping_add(i32::from(*value).wrapping_mul(*weight));
            }
        }
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = round(sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Pixels;
    use crate::rect::Rect;
    use crate::resize::{Kernel, Mapping};
    use crate::testing::Random;

    /// Vectors give what the loops give, to the last pixel of the buffer.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn vectors_are_equal_to_loops() {
        if !std::arch::is_x86_feature_detected!("avx2") {
            return;
        }
        let mut random = Random(1);
        for (from, to) in [(500, 224), (37, 50), (3, 20), (1, 9), (900, 7), (20, 19), (64, 64)] {
            for kernel in [Kernel::Bilinear, Kernel::Bicubic] {
                let mut axis = Axis::default();
                axis.fill(kernel, true, Mapping::whole(from, to), 0..to);
                // Sums far below 0 and above 255 too.
                let row: Vec<u8> =
                    (0..from * 3).map(|_| [0, 255, random.next() as u8][random.below(3) as usize]).collect();
                let (mut loops, mut vectors) = (vec![0; to as usize * 3], vec![0; to as usize * 3]);
                horizontal(&axis, 0, &row, &mut loops);
                let mut groups = Groups::default();
                groups.fill(&axis);
                let row = [&row[..], &vec![255; groups.reach()]].concat();
                vectors.resize(to as usize * 3 + SLACK, 0);
                // SAFETY: the processor has AVX2.
                unsafe { avx2::horizontal(&groups, &row, &mut vectors) };
                assert_eq!(loops, vectors[..to as usize * 3], "{from} to {to} {kernel:?}");
                for width in [16, 17, 31, 32, 100] {
                    let rows: Vec<u8> = (0..from * width)
                        .map(|_| [0, 255, random.next() as u8][random.below(3) as usize])
                        .collect();
                    let (mut loops, mut vectors) = (vec![0; width as usize], vec![0; width as usize]);
                    for result in 0..to {
                        let (first, weights) = axis.of(result as usize);
                        let taps = &rows[(first * width) as usize..];
                        vertical(weights, taps, &mut loops);
                        let pairs: Vec<_> = avx2::pairs(weights).collect();
                        let taps = &taps[..weights.len() * width as usize];
                        // SAFETY: as above.
                        unsafe { avx2::vertical(&pairs, taps, &mut vectors) };
                        assert_eq!(loops, vectors, "{from} to {to} {kernel:?} {width}");
                    }
                }
            }
        }
    }

    /// Pixels that are decoded around the crop don't matter, and neither does where the buffer ends.
    #[test]
    fn a_part_is_resized_as_the_whole() {
        let rgb = crate::testing::picture(61, 47, 3, 3);
        let whole = Pixels { rgb, area: Rect::whole(61, 47) };
        let crop = Rect { x: 13, y: 9, width: 31, height: 22 };
        let part = Pixels { rgb: whole.copy(crop), area: crop };
        let window = Rect { x: 2, y: 3, width: 15, height: 10 };
        let resizing = Resizing { crop, width: 20, height: 17, window };
        let (mut columns, mut rows) = (Axis::default(), Axis::default());
        columns.fill(Kernel::Bicubic, true, Mapping::whole(31, 20), 2..17);
        rows.fill(Kernel::Bicubic, true, Mapping::whole(22, 17), 3..13);
        let found = [&whole, &part].map(|pixels| {
            let mut found = Vec::new();
            Resizer::default()
                .resize(Source { pixels }, &resizing, &columns, &rows, |_, row| found.extend(row.to_vec()));
            found
        });
        assert_eq!(found[0].len(), 15 * 10 * 3);
        assert!(found[0] == found[1]);
    }
}
