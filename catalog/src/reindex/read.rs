//! What the store says of its data sets.

use chrono::{DateTime, Utc};
use futures::stream::{self, StreamExt, TryStreamExt};
use hub_dataset::{Dataset, Store, layout};
use hub_schema::{BranchName, DatasetName, Tag};

use crate::about;
use crate::commit::CommitInfo;
use crate::dataset::NewDataset;
use crate::error::Result;

/// Commits that are read at once.
const AT_ONCE: usize = 32;

/// A data set as the store has it.
pub(super) struct Found {
    pub new: NewDataset,
    pub deleted: Option<DateTime<Utc>>,
    /// By branch and version.
    pub commits: Vec<CommitInfo>,
    pub tags: Vec<(BranchName, Tag)>,
}

/// The folders that may be data sets, `namespace/name`, sorted.
pub(super) async fn locations(root: &Store) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for namespace in root.folders("").await? {
        for name in root.folders(&namespace).await? {
            // Anything else (a lost+found, a trash) is not ours.
            if format!("{namespace}/{name}").parse::<DatasetName>().is_ok() {
                found.push(format!("{namespace}/{name}"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Reads the data set in a folder; none if there is none.
pub(super) async fn dataset(root: &Store, location: &str) -> Result<Option<Found>> {
    let store = root.below(location);
    let dataset = match Dataset::open(store).await {
        Err(hub_dataset::Error::NotFound { .. }) => return Ok(None),
        other => other?,
    };
    let about = about::read(dataset.store(), &location.parse()?).await?;
    let hub = dataset.hub_file();
    let new = NewDataset {
        uuid: hub.uuid,
        name: about.name,
        visibility: about.visibility,
        card: about.card,
        default_branch: about.default_branch,
        location: location.to_owned(),
        created: hub.created,
    };
    let (commits, tags) = (commits(&dataset).await?, tags(&dataset).await?);
    Ok(Some(Found { new, deleted: about.deleted, commits, tags }))
}

async fn commits(dataset: &Dataset) -> Result<Vec<CommitInfo>> {
    let listed = dataset.store().list(layout::REFS);
    let places = listed.try_filter_map(|object| async move { Ok(layout::parse_commit(&object.path)) });
    let mut places: Vec<(BranchName, u64)> = places.try_collect().await?;
    places.sort();
    let read = places.into_iter().map(|(branch, version)| async move {
        let (id, commit) = dataset.commit_at(&branch, version).await?;
        Ok(CommitInfo::new(id, branch, version, &commit))
    });
    stream::iter(read).buffered(AT_ONCE).try_collect().await
}

async fn tags(dataset: &Dataset) -> Result<Vec<(BranchName, Tag)>> {
    let mut tags = Vec::new();
    for name in dataset.tags().await? {
        if let Some(tag) = dataset.tag(&name).await? {
            tags.push((name, tag));
        }
    }
    Ok(tags)
}
