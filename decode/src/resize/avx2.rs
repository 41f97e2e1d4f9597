//! Both passes with AVX2: the sums of [`super::exact`], in another order.

#![allow(unsafe_code, reason = "loads and stores of vectors")]

use std::arch::x86_64::*;

use super::groups::{Group, Groups, RESULTS, SHIFT, TAPS, parts};
use super::weights::{HALF, PRECISION_BITS};

const ROUNDED: i32 = PRECISION_BITS as i32;
/// Results that the vertical pass computes at once.
pub(super) const LANES: usize = 16;

#[inline]
#[target_feature(enable = "avx2")]
fn load16(bytes: &[u8; 16]) -> __m128i {
    // SAFETY: 16 bytes are readable, of any alignment.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn weights(weights: &[i16; 16]) -> __m256i {
    // SAFETY: 32 bytes are readable, of any alignment.
    unsafe { _mm256_loadu_si256(weights.as_ptr().cast()) }
}

/// Bytes behind the results that the horizontal pass may write to.
pub(super) const SLACK: usize = 16;

/// The horizontal pass of a row, whose pixels are at least [`Groups::reach`] bytes. `out` must have [`SLACK`] bytes
/// behind the results. Nothing is done otherwise.
#[target_feature(enable = "avx2")]
pub(super) fn horizontal(groups: &Groups, row: &[u8], out: &mut [u8]) {
    if row.len() < groups.reach() {
        return;
    }
    // Four bytes a pixel become three, in each half.
    #[rustfmt::skip]
    let packed = _mm256_setr_epi8(
        0, 1, 2, 4, 5, 6, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
        0, 1, 2, 4, 5, 6, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
    );
    let half = _mm256_set1_epi32(HALF);
    let per_result = groups.per_result();
    let mut at = 0;
    for (first, weights) in groups.fours() {
        let (w0, rest) = weights.split_at(per_result);
        let (w1, rest) = rest.split_at(per_result);
        let (w2, w3) = rest.split_at(per_result);
        // SAFETY: the row is as long as the groups reach, which was checked above.
        let [a, b, c, d] = unsafe {
            [
                sums(row, first[0], w0),
                sums(row, first[1], w1),
                sums(row, first[2], w2),
                sums(row, first[3], w3),
            ]
        };
        // The halves of each sum are added: results 0 and 2, 1 and 3.
        let ac = _mm256_add_epi32(
            _mm256_permute2x128_si256::<0x20>(a, c),
            _mm256_permute2x128_si256::<0x31>(a, c),
        );
        let bd = _mm256_add_epi32(
            _mm256_permute2x128_si256::<0x20>(b, d),
            _mm256_permute2x128_si256::<0x31>(b, d),
        );
        let ac = _mm256_srai_epi32::<ROUNDED>(_mm256_add_epi32(ac, half));
        let bd = _mm256_srai_epi32::<ROUNDED>(_mm256_add_epi32(bd, half));
        // Saturates to 16 bits, then to 0 to 255.
        let words = _mm256_packs_epi32(ac, bd);
        let bytes = _mm256_shuffle_epi8(_mm256_packus_epi16(words, words), packed);
        let Some(out) = out.get_mut(at..).and_then(|out| out.first_chunk_mut::<16>()) else { return };
        let (left, right) = (_mm256_castsi256_si128(bytes), _mm256_extracti128_si256::<1>(bytes));
        out[..8].copy_from_slice(&_mm_cvtsi128_si64(left).to_le_bytes());
        out[6..14].copy_from_slice(&_mm_cvtsi128_si64(right).to_le_bytes());
        at += RESULTS * 3;
    }
}

/// The sums of a result in four channels, in two halves that are still to be added.
///
/// # Safety
/// `row` must have 16 bytes from the first pixel of each group on, as a row of [`Groups::reach`] bytes has for results and
/// groups of [`Groups::fours`].
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn sums(row: &[u8], first: u32, groups: &[Group]) -> __m256i {
    // Two pixels a half, channel by channel, each value widened to 16 bits.
    #[rustfmt::skip]
    let pairs = _mm256_setr_epi8(
        0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,
        6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1,
    );
    let (mut low, mut high) = (_mm256_setzero_si256(), _mm256_setzero_si256());
    let mut at = first as usize * 3;
    for group in groups {
        debug_assert!(row.len() >= at + 16);
        // SAFETY: the caller's promise.
        let bytes = unsafe { _mm_loadu_si128(row.as_ptr().add(at).cast()) };
        at += TAPS * 3;
        let values = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(bytes), pairs);
        low = _mm256_add_epi32(low, _mm256_madd_epi16(values, weights(&group.low)));
        high = _mm256_add_epi32(high, _mm256_madd_epi16(values, weights(&group.high)));
    }
    _mm256_add_epi32(low, _mm256_slli_epi32::<SHIFT>(high))
}

/// Weights of two rows, in parts, as values of both rows are multiplied with them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    low: i32,
    high: i32,
}

/// The weights of the vertical pass, two by two; the last of an odd number has a partner of weight 0.
pub(super) fn pairs(weights: &[i32]) -> impl Iterator<Item = Pair> {
    let both = |upper: i16, lower: i16| i32::from(upper.cast_unsigned()) | i32::from(lower) << 16;
    weights.chunks(2).map(move |pair| {
        let (a, b) = (parts(pair[0]), parts(pair.get(1).copied().unwrap_or(0)));
        Pair { low: both(a.0, b.0), high: both(a.1, b.1) }
    })
}

/// The vertical pass of one row of results, at least [`LANES`] values. `taps`: rows of `out.len()` values.
#[target_feature(enable = "avx2")]
pub(super) fn vertical(pairs: &[Pair], taps: &[u8], out: &mut [u8]) {
    let width = out.len();
    let last = width.saturating_sub(LANES);
    let mut at = 0;
    loop {
        // The last vector overlaps the one before.
        let from = at.min(last);
        let Some(out) = out.get_mut(from..).and_then(|out| out.first_chunk_mut::<LANES>()) else { return };
        column(pairs, taps, width, from, out);
        if at >= last {
            return;
        }
        at += LANES;
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn column(pairs: &[Pair], taps: &[u8], width: usize, from: usize, out: &mut [u8; LANES]) {
    let zero = _mm256_setzero_si256();
    let (mut low, mut high) = ([zero; 2], [zero; 2]);
    for (pair, rows) in pairs.iter().zip(taps.chunks(2 * width)) {
        let Some(upper) = rows.get(from..).and_then(|row| row.first_chunk::<LANES>()) else { break };
        let lower = rows.get(width + from..).and_then(|row| row.first_chunk::<LANES>()).unwrap_or(upper);
        let (low_weights, high_weights) = (_mm256_set1_epi32(pair.low), _mm256_set1_epi32(pair.high));
        let (upper, lower) = (load16(upper), load16(lower));
        let halves = [_mm_unpacklo_epi8(upper, lower), _mm_unpackhi_epi8(upper, lower)];
        for half in 0..2 {
            let values = _mm256_cvtepu8_epi16(halves[half]);
            low[half] = _mm256_add_epi32(low[half], _mm256_madd_epi16(values, low_weights));
            high[half] = _mm256_add_epi32(high[half], _mm256_madd_epi16(values, high_weights));
        }
    }
    let half = _mm256_set1_epi32(HALF);
    let mut sums = [zero; 2];
    for ((sum, low), high) in sums.iter_mut().zip(low).zip(high) {
        let total = _mm256_add_epi32(low, _mm256_slli_epi32::<SHIFT>(high));
        *sum = _mm256_srai_epi32::<ROUNDED>(_mm256_add_epi32(total, half));
    }
    // Packing works within halves of a vector: the middle two quarters are swapped back.
    let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(sums[0], sums[1]));
    let bytes = _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
    // SAFETY: 16 bytes are writable, of any alignment.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), bytes) }
}
