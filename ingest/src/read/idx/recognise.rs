//! Recognises IDX files.

use super::files::ImageFile;
use crate::read::sniff::Sniff;

/// Is there a file of images, by its name?
pub fn recognise(look: &Sniff) -> bool {
    if !look.is_dir {
        return ImageFile::of(&look.name()).is_some();
    }
    ["", "raw/"].iter().any(|folder| look.files_in(folder).any(|f| ImageFile::of(f).is_some()))
}
