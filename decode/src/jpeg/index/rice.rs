//! Adaptive Golomb–Rice codes: small signed numbers in few bits.
//!
//! The parameter follows the numbers seen so far, as in JPEG-LS (ITU-T T.87, A.2.1), so that nothing about their
//! distribution is stored. One [`Adaptive`] for each kind of number.

/// Unary parts longer than this are followed by the number in full.
const ESCAPE: u32 = 24;

/// What is known of one kind of number.
pub(super) struct Adaptive {
    sum: u64,
    count: u64,
}

impl Adaptive {
    pub(super) fn new() -> Self {
        Self { sum: 16, count: 1 }
    }

    /// Bits that are stored in binary: about log2 of the mean.
    fn parameter(&self) -> u32 {
        let mut k = 0;
        while k < 40 && self.count << k < self.sum {
            k += 1;
        }
        k
    }

    fn learn(&mut self, value: u64) {
        self.sum = self.sum.saturating_add(value.min(1 << 40));
        self.count += 1;
        if self.count == 64 {
            self.sum /= 2;
            self.count /= 2;
        }
    }
}

/// Signed to unsigned, small to small: 0, -1, 1, -2 … are 0, 1, 2, 3 …
fn fold(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

fn unfold(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

/// Writes bits, the first one on top of the first byte.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    /// Bits that don't fill a byte yet.
    pending: u8,
    len: u32,
}

impl Writer {
    fn bit(&mut self, bit: bool) {
        self.pending = self.pending << 1 | u8::from(bit);
        self.len += 1;
        if self.len == 8 {
            self.bytes.push(self.pending);
            (self.pending, self.len) = (0, 0);
        }
    }

    fn bits(&mut self, value: u64, count: u32) {
        (0..count).rev().for_each(|at| self.bit(value >> at & 1 == 1));
    }

    pub(super) fn put(&mut self, value: i64, adaptive: &mut Adaptive) {
        let value = fold(value);
        let k = adaptive.parameter();
        let unary = value >> k;
        if unary < u64::from(ESCAPE) {
            (0..unary).for_each(|_| self.bit(true));
            self.bit(false);
            self.bits(value, k);
        } else {
            (0..ESCAPE).for_each(|_| self.bit(true));
            self.bits(value, 64);
        }
        adaptive.learn(value);
    }

    /// The bytes, the last one filled with zeros.
    pub(super) fn finish(mut self) -> Vec<u8> {
        while self.len > 0 {
            self.bit(false);
        }
        self.bytes
    }
}

/// Reads what [`Writer`] wrote.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    /// The next bits, from the top, and how many of them are valid.
    window: u64,
    valid: u32,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, window: 0, valid: 0 }
    }

    fn refill(&mut self) {
        while self.valid <= 56 {
            let Some((byte, rest)) = self.bytes.split_first() else { return };
            self.window |= u64::from(*byte) << (56 - self.valid);
            self.valid += 8;
            self.bytes = rest;
        }
    }

    /// Up to 56 bits; `None` behind the end.
    fn bits(&mut self, count: u32) -> Option<u64> {
        if count == 0 {
            return Some(0);
        }
        self.refill();
        let value = self.window >> (64 - count);
        self.valid = self.valid.checked_sub(count)?;
        self.window <<= count;
        Some(value)
    }

    pub(super) fn get(&mut self, adaptive: &mut Adaptive) -> Option<i64> {
        self.refill();
        let k = adaptive.parameter();
        let ones = self.window.leading_ones();
        let value = if ones < ESCAPE {
            self.bits(ones + 1)?;
            u64::from(ones) << k | self.bits(k)?
        } else {
            self.bits(ESCAPE)?;
            self.bits(32)? << 32 | self.bits(32)?
        };
        adaptive.learn(value);
        Some(unfold(value))
    }

    /// Whether only the filling of the last byte is left.
    pub(super) fn is_done(&self) -> bool {
        self.bytes.is_empty() && self.valid < 8 && self.window == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let numbers: Vec<i64> = (0..500)
            .map(|i| (i * i * 7919) % 300 - 150)
            .chain([i64::MAX, i64::MIN, 0, -1, 1 << 40])
            .chain((0..200).map(|i| i % 3 - 1))
            .collect();
        let (mut writer, mut adaptive) = (Writer::default(), Adaptive::new());
        numbers.iter().for_each(|n| writer.put(*n, &mut adaptive));
        let bytes = writer.finish();
        let (mut reader, mut adaptive) = (Reader::new(&bytes), Adaptive::new());
        let back: Vec<i64> = numbers.iter().map(|_| reader.get(&mut adaptive).unwrap()).collect();
        assert_eq!(back, numbers);
        assert!(reader.is_done());
        assert_eq!(reader.get(&mut adaptive), None);
    }

    #[test]
    fn small_numbers_take_few_bits() {
        let (mut writer, mut adaptive) = (Writer::default(), Adaptive::new());
        (0..1000).for_each(|i| writer.put(i % 3 - 1, &mut adaptive));
        assert!(writer.finish().len() < 1000 * 3 / 8);
    }
}
