//! The bits of an entropy-coded scan, without its stuffed zero bytes.
//!
//! In a scan each data byte `FF` is followed by a `00`, and any other byte after an `FF` is a marker that ends the
//! scan's data. The bytes are copied into a window without their stuffing, some KiB at a time, so that the decoder
//! reads eight bytes at once and never looks for an `FF`. Finding them with `memchr` costs 1 to 2 % of a decode.
//!
//! Before each MCU, [`ScanBits::prepare`] makes sure that the window holds all the bits it can take ([`MOST_BYTES`]).
//! What lies behind the scan's end reads as zeros, and [`ScanBits::overran`] tells afterwards.

/// The most bytes that one MCU takes: 10 blocks of 64 coefficients of at most 16 + 16 bits.
const MOST_BYTES: usize = 10 * 64 * 4;
/// Read behind the position: two refills of eight bytes.
const SLACK: usize = 32;
/// Bytes of the window: small enough to stay in the first-level cache.
const WINDOW: usize = 16 << 10;

/// A position in a scan, in the registers of the decoder.
#[derive(Clone, Copy)]
pub(super) struct Position {
    /// Offset in the window of the next byte that isn't in `bits`.
    at: usize,
    /// The next bits, from the top.
    window: u64,
    /// How many of them are valid.
    valid: u32,
}

impl Position {
    /// Fills up to at least 56 valid bits.
    #[inline(always)]
    pub(super) fn refill(&mut self, bytes: &Window) {
        self.window |= bytes.eight(self.at) >> self.valid;
        self.at += ((63 - self.valid) >> 3) as usize;
        self.valid |= 56;
    }

    /// The next bits, from the top; at least 56 after a refill, and one less for each bit taken.
    #[inline(always)]
    pub(super) fn window(self) -> u64 {
        self.window
    }

    #[inline(always)]
    pub(super) fn drop_bits(&mut self, count: u32) {
        self.window <<= count;
        self.valid = self.valid.wrapping_sub(count);
    }

    /// Offset in the window of the next bit.
    fn bit(self) -> usize {
        (self.at * 8).saturating_sub(self.valid as usize)
    }
}

/// Bytes without stuffing.
pub(super) struct Window(Box<[u8; WINDOW]>);

impl Window {
    /// Eight bytes, the first one on top.
    #[inline(always)]
    fn eight(&self, at: usize) -> u64 {
        let mut eight = [0; 8];
        // Never beyond, since `prepare` leaves SLACK bytes; said so that the compiler needs no check.
        let from = at.min(WINDOW - 8);
        eight.copy_from_slice(&self.0[from..from + 8]);
        u64::from_be_bytes(eight)
    }
}

/// Reads the bits of a scan, or of a part of it.
pub(super) struct ScanBits<'a> {
    /// What isn't in the window yet.
    rest: &'a [u8],
    /// Offset in the scan of `rest`.
    rest_at: usize,
    window: Window,
    /// Valid bytes in the window.
    len: usize,
    /// Nothing follows the valid bytes.
    ended: bool,
    /// The data ended at a marker, as they must, not with the input.
    at_marker: bool,
    /// Where in the window a stuffed byte was removed, if positions are to be found again.
    stuffed: Option<Vec<usize>>,
    pub(super) position: Position,
}

impl<'a> ScanBits<'a> {
    /// `positions`: whether [`ScanBits::scan_bit`] will be called.
    pub(super) fn new(positions: bool) -> Self {
        Self {
            rest: &[],
            rest_at: 0,
            window: Window(Box::new([0; WINDOW])),
            len: 0,
            ended: true,
            at_marker: false,
            stuffed: positions.then(Vec::new),
            position: Position { at: 0, window: 0, valid: 0 },
        }
    }

    /// Starts at bit `bit` of a scan (counted with its stuffing), and stops reading at byte `end`.
    pub(super) fn seek(&mut self, scan: &'a [u8], bit: u64, end: usize) {
        let scan = &scan[..end.min(scan.len())];
        let start = usize::try_from(bit / 8).unwrap_or(usize::MAX).min(scan.len());
        self.rest = &scan[start..];
        self.rest_at = start;
        self.len = 0;
        self.ended = false;
        self.at_marker = false;
        if let Some(stuffed) = &mut self.stuffed {
            stuffed.clear();
        }
        self.position = Position { at: 0, window: 0, valid: 0 };
        self.prepare();
        if !bit.is_multiple_of(8) {
            self.position.refill(&self.window);
            self.position.drop_bits((bit % 8) as u32);
        }
    }

    pub(super) fn window(&self) -> &Window {
        &self.window
    }

    /// Makes the bits of one more MCU readable.
    #[inline(always)]
    pub(super) fn prepare(&mut self) {
        if !self.ended && self.len.saturating_sub(self.position.at) < MOST_BYTES + SLACK {
            self.fill();
        }
    }

    #[cold]
    fn fill(&mut self) {
        // The bits that were read ahead are in `position.window`; eight bytes before them are kept, so that the byte of
        // the next bit still has an offset in the window.
        let keep_from = self.position.at.min(self.len).saturating_sub(8);
        self.window.0.copy_within(keep_from..self.len, 0);
        self.len -= keep_from;
        self.position.at -= keep_from;
        if let Some(stuffed) = &mut self.stuffed {
            stuffed.retain(|at| *at > keep_from);
            stuffed.iter_mut().for_each(|at| *at -= keep_from);
        }
        let end = WINDOW - MOST_BYTES - SLACK;
        while self.len < end && !self.ended {
            self.copy_some(end);
        }
        // Behind the end: zeros, as many as an MCU can take.
        self.window.0[self.len..self.len + MOST_BYTES + SLACK].fill(0);
    }

    /// Copies up to the next `FF`, or to the end of the window's part for data.
    fn copy_some(&mut self, end: usize) {
        let most = self.rest.len().min(end - self.len);
        let found = memchr::memchr(0xFF, &self.rest[..most]);
        let plain = found.unwrap_or(most);
        self.window.0[self.len..self.len + plain].copy_from_slice(&self.rest[..plain]);
        self.len += plain;
        let mut taken = plain;
        if found.is_some() {
            if self.rest.get(plain + 1) == Some(&0) {
                self.window.0[self.len] = 0xFF;
                self.len += 1;
                taken += 2;
                if let Some(stuffed) = &mut self.stuffed {
                    stuffed.push(self.len);
                }
            } else {
                self.ended = true;
                // A marker may be preceded by any number of FF.
                self.at_marker =
                    self.rest[plain..].iter().find(|byte| **byte != 0xFF).is_some_and(|byte| *byte != 0);
            }
        }
        self.rest = &self.rest[taken..];
        self.rest_at += taken;
        self.ended |= self.rest.is_empty();
    }

    /// Whether more bits were taken than there are.
    #[inline(always)]
    pub(super) fn overran(&self) -> bool {
        self.position.bit() > self.len * 8
    }

    /// Whether the data were read to their end, and the input ended there without a marker.
    pub(super) fn lacks_marker(&self) -> bool {
        self.ended && !self.at_marker
    }

    /// The next bit's offset in the scan, counted with its stuffing. 0 if it wasn't to be called.
    pub(super) fn scan_bit(&self) -> u64 {
        let Some(stuffed) = &self.stuffed else { return 0 };
        let bit = self.position.bit();
        let byte = bit / 8;
        // From the window's end backwards: its bytes after this one, and the stuffing between them.
        let stuffing_after = stuffed.iter().rev().take_while(|at| **at > byte).count();
        let at = (self.rest_at + byte).saturating_sub(self.len + stuffing_after);
        at as u64 * 8 + (bit % 8) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `count` bits, one after the other.
    fn take(bits: &mut ScanBits<'_>, count: u32) -> u64 {
        let mut value = 0;
        for _ in 0..count {
            bits.prepare();
            let mut position = bits.position;
            position.refill(bits.window());
            value = value << 1 | position.window() >> 63;
            position.drop_bits(1);
            bits.position = position;
        }
        value
    }

    #[test]
    fn stuffing_is_removed_and_found_again() {
        let scan = [0x12, 0xFF, 0x00, 0x34, 0xFF, 0x00, 0xFF, 0x00, 0x56, 0xFF, 0xD9];
        let mut bits = ScanBits::new(true);
        bits.seek(&scan, 0, scan.len());
        assert_eq!(bits.scan_bit(), 0);
        assert_eq!(take(&mut bits, 12), 0x12F);
        assert_eq!(bits.scan_bit(), 12);
        assert_eq!(take(&mut bits, 4), 0xF);
        // The next bit is the first of 34, behind the stuffed zero.
        assert_eq!(bits.scan_bit(), 24);
        assert_eq!(take(&mut bits, 8 + 16 + 8), 0x34FF_FF56);
        assert_eq!(bits.scan_bit(), 9 * 8);
        assert!(!bits.overran() && !bits.lacks_marker());
        assert_eq!(take(&mut bits, 1), 0);
        assert!(bits.overran());
    }

    #[test]
    fn a_scan_longer_than_the_window() {
        let scan: Vec<u8> = (0..100_000u32)
            .flat_map(|i| if i.is_multiple_of(7) { vec![0xFF, 0] } else { vec![i as u8 & 0x7F] })
            .collect();
        let mut bits = ScanBits::new(true);
        bits.seek(&scan, 0, scan.len());
        let mut at = 0;
        for i in 0..100_000u32 {
            assert_eq!(bits.scan_bit(), at * 8, "byte {i}");
            let (value, width) = if i.is_multiple_of(7) { (0xFF, 2) } else { (i as u8 & 0x7F, 1) };
            assert_eq!(take(&mut bits, 8), u64::from(value), "byte {i}");
            at += width;
        }
        assert!(!bits.overran() && bits.lacks_marker());
    }

    #[test]
    fn starts_anywhere() {
        let scan = [0xAB, 0xFF, 0x00, 0xCD, 0xEF, 0xFF, 0xD9];
        for bit in [0u64, 3, 8, 13, 24, 31] {
            let mut bits = ScanBits::new(true);
            bits.seek(&scan, bit, scan.len());
            assert_eq!(bits.scan_bit(), bit);
        }
        let mut bits = ScanBits::new(false);
        bits.seek(&scan, 28, 5);
        assert_eq!(take(&mut bits, 12), 0xDEF);
        bits.seek(&scan, 1 << 40, 5);
        assert_eq!(take(&mut bits, 8), 0);
        assert!(bits.overran());
    }
}
