//! WebDataset: tars in which the files of a sample lie side by side.
//!
//! In: one `.tar` (or `.tar.gz`), a folder of them at any depth, or a brace pattern
//! (`train-{000000..000012}.tar`). A sample is a run of members whose names are equal up to the first dot of the
//! last name (`a/0001.jpg`, `a/0001.seg.png`, `a/0001.cls`); what stands behind that dot says the column
//! ([`columns`]). Out: media columns, `label`, `text`, `json`, others as they are called, and `key`.
//!
//! Media are ranges of the tar; only the small members (labels, texts, JSON) are read here. The split is that
//! in the tar's name or folder's.
//!
//! Columns must be known before the first sample, and nothing in a WebDataset says them. A pass over all
//! headers would be sure, and would make a terabyte wait; so the first samples of every tar are looked at, and
//! a later sample that brings an ending none of these had is an error. Class numbers get their names from a
//! `classnames.txt` (or `classes.txt`) beside the tars; without one, `label` is a column of integers, since the
//! number of classes can't be told from a few samples.

mod braces;
mod columns;
mod groups;
mod shards;

use std::path::Path;
use std::vec;

use hub_dataset::sample::{Column, Sample, SampleError, SampleSource, SizeHint};

use self::columns::Plan;
use self::groups::Groups;
use self::shards::Shard;
use super::kind::kind_of_name;
use super::tar_members::TarMembers;
use super::{ReadOptions, Sniff};

pub(super) use self::braces::is_pattern;

/// So many members of a tar are looked at to tell a WebDataset from a packed folder.
const MEMBERS_LOOKED_AT: usize = 200;

/// Is it a tar (or folder of tars) of samples, or a pattern of tars?
pub(super) fn recognise(look: &Sniff) -> bool {
    if look.is_dir {
        let has_media = look.media().iter().any(|(_, count)| *count > 0);
        return !has_media && look.files().any(shards::is_tar);
    }
    if !look.root.exists() {
        return is_pattern(&look.root);
    }
    shards::is_tar(&look.name()) && !is_packed_folder(&look.root)
}

/// Does a tar hold nothing but media in folders? Then it is somebody's folder, whose names may be classes, and
/// reading it as samples would lose them.
fn is_packed_folder(path: &Path) -> bool {
    let Ok(members) = TarMembers::open(path) else { return false };
    let mut members = members.take(MEMBERS_LOOKED_AT).flatten().peekable();
    members.peek().is_some()
        && members.all(|member| member.name.contains('/') && kind_of_name(&member.name).is_some())
}

/// Opens tars.
pub(super) fn open(root: &Path, _options: &ReadOptions) -> Result<Box<dyn SampleSource>, SampleError> {
    let shards = shards::find(root)?;
    let plan = Plan::of(root, &shards)?;
    let size_bytes = shards.iter().map(|shard| shard.size_bytes).sum();
    Ok(Box::new(WebDataset { shards: shards.into_iter(), current: None, plan, size_bytes }))
}

struct WebDataset {
    shards: vec::IntoIter<Shard>,
    current: Option<(Groups, Option<String>)>,
    plan: Plan,
    size_bytes: u64,
}

impl SampleSource for WebDataset {
    fn format(&self) -> &'static str {
        "WebDataset"
    }

    fn columns(&self) -> &[Column] {
        &self.plan.columns
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint { samples: None, bytes: Some(self.size_bytes) }
    }

    fn next_sample(&mut self) -> Option<Result<Sample, SampleError>> {
        loop {
            let Some((groups, split)) = &mut self.current else {
                let shard = self.shards.next()?;
                match TarMembers::open(&shard.path) {
                    Ok(members) => self.current = Some((Groups::new(members), shard.split)),
                    Err(e) => return Some(Err(e)),
                }
                continue;
            };
            match groups.next() {
                None => self.current = None,
                Some(Err(e)) => return Some(Err(e)),
                Some(Ok(group)) => {
                    let place = groups.place_of(&group.key);
                    let values = self.plan.values(&place, group);
                    return Some(values.map(|values| Sample { place, split: split.clone(), values }));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
