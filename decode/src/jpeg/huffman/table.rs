//! Decoding tables of one Huffman code (ITU-T T.81, annex C and F.2.2.3).
//!
//! A table of [`LOOKUP_BITS`] bits is indexed with the next bits of the scan. Where code and value bits fit, one entry
//! gives everything: how many bits to drop, how far the position in the block advances, and the coefficient itself.
//! That is most coefficients of a photograph, so that one lookup takes the place of a lookup, a mask, a comparison and
//! a subtraction. 11 bits: 8 KiB a table, and the two tables of luma stay in the first-level cache.

/// Bits of the lookup.
pub(super) const LOOKUP_BITS: u32 = 11;
const ENTRIES: usize = 1 << LOOKUP_BITS;

/// An entry: see the methods. 0: the code is longer than the lookup, or doesn't exist.
///
/// Bits 0–5: bits to drop. Bits 6–12: by how much the position advances ([`Entry::END_OF_BLOCK`] at the end of the
/// block). Bit 13: the value's bits follow ([`Entry::VALUE_FOLLOWS`]). Bits 16–31: the value as `i16`, or the number of
/// its bits if they follow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry(u32);

impl Entry {
    /// The advance of an end of block: past the last of 63 AC coefficients, whatever the position.
    pub(super) const END_OF_BLOCK: u32 = 64;
    const VALUE_FOLLOWS: u32 = 1 << 13;

    fn new(bits: u32, advance: u32, value: i16) -> Self {
        Self(bits | advance << 6 | u32::from(value.cast_unsigned()) << 16)
    }

    fn followed(bits: u32, advance: u32, value_bits: u32) -> Self {
        Self(bits | advance << 6 | Self::VALUE_FOLLOWS | value_bits << 16)
    }

    /// Whether [`Entry::value`] is the coefficient; otherwise look the code up in full.
    #[inline(always)]
    pub(super) fn is_complete(self) -> bool {
        self.0 != 0 && self.0 & Self::VALUE_FOLLOWS == 0
    }

    /// Bits to drop: of the code, and of the value if the entry is complete.
    #[inline(always)]
    pub(super) fn bits(self) -> u32 {
        self.0 & 63
    }

    #[inline(always)]
    pub(super) fn advance(self) -> u32 {
        (self.0 >> 6) & 127
    }

    #[inline(always)]
    pub(super) fn value(self) -> i16 {
        (self.0 >> 16) as u16 as i16
    }
}

/// A symbol whose value bits follow it.
pub(super) struct Symbol {
    /// Bits of the code, at most 16.
    pub(super) bits: u32,
    pub(super) advance: u32,
    /// Bits of the value that follows, at most 15.
    pub(super) value_bits: u32,
}

/// What the symbols of a code mean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// The number of value bits.
    Dc,
    /// Run of zeros in the upper four bits, number of value bits in the lower.
    Ac,
}

/// One Huffman code.
pub(super) struct Table {
    entries: Box<[Entry; ENTRIES]>,
    /// For each length from 12 to 16: the greatest code of this length, or -1.
    greatest: [i32; 17],
    /// For each length: index of a code's symbol minus the code.
    offset: [i32; 17],
    symbols: [u8; 256],
    class: Class,
    /// What the table was built from: consecutive images mostly have the same.
    built_from: Option<([u8; 17], [u8; 256])>,
}

impl Table {
    pub(super) fn new(class: Class) -> Self {
        Self {
            entries: Box::new([Entry(0); ENTRIES]),
            greatest: [-1; 17],
            offset: [0; 17],
            symbols: [0; 256],
            class,
            built_from: None,
        }
    }

    /// Builds the table from the number of codes of each length (`counts[1..=16]`) and the symbols in the order of
    /// their codes. `false`, and an unusable table, if they are no Huffman code of this class.
    #[must_use]
    pub(super) fn build(&mut self, counts: &[u8; 17], symbols: &[u8; 256]) -> bool {
        if self.built_from.as_ref().is_some_and(|(c, s)| c == counts && s == symbols) {
            return true;
        }
        self.built_from = None;
        self.entries.fill(Entry(0));
        self.greatest = [-1; 17];
        self.symbols = *symbols;
        let (mut code, mut index) = (0u32, 0usize);
        for (length, count) in (1u32..).zip(&counts[1..]) {
            let count = u32::from(*count);
            if index + count as usize > 256 || code + count > 1 << length {
                return false;
            }
            self.offset[length as usize] = index as i32 - code as i32;
            for _ in 0..count {
                if self.class == Class::Dc && symbols[index] > 15 {
                    return false;
                }
                if length <= LOOKUP_BITS {
                    self.fill(code, length, symbols[index]);
                }
                code += 1;
                index += 1;
            }
            if count > 0 {
                self.greatest[length as usize] = code as i32 - 1;
            }
            code <<= 1;
        }
        self.built_from = Some((*counts, *symbols));
        true
    }

    /// Fills the entries that begin with a code.
    fn fill(&mut self, code: u32, length: u32, symbol: u8) {
        let spare = LOOKUP_BITS - length;
        let (advance, value_bits) = self.meaning(symbol);
        for rest in 0..1u32 << spare {
            let entry = if value_bits == 0 {
                Entry::new(length, advance, 0)
            } else if value_bits <= spare {
                Entry::new(length + value_bits, advance, extend(rest >> (spare - value_bits), value_bits))
            } else {
                Entry::followed(length, advance, value_bits)
            };
            self.entries[((code << spare) + rest) as usize] = entry;
        }
    }

    /// By how much a symbol advances the position, and the number of its value bits.
    fn meaning(&self, symbol: u8) -> (u32, u32) {
        let (run, value_bits) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        match self.class {
            Class::Dc => (1, u32::from(symbol)),
            Class::Ac if value_bits > 0 => (run + 1, value_bits),
            Class::Ac if run == 15 => (16, 0),
            Class::Ac => (Entry::END_OF_BLOCK, 0),
        }
    }

    /// The entry of the scan's next bits, which are the upper ones of `window`.
    #[inline(always)]
    pub(super) fn entry(&self, window: u64) -> Entry {
        self.entries[(window >> (64 - LOOKUP_BITS)) as usize]
    }

    /// The symbol whose entry isn't complete. `None`: no code begins with these bits.
    #[inline(always)]
    pub(super) fn symbol(&self, entry: Entry, window: u64) -> Option<Symbol> {
        if entry.0 != 0 {
            return Some(Symbol { bits: entry.bits(), advance: entry.advance(), value_bits: entry.0 >> 16 });
        }
        self.long_symbol(window)
    }

    /// The symbol of a code that is longer than the lookup.
    #[cold]
    fn long_symbol(&self, window: u64) -> Option<Symbol> {
        for length in LOOKUP_BITS + 1..=16 {
            let code = (window >> (64 - length)) as i32;
            if code <= self.greatest[length as usize] {
                let index = usize::try_from(code + self.offset[length as usize]).ok()?;
                let (advance, value_bits) = self.meaning(*self.symbols.get(index)?);
                return Some(Symbol { bits: length, advance, value_bits });
            }
        }
        None
    }
}

/// A value from its bits (T.81, F.2.2.1, EXTEND): the lower half of the range stands for negative numbers.
#[inline(always)]
pub(super) fn extend(raw: u32, bits: u32) -> i16 {
    let value = raw as i32;
    (if value < 1 << (bits - 1) { value - (1 << bits) + 1 } else { value }) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code of T.81, table K.3: DC of luma.
    const LUMA_DC: ([u8; 17], &[u8]) =
        ([0, 0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

    fn symbols(some: &[u8]) -> [u8; 256] {
        let mut all = [0; 256];
        all[..some.len()].copy_from_slice(some);
        all
    }

    #[test]
    fn short_codes_hold_their_value() {
        let mut table = Table::new(Class::Dc);
        assert!(table.build(&LUMA_DC.0, &symbols(LUMA_DC.1)));
        // 011 is category 2, whose values are -3 -2 2 3.
        for (raw, value) in [(0b00, -3), (0b01, -2), (0b10, 2), (0b11, 3)] {
            let entry = table.entry((0b01100 | raw) << 59);
            assert!(entry.is_complete());
            assert_eq!((entry.bits(), entry.value()), (5, value));
        }
        // 11111110 is category 10: 18 bits in all.
        let window = 0b1111_1110 << 56;
        let entry = table.entry(window);
        assert!(!entry.is_complete());
        let symbol = table.symbol(entry, window).unwrap();
        assert_eq!((symbol.bits, symbol.value_bits), (8, 10));
        // Nine ones are no code.
        assert!(table.symbol(table.entry(u64::MAX), u64::MAX).is_none());
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let mut table = Table::new(Class::Dc);
        let mut counts = [0; 17];
        counts[1] = 3;
        assert!(!table.build(&counts, &[0; 256]), "three codes of one bit");
        counts[1] = 1;
        assert!(!table.build(&counts, &[16; 256]), "DC differences of 16 bits");
        let mut many = [0; 17];
        many[9] = 200;
        many[10] = 100;
        assert!(!table.build(&many, &[0; 256]), "300 symbols");
        assert!(table.build(&LUMA_DC.0, &symbols(LUMA_DC.1)));
    }

    #[test]
    fn values_are_extended() {
        let values: Vec<i16> = (0..8).map(|raw| extend(raw, 3)).collect();
        assert_eq!(values, [-7, -6, -5, -4, 4, 5, 6, 7]);
        assert_eq!((extend(0, 15), extend((1 << 15) - 1, 15)), (-32767, 32767));
    }
}
