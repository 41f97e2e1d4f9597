//! A cache of the indexes of entry points of JPEGs, by which a region of an image is decoded alone.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hub_schema::{ContentHash, FieldId};

use super::entry;
use super::error::{Error, Result};
use super::group::Group;
use super::sweep;

const SUFFIX: &str = ".indexes";
const SUFFIXES: &[&str] = &[SUFFIX];
/// Bytes of indexes in memory, beside those in use. A row group of 16 MiB has about 100 kB of them.
const MOST_BYTES: usize = 64 << 20;
/// As many row groups are kept whatever they take.
const LEAST_GROUPS: usize = 16;

/// The indexes of entry points of JPEGs, in a directory of their own. Cheap to clone; several processes may share the
/// directory.
///
/// An index takes at most 0.8 % of its image. A stream of decoded images that has no index of a JPEG makes it while it
/// decodes, and from the next epoch on reads only the part of the image that it shows. An index is checked against its
/// image before and while it is used, so a wrong one is found, and made again.
#[derive(Clone, Debug)]
pub struct IndexCache {
    shared: Arc<Shared>,
}

/// The rows of a column that an entry is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GroupKey {
    /// The data file's hash.
    pub file: ContentHash,
    pub field: FieldId,
    pub row_group: u32,
}

#[derive(Debug)]
struct Shared {
    directory: PathBuf,
    size_bytes: u64,
    groups: Mutex<Groups>,
}

#[derive(Debug, Default)]
struct Groups {
    /// Each with the time of its last use.
    groups: HashMap<GroupKey, (Arc<Group>, u64)>,
    time: u64,
    /// Bytes written since the directory was last listed.
    written_bytes: u64,
}

impl IndexCache {
    /// Opens the cache in `directory` (created if it is missing), of at most `size_bytes` on disk.
    ///
    /// # Errors
    /// The directory can't be created, listed or written to.
    pub fn open(directory: impl Into<PathBuf>, size_bytes: u64) -> Result<Self> {
        let directory = directory.into();
        let io = |action| {
            let path = directory.display().to_string();
            move |source| Error::Io { path, action, source }
        };
        std::fs::create_dir_all(&directory).map_err(io("make the directory"))?;
        entry::probe(&directory).map_err(io("write to it"))?;
        sweep::sweep(&directory, SUFFIXES, size_bytes).map_err(io("list it"))?;
        Ok(Self { shared: Arc::new(Shared { directory, size_bytes, groups: Mutex::default() }) })
    }

    /// The directory that it was opened in.
    pub fn directory(&self) -> &Path {
        &self.shared.directory
    }

    /// The indexes of a row group of `rows` rows.
    pub(crate) fn group(&self, key: GroupKey, rows: usize) -> Arc<Group> {
        let mut held = self.shared.groups.lock().unwrap_or_else(PoisonError::into_inner);
        held.time += 1;
        let time = held.time;
        if let Some((group, used)) = held.groups.get_mut(&key) {
            *used = time;
            return Arc::clone(group);
        }
        let GroupKey { file, field, row_group } = key;
        let path = self.shared.directory.join(format!("{file}-{field}-{row_group}{SUFFIX}"));
        let group = Arc::new(Group::new(path, rows));
        held.groups.insert(key, (Arc::clone(&group), time));
        let evicted = held.evict();
        drop(held);
        evicted.iter().for_each(|group| self.save_group(group));
        group
    }

    /// Writes a row group's indexes. Where that fails (a full disk), they are made again when they are needed.
    pub(crate) fn save_group(&self, group: &Group) {
        let Ok(written) = group.save() else { return };
        self.shared.wrote(written);
    }

    /// Writes all that is not written yet.
    pub fn save(&self) {
        self.shared.save();
    }
}

impl Groups {
    /// Takes out the least recently used groups until the others take little enough.
    fn evict(&mut self) -> Vec<Arc<Group>> {
        if self.groups.len() <= LEAST_GROUPS {
            return Vec::new();
        }
        let mut bytes: usize = self.groups.values().map(|(group, _)| group.size_bytes()).sum();
        let mut by_use: Vec<(u64, GroupKey)> =
            self.groups.iter().map(|(key, (_, used))| (*used, *key)).collect();
        by_use.sort_unstable_by_key(|(used, _)| *used);
        let mut evicted = Vec::new();
        for (_, key) in by_use {
            if bytes <= MOST_BYTES || self.groups.len() <= LEAST_GROUPS {
                break;
            }
            if let Some((group, _)) = self.groups.remove(&key) {
                bytes -= group.size_bytes();
                evicted.push(group);
            }
        }
        evicted
    }
}

impl Shared {
    fn wrote(&self, bytes: u64) {
        let mut held = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        held.written_bytes += bytes;
        if held.written_bytes > self.size_bytes / 16 {
            held.written_bytes = 0;
            drop(held);
            let _: io::Result<u64> = sweep::sweep(&self.directory, SUFFIXES, self.size_bytes);
        }
    }

    fn save(&self) {
        let held = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let groups: Vec<Arc<Group>> = held.groups.values().map(|(group, _)| Arc::clone(group)).collect();
        drop(held);
        let written = groups.iter().filter_map(|group| group.save().ok()).sum();
        self.wrote(written);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.save();
    }
}
