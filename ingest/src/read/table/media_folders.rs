//! Where the files may be that a table names, if not below its own folder.
//!
//! Kaggle's `train.csv` names `000c1434d8` or `a.jpg`, and the file is `train/000c1434d8.jpg` or `images/a.jpg`. So a name
//! that is not there is looked for in the source's folders of media and in those above them, with the extensions that
//! files there have; folders of the table's split first, none of another split. It has to be in one alone.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::read::found_file::FoundFile;
use crate::read::inside::{Refusal, SourceRoot};
use crate::read::kind::kind_of_name;
use crate::read::sniff::{Sniff, parent};
use crate::read::split::split_of_folders;

/// With more folders or extensions, a name is looked for in the table's folder alone.
const MAX_FOLDERS: usize = 256;
const MAX_ENDINGS: usize = 8;

/// The folders of media of a source. A clone is the same list.
#[derive(Clone, Debug, Default)]
pub struct MediaFolders {
    /// `""`, or with `/` at the end, with the split that it says.
    folders: Arc<Vec<(String, Option<&'static str>)>>,
    endings: Arc<Vec<String>>,
}

impl MediaFolders {
    /// Those of a source.
    pub fn of(look: &Sniff) -> Self {
        let (mut folders, mut endings) = (BTreeSet::new(), BTreeSet::new());
        for folder in look.all().filter(|folder| folder.has_media()) {
            endings.extend(folder.media_endings.iter().cloned());
            let mut at = Some(folder.path.as_str());
            while let Some(path) = at {
                folders.insert(path);
                at = parent(path);
            }
        }
        if folders.len() > MAX_FOLDERS || endings.len() > MAX_ENDINGS {
            return Self::default();
        }
        let folders = folders.into_iter().map(|path| (path.to_owned(), split_of_folders(path)));
        Self { folders: Arc::new(folders.collect()), endings: Arc::new(endings.into_iter().collect()) }
    }
}

/// Finds the files that the rows of one table name.
#[derive(Debug)]
pub struct Search {
    media: MediaFolders,
    split: Option<String>,
    /// The folder and the extension of the last file that was found.
    last: Mutex<(String, String)>,
}

impl Search {
    /// For the rows of a table of that split.
    pub fn new(media: &MediaFolders, split: Option<&str>) -> Self {
        Self { media: media.clone(), split: split.map(str::to_owned), last: Mutex::default() }
    }

    /// The file of a written name that is not in the table's folder; `None` if there is none, or more than one.
    ///
    /// # Errors
    /// The name leads out of the source.
    pub fn find(&self, root: &SourceRoot, written: &str) -> Result<Option<FoundFile>, Refusal> {
        let has_ending = kind_of_name(written).is_some();
        let (folder, ending) = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let at = |folder: &str, ending: &str| {
            let dot = if has_ending || ending.is_empty() { "" } else { "." };
            let ending = if has_ending { "" } else { ending };
            root.named(folder, &format!("{written}{dot}{ending}"))
        };
        if !(folder.is_empty() && ending.is_empty())
            && let Some(found) = at(&folder, &ending)?
        {
            return Ok(Some(found));
        }
        let none = [String::new()];
        let endings: &[String] = if has_ending { &none } else { &self.media.endings };
        for own in [true, false] {
            let mut hits: Vec<(FoundFile, &str, &str)> = Vec::new();
            for (folder, split) in self.media.folders.iter() {
                let fits = match (own, &self.split) {
                    (true, Some(wanted)) => *split == Some(wanted.as_str()),
                    (true, None) => false,
                    (false, Some(_)) => split.is_none(),
                    (false, None) => true,
                };
                for ending in endings.iter().filter(|_| fits) {
                    let found =
                        at(folder, ending)?.filter(|f| hits.iter().all(|(hit, ..)| hit.path != f.path));
                    hits.extend(found.map(|found| (found, folder.as_str(), ending.as_str())));
                }
            }
            if hits.len() > 1 {
                return Ok(None);
            }
            if let Some((found, folder, ending)) = hits.pop() {
                let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
                *last = (folder.to_owned(), ending.to_owned());
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
