//! Sweeps the cache: deletes the least recently used entries until the rest fits.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::entry::{UNFINISHED, file_on_disk};

/// An unfinished file that was not modified for this long was left by a process that died.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Deletes entries, whose names end with one of `suffixes`, until at most `keep_bytes` are left, and returns how many bytes
/// are left. Files that are not the cache's are neither counted nor touched; one that another process deletes meanwhile
/// counts as deleted.
pub fn sweep(directory: &Path, suffixes: &[&str], keep_bytes: u64) -> io::Result<u64> {
    let mut entries: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    let mut used = 0;
    for file in fs::read_dir(directory)? {
        let file = file?;
        let name = file.file_name();
        let name = name.to_string_lossy();
        let is_entry = suffixes.iter().any(|suffix| name.ends_with(suffix));
        let is_unfinished = name.ends_with(UNFINISHED);
        if !is_entry && !is_unfinished {
            continue;
        }
        let Ok(metadata) = file.metadata() else { continue };
        let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let size = file_on_disk(metadata.len());
        if is_entry {
            used += size;
            entries.push((modified, size, file.path()));
        } else if modified.elapsed().is_ok_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(file.path());
        }
    }
    if used > keep_bytes {
        entries.sort_unstable();
        for (_, size, path) in entries {
            if used <= keep_bytes {
                break;
            }
            // Another process may have deleted it: gone either way.
            match fs::remove_file(path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => {}
                _ => used -= size,
            }
        }
    }
    Ok(used)
}
