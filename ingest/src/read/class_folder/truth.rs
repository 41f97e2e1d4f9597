//! Labels of a split's images that lie in no class folder, from a list beside them.
//!
//! * ILSVRC's validation images (`ILSVRC2012_val_00000001.JPEG`): the lists that the reader of its archives takes
//!   ([`crate::read::ilsvrc::Truth`]).
//! * Tiny ImageNet's `val/val_annotations.txt`: `val_0.JPEG`, the class, a box; between tabs.

use std::collections::HashMap;
use std::io::Read;

use hub_dataset::sample::SampleError;

use super::layout::Split;
use crate::read::file_errors::unreadable;
use crate::read::ilsvrc::Truth as IlsvrcTruth;
use crate::read::inside::SourceRoot;
use crate::read::sniff::Sniff;

/// A longer list is refused; Tiny ImageNet's has 400 kB.
const MAX_BYTES: u64 = 64 << 20;

/// The classes of a split's files.
#[derive(Debug)]
pub enum Truth {
    Ilsvrc(IlsvrcTruth),
    /// File name → class.
    Named(HashMap<String, String>),
}

impl Truth {
    /// Finds and reads the list of a split without class folders.
    ///
    /// # Errors
    /// There is a list and it can't be read.
    pub fn of(source: &SourceRoot, look: &Sniff, split: &Split) -> Result<Option<Self>, SampleError> {
        let first = look.folder(&split.classes).and_then(|f| f.media_names.first());
        if first.is_some_and(|name| name.starts_with("ILSVRC2012_val_")) {
            return Ok(IlsvrcTruth::find(source)?.map(Self::Ilsvrc));
        }
        let list = format!("{}{}_annotations.txt", split.folder, split.name);
        Ok(named(source, &list)?.map(Self::Named))
    }

    /// The class of a file, by its name.
    pub fn class_of(&self, file: &str) -> Option<&str> {
        match self {
            Self::Ilsvrc(truth) => truth.synset_of(file),
            Self::Named(classes) => classes.get(file.rsplit('/').next().unwrap_or(file)).map(String::as_str),
        }
    }

    /// All classes in it.
    pub fn classes(&self) -> Vec<String> {
        match self {
            Self::Ilsvrc(truth) => truth.synsets().map(str::to_owned).collect(),
            Self::Named(classes) => classes.values().cloned().collect(),
        }
    }
}

fn named(source: &SourceRoot, list: &str) -> Result<Option<HashMap<String, String>>, SampleError> {
    let Some(file) = source.open(list)? else { return Ok(None) };
    let place = source.shown().join(list).display().to_string();
    let mut text = String::new();
    let read = file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|e| unreadable(&place, e))?;
    if read as u64 > MAX_BYTES {
        return Err(SampleError::fatal(place, format!("longer than {MAX_BYTES} bytes")));
    }
    let mut classes = HashMap::new();
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let mut cells = line.split('\t').map(str::trim);
        let (Some(name), Some(class)) = (cells.next(), cells.next().filter(|class| !class.is_empty())) else {
            let problem = format!("'{line}' is not a file's name and its class, with a tab between them");
            return Err(SampleError::fatal(format!("{place}:{number}"), problem)
                .advise(format!("correct the line, or leave the list out with --ignore '{list}'")));
        };
        classes.insert(name.to_owned(), class.to_owned());
    }
    Ok(Some(classes))
}
