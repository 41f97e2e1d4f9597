//! Pillow's resizing, bit for bit.

#![allow(unsafe_code, reason = "calls functions that are compiled for AVX2, where the processor has it")]

#[cfg(target_arch = "x86_64")]
use super::{avx2, groups::Groups};

use super::geometry::{Resizing, Source};
use super::weights::{Axis, PRECISION_BITS};

/// Half of the last bit that is kept.
pub(super) const HALF: i32 = 1 << (PRECISION_BITS - 1);

/// Resizes; keeps its buffers.
#[derive(Default)]
pub(crate) struct Resizer {
    /// The rows that the vertical pass needs, after the horizontal pass: of the window's width.
    rows: Vec<u8>,
    row: Vec<u8>,
    #[cfg(target_arch = "x86_64")]
    groups: Groups,
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
        if self.rows.len() < count {
            self.rows.resize(count, 0);
        }
        let fast = has_avx2();
        #[cfg(target_arch = "x86_64")]
        if fast {
            self.groups.fill(columns);
        }
        for (y, out) in needed.clone().zip(self.rows[..count].chunks_exact_mut(width.max(1))) {
            let row = source.row(crop.y + y);
            if columns.is_identity() {
                let from = source.offset(crop.x + columns.needed().start);
                if let Some(row) = row.get(from..from + width) {
                    out.copy_from_slice(row);
                }
                continue;
            }
            let first = |x: u32| source.offset(crop.x + x);
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the processor has AVX2.
            if fast && unsafe { avx2::horizontal(&self.groups, first, row, out) } {
                continue;
            }
            horizontal(columns, first, row, out);
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
            vertical(fast, weights, taps, &mut self.row);
            take(y, &self.row);
        }
    }
}

fn has_avx2() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("avx2");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Rounds a sum of weighted pixels.
fn round(sum: i32) -> u8 {
    (sum >> PRECISION_BITS).clamp(0, 255) as u8
}

fn horizontal(columns: &Axis, first: impl Fn(u32) -> usize, row: &[u8], out: &mut [u8]) {
    for (result, out) in out.chunks_exact_mut(3).enumerate() {
        let (pixel, weights) = columns.of(result);
        let taps = row.get(first(pixel)..).unwrap_or_default();
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

/// `avx2`: whether the processor has it.
fn vertical(avx2: bool, weights: &[i32], taps: &[u8], out: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if avx2 && out.len() >= avx2::LANES {
        // SAFETY: the processor has AVX2.
        return unsafe { avx2::vertical(weights, taps, out) };
    }
    let _ = avx2;
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
        if !has_avx2() {
            return;
        }
        let mut random = Random(1);
        for (from, to) in [(500, 224), (37, 50), (3, 20), (1, 9), (900, 7), (20, 19), (64, 64)] {
            for kernel in [Kernel::Bilinear, Kernel::Bicubic] {
                let mut axis = Axis::default();
                axis.fill(kernel, true, Mapping::whole(from, to), 0..to);
                // Sums far below 0 and above 255 too.
                let row: Vec<u8> = (0..from * 3 + 16)
                    .map(|_| [0, 255, random.next() as u8][random.below(3) as usize])
                    .collect();
                let (mut loops, mut vectors) = (vec![0; to as usize * 3], vec![0; to as usize * 3]);
                let first = |x: u32| x as usize * 3;
                horizontal(&axis, first, &row, &mut loops);
                let mut groups = Groups::default();
                groups.fill(&axis);
                // SAFETY: the processor has AVX2.
                assert!(unsafe { avx2::horizontal(&groups, first, &row, &mut vectors) });
                assert_eq!(loops, vectors, "{from} to {to} {kernel:?}");
                // SAFETY: as above.
                assert!(!unsafe {
                    avx2::horizontal(&groups, first, &row[..from as usize * 3 - 1], &mut vectors)
                });
                for width in [16, 17, 31, 32, 100] {
                    let rows: Vec<u8> = (0..from * width)
                        .map(|_| [0, 255, random.next() as u8][random.below(3) as usize])
                        .collect();
                    let (mut loops, mut vectors) = (vec![0; width as usize], vec![0; width as usize]);
                    for result in 0..to {
                        let (first, weights) = axis.of(result as usize);
                        let taps = &rows[(first * width) as usize..];
                        vertical(false, weights, taps, &mut loops);
                        vertical(true, weights, taps, &mut vectors);
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
