//! What an upload is, and where its state lies.

use futures::stream::TryStreamExt;
use hub_dataset::Store;
use object_store::multipart::MultipartStore;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::mark::Mark;
use crate::object::ObjectPath;
use crate::problem::{Problem, Result, internal};
use crate::store::Root;

/// A bucket takes at most this many parts.
const MOST_PARTS: u64 = 10_000;

/// The file that says what an upload is.
pub(super) const ABOUT: &str = "about.json";

/// What an upload is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The data set.
    pub dataset: Uuid,
    /// Where it lies below the store's root.
    pub location: String,
    /// The object's path in it.
    pub path: String,
    /// The object's length.
    pub size_bytes: u64,
    /// The length of every part but the last.
    pub part_bytes: u64,
    /// Who uploads.
    pub user: String,
    /// The bucket's own name for the upload.
    pub multipart: Option<String>,
    /// Drawn when it was begun: a part that comes late for an upload that was given up is none of the next one, though
    /// both have the same id.
    #[serde(default)]
    pub attempt: Uuid,
}

/// An upload that may go on.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Its id.
    pub id: String,
    /// What it is.
    pub about: About,
    /// The numbers of the parts that have come, rising.
    pub received: Vec<u64>,
}

impl About {
    /// The upload's id.
    pub fn id(&self) -> String {
        let what = format!("{}\n{}\n{}\n{}", self.dataset, self.path, self.size_bytes, self.user);
        blake3::hash(what.as_bytes()).to_hex()[..32].to_owned()
    }

    /// The folder of marks.
    pub(super) fn marks(&self) -> String {
        format!("parts-{}", self.attempt.simple())
    }

    /// On a disk: the file that becomes the object.
    pub(super) fn content(&self) -> String {
        format!("content-{}", self.attempt.simple())
    }

    /// How many parts there are; an empty object is one empty part.
    pub fn parts(&self) -> u64 {
        self.size_bytes.div_ceil(self.part_bytes).max(1)
    }

    /// The length of a part.
    pub fn length_of(&self, part: u64) -> u64 {
        self.size_bytes.saturating_sub(part.saturating_mul(self.part_bytes)).min(self.part_bytes)
    }

    /// The object that it will be.
    pub fn object(&self) -> Result<ObjectPath> {
        ObjectPath::parse(&self.path).ok_or_else(|| Problem::not_found("upload"))
    }
}

/// The length of parts: the usual one, or the next power of two that a bucket can take.
pub(super) fn part_length(size_bytes: u64, usual: u64) -> u64 {
    let mut length = usual;
    while size_bytes.div_ceil(length) > MOST_PARTS {
        length *= 2;
    }
    length
}

/// Begins an upload, or finds what was begun.
pub async fn begin(root: &Root, mut about: About, part_bytes: u64) -> Result<Begun> {
    let id = about.id();
    let store = root.upload(&id)?;
    if let Some(there) = read(&store).await? {
        let received = Mark::all(&store, &there).await?.into_iter().collect();
        return Ok(Begun { id, about: there, received });
    }
    about.attempt = Uuid::new_v4();
    about.part_bytes = part_length(about.size_bytes, part_bytes);
    if let Some((s3, key)) = root.key(&about.location, &about.path) {
        about.multipart = Some(s3.create_multipart(&key).await?);
    }
    let json = serde_json::to_vec(&about).map_err(|e| internal(&e))?;
    match store.create(ABOUT, json.into()).await? {
        hub_dataset::store::Created::Yes => Ok(Begun { id, about, received: Vec::new() }),
        // Another request began it just now: what this one opened in the bucket is given up.
        hub_dataset::store::Created::Taken => {
            abort_multipart(root, &about).await;
            let there = read(&store).await?.ok_or_else(|| Problem::not_found("upload"))?;
            Ok(Begun { id, about: there, received: Vec::new() })
        }
    }
}

/// The upload of that id, if it is one of this user in this data set.
pub async fn find(root: &Root, id: &str, dataset: Uuid, user: &str) -> Result<About> {
    let is_id = id.len() == 32 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let found = if is_id { read(&root.upload(id)?).await? } else { None };
    let own = found.filter(|about| about.dataset == dataset && about.user == user);
    own.ok_or_else(|| Problem::not_found("upload of that id; begin it again"))
}

/// Is this still the upload of its id?
pub(super) async fn goes_on(store: &Store, about: &About) -> Result<bool> {
    Ok(read(store).await?.is_some_and(|there| there.attempt == about.attempt))
}

async fn read(store: &Store) -> Result<Option<About>> {
    let json = store.get(ABOUT).await?;
    json.map(|json| serde_json::from_slice(&json).map_err(|e| internal(&e))).transpose()
}

/// Gives an upload up, with all that has come.
pub async fn discard(root: &Root, about: &About) -> Result<()> {
    abort_multipart(root, about).await;
    forget(&root.upload(&about.id())?).await
}

/// Removes the state of an upload. `about.json` goes first: what has none is no upload.
pub(super) async fn forget(store: &Store) -> Result<()> {
    store.delete(ABOUT).await?;
    let mut rest = store.list("");
    while let Some(object) = rest.try_next().await? {
        store.delete(&object.path).await?;
    }
    if let Some(directory) = store.directory() {
        // What is left are empty folders; a sweep removes what can't be removed now.
        let _ = tokio::fs::remove_dir_all(directory).await;
    }
    Ok(())
}

/// Removes what was left of an upload after it was given up.
pub(super) async fn forget_attempt(store: &Store, about: &About) -> Result<()> {
    for part in store.files(&about.marks()).await? {
        store.delete(&part.path).await?;
    }
    if store.directory().is_some() {
        store.delete(&about.content()).await?;
    }
    Ok(())
}

async fn abort_multipart(root: &Root, about: &About) {
    if let (Some((s3, key)), Some(id)) = (root.key(&about.location, &about.path), &about.multipart)
        && let Err(error) = s3.abort_multipart(&key, id).await
    {
        tracing::warn!(error = crate::problem::chain(&error), "a bucket's upload could not be given up");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_object() {
        let mut about = About {
            dataset: Uuid::nil(),
            location: "a/b".into(),
            path: "blobs/x".into(),
            size_bytes: 20,
            part_bytes: 8,
            user: "ada".into(),
            multipart: None,
            attempt: Uuid::nil(),
        };
        assert_eq!(about.parts(), 3);
        assert_eq!((0..4).map(|i| about.length_of(i)).collect::<Vec<_>>(), [8, 8, 4, 0]);
        assert_eq!(about.length_of(u64::MAX), 0);
        about.size_bytes = 0;
        assert_eq!((about.parts(), about.length_of(0)), (1, 0));
        assert_eq!(part_length(1 << 40, 16 << 20), 128 << 20);
    }
}
