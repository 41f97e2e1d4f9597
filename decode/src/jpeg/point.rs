//! Entry points: the states of the entropy decoder from which decoding can start.

/// The state before one MCU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    /// Of the MCU's first bit: offset in the scan's data in bits, stuffed bytes included.
    pub(super) bit: u64,
    /// The DC predictor of each component.
    pub(super) dc: [i16; 4],
}

/// Where the points of a scan are: at the first MCU of each row, and at each `step`-th after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    /// MCUs between two points of a row, at least 1.
    pub(super) step: u32,
    pub(super) mcus_per_row: u32,
    pub(super) mcu_rows: u32,
}

impl Grid {
    /// Points in a row of MCUs.
    pub(super) fn per_row(self) -> usize {
        self.mcus_per_row.div_ceil(self.step.max(1)) as usize
    }

    /// All points, and one more at the scan's end.
    pub(super) fn points(self) -> usize {
        self.per_row().saturating_mul(self.mcu_rows as usize).saturating_add(1)
    }

    /// The last point at or before an MCU.
    pub(super) fn at_or_before(self, row: u32, col: u32) -> usize {
        row as usize * self.per_row() + (col / self.step.max(1)) as usize
    }

    /// The first point at or behind an MCU; `col` may be the end of the row.
    pub(super) fn at_or_behind(self, row: u32, col: u32) -> usize {
        row as usize * self.per_row() + col.div_ceil(self.step.max(1)) as usize
    }

    /// Whether there is a point at this column; the end of a row is the first point of the next one.
    pub(super) fn is_point(self, col: u32) -> bool {
        col == self.mcus_per_row || col.is_multiple_of(self.step.max(1))
    }
}
