//! Both passes with AVX2: the sums of [`super::exact`], in another order.

#![allow(unsafe_code, reason = "loads and stores of vectors, each of a slice of their length")]

use std::arch::x86_64::*;

use super::exact::HALF;
use super::groups::{Groups, SHIFT, TAPS, parts};
use super::weights::PRECISION_BITS;

const ROUNDED: i32 = PRECISION_BITS as i32;
/// Results that the vertical pass computes at once.
pub(super) const LANES: usize = 16;

#[target_feature(enable = "avx2")]
fn load16(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: 16 bytes are readable, of any alignment.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
fn weights(weights: &[i16; 16]) -> __m256i {
    // SAFETY: 32 bytes are readable, of any alignment.
    unsafe { _mm256_loadu_si256(weights.as_ptr().cast()) }
}

/// The horizontal pass of a row. `first`: offset in `row` of a source pixel. `false`: `row` ends too early for reading
/// vectors, and nothing can be said of `out`.
#[target_feature(enable = "avx2")]
#[must_use]
pub(super) fn horizontal(groups: &Groups, first: impl Fn(u32) -> usize, row: &[u8], out: &mut [u8]) -> bool {
    // Two pixels a half, channel by channel, each value widened to 16 bits; 0x80 gives 0.
    #[rustfmt::skip]
    let pairs = _mm256_setr_epi8(
        0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,
        6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1,
    );
    let half = _mm_set1_epi32(HALF);
    let mut rest = &groups.groups[..];
    let mut done = 0;
    let (out, _) = out.as_chunks_mut::<3>();
    for ((pixel, end), out) in groups.results.iter().zip(out) {
        let Some((now, behind)) = rest.split_at_checked((end - done) as usize) else { return false };
        (rest, done) = (behind, *end);
        let mut taps = row.get(first(*pixel)..).unwrap_or_default();
        let (mut low, mut high) = (_mm256_setzero_si256(), _mm256_setzero_si256());
        for group in now {
            let Some(bytes) = taps.first_chunk::<16>() else { return false };
            taps = &taps[TAPS * 3..];
            let values = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(load16(bytes)), pairs);
            low = _mm256_add_epi32(low, _mm256_madd_epi16(values, weights(&group.low)));
            high = _mm256_add_epi32(high, _mm256_madd_epi16(values, weights(&group.high)));
        }
        let sum = _mm256_add_epi32(low, _mm256_slli_epi32::<SHIFT>(high));
        let sum = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
        let sum = _mm_srai_epi32::<ROUNDED>(_mm_add_epi32(sum, half));
        // Saturates to 16 bits, then to 0 to 255.
        let sum = _mm_packs_epi32(sum, sum);
        let [r, g, b, _] = _mm_cvtsi128_si32(_mm_packus_epi16(sum, sum)).to_le_bytes();
        *out = [r, g, b];
    }
    true
}

/// The vertical pass of one row of results, at least [`LANES`] values. `taps`: rows of `out.len()` values.
#[target_feature(enable = "avx2")]
pub(super) fn vertical(weights: &[i32], taps: &[u8], out: &mut [u8]) {
    let width = out.len();
    let last = width.saturating_sub(LANES);
    let mut at = 0;
    loop {
        // The last vector overlaps the one before.
        let from = at.min(last);
        let Some(out) = out.get_mut(from..).and_then(|out| out.first_chunk_mut::<LANES>()) else { return };
        column(weights, taps.get(from..).unwrap_or_default(), width, out);
        if at >= last {
            return;
        }
        at += LANES;
    }
}

#[target_feature(enable = "avx2")]
fn column(weights: &[i32], mut taps: &[u8], stride: usize, out: &mut [u8; LANES]) {
    let zero = _mm256_setzero_si256();
    let (mut low, mut high) = ([zero; 2], [zero; 2]);
    for pair in weights.chunks(2) {
        let Some(upper) = taps.first_chunk::<LANES>() else { break };
        let below = taps.get(stride..).unwrap_or_default();
        // The last of an odd number has a partner of weight 0.
        let lower = below.first_chunk::<LANES>().unwrap_or(upper);
        taps = below.get(stride..).unwrap_or_default();
        let (a, b) = (parts(pair[0]), pair.get(1).map_or((0, 0), |weight| parts(*weight)));
        let both = |a: i16, b: i16| i32::from(a.cast_unsigned()) | i32::from(b) << 16;
        let (low_weights, high_weights) =
            (_mm256_set1_epi32(both(a.0, b.0)), _mm256_set1_epi32(both(a.1, b.1)));
        let (upper, lower) = (load16(upper), load16(lower));
        let halves = [_mm_unpacklo_epi8(upper, lower), _mm_unpackhi_epi8(upper, lower)];
        for half in 0..2 {
            let values = _mm256_cvtepu8_epi16(halves[half]);
            low[half] = _mm256_add_epi32(low[half], _mm256_madd_epi16(values, low_weights));
            high[half] = _mm256_add_epi32(high[half], _mm256_madd_epi16(values, high_weights));
        }
    }
    let rounded = |half: usize| {
        let sum = _mm256_add_epi32(low[half], _mm256_slli_epi32::<SHIFT>(high[half]));
        _mm256_srai_epi32::<ROUNDED>(_mm256_add_epi32(sum, _mm256_set1_epi32(HALF)))
    };
    // Packing works within halves of a vector: the middle two quarters are swapped back.
    let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(rounded(0), rounded(1)));
    let bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
    // SAFETY: 16 bytes are writable, of any alignment.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), bytes) }
}
