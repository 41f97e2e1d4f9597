//! Is a part of a file in the system's cache? And if not, into it.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

/// One byte of so many is looked at: the system reads ahead at least that much.
#[cfg(target_os = "linux")]
const STEP_BYTES: usize = 128 * 1024;
/// What is read at a time.
const BUFFER_BYTES: u64 = 128 * 1024;

/// Whether a part of a file is in the cache, as far as some of its pages tell. Never waits for the disk.
#[cfg(target_os = "linux")]
pub fn is_here(file: &File, range: &Range<u64>) -> bool {
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

/// A file system in memory can't tell, and needs not.
#[cfg(target_os = "linux")]
fn is_in_memory(file: &File) -> bool {
    const TMPFS: rustix::fs::FsWord = 0x0102_1994;
    rustix::fs::fstatfs(file).is_ok_and(|system| system.f_type == TMPFS)
}

/// Whether a part of a file is in the cache: not known here.
#[cfg(not(target_os = "linux"))]
pub fn is_here(_: &File, _: &Range<u64>) -> bool {
    false
}

/// Brings a part of a file into the cache. Waits for the disk.
///
/// # Errors
/// The disk fails, or the file is shorter.
pub fn fetch(file: &File, range: &Range<u64>) -> io::Result<()> {
    if is_here(file, range) {
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
    fn what_was_fetched_is_here() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, vec![7; 300_000]).unwrap();
        let file = File::open(&path).unwrap();
        fetch(&file, &(10..300_000)).unwrap();
        assert!(fetch(&file, &(10..300_001)).is_err(), "it is not that long");
        assert!(!is_here(&file, &(300_000..300_001)));
    }
}
