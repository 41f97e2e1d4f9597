//! Recognises IDX files.

use super::files::PictureFile;
use crate::read::sniff::Sniff;

/// Is there a file of images, by its name?
pub fn recognise(look: &Sniff) -> bool {
    if !look.is_dir {
        return PictureFile::of(&look.name()).is_some();
    }
    ["", "raw/"].iter().any(|folder| look.files_in(folder).any(|f| PictureFile::of(f).is_some()))
}
