//! Limits concurrent decoding by memory, and to the number of cores.
//!
//! A small image takes one core's share of the budget, a large one what it needs. So a page of photographs is decoded on
//! all cores, and two images of a hundred megapixels one after the other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::{Kind, Problem, Result, internal};

/// Memory for concurrent decoding, in MiB.
const BUDGET_MIB: u32 = 1024;

/// How long a thumbnail waits for memory.
const WAIT: Duration = Duration::from_secs(20);

/// A budget of memory for decoding.
#[derive(Debug)]
pub struct DecodeBudget {
    left_mib: Arc<Semaphore>,
    least_mib: u32,
}

impl Default for DecodeBudget {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let least_mib = (BUDGET_MIB / u32::try_from(cores).unwrap_or(BUDGET_MIB)).max(1);
        Self { left_mib: Arc::new(Semaphore::new(BUDGET_MIB as usize)), least_mib }
    }
}

impl DecodeBudget {
    /// Waits until about `bytes` of the budget are free; dropping the permit returns them.
    ///
    /// # Errors
    /// [`Kind::Overloaded`] if it takes too long.
    pub async fn wait(&self, bytes: u64) -> Result<OwnedSemaphorePermit> {
        let mib = u32::try_from(bytes >> 20).unwrap_or(u32::MAX).clamp(self.least_mib, BUDGET_MIB);
        match tokio::time::timeout(WAIT, self.left_mib.clone().acquire_many_owned(mib)).await {
            Ok(permit) => permit.map_err(|closed| internal(&closed)),
            Err(_) => {
                let detail = "too many thumbnails are being generated; try again in a moment";
                Err(Problem::new(Kind::Overloaded, detail))
            }
        }
    }
}
