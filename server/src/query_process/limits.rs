//! The limits that the system sets to a process of queries.

use hub_eval::isolated::limit_memory;

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

/// Limits the memory of this process to that of a query and what it needs besides.
pub fn apply(memory_bytes: usize) {
    limit_memory((memory_bytes as u64).saturating_add(SLACK_BYTES));
}

/// Bytes of private memory of this process, as its limit counts them; `None` where the system doesn't say.
pub fn private_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmData:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}
