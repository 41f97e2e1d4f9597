//! Paths in a table → media.
//!
//! They are relative to the table's folder and stay in the source ([`crate::read::inside`]); for names that are not
//! there see [`super::media_folders`].

use hub_dataset::sample::{Media, SampleError};

use super::files::TableFile;
use super::media_folders::{MediaFolders, Search};
use crate::read::found_file::FoundFile;
use crate::read::inside::{Refusal, SourceRoot};
use crate::read::kind::{MediaKind, kind_of_name};
use crate::read::media_path::media_of;

/// A folder that paths are relative to.
#[derive(Debug)]
pub struct Base {
    root: SourceRoot,
    /// The folder below the source: `train/`, or nothing.
    prefix: String,
    /// Where else the media may be.
    search: Search,
}

/// The folders that the paths of tables are relative to.
pub fn bases_of(tables: &[TableFile]) -> Vec<Base> {
    tables.iter().map(Base::new).collect()
}

impl Base {
    /// The folder of a table.
    pub fn new(table: &TableFile) -> Self {
        Self::of(&table.root, &table.prefix, table.split.as_deref(), &table.media)
    }

    /// A folder of the source (`""` or with `/` at its end), with the folders where media may be that are not there.
    pub fn of(root: &SourceRoot, folder: &str, split: Option<&str>, media: &MediaFolders) -> Self {
        Self { root: root.clone(), prefix: folder.to_owned(), search: Search::new(media, split) }
    }

    /// The file at that path.
    fn find(&self, path: &str) -> Result<Option<FoundFile>, Refusal> {
        match self.root.named(&self.prefix, path)? {
            Some(found) if kind_of_name(&found.name).is_some() => Ok(Some(found)),
            _ => self.search.find(&self.root, path),
        }
    }

    /// The kind of the file at that path. Never an error: a path that is refused is not there.
    pub fn kind_of(&self, path: &str) -> Option<MediaKind> {
        kind_of_name(&self.find(path).ok()??.name)
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
        media_of(place, self.find(path))?.ok_or_else(|| {
            SampleError::sample(place, format!("file '{path}' not found in {}", self.display()))
                .advise("correct the row, or remove it")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::super::row::Form;
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
        let root = SourceRoot::of(dir.path(), false).unwrap();
        let table = TableFile::new(&root, ("train/", "x.csv"), Form::Csv, &MediaFolders::default());
        let base = Base::new(&table);
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

    #[test]
    fn names_are_looked_for_in_the_folders_of_media() {
        let dir = folder(&["train/a.jpg", "test/a.jpg", "images/x/b.png", "other/b.png", "one/c.JPEG"]);
        let look = crate::read::sniff::Sniff::at(dir.path(), &Default::default(), false);
        let root = SourceRoot::of(dir.path(), false).unwrap();
        let base =
            |name: &str| Base::new(&TableFile::new(&root, ("", name), Form::Csv, &MediaFolders::of(&look)));
        let found = |table: &str, path: &str| base(table).find(path).unwrap().map(|file| file.name);
        assert_eq!(found("train.csv", "a.jpg").as_deref(), Some("train/a.jpg"));
        assert_eq!(found("train.csv", "a").as_deref(), Some("train/a.jpg"));
        assert_eq!(found("test.csv", "a").as_deref(), Some("test/a.jpg"));
        assert_eq!(found("labels.csv", "a"), None, "in two folders");
        assert_eq!(found("labels.csv", "x/b.png").as_deref(), Some("images/x/b.png"));
        assert_eq!(found("train.csv", "c").as_deref(), Some("one/c.JPEG"));
        assert_eq!(found("labels.csv", r"one\c.JPEG").as_deref(), Some("one/c.JPEG"));
    }
}
