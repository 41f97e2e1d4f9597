//! Pillow's resizing, bit for bit.

#![allow(unsafe_code, reason = "calls functions that are compiled for AVX2, where the processor has it")]

use super::geometry::{Resizing, Source};
use super::weights::{Axis, PRECISION_BITS};

/// Half of the last bit that is kept.
const HALF: i32 = 1 << (PRECISION_BITS - 1);

/// Resizes; keeps its buffers.
#[derive(Default)]
pub(crate) struct ExactResizer {
    /// The rows that the vertical pass needs, after the horizontal pass: of the window's width.
    rows: Vec<u8>,
    sums: Vec<i32>,
    row: Vec<u8>,
}

impl ExactResizer {
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
        self.rows.resize(width * needed.len(), 0);
        for (y, out) in needed.clone().zip(self.rows.chunks_exact_mut(width)) {
            let row = source.row(crop.y + y);
            if resizing.width == crop.width {
                let from = source.offset(crop.x + window.x);
                if let Some(row) = row.get(from..from + width) {
                    out.copy_from_slice(row);
                }
            } else {
                horizontal(columns, |x| source.offset(crop.x + x), row, out);
            }
        }
        self.sums.resize(width, 0);
        self.row.resize(width, 0);
        for y in 0..window.height {
            let (first, weights) = rows.of(y as usize);
            let from = (first - needed.start) as usize * width;
            let taps = self.rows.get(from..).unwrap_or_default();
            if resizing.height == crop.height {
                // One tap of weight 1, beside ones of weight 0.
                let tap = weights.iter().position(|weight| *weight != 0).unwrap_or(0) * width;
                take(y, taps.get(tap..tap + width).unwrap_or_default());
            } else {
                vertical(weights, taps, &mut self.sums, &mut self.row);
                take(y, &self.row);
            }
        }
    }
}

/// Rounds a sum of weighted pixels.
#[inline(always)]
fn round(sum: i32) -> u8 {
    (sum >> PRECISION_BITS).clamp(0, 255) as u8
}

#[inline(always)]
fn horizontal_body(columns: &Axis, offset: impl Fn(u32) -> usize, row: &[u8], out: &mut [u8]) {
    for (result, out) in out.chunks_exact_mut(3).enumerate() {
        let (first, weights) = columns.of(result);
        let mut taps = row.get(offset(first)..).unwrap_or_default();
        // Four lanes, the last one unused: that is one vector instruction.
        let mut sums = [HALF; 4];
        for weight in weights {
            let pixel: [u8; 4] = match *taps {
                [r, g, b, next, ..] => [r, g, b, next],
                [r, g, b] => [r, g, b, 0],
                _ => break,
            };
            for (sum, value) in sums.iter_mut().zip(pixel) {
                *sum = sum.wrapping_add(i32::from(value).wrapping_mul(*weight));
            }
            taps = &taps[3..];
        }
        for (out, sum) in out.iter_mut().zip(sums) {
            *out = round(sum);
        }
    }
}

#[inline(always)]
fn vertical_body(weights: &[i32], taps: &[u8], sums: &mut [i32], out: &mut [u8]) {
    sums.fill(HALF);
    for (weight, row) in weights.iter().zip(taps.chunks_exact(out.len().max(1))) {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum = sum.wrapping_add(i32::from(*value).wrapping_mul(*weight));
        }
    }
    for (out, sum) in out.iter_mut().zip(sums) {
        *out = round(*sum);
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Axis, horizontal_body, vertical_body};

    #[target_feature(enable = "avx2")]
    pub(super) fn horizontal(columns: &Axis, offset: impl Fn(u32) -> usize, row: &[u8], out: &mut [u8]) {
        horizontal_body(columns, offset, row, out);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn vertical(weights: &[i32], taps: &[u8], sums: &mut [i32], out: &mut [u8]) {
        vertical_body(weights, taps, sums, out);
    }
}

fn horizontal(columns: &Axis, offset: impl Fn(u32) -> usize, row: &[u8], out: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { avx2::horizontal(columns, offset, row, out) };
    }
    horizontal_body(columns, offset, row, out);
}

fn vertical(weights: &[i32], taps: &[u8], sums: &mut [i32], out: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { avx2::vertical(weights, taps, sums, out) };
    }
    vertical_body(weights, taps, sums, out);
}
