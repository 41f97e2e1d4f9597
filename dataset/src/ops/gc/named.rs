//! Everything that commits name.

use std::collections::HashSet;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_schema::{ContentHash, ManifestRef};

use super::report::Orphans;
use crate::dataset::Dataset;
use crate::error::Result;
use crate::layout;
use crate::manifest::list;
use crate::ops::reachable::{self, Scope};

/// Manifests read at a time.
const READERS: usize = 16;

/// Everything that the commits of live branches, tags and views name.
#[derive(Debug, Default)]
pub(super) struct Named {
    manifests: HashSet<ContentHash>,
    data: HashSet<ContentHash>,
    blobs: HashSet<ContentHash>,
}

impl Dataset {
    /// How many files under `data`, `manifests` and `blobs` no commit names.
    pub(in crate::ops) async fn orphans(&self) -> Result<Orphans> {
        let named = self.named().await?;
        let mut orphans = Orphans::default();
        for folder in [layout::DATA, layout::MANIFESTS, layout::BLOBS] {
            let mut listed = self.store().list(folder);
            while let Some(object) = listed.try_next().await? {
                if !named.holds(&object.path) {
                    orphans.files += 1;
                    orphans.bytes += object.size_bytes;
                }
            }
        }
        Ok(orphans)
    }

    /// What the commits of live branches, tags and views name.
    pub(super) async fn named(&self) -> Result<Named> {
        let mut manifests: Vec<ManifestRef> = Vec::new();
        let mut named = Named::default();
        let visit = |commit: &crate::Snapshot| {
            let new = commit.commit().manifests.iter().filter(|m| named.manifests.insert(m.hash));
            manifests.extend(new.cloned());
            Ok(())
        };
        reachable::walk(self, Scope::All, visit, |_, error| Err(error)).await?;
        let store = self.store();
        let reads = manifests.into_iter().map(|m| async move { list::read(store, &m).await });
        let mut reads = stream::iter(reads).buffer_unordered(READERS);
        while let Some(fragments) = reads.try_next().await? {
            for file in fragments.iter().flat_map(|f| &f.files) {
                named.data.insert(file.hash);
                named.blobs.extend(file.blobs.iter().map(|b| b.0));
            }
        }
        Ok(named)
    }
}

impl Named {
    /// Is the object named, or none of ours?
    pub fn holds(&self, path: &str) -> bool {
        let Some((folder, hash)) = layout::parse_content(path) else { return true };
        match folder {
            layout::DATA => self.data.contains(&hash),
            layout::MANIFESTS => self.manifests.contains(&hash),
            _ => self.blobs.contains(&hash),
        }
    }
}
