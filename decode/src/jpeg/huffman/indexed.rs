//! Decodes the MCUs of a region, each row from the entry point at or before the region's left edge.
//!
//! Rows above and below are never looked at. In a row, the MCUs between the entry point and the region are read over,
//! and so are those between the region and the next entry point: that decoding arrives exactly there, at the same bit
//! with the same predictors, is the proof that the entry point belongs to this scan.

use super::bits::ScanBits;
use super::mcu::{self, Block, Damaged, Predictors, Tables};
use super::scan::Scan;
use crate::jpeg::point::{Grid, Point};

/// Where decoding did not arrive at the next entry point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::jpeg) struct Mismatch {
    pub(in crate::jpeg) row: u32,
    pub(in crate::jpeg) col: u32,
    /// Where decoding arrived.
    pub(in crate::jpeg) found_bit: u64,
    /// Where the index says that it should.
    pub(in crate::jpeg) expected_bit: u64,
}

/// A scan being decoded in a region.
pub(in crate::jpeg) struct Indexed<'a> {
    data: &'a [u8],
    bits: ScanBits<'a>,
    tables: &'a Tables,
    scan: Scan,
    predictors: Predictors,
    grid: Grid,
    points: &'a [Point],
    row: u32,
    col: u32,
    mismatch: Option<Mismatch>,
}

impl<'a> Indexed<'a> {
    /// `points` must be as many as the grid has. The columns are those of the scan.
    pub(in crate::jpeg) fn new(
        data: &'a [u8],
        tables: &'a Tables,
        scan: Scan,
        grid: Grid,
        points: &'a [Point],
    ) -> Self {
        let bits = ScanBits::new(true);
        Self { data, bits, tables, scan, predictors: [0; 4], grid, points, row: 0, col: 0, mismatch: None }
    }

    /// The next MCU: decoded into blocks if it is in the region.
    pub(in crate::jpeg) fn next(&mut self, blocks: Option<&mut [Block]>) -> Result<(), Damaged> {
        let (row, col) = (self.row, self.col);
        self.col += 1;
        if self.col == self.scan.mcus_per_row {
            self.col = 0;
            self.row += 1;
        }
        let (first, last) = (self.scan.first_col, self.scan.last_col);
        let Some(blocks) = blocks.filter(|_| (first..=last).contains(&col)) else { return Ok(()) };
        if col == first {
            self.enter(row)?;
        }
        let decoded = mcu::decode(&mut self.bits, self.tables, &self.scan, &mut self.predictors, blocks);
        self.arrive(row, col, decoded)?;
        if col == last {
            let mut col = last + 1;
            while !self.grid.is_point(col) {
                self.skip(row, col)?;
                col += 1;
            }
        }
        Ok(())
    }

    /// Goes to the region's first MCU of a row.
    fn enter(&mut self, row: u32) -> Result<(), Damaged> {
        let (first, last) = (self.scan.first_col, self.scan.last_col);
        let from = self.points.get(self.grid.at_or_before(row, first)).ok_or(Damaged)?;
        let to = self.points.get(self.grid.at_or_behind(row, last + 1)).ok_or(Damaged)?;
        // Three more bytes: the point may lie in a byte that is followed by a stuffed one.
        let end = usize::try_from(to.bit / 8).unwrap_or(usize::MAX).saturating_add(3);
        self.bits.seek(self.data, from.bit, end);
        self.predictors = from.dc.map(i32::from);
        for col in first - first % self.grid.step.max(1)..first {
            self.skip(row, col)?;
        }
        Ok(())
    }

    fn skip(&mut self, row: u32, col: u32) -> Result<(), Damaged> {
        let skipped = mcu::skip(&mut self.bits, self.tables, &self.scan, &mut self.predictors);
        self.arrive(row, col, skipped)
    }

    /// Compares the state behind an MCU with the entry point there, if there is one.
    fn arrive(&mut self, row: u32, col: u32, outcome: Result<(), Damaged>) -> Result<(), Damaged> {
        let is_point = self.grid.is_point(col + 1);
        if outcome.is_ok() && !is_point {
            return Ok(());
        }
        let expected = self.points.get(self.grid.at_or_behind(row, col + 1));
        let found_bit = self.bits.scan_bit();
        let arrived = |point: &Point| point.bit == found_bit && point.dc.map(i32::from) == self.predictors;
        if outcome.is_ok() && expected.is_some_and(arrived) {
            return Ok(());
        }
        let expected_bit = expected.map_or(0, |point| point.bit);
        self.mismatch = Some(Mismatch { row, col: col + 1, found_bit, expected_bit });
        Err(Damaged)
    }

    /// Why decoding was refused.
    pub(in crate::jpeg) fn mismatch(&self) -> Option<Mismatch> {
        self.mismatch
    }
}
