//! What pulls that were killed left beside their destination.
//!
//! Another format is written into `.NAME.partial-PID`, beside the destination or, where that is an empty folder,
//! in it ([`hub_ingest::write`]). A pull that fails takes it along; one that is killed can't, and as much as the
//! whole data set stays. So the next pull to the same place removes what belongs to no process that lives. Where
//! the system doesn't tell which do, nothing is removed, and neither is what can't be.

use std::path::{Path, PathBuf};

/// Where the system tells which processes live.
const PROCESSES: &str = "/proc";

/// Removes what is left of killed pulls to `dest`, and names it to `removed`.
pub fn sweep(dest: &Path, removed: impl Fn(&Path)) {
    for path in leftovers(dest) {
        if std::fs::remove_dir_all(&path).is_ok() {
            removed(&path);
        }
    }
}

fn leftovers(dest: &Path) -> Vec<PathBuf> {
    let (Some(name), true) = (dest.file_name(), Path::new(PROCESSES).join("self").exists()) else {
        return Vec::new();
    };
    let prefix = format!(".{}.partial-", name.to_string_lossy());
    let beside = dest.parent().map(|parent| if parent == Path::new("") { Path::new(".") } else { parent });
    let mut found = Vec::new();
    for folder in beside.into_iter().chain([dest]) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let file = entry.file_name();
            let pid = file.to_str().and_then(|name| name.strip_prefix(&prefix));
            let pid = pid.and_then(|digits| digits.parse::<u32>().ok());
            let is_dead = pid.is_some_and(|pid| !Path::new(PROCESSES).join(pid.to_string()).exists());
            if is_dead && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                found.push(entry.path());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs::{create_dir_all, write};

    use super::*;

    #[test]
    fn only_what_no_living_process_writes_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let dest = dir.path().join("out");
        // No system has processes of such numbers.
        let dead = [dir.path().join(".out.partial-4294967290"), dest.join(".out.partial-4294967291")];
        let kept = [
            dir.path().join(format!(".out.partial-{}", std::process::id())),
            dir.path().join(".other.partial-4294967290"),
            dir.path().join(".out.partial-"),
            dir.path().join(".out.partial-mine"),
        ];
        dead.iter().chain(&kept).for_each(|folder| create_dir_all(folder).unwrap());
        write(dead[0].join("x"), "1").unwrap();
        write(dir.path().join(".out.partial-4294967292"), "a file").unwrap();
        let told = std::cell::RefCell::new(Vec::new());
        sweep(&dest, |path| told.borrow_mut().push(path.to_owned()));
        assert_eq!(told.into_inner(), dead);
        assert!(dead.iter().all(|folder| !folder.exists()));
        assert!(kept.iter().all(|folder| folder.exists()));
        assert!(dir.path().join(".out.partial-4294967292").exists());
    }
}
