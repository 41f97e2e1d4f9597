//! What the headers say of a scan.

/// A Huffman code as the file states it.
#[derive(Clone)]
pub(in crate::jpeg) struct Code {
    /// Codes of each length from 1 to 16; the first entry is unused.
    pub(in crate::jpeg) counts: [u8; 17],
    /// In the order of the codes.
    pub(in crate::jpeg) symbols: [u8; 256],
}

/// One block of an MCU: its component and tables.
#[derive(Clone, Copy, Default)]
pub(in crate::jpeg) struct BlockPlan {
    pub(in crate::jpeg) component: usize,
    pub(in crate::jpeg) dc_table: usize,
    pub(in crate::jpeg) ac_table: usize,
}

/// A baseline scan of all components without restart intervals.
#[derive(Clone)]
pub(in crate::jpeg) struct Scan {
    pub(in crate::jpeg) plans: [BlockPlan; 10],
    pub(in crate::jpeg) blocks: usize,
    pub(in crate::jpeg) mcus_per_row: u32,
    pub(in crate::jpeg) mcu_rows: u32,
    /// The MCU columns that are needed, after a crop.
    pub(in crate::jpeg) first_col: u32,
    pub(in crate::jpeg) last_col: u32,
    pub(in crate::jpeg) dc_codes: [Option<Code>; 4],
    pub(in crate::jpeg) ac_codes: [Option<Code>; 4],
}

impl Scan {
    /// The blocks of an MCU, in the order of the scan.
    #[inline(always)]
    pub(in crate::jpeg) fn blocks(&self) -> &[BlockPlan] {
        &self.plans[..self.blocks.min(self.plans.len())]
    }

    /// Number of MCUs in the scan.
    pub(in crate::jpeg) fn mcus(&self) -> u64 {
        u64::from(self.mcus_per_row) * u64::from(self.mcu_rows)
    }
}
