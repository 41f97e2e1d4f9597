//! Paths in a table → media.
//!
//! They are relative to the table's folder and stay in the source ([`crate::read::inside`]).

use hub_dataset::sample::{Media, SampleError};

use super::files::TableFile;
use crate::read::inside::SourceRoot;
use crate::read::media_path::media_named;

/// A folder that paths are relative to.
#[derive(Clone, Debug)]
pub struct Base {
    root: SourceRoot,
    /// The folder below the source: `train/`, or nothing.
    prefix: String,
}

/// The folders that the paths of tables are relative to.
pub fn bases_of(tables: &[TableFile]) -> Vec<Base> {
    tables.iter().map(|table| Base::new(&table.root, &table.prefix)).collect()
}

impl Base {
    /// The folder `prefix` of the source, which exists.
    pub fn new(root: &SourceRoot, prefix: &str) -> Self {
        Self { root: root.clone(), prefix: prefix.to_owned() }
    }

    /// Is there a file at that path? Never an error: a path that is refused is not there.
    pub fn has(&self, path: &str) -> bool {
        self.root.named(&self.prefix, path).is_ok_and(|found| found.is_some())
    }

    /// Why a path is refused; `None` if it is not, whether there is a file or not.
    pub fn refusal(&self, place: &str, path: &str) -> Option<SampleError> {
        self.root.named(&self.prefix, path).err().map(|refusal| refusal.at(place))
    }

    /// The folder's path, for messages.
    pub fn display(&self) -> String {
        let folder =
            if self.prefix.is_empty() { self.root.shown() } else { &self.root.shown().join(&self.prefix) };
        folder.display().to_string()
    }

    /// The medium at a path of the row at `place`.
    pub fn media(&self, place: &str, path: &str) -> Result<Media, SampleError> {
        media_named(&self.root, place, &self.prefix, path)?.ok_or_else(|| {
            SampleError::sample(place, format!("file '{path}' not found in {}", self.display()))
                .advise("correct the row, or remove it")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::read::testing::folder;

    #[test]
    fn paths_stay_below_the_folder() {
        let outside = folder(&["secret.jpg"]);
        let dir = folder(&["train/a/b.jpg", "c.jpg"]);
        let train = dir.path().join("train");
        symlink(outside.path(), train.join("out")).unwrap();
        symlink(outside.path().join("secret.jpg"), train.join("a/out.jpg")).unwrap();
        symlink("b.jpg", train.join("a/in.jpg")).unwrap();
        symlink("../c.jpg", train.join("c.jpg")).unwrap();
        let base = Base::new(&SourceRoot::of(dir.path(), false).unwrap(), "train/");
        assert_eq!(base.media("t:1", "./a/b.jpg").unwrap().name, "train/a/b.jpg");
        assert_eq!(base.media("t:1", "a/in.jpg").unwrap().name, "train/a/in.jpg");
        assert_eq!(base.media("t:1", "c.jpg").unwrap().name, "train/c.jpg");
        for (path, problem) in [
            ("../x.jpg", "is not a path below the source"),
            ("/etc/passwd", "is not a path below the source"),
            ("out/secret.jpg", "through a link"),
            ("a/out.jpg", "through a link"),
            ("none.jpg", "file 'none.jpg' not found in"),
            ("none/x.jpg", "file 'none/x.jpg' not found in"),
            (".", "is not a path below the source"),
        ] {
            let found = base.media("t:1", path).unwrap_err();
            assert!(found.problem.contains(problem), "{found}");
        }
    }
}
