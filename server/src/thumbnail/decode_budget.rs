//! DecodeBudget to decode: as many at a time as fit into a budget of memory, and no more than there are cores.
//!
//! A small picture takes a core's share of the budget, a big one what it needs: so a page of photographs is made
//! on all cores, and two pictures of a hundred megapixels one after the other.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::{Kind, Problem, Result, internal};

/// Memory for all that is decoded at a time, in MiB.
const BUDGET_MIB: u32 = 1024;

/// How long a thumbnail waits for its turn.
const WAIT: Duration = Duration::from_secs(20);

/// DecodeBudget to decode.
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
    /// Waits for a turn for something that takes about so many bytes.
    ///
    /// # Errors
    /// [`Kind::Overloaded`] if it takes too long.
    pub async fn wait(&self, bytes: u64) -> Result<OwnedSemaphorePermit> {
        let mib = u32::try_from(bytes >> 20).unwrap_or(u32::MAX).clamp(self.least_mib, BUDGET_MIB);
        match tokio::time::timeout(WAIT, self.left_mib.clone().acquire_many_owned(mib)).await {
            Ok(turn) => turn.map_err(|closed| internal(&closed)),
            Err(_) => {
                let detail = "too many thumbnails are being made; try again in a moment";
                Err(Problem::new(Kind::Overloaded, detail))
            }
        }
    }
}
