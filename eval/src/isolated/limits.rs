//! The limits of a model's process, and how it is started.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, setrlimit};

/// The argument with which the program starts as such a process.
pub const WORKER_ARGUMENT: &str = "model-worker";

/// Memory that any model may use, beside its weights.
const MEMORY_BYTES: u64 = 1536 << 20;
/// How often the weights may lie in memory: as read, as the engine keeps them, and while it converts them.
const COPIES_OF_WEIGHTS: u64 = 6;
/// How long loading or a batch may take.
const TIME: Duration = Duration::from_secs(20);

/// A program that runs a model, and its limits.
#[derive(Clone, Debug)]
pub struct Isolation {
    /// The program to start.
    pub program: PathBuf,
    /// With which it begins to load models.
    pub arguments: Vec<OsString>,
    /// Private memory of the process (`RLIMIT_DATA`).
    pub memory_bytes: u64,
    /// How long loading may take, and then each batch.
    pub time: Duration,
}

impl Isolation {
    /// This program again, with limits for a model whose files have so many bytes.
    pub fn of_this_program(model_bytes: u64) -> Self {
        let running = PathBuf::from("/proc/self/exe");
        // The link also leads to a program whose file was replaced by a newer one.
        let program = if running.exists() { Ok(running) } else { std::env::current_exe() };
        Self {
            program: program.unwrap_or_else(|_| PathBuf::from("hub")),
            arguments: vec![WORKER_ARGUMENT.into()],
            memory_bytes: MEMORY_BYTES + model_bytes.saturating_mul(COPIES_OF_WEIGHTS),
            time: TIME,
        }
    }
}

/// Limits the private memory of this process (`RLIMIT_DATA`), has it leave no core file, and lets Linux end it before
/// others when the machine runs out of memory. Where the system doesn't have these limits, nothing happens: a limit of
/// time must still hold.
///
/// It is private memory, not address space, since mapped files (data sets, models) may be far larger than memory.
pub fn limit_memory(bytes: u64) {
    let limit = |to: u64| Rlimit { current: Some(to), maximum: Some(to) };
    // A failure leaves a limit as it was, which is then a lower one.
    let _ = setrlimit(Resource::Data, limit(bytes));
    let _ = setrlimit(Resource::Core, limit(0));
    // When the machine runs out of memory, Linux ends this process before others.
    let _ = std::fs::write("/proc/self/oom_score_adj", "500");
}
