//! Removes what killed writers left beside their destination.
//!
//! Files are written into `.NAME.partial-xxxxxxxx`, beside the destination or, where that is an empty folder,
//! in it ([`super::staging`]). A writer that fails removes that folder; one that is killed can't, and up to the
//! whole data set stays on the disk. Each writer holds a lock on its folder, which ends with its process; so
//! the next one to the same place removes the folders that are not locked. Where the file system has no locks
//! nothing is removed, and neither is what can't be.
//!
//! The lock is on the folder itself: a lock file in it would have to be taken out before the folder gets its
//! name.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Number of random letters and digits at the end of such a folder's name.
pub const RANDOM_LETTERS: usize = 8;

/// How the names of folders begin that are written for `dest`.
pub fn prefix(dest: &Path) -> String {
    let name = dest.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    format!(".{name}.partial-")
}

/// Removes what killed writers to `dest` left, and names it to `removed`.
pub fn sweep(dest: &Path, removed: impl Fn(&Path)) {
    for path in folders(dest) {
        // Held until the folder is gone, so that no writer takes it for its own meanwhile.
        let Ok(lock) = File::open(&path) else { continue };
        if lock.try_lock().is_ok() && fs::remove_dir_all(&path).is_ok() {
            removed(&path);
        }
    }
}

/// The folders that are or were written for `dest`.
fn folders(dest: &Path) -> Vec<PathBuf> {
    if dest.file_name().is_none() {
        return Vec::new();
    }
    let prefix = prefix(dest);
    let beside = dest.parent().map(|parent| if parent == Path::new("") { Path::new(".") } else { parent });
    let mut found = Vec::new();
    for folder in beside.into_iter().chain([dest]) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let file = entry.file_name();
            let random = file.to_str().and_then(|name| name.strip_prefix(&prefix));
            let is_ours = random.is_some_and(|random| {
                random.len() == RANDOM_LETTERS && random.bytes().all(|b| b.is_ascii_alphanumeric())
            });
            if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                found.push(entry.path());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs::{create_dir_all, write};

    use super::super::staging::Staging;
    use super::*;

    #[test]
    fn only_what_no_living_process_writes_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let dest = dir.path().join("out");
        let dead = [dir.path().join(".out.partial-a1B2c3D4"), dest.join(".out.partial-00000000")];
        let alive = Staging::new(&dest).unwrap();
        let kept = [
            alive.root().to_owned(),
            dir.path().join(".other.partial-a1B2c3D4"),
            dir.path().join(".out.partial-"),
            dir.path().join(".out.partial-mine"),
        ];
        dead.iter().chain(&kept).for_each(|folder| create_dir_all(folder).unwrap());
        write(dead[0].join("x"), "1").unwrap();
        write(dir.path().join(".out.partial-a1B2c3D5"), "a file").unwrap();
        let told = std::cell::RefCell::new(Vec::new());
        sweep(&dest, |path| told.borrow_mut().push(path.to_owned()));
        assert_eq!(told.into_inner(), dead);
        assert!(dead.iter().all(|folder| !folder.exists()));
        assert!(kept.iter().all(|folder| folder.exists()));
        assert!(dir.path().join(".out.partial-a1B2c3D5").exists());
        let left = alive.root().to_owned();
        drop(alive);
        assert!(!left.exists());
    }
}
