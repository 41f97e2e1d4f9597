//! Reads the metadata of data sets from the store.

use chrono::{DateTime, Utc};
use futures::stream::{self, StreamExt, TryStreamExt};
use hub_dataset::{Dataset, Store, layout, side_by_side};
use hub_schema::{BranchName, DatasetName, Tag};

use crate::commit::CommitInfo;
use crate::dataset::NewDataset;
use crate::dataset_meta;
use crate::error::{Error, Result};

/// Commits that are read at once.
const AT_ONCE: usize = 32;

/// A data set as the store has it.
pub(super) struct Found {
    pub new: NewDataset,
    pub deleted: Option<DateTime<Utc>>,
    pub commits: Vec<CommitInfo>,
    pub tags: Vec<(BranchName, Tag)>,
}

/// The folders that may be data sets, `namespace/name`, sorted.
pub(super) async fn locations(root: &Store) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for namespace in root.folders("").await? {
        for name in root.folders(&namespace).await? {
            // Anything else (such as lost+found) is not a data set.
            if format!("{namespace}/{name}").parse::<DatasetName>().is_ok() {
                found.push(format!("{namespace}/{name}"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// A data set without its commits.
pub(super) struct Outline {
    pub dataset: Dataset,
    pub new: NewDataset,
    pub deleted: Option<DateTime<Utc>>,
    /// Branches and versions of its commits, sorted.
    pub places: Vec<(BranchName, u64)>,
    pub tags: Vec<(BranchName, Tag)>,
}

/// Looks at the data sets in some folders; none where there is none.
pub(super) async fn outlines(root: &Store, locations: &[String]) -> Result<Vec<Result<Option<Outline>>>> {
    let below = root.clone();
    let look = move |location: String| {
        let root = below.clone();
        async move { outline(&root, &location).await }
    };
    side_by_side(root, locations.to_vec(), look).await.map_err(|e| stopped(root, e))
}

async fn outline(root: &Store, location: &str) -> Result<Option<Outline>> {
    let store = root.below(location);
    let dataset = match Dataset::open(store).await {
        Err(hub_dataset::Error::NotFound { .. }) => return Ok(None),
        other => other?,
    };
    let about = dataset_meta::read(dataset.store(), &location.parse()?).await?;
    let hub = dataset.hub_file();
    let new = NewDataset {
        uuid: hub.uuid,
        name: about.name,
        visibility: about.visibility,
        card: about.card,
        default_branch: about.default_branch,
        location: location.to_owned(),
        created: hub.created,
        hub: None,
    };
    let (places, tags) = (places(&dataset).await?, tags(&dataset).await?);
    Ok(Some(Outline { dataset, new, deleted: about.deleted, places, tags }))
}

/// Reads the commits of data sets.
pub(super) async fn whole(root: &Store, outlines: Vec<Outline>) -> Result<Vec<Result<Found>>> {
    let read = |Outline { dataset, new, deleted, places, tags }: Outline| async move {
        let commits = commits(&dataset, places).await?;
        Ok(Found { new, deleted, commits, tags })
    };
    side_by_side(root, outlines, read).await.map_err(|e| stopped(root, e))
}

fn stopped(root: &Store, source: std::io::Error) -> Error {
    hub_dataset::Error::Io { path: root.uri().to_owned(), action: "read its data sets", source }.into()
}

async fn places(dataset: &Dataset) -> Result<Vec<(BranchName, u64)>> {
    let listed = dataset.store().list(layout::REFS);
    let places = listed.try_filter_map(|object| async move { Ok(layout::parse_commit(&object.path)) });
    let mut places: Vec<(BranchName, u64)> = places.try_collect().await?;
    places.sort();
    Ok(places)
}

async fn commits(dataset: &Dataset, places: Vec<(BranchName, u64)>) -> Result<Vec<CommitInfo>> {
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
