//! Filter weights in the order in which AVX2 multiplies them.

use super::weights::Axis;

/// Bits of a weight's lower part: all that a positive `i16` has.
const LOW_BITS: u32 = 15;

/// The weights of four pixels in a row, each in two parts: `weight = high << 15 | low`.
///
/// A product of 23 and 8 bits takes an instruction that multiplies 32 bits, of which there is a slow one only. Products
/// of 16 bits are added in pairs at twice the speed or more, so that two of them are quicker, and the sum is the same to
/// the last bit. In each half of a group are the weights of two pixels, alternating, for the channels R, G, B and none.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(super) struct Group {
    pub(super) low: [i16; 16],
    pub(super) high: [i16; 16],
}

/// Pixels of a group.
pub(super) const TAPS: usize = 4;

/// Lower and upper part of a weight. Weights are below 2^30, since they are 22 bits behind the point.
pub(super) fn parts(weight: i32) -> (i16, i16) {
    ((weight & ((1 << LOW_BITS) - 1)) as i16, (weight >> LOW_BITS) as i16)
}

/// The sum of weighted pixels, from the sums of both parts.
pub(super) const SHIFT: i32 = LOW_BITS as i32;

/// The weights of all results of an axis, as many groups for each.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// Groups of a result.
    per_result: usize,
    groups: Vec<Group>,
    /// First source pixel of each result, from the first one needed. As many as there are results, rounded up to a multiple of four.
    first: Vec<u32>,
    /// Bytes of RGB pixels, from the first one needed on, that reading vectors of 16 bytes touches.
    reach: usize,
}

/// Results that are computed together.
pub(super) const RESULTS: usize = 4;

impl Groups {
    pub(super) fn fill(&mut self, axis: &Axis) {
        self.groups.clear();
        self.first.clear();
        let most = axis.taps.iter().map(|(_, weights)| weights.len()).max().unwrap_or(0);
        self.per_result = most.div_ceil(TAPS).max(1);
        let (start, mut last) = (axis.needed().start, 0);
        for result in 0..axis.taps.len().next_multiple_of(RESULTS) {
            let (first, weights) = if result < axis.taps.len() { axis.of(result) } else { (0, &[][..]) };
            let first = first.saturating_sub(start);
            let mut weights = weights.chunks(TAPS);
            self.groups.extend((0..self.per_result).map(|_| group(weights.next().unwrap_or_default())));
            self.first.push(first);
            last = last.max(first);
        }
        self.reach = last as usize * 3 + (self.per_result - 1) * TAPS * 3 + 16;
    }

    /// Bytes of a row that are read, from the first pixel needed on.
    pub(super) fn reach(&self) -> usize {
        self.reach
    }

    /// The first pixels of four results, and their groups: [`Groups::per_result`] of each.
    #[inline(always)]
    pub(super) fn fours(&self) -> impl Iterator<Item = (&[u32; RESULTS], &[Group])> {
        self.first.as_chunks::<RESULTS>().0.iter().zip(self.groups.chunks_exact(self.per_result * RESULTS))
    }

    pub(super) fn per_result(&self) -> usize {
        self.per_result
    }
}

/// At most four weights; the rest are zero.
fn group(weights: &[i32]) -> Group {
    let mut group = Group { low: [0; 16], high: [0; 16] };
    for (tap, weight) in weights.iter().enumerate() {
        let (low, high) = parts(*weight);
        let at = tap / 2 * 8 + tap % 2;
        for channel in 0..4 {
            group.low[at + channel * 2] = low;
            group.high[at + channel * 2] = high;
        }
    }
    group
}
