//! The state of an upload, and where it is stored.

use futures::stream::TryStreamExt;
use hub_dataset::Store;
use object_store::multipart::MultipartStore;
use uuid::Uuid;

use super::info::{UploadInfo, part_length};
use super::mark::Mark;
use crate::problem::{Problem, Result, internal};
use crate::store::Root;

/// The file with an upload's [`UploadInfo`].
pub(super) const INFO_FILE: &str = "about.json";

/// An upload, new or resumed.
#[derive(Clone, Debug)]
pub struct Begun {
    pub id: String,
    pub info: UploadInfo,
    /// The numbers of the received parts, ascending.
    pub received: Vec<u64>,
}

/// Begins an upload, or finds the one that was begun.
pub async fn begin(root: &Root, mut info: UploadInfo, part_bytes: u64) -> Result<Begun> {
    let id = info.id();
    let store = root.upload(&id)?;
    if let Some(there) = read(&store).await? {
        let received = Mark::all(&store, &there).await?.into_iter().collect();
        return Ok(Begun { id, info: there, received });
    }
    info.attempt = Uuid::new_v4();
    info.part_bytes = part_length(info.size_bytes, part_bytes);
    if let Some((s3, key)) = root.key(&info.location, &info.path) {
        info.multipart = Some(s3.create_multipart(&key).await?);
    }
    let json = serde_json::to_vec(&info).map_err(|e| internal(&e))?;
    match store.create(INFO_FILE, json.into()).await? {
        hub_dataset::store::Created::Yes => Ok(Begun { id, info, received: Vec::new() }),
        // Another request has just begun it: abort this request's multipart upload.
        hub_dataset::store::Created::Taken => {
            abort_multipart(root, &info).await;
            let there = read(&store).await?.ok_or_else(|| Problem::not_found("upload"))?;
            Ok(Begun { id, info: there, received: Vec::new() })
        }
    }
}

/// The upload of that id, if it is this user's in this data set.
pub async fn find(root: &Root, id: &str, dataset: Uuid, user: &str) -> Result<UploadInfo> {
    let is_id = id.len() == 32 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let found = if is_id { read(&root.upload(id)?).await? } else { None };
    let own = found.filter(|info| info.dataset == dataset && info.user == user);
    own.ok_or_else(|| Problem::not_found("upload of that id; begin it again"))
}

/// Is this attempt still the current one of its id?
pub(super) async fn is_current(store: &Store, info: &UploadInfo) -> Result<bool> {
    Ok(read(store).await?.is_some_and(|there| there.attempt == info.attempt))
}

async fn read(store: &Store) -> Result<Option<UploadInfo>> {
    let json = store.get(INFO_FILE).await?;
    json.map(|json| serde_json::from_slice(&json).map_err(|e| internal(&e))).transpose()
}

/// Aborts an upload and removes the received parts.
pub async fn discard(root: &Root, info: &UploadInfo) -> Result<()> {
    abort_multipart(root, info).await;
    forget(&root.upload(&info.id())?).await
}

/// Removes the state of an upload. `about.json` is removed first: without it, the upload doesn't exist.
pub(super) async fn forget(store: &Store) -> Result<()> {
    store.delete(INFO_FILE).await?;
    let mut rest = store.list("");
    while let Some(object) = rest.try_next().await? {
        store.delete(&object.path).await?;
    }
    if let Some(directory) = store.directory() {
        // Only empty folders are left; if this fails, the next sweep removes them.
        let _ = tokio::fs::remove_dir_all(directory).await;
    }
    Ok(())
}

/// Removes the marks and content of an aborted attempt.
pub(super) async fn forget_attempt(store: &Store, info: &UploadInfo) -> Result<()> {
    for part in store.files(&info.marks()).await? {
        store.delete(&part.path).await?;
    }
    if store.directory().is_some() {
        store.delete(&info.content()).await?;
    }
    Ok(())
}

async fn abort_multipart(root: &Root, info: &UploadInfo) {
    if let (Some((s3, key)), Some(id)) = (root.key(&info.location, &info.path), &info.multipart)
        && let Err(error) = s3.abort_multipart(&key, id).await
    {
        tracing::warn!(
            error = crate::problem::chain(&error),
            "a multipart upload could not be aborted in the bucket"
        );
    }
}
