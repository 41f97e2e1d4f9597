//! Recognises CIFAR files.

use super::store::{FOLDERS, is_archive_name, is_own_name};
use crate::read::sniff::Sniff;

/// A file that only CIFAR has, or an archive named as its are.
pub fn recognise(look: &Sniff) -> Option<String> {
    if !look.is_dir {
        return is_archive_name(&look.name()).then(|| look.name());
    }
    let own = |folder: &&str| look.files_in(folder).find(|name| is_own_name(name));
    let batch = FOLDERS.iter().find_map(|folder| Some(format!("{folder}{}", own(folder)?)));
    let is_pickled =
        || look.has("meta") && look.head("meta", 2).is_some_and(|head| matches!(head[..], [0x80, 2..=5]));
    let archive = || look.files_in("").find(|name| is_archive_name(name)).map(str::to_owned);
    batch.or_else(|| is_pickled().then(|| "meta".to_owned())).or_else(archive)
}
