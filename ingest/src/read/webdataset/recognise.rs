//! Recognises WebDatasets.

use std::path::Path;

use super::braces::is_pattern;
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

/// Does a tar hold nothing but media in folders? Then it is a packed folder, whose names may be classes, and
/// reading it as samples would lose them.
fn is_packed_folder(path: &Path) -> bool {
    let Ok(members) = TarMembers::open(path) else { return false };
    let mut members = members.take(MEMBERS_LOOKED_AT).flatten().peekable();
    members.peek().is_some()
        && members.all(|member| member.name.contains('/') && kind_of_name(&member.name).is_some())
}
