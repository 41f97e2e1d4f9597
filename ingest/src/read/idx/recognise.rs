//! Recognises IDX files.

use super::files::ImageFile;
use crate::read::sniff::Sniff;

/// A file of images, by its name.
pub fn recognise(look: &Sniff) -> Option<String> {
    if !look.is_dir {
        return ImageFile::of(&look.name()).map(|_| look.name());
    }
    let images = |folder: &&str| look.files_in(folder).find(|name| ImageFile::of(name).is_some());
    ["", "raw/"].iter().find_map(|folder| Some(format!("{folder}{}", images(folder)?)))
}
