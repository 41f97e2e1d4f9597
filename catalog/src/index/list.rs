//! One posting list: the rows of a block that carry one concept, compressed.
//!
//! At 21,841 shuffled classes a list's rows lie some 20,000 apart: as gaps in seven-bit pieces they take 2.6
//! bytes each, where a roaring bitmap takes 4.7 (each of its containers of 65,536 holds three of them and eight
//! bytes of header). With ten classes, or rows sorted by class, the bitmap is the smaller one. So a list is
//! whichever is smaller, and says which.

use roaring::RoaringBitmap;

use super::bytes::{Reader, put};
use crate::error::Result;

/// Rows of a block: 2^20.
pub(crate) const BLOCK_BITS: u32 = 20;
pub(crate) const BLOCK_ROWS: u32 = 1 << BLOCK_BITS;

/// Appends a list of rising numbers below [`BLOCK_ROWS`].
pub(crate) fn encode(out: &mut Vec<u8>, rows: impl Iterator<Item = u32> + Clone) {
    let (mut gaps, mut next, mut runs, mut count) = (Vec::new(), 0, 0_usize, 0_usize);
    for row in rows.clone() {
        let gap = row - next;
        runs += usize::from(gap != 0 || count == 0);
        put(&mut gaps, u64::from(gap));
        (next, count) = (row + 1, count + 1);
    }
    // Denser than one in eight, or in few runs: a bitmap may be smaller.
    if count > 16 && (count * 8 > next as usize || runs * 4 + 256 < gaps.len()) {
        let mut bitmap: RoaringBitmap = rows.collect();
        bitmap.optimize();
        let size = bitmap.serialized_size();
        if size < gaps.len() {
            put(out, (size as u64) << 1 | 1);
            // A vector takes all that is written.
            let _ = bitmap.serialize_into(out);
            return;
        }
    }
    put(out, (gaps.len() as u64) << 1);
    out.extend_from_slice(&gaps);
}

/// A list as it lies there.
#[derive(Clone, Copy)]
pub(crate) struct List<'a> {
    bytes: &'a [u8],
    is_bitmap: bool,
}

impl<'a> List<'a> {
    /// Takes a list off the front, undecoded.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self> {
        let header = reader.number()?;
        Ok(Self { bytes: reader.exactly(header >> 1)?, is_bitmap: header & 1 == 1 })
    }

    /// Calls `row` with each row.
    pub fn each(&self, mut row: impl FnMut(u32)) -> Result<()> {
        let mut reader = Reader::new(self.bytes, "index_parts.postings");
        if self.is_bitmap {
            let bitmap = RoaringBitmap::deserialize_from(self.bytes).map_err(|_| reader.damaged())?;
            if bitmap.max().is_some_and(|last| last >= BLOCK_ROWS) {
                return Err(reader.damaged());
            }
            bitmap.iter().for_each(row);
            return Ok(());
        }
        let mut next = 0_u32;
        while !reader.is_empty() {
            let at = next.checked_add(reader.small()?).filter(|at| *at < BLOCK_ROWS);
            let at = at.ok_or_else(|| reader.damaged())?;
            row(at);
            next = at + 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(rows: &[u32]) -> usize {
        let mut out = Vec::new();
        encode(&mut out, rows.iter().copied());
        let mut reader = Reader::new(&out, "x");
        let list = List::read(&mut reader).unwrap();
        assert!(reader.is_empty());
        let mut back = Vec::new();
        list.each(|row| back.push(row)).unwrap();
        assert_eq!(back, rows);
        out.len()
    }

    #[test]
    fn every_shape_of_list_comes_back_small() {
        assert_eq!(round_trip(&[]), 1);
        assert!(round_trip(&[BLOCK_ROWS - 1]) < 6);
        let all: Vec<u32> = (0..BLOCK_ROWS).collect();
        assert!(round_trip(&all) < 400, "one run");
        let tenth: Vec<u32> = (0..BLOCK_ROWS).step_by(10).collect();
        assert!(round_trip(&tenth) < tenth.len() * 5 / 4);
        let third: Vec<u32> = (0..BLOCK_ROWS).step_by(3).collect();
        assert!(round_trip(&third) < third.len() / 2);
        let sparse: Vec<u32> = (0..BLOCK_ROWS).step_by(20_011).collect();
        assert!(round_trip(&sparse) < sparse.len() * 3 + 4);
    }

    #[test]
    fn a_list_that_leaves_its_block_is_refused() {
        let mut out = Vec::new();
        put(&mut out, 4 << 1);
        put(&mut out, u64::from(BLOCK_ROWS));
        out.resize(5, 0);
        let list = List::read(&mut Reader::new(&out, "x")).unwrap();
        assert!(list.each(|_| {}).is_err());
    }
}
