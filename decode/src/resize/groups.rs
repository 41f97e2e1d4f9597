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

/// The weights of all results of an axis.
#[derive(Debug, Default)]
pub(super) struct Groups {
    pub(super) groups: Vec<Group>,
    /// Of each result: its first source pixel, and the end of its groups.
    pub(super) results: Vec<(u32, u32)>,
}

impl Groups {
    pub(super) fn fill(&mut self, axis: &Axis) {
        self.groups.clear();
        self.results.clear();
        for result in 0..axis.taps.len() {
            let (first, weights) = axis.of(result);
            self.groups.extend(weights.chunks(TAPS).map(group));
            self.results.push((first, self.groups.len() as u32));
        }
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
