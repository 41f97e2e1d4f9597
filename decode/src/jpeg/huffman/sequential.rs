//! Decodes a scan from its first MCU on, and can record entry points on the way.

use super::bits::ScanBits;
use super::mcu::{self, Block, Damaged, Predictors, Tables};
use super::scan::Scan;
use crate::jpeg::point::{Grid, Point};

/// A scan being decoded in order.
pub(in crate::jpeg) struct Sequential<'a> {
    bits: ScanBits<'a>,
    tables: &'a Tables,
    scan: Scan,
    predictors: Predictors,
    /// Number of MCUs decoded.
    done: u64,
    col: u32,
    record: Option<Record>,
}

struct Record {
    grid: Grid,
    points: Vec<Point>,
    /// A predictor that no entry point can hold, which only damaged scans have.
    unfit: bool,
}

impl<'a> Sequential<'a> {
    /// `data`: from the scan's first byte to the end of the file. `record`: the grid of the points to record.
    pub(in crate::jpeg) fn new(data: &'a [u8], tables: &'a Tables, scan: Scan, record: Option<Grid>) -> Self {
        let mut bits = ScanBits::new(record.is_some());
        bits.seek(data, 0, data.len());
        let record = record.map(|grid| Record { grid, points: Vec::new(), unfit: false });
        Self { bits, tables, scan, predictors: [0; 4], done: 0, col: 0, record }
    }

    /// The next MCU: decoded into blocks, or skipped.
    pub(in crate::jpeg) fn next(&mut self, blocks: Option<&mut [Block]>) -> Result<(), Damaged> {
        if self.record.as_ref().is_some_and(|record| record.grid.is_point(self.col)) {
            self.note();
        }
        match blocks {
            Some(blocks) => {
                mcu::decode(&mut self.bits, self.tables, &self.scan, &mut self.predictors, blocks)?;
            }
            None => mcu::skip(&mut self.bits, self.tables, &self.scan, &mut self.predictors)?,
        }
        self.done += 1;
        self.col += 1;
        if self.col == self.scan.mcus_per_row {
            self.col = 0;
        }
        if self.done == self.scan.mcus() {
            // Complete, but for the marker that must follow: libjpeg decides whether that matters.
            if self.bits.lacks_marker() {
                return Err(Damaged);
            }
            self.note();
        }
        Ok(())
    }

    fn note(&mut self) {
        let Some(record) = &mut self.record else { return };
        let mut dc = [0; 4];
        for (dc, predictor) in dc.iter_mut().zip(self.predictors) {
            match i16::try_from(predictor) {
                Ok(value) => *dc = value,
                Err(_) => record.unfit = true,
            }
        }
        record.points.push(Point { bit: self.bits.scan_bit(), dc });
    }

    /// Decodes what is left without keeping it.
    pub(in crate::jpeg) fn skip_rest(&mut self) -> Result<(), Damaged> {
        while self.done < self.scan.mcus() {
            self.next(None)?;
        }
        Ok(())
    }

    /// The recorded points, the scan's end included. `None` if none were to be recorded, or the scan isn't decoded to its end.
    pub(in crate::jpeg) fn into_points(self) -> Option<(Grid, Vec<Point>)> {
        let record = self.record?;
        (self.done == self.scan.mcus() && !record.unfit).then_some((record.grid, record.points))
    }
}
