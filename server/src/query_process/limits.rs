//! The limits that the system sets to a process of queries.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Memory of a process beyond that of the query: its program's data, caches of opened data sets, stacks, and what the
/// allocator reserves but doesn't use.
pub const SLACK_BYTES: u64 = 384 << 20;

/// How much lower the priority of queries is than that of requests: a step of `nice`.
const NICENESS: i32 = 5;

/// Lowers the priority of this process.
pub fn lower_priority() {
    // It fails only where the priority is lower already.
    let _ = rustix::process::nice(NICENESS);
}

/// Limits the memory of this process.
///
/// The limit is on private memory (`RLIMIT_DATA`), not on address space, since mapped files of data sets may be far larger
/// than memory. Where the system doesn't have these limits, the time limit still holds.
pub fn apply(memory_bytes: usize) {
    let bytes = (memory_bytes as u64).saturating_add(SLACK_BYTES);
    let limit = |to: u64| Rlimit { current: Some(to), maximum: Some(to) };
    // A failure leaves the limit as it was: the server was started with a lower one.
    let _ = setrlimit(Resource::Data, limit(bytes));
    let _ = setrlimit(Resource::Core, limit(0));
    // When the machine runs out of memory, Linux ends this process before the server.
    let _ = std::fs::write("/proc/self/oom_score_adj", "500");
}

/// Bytes of private memory of this process, as its limit counts them; `None` where the system doesn't say.
pub fn private_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmData:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}
