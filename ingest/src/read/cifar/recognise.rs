//! Recognises CIFAR files.

use super::store::{FOLDERS, is_archive_name, is_own_name};
use crate::read::sniff::Sniff;

/// Is there a file that only CIFAR has, or an archive named as its are?
pub fn recognise(look: &Sniff) -> bool {
    if !look.is_dir {
        return is_archive_name(&look.name());
    }
    FOLDERS.iter().any(|folder| look.files_in(folder).any(is_own_name))
        || look.has("meta") && look.head("meta", 2).is_some_and(|head| matches!(head[..], [0x80, 2..=5]))
        || look.files_in("").any(is_archive_name)
}
