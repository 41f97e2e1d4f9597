//! Paths in a table → media.
//!
//! The table may come from anyone, so a path has to stay below the table's folder: no absolute path, no `..`,
//! no way through a link that leads out. Folders are checked when they change from one row to the next, which
//! makes the check cheap where it matters: a million rows of files that lie together.

use std::fs;
use std::path::{Component, Path, PathBuf};

use hub_dataset::sample::Media;

use crate::read::walk::FoundFile;

/// A folder that paths are relative to.
#[derive(Debug)]
pub struct Base {
    root: PathBuf,
    /// What comes before a path to make a medium's name: `train/`, or nothing.
    prefix: String,
    /// The last folder found to lie inside.
    checked: Option<PathBuf>,
}

impl Base {
    /// The folder at `root`, which exists.
    pub fn new(root: &Path, prefix: String) -> Self {
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        Self { root, prefix, checked: None }
    }

    /// Is there a file at that path? Never an error: a path that is refused is not there.
    pub fn has(&self, path: &str) -> bool {
        below(path).is_ok_and(|path| self.root.join(path).is_file())
    }

    /// The folder, for messages.
    pub fn display(&self) -> String {
        self.root.display().to_string()
    }

    /// The medium at a path; an error in a clause.
    pub fn media(&mut self, path: &str) -> Result<Media, String> {
        let relative = below(path)?;
        let name = format!("{}{}", self.prefix, relative.display());
        let mut full = self.root.join(&relative);
        let missing = || format!("there is no file '{path}' in {}", self.root.display());
        let folder = full.parent().ok_or_else(missing)?;
        if self.checked.as_deref() != Some(folder) {
            let real = folder.canonicalize().map_err(|_| missing())?;
            self.check_inside(path, &real)?;
            self.checked = Some(folder.to_owned());
        }
        if fs::symlink_metadata(&full).map_err(|_| missing())?.is_symlink() {
            full = full.canonicalize().map_err(|_| missing())?;
            self.check_inside(path, &full)?;
        }
        FoundFile { name, path: full }.media().map_err(|e| format!("'{}': {}", e.place, e.problem))
    }

    fn check_inside(&self, path: &str, real: &Path) -> Result<(), String> {
        if real.starts_with(&self.root) {
            return Ok(());
        }
        Err(format!("'{path}' leads out of {} through a link", self.root.display()))
    }
}

/// The path without `./`; an error if it does not stay below where it begins.
fn below(path: &str) -> Result<PathBuf, String> {
    let mut clean = PathBuf::new();
    for component in Path::new(path).components() {
        match component {
            Component::Normal(name) => clean.push(name),
            Component::CurDir => {}
            _ => return Err(format!("'{path}' leads out of the table's folder")),
        }
    }
    if clean.as_os_str().is_empty() || path.contains('\0') {
        return Err(format!("'{path}' is no path of a file"));
    }
    Ok(clean)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::read::testing::folder;

    #[test]
    fn paths_stay_below_the_folder() {
        let outside = folder(&["secret.jpg"]);
        let dir = folder(&["a/b.jpg"]);
        symlink(outside.path(), dir.path().join("out")).unwrap();
        symlink(outside.path().join("secret.jpg"), dir.path().join("a/out.jpg")).unwrap();
        symlink("b.jpg", dir.path().join("a/in.jpg")).unwrap();
        let mut base = Base::new(dir.path(), "train/".into());
        assert_eq!(base.media("./a/b.jpg").unwrap().name, "train/a/b.jpg");
        assert_eq!(base.media("a/in.jpg").unwrap().name, "train/a/in.jpg");
        for (path, problem) in [
            ("../x.jpg", "leads out of the table's folder"),
            ("/etc/passwd", "leads out of the table's folder"),
            ("out/secret.jpg", "through a link"),
            ("a/out.jpg", "through a link"),
            ("none.jpg", "there is no file 'none.jpg' in"),
            ("none/x.jpg", "there is no file 'none/x.jpg' in"),
            (".", "is no path of a file"),
        ] {
            let found = base.media(path).unwrap_err();
            assert!(found.contains(problem), "{found}");
        }
    }
}
