//! One MCU (minimum coded unit) of a baseline scan: Huffman codes to coefficients (ITU-T T.81, F.2.2).
//!
//! Strict where libjpeg is lenient: an unknown code, a run past the block's end or missing data is [`Damaged`], and
//! nothing is guessed. The caller then decodes the image again with libjpeg's own entropy decoder, so that damaged
//! images come out as libjpeg makes them.

#![allow(unsafe_code, reason = "calls functions that are compiled for BMI2, where the processor has it")]

use super::bits::{Position, ScanBits, Window};
use super::scan::Scan;
use super::table::{Class, Entry, Table, extend};

/// The scan contradicts the format here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::jpeg) struct Damaged;

/// Coefficients of a block, row by row of frequencies.
pub(in crate::jpeg) type Block = [i16; 64];

/// The zigzag order (T.81, figure 5).
#[rustfmt::skip]
const NATURAL_ORDER: [u8; 64] = [
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The tables of a scan, kept from image to image.
pub(in crate::jpeg) struct Tables {
    dc: [Table; 4],
    ac: [Table; 4],
}

impl Tables {
    pub(in crate::jpeg) fn new() -> Self {
        Self {
            dc: std::array::from_fn(|_| Table::new(Class::Dc)),
            ac: std::array::from_fn(|_| Table::new(Class::Ac)),
        }
    }

    /// Builds the tables that a scan uses. `false` if one is missing or no Huffman code.
    #[must_use]
    pub(in crate::jpeg) fn build(&mut self, scan: &Scan) -> bool {
        let codes = |table: &mut Table, code: &Option<super::scan::Code>| {
            code.as_ref().is_some_and(|code| table.build(&code.counts, &code.symbols))
        };
        scan.blocks().iter().all(|block| {
            codes(&mut self.dc[block.dc_table & 3], &scan.dc_codes[block.dc_table & 3])
                && codes(&mut self.ac[block.ac_table & 3], &scan.ac_codes[block.ac_table & 3])
        })
    }
}

/// DC predictors: the last DC coefficient of each component.
pub(in crate::jpeg) type Predictors = [i32; 4];

/// Decodes the next MCU into zeroed blocks. The state is undefined after an error.
pub(super) fn decode(
    bits: &mut ScanBits<'_>,
    tables: &Tables,
    scan: &Scan,
    predictors: &mut Predictors,
    blocks: &mut [Block],
) -> Result<(), Damaged> {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("bmi2") {
        // SAFETY: the processor has BMI2.
        return unsafe { bmi2::decode(bits, tables, scan, predictors, blocks) };
    }
    decode_body(bits, tables, scan, predictors, blocks)
}

/// Reads over the next MCU.
pub(super) fn skip(
    bits: &mut ScanBits<'_>,
    tables: &Tables,
    scan: &Scan,
    predictors: &mut Predictors,
) -> Result<(), Damaged> {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("bmi2") {
        // SAFETY: the processor has BMI2.
        return unsafe { bmi2::skip(bits, tables, scan, predictors) };
    }
    skip_body(bits, tables, scan, predictors)
}

/// The same code, compiled for processors whose shifts by a variable take one operation instead of three.
#[cfg(target_arch = "x86_64")]
mod bmi2 {
    use super::*;

    #[target_feature(enable = "bmi2")]
    pub(super) fn decode(
        bits: &mut ScanBits<'_>,
        tables: &Tables,
        scan: &Scan,
        predictors: &mut Predictors,
        blocks: &mut [Block],
    ) -> Result<(), Damaged> {
        decode_body(bits, tables, scan, predictors, blocks)
    }

    #[target_feature(enable = "bmi2")]
    pub(super) fn skip(
        bits: &mut ScanBits<'_>,
        tables: &Tables,
        scan: &Scan,
        predictors: &mut Predictors,
    ) -> Result<(), Damaged> {
        skip_body(bits, tables, scan, predictors)
    }
}

#[inline(always)]
fn decode_body(
    bits: &mut ScanBits<'_>,
    tables: &Tables,
    scan: &Scan,
    predictors: &mut Predictors,
    blocks: &mut [Block],
) -> Result<(), Damaged> {
    bits.prepare();
    let mut position = bits.position;
    for (plan, block) in scan.blocks().iter().zip(blocks) {
        let (dc, ac) = (&tables.dc[plan.dc_table & 3], &tables.ac[plan.ac_table & 3]);
        let predictor = &mut predictors[plan.component & 3];
        *predictor = predictor.wrapping_add(difference(&mut position, bits.window(), dc)?);
        block[0] = *predictor as i16;
        coefficients(&mut position, bits.window(), ac, |k, value| {
            block[usize::from(NATURAL_ORDER[k & 63]) & 63] = value;
        })?;
    }
    bits.position = position;
    if bits.overran() { Err(Damaged) } else { Ok(()) }
}

#[inline(always)]
fn skip_body(
    bits: &mut ScanBits<'_>,
    tables: &Tables,
    scan: &Scan,
    predictors: &mut Predictors,
) -> Result<(), Damaged> {
    bits.prepare();
    let mut position = bits.position;
    for plan in scan.blocks() {
        let (dc, ac) = (&tables.dc[plan.dc_table & 3], &tables.ac[plan.ac_table & 3]);
        let predictor = &mut predictors[plan.component & 3];
        *predictor = predictor.wrapping_add(difference(&mut position, bits.window(), dc)?);
        coefficients(&mut position, bits.window(), ac, |_, _| {})?;
    }
    bits.position = position;
    if bits.overran() { Err(Damaged) } else { Ok(()) }
}

/// The next DC difference.
#[inline(always)]
fn difference(position: &mut Position, bytes: &Window, table: &Table) -> Result<i32, Damaged> {
    position.refill(bytes);
    let entry = table.entry(position.window());
    if entry.is_complete() {
        position.drop_bits(entry.bits());
        return Ok(entry.value().into());
    }
    let (_, value) = long(position, table, entry)?;
    Ok(value.unwrap_or_default().into())
}

/// A symbol whose entry isn't complete: advance and value. Needs 31 valid bits.
#[inline(always)]
fn long(position: &mut Position, table: &Table, entry: Entry) -> Result<(u32, Option<i16>), Damaged> {
    let symbol = table.symbol(entry, position.window()).ok_or(Damaged)?;
    position.drop_bits(symbol.bits);
    if symbol.value_bits == 0 {
        return Ok((symbol.advance, None));
    }
    let raw = (position.window() >> (64 - symbol.value_bits)) as u32;
    position.drop_bits(symbol.value_bits);
    Ok((symbol.advance, Some(extend(raw, symbol.value_bits))))
}

/// The AC coefficients of a block: their place in zigzag order and value, in order.
#[inline(always)]
fn coefficients(
    position: &mut Position,
    bytes: &Window,
    table: &Table,
    mut found: impl FnMut(usize, i16),
) -> Result<(), Damaged> {
    let mut k = 0;
    loop {
        position.refill(bytes);
        // Four complete entries take at most 44 of the 56 bits.
        for _ in 0..4 {
            let entry = table.entry(position.window());
            if !entry.is_complete() {
                position.refill(bytes);
                let (advance, value) = long(position, table, entry)?;
                k += advance;
                if k > 63 {
                    return ended(advance);
                }
                if let Some(value) = value {
                    found(k as usize, value);
                }
                if k == 63 {
                    return Ok(());
                }
                break;
            }
            position.drop_bits(entry.bits());
            k += entry.advance();
            if k > 63 {
                return ended(entry.advance());
            }
            // A run of 16 zeros writes the last of them, which costs less than to tell it from a value.
            found(k as usize, entry.value());
            if k == 63 {
                return Ok(());
            }
        }
    }
}

/// Past the last coefficient: by the symbol for it, or by a run that is too long.
#[inline(always)]
fn ended(advance: u32) -> Result<(), Damaged> {
    if advance == Entry::END_OF_BLOCK { Ok(()) } else { Err(Damaged) }
}
