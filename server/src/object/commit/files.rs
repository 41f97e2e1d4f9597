//! Is every file that a commit adds there, and is it what the commit says?

use std::collections::{HashMap, HashSet};

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_dataset::manifest::list;
use hub_dataset::{Dataset, Snapshot, layout};
use hub_schema::{Commit, ContentHash, DataFile, Fragment, ManifestRef, Operation, RowId, Schema};

use super::{limits, refused, rows};
use crate::problem::Result;

/// Files that are looked at side by side.
const LOOKS: usize = 16;

/// A file that a commit adds, and what its fragment says of it.
struct Added<'a> {
    file: &'a DataFile,
    row_groups: &'a [u32],
}

/// Reads the manifests that no parent names, and looks at the files that no parent's manifest lists.
pub async fn check(dataset: &Dataset, commit: &Commit, parents: &[Snapshot]) -> Result<()> {
    let known: HashSet<&ManifestRef> = parents.iter().flat_map(|p| &p.commit().manifests).collect();
    let new: Vec<ManifestRef> = commit.manifests.iter().filter(|m| !known.contains(m)).cloned().collect();
    let fragments = read(dataset, &new).await?;
    sums(commit, parents, &new, &fragments)?;
    limits::rows(commit.counts.rows)?;
    limits::fragments(fragments.iter().flatten())?;
    rows::check(dataset, commit, &new, &fragments).await?;
    let kept = kept_files(dataset, commit, parents).await?;
    let mut added: HashMap<ContentHash, Added<'_>> = HashMap::new();
    for fragment in fragments.iter().flatten() {
        shape(commit, fragment)?;
        for file in &fragment.files {
            let is_kept = kept.get(&file.hash).is_some_and(|(bytes, blobs)| {
                *bytes == file.bytes && file.blobs.iter().all(|b| blobs.contains(b))
            });
            if !is_kept {
                added.insert(file.hash, Added { file, row_groups: &fragment.row_groups });
            }
        }
    }
    let looks: Vec<_> = added.into_values().map(|added| look(dataset, &commit.schema, added)).collect();
    stream::iter(looks).buffer_unordered(LOOKS).try_collect::<()>().await
}

/// The fragments of manifests, each of which must be there.
async fn read(dataset: &Dataset, manifests: &[ManifestRef]) -> Result<Vec<Vec<Fragment>>> {
    let read = |manifest: ManifestRef, dataset: Dataset| async move {
        let path = layout::manifest(manifest.hash);
        limits::manifest(&path, manifest.bytes)?;
        match dataset.store().head(&path).await? {
            Some(there) if there.size_bytes == manifest.bytes => {}
            Some(there) => {
                let (found, said) = (there.size_bytes, manifest.bytes);
                return Err(refused(format!("{path} is {found} bytes long, the commit says {said}")));
            }
            None => return Err(refused(format!("{path} is not there; upload it first"))),
        }
        let read = list::read(dataset.store(), &manifest).await;
        read.map_err(|error| refused(format!("{path} can't be read: {}", words(&error))))
    };
    let reads: Vec<_> = manifests.iter().map(|m| read(m.clone(), dataset.clone())).collect();
    stream::iter(reads).buffered(LOOKS).try_collect().await
}

/// Do the sums fit the fragments?
fn sums(commit: &Commit, parents: &[Snapshot], new: &[ManifestRef], read: &[Vec<Fragment>]) -> Result<()> {
    for (manifest, fragments) in new.iter().zip(read) {
        let counts = list::count(fragments);
        if counts.rows != manifest.rows || counts.fragments != u64::from(manifest.fragments) {
            let path = layout::manifest(manifest.hash);
            let (rows, fragments) = (counts.rows, counts.fragments);
            return Err(refused(format!(
                "{path} holds {fragments} fragments with {rows} rows, the commit differs"
            )));
        }
    }
    if commit.operation == Operation::DeleteBranch {
        return match commit.manifests.is_empty() {
            true => Ok(()),
            false => Err(refused("the end of a branch holds no rows")),
        };
    }
    let rows = commit.manifests.iter().try_fold(0u64, |sum, m| sum.checked_add(m.rows));
    let fragments: u64 = commit.manifests.iter().map(|m| u64::from(m.fragments)).sum();
    let said = (Some(commit.counts.rows), commit.counts.fragments);
    if said != (rows, fragments) {
        let rows = rows.unwrap_or(u64::MAX);
        let counts = &commit.counts;
        return Err(refused(format!(
            "it says {} rows in {} fragments, its manifests hold {rows} in {fragments}",
            counts.rows, counts.fragments
        )));
    }
    // Where every manifest was read, everything can be added up.
    if parents.is_empty() || new.len() == commit.manifests.len() {
        let counts = list::count(read.iter().flatten());
        if counts.bytes != commit.counts.bytes || counts.splits != commit.counts.splits {
            return Err(refused("its bytes or the rows of its splits are not the sums over its manifests"));
        }
    }
    Ok(())
}

/// What parents' manifests list that this commit no longer names: their files need no second look.
async fn kept_files(
    dataset: &Dataset,
    commit: &Commit,
    parents: &[Snapshot],
) -> Result<HashMap<ContentHash, (u64, HashSet<(ContentHash, u64)>)>> {
    let named: HashSet<&ManifestRef> = commit.manifests.iter().collect();
    let gone = parents.iter().flat_map(|p| &p.commit().manifests).filter(|m| !named.contains(m));
    let gone: Vec<ManifestRef> = gone.cloned().collect();
    let mut kept: HashMap<_, (u64, HashSet<_>)> = HashMap::new();
    for file in list::read_all(dataset.store(), &gone).await?.iter().flatten().flat_map(|f| &f.files) {
        let entry = kept.entry(file.hash).or_insert_with(|| (file.bytes, HashSet::new()));
        entry.1.extend(file.blobs.iter().copied());
    }
    Ok(kept)
}

/// Does a fragment's description make sense by itself?
fn shape(commit: &Commit, fragment: &Fragment) -> Result<()> {
    let id = fragment.id;
    let rows = fragment.row_groups.iter().try_fold(0u32, |sum, rows| sum.checked_add(*rows));
    if fragment.rows > RowId::MAX_ROWS {
        return Err(refused(format!(
            "fragment {id}: {} rows, it may hold {}",
            fragment.rows,
            RowId::MAX_ROWS
        )));
    }
    if rows != Some(fragment.rows) || fragment.row_groups.contains(&0) {
        return Err(refused(format!(
            "fragment {id}: its row groups don't add up to its {} rows",
            fragment.rows
        )));
    }
    if fragment.deleted.max().is_some_and(|last| last >= fragment.rows) {
        return Err(refused(format!("fragment {id}: rows are deleted that it doesn't hold")));
    }
    let ids = fragment.row_ids.iter().try_fold(0u32, |sum, run| sum.checked_add(run.rows));
    if !fragment.row_ids.is_empty() && ids != Some(fragment.rows) {
        return Err(refused(format!(
            "fragment {id}: its row ids don't add up to its {} rows",
            fragment.rows
        )));
    }
    let mut columns = HashSet::new();
    for field in fragment.files.iter().flat_map(|f| &f.fields) {
        if !columns.insert(field) {
            return Err(refused(format!("fragment {id}: two files hold column {field}")));
        }
    }
    if fragment.files.is_empty() && !commit.schema.fields.is_empty() && fragment.rows > 0 {
        return Err(refused(format!("fragment {id} has rows and no files")));
    }
    Ok(())
}

/// Looks at one file and its blobs, and makes them last: after the commit the power may go.
async fn look(dataset: &Dataset, schema: &Schema, added: Added<'_>) -> Result<()> {
    let store = dataset.store();
    let file = added.file;
    let blobs = file.blobs.iter().map(|(hash, bytes)| (layout::blob(*hash), *bytes));
    for (path, bytes) in std::iter::once((layout::data(file.hash), file.bytes)).chain(blobs) {
        match store.head(&path).await? {
            Some(there) if there.size_bytes == bytes => store.settle(&path).await?,
            Some(there) => {
                let found = there.size_bytes;
                return Err(refused(format!("{path} is {found} bytes long, its manifest says {bytes}")));
            }
            None => return Err(refused(format!("{path} is not there; upload it first"))),
        }
    }
    let path = layout::data(file.hash);
    let open = dataset.file(file).await;
    let open = open.map_err(|error| refused(format!("{path} can't be opened: {}", words(&error))))?;
    if !open.row_groups().eq(added.row_groups.iter().copied()) {
        return Err(refused(format!("{path}: its row groups are not those of its fragment")));
    }
    if open.checksums().is_none() {
        return Err(refused(format!("{path}: its footer holds no checksums of its row groups")));
    }
    limits::unpacked(&path, &open, file, schema)?;
    match file.fields.iter().find(|field| open.place(**field).is_none()) {
        Some(missing) => Err(refused(format!("{path} doesn't hold column {missing}"))),
        None => Ok(()),
    }
}

/// An error without the server's own paths.
fn words(error: &hub_dataset::Error) -> String {
    match error {
        hub_dataset::Error::Damaged { problem, .. } => problem.clone(),
        hub_dataset::Error::Parquet { source, .. } => source.to_string(),
        hub_dataset::Error::Store { source: object_store::Error::NotFound { .. }, .. } => {
            "not there".to_owned()
        }
        _ => "it is not what it should be".to_owned(),
    }
}
