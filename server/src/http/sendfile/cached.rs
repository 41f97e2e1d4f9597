//! Checks whether a range of a file is in the page cache, and reads it into the cache if not.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

/// One byte in this many is probed: the kernel reads ahead at least that much.
#[cfg(target_os = "linux")]
const STEP_BYTES: usize = 128 * 1024;
/// Bytes per read.
const BUFFER_BYTES: u64 = 128 * 1024;

/// Whether a range of a file is in the page cache, judged by probing some of its pages. Never waits for the disk.
#[cfg(target_os = "linux")]
pub fn is_cached(file: &File, range: &Range<u64>) -> bool {
    use rustix::io::{Errno, ReadWriteFlags, preadv2};
    let mut places = (range.start..range.end).step_by(STEP_BYTES).chain(range.end.checked_sub(1));
    places.all(|at| {
        let mut byte = [0];
        match preadv2(file, &mut [io::IoSliceMut::new(&mut byte)], at, ReadWriteFlags::NOWAIT) {
            Err(Errno::OPNOTSUPP) => is_in_memory(file),
            read => read.is_ok_and(|bytes| bytes == 1),
        }
    })
}

/// Is it a file of tmpfs, which doesn't support the probe and is always in memory?
#[cfg(target_os = "linux")]
fn is_in_memory(file: &File) -> bool {
    const TMPFS: rustix::fs::FsWord = 0x0102_1994;
    rustix::fs::fstatfs(file).is_ok_and(|system| system.f_type == TMPFS)
}

/// Always false: this system has no such probe.
#[cfg(not(target_os = "linux"))]
pub fn is_cached(_: &File, _: &Range<u64>) -> bool {
    false
}

/// Reads a range of a file into the page cache. Waits for the disk.
///
/// # Errors
/// The disk fails, or the file is shorter than the range's end.
pub fn fetch(file: &File, range: &Range<u64>) -> io::Result<()> {
    if is_cached(file, range) {
        return Ok(());
    }
    let mut buffer = vec![0; BUFFER_BYTES.min(range.end.saturating_sub(range.start)) as usize];
    let mut at = range.start;
    while at < range.end {
        let length = BUFFER_BYTES.min(range.end - at) as usize;
        file.read_exact_at(&mut buffer[..length], at)?;
        at += length as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetched_range_is_cached() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, vec![7; 300_000]).unwrap();
        let file = File::open(&path).unwrap();
        fetch(&file, &(10..300_000)).unwrap();
        assert!(fetch(&file, &(10..300_001)).is_err(), "it is not that long");
        assert!(!is_cached(&file, &(300_000..300_001)));
    }
}
