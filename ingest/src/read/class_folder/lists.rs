//! Splits by lists of file names.
//!
//! Speech Commands lays `validation_list.txt` and `testing_list.txt` beside its class folders: one relative
//! path per line. Listed files are in `val` and `test`; all others are in `train`.

use std::collections::HashMap;
use std::io::Read;

use hub_dataset::sample::SampleError;

use crate::read::file_errors::unreadable;
use crate::read::inside::SourceRoot;

const LISTS: [(&str, &str); 2] = [("validation_list.txt", "val"), ("testing_list.txt", "test")];

/// A longer list is refused; Speech Commands' are a quarter of a megabyte.
const MAX_BYTES: u64 = 64 << 20;

/// The lists beside some class folders.
#[derive(Debug, Default)]
pub struct SplitLists {
    splits: HashMap<String, &'static str>,
}

impl SplitLists {
    /// Reads them; without any no file has a split.
    ///
    /// # Errors
    /// A list can't be read, is not UTF-8 or too long.
    pub fn beside(root: &SourceRoot) -> Result<Self, SampleError> {
        let mut splits = HashMap::new();
        for (name, split) in LISTS {
            let Some(file) = root.open(name)? else { continue };
            let place = root.shown().join(name).display().to_string();
            let size_bytes = file.metadata().map_err(|e| unreadable(&place, e))?.len();
            if size_bytes > MAX_BYTES {
                let problem = format!("the list has {size_bytes} bytes, expected at most {MAX_BYTES}");
                return Err(SampleError::fatal(place, problem).advise("shorten it or remove it"));
            }
            let mut text = String::new();
            file.take(MAX_BYTES).read_to_string(&mut text).map_err(|e| unreadable(&place, e))?;
            splits.extend(text.lines().map(|line| (line.trim().to_owned(), split)));
        }
        Ok(Self { splits })
    }

    /// The split of a file; `None` where there are no lists.
    pub fn split_of(&self, name: &str) -> Option<&'static str> {
        if self.splits.is_empty() { None } else { Some(self.splits.get(name).copied().unwrap_or("train")) }
    }
}
