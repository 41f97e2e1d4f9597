//! Recognises WebDatasets.

use std::path::Path;

use super::braces::is_pattern;
use super::groups::{is_aside, split_name};
use super::shards::is_tar;
use crate::read::kind::kind_of_name;
use crate::read::sniff::Sniff;
use crate::read::tar_members::TarMembers;

/// Number of members of a tar that are read to tell a WebDataset from a packed folder.
const MEMBERS_LOOKED_AT: usize = 200;

/// The tar (or the first in a folder of tars) of samples, or a pattern of tars.
pub fn recognise(look: &Sniff) -> Option<String> {
    if look.is_dir {
        let has_media = look.media().iter().any(|(_, count)| *count > 0);
        let first = look.files().find(|path| is_tar(path)).filter(|_| !has_media)?;
        return (!is_packed_folder(&look.root.join(&first))).then_some(first);
    }
    if !look.root.exists() {
        return is_pattern(&look.root).then(|| look.name());
    }
    (is_tar(&look.name()) && !is_packed_folder(&look.root)).then(|| look.name())
}

/// Is a tar a packed folder, rather than samples? Samples have members that share a name (`0.jpg`, `0.cls`), or are all
/// of one extension and in one folder. Anything else has names that say something (classes, `images/` and `labels/`, lists),
/// which would be lost with the members read as samples.
pub fn is_packed_folder(path: &Path) -> bool {
    let Ok(members) = TarMembers::open(path) else { return false };
    let names: Vec<String> = members
        .take(MEMBERS_LOOKED_AT)
        .flatten()
        .filter(|member| !is_aside(&member.name))
        .map(|member| member.name)
        .collect();
    let keys: Vec<(&str, &str)> = names.iter().filter_map(|name| split_name(name)).collect();
    let shares_key = keys.windows(2).any(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1);
    let (Some(first), false) = (keys.first(), shares_key) else { return false };
    let folder = |key: &str| key.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let is_alike = |(key, ending): &(&str, &str)| *ending == first.1 && folder(key) == folder(first.0);
    // A folder in it is a class, or the like.
    folder(first.0).is_some() && keys.iter().all(|(_, ending)| kind_of_name(&format!("x.{ending}")).is_some())
        || keys.len() < names.len()
        || !keys.iter().all(is_alike)
}
