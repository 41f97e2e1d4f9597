//! Completes an upload: joins the parts to the object.

use std::path::PathBuf;

use hub_dataset::Store;
use hub_schema::ContentHash;
use object_store::multipart::{MultipartStore, PartId};

use super::mark::Mark;
use super::part::blocking;
use super::state::forget;
use super::{UploadInfo, discard, tree};
use crate::problem::{Kind, Problem, Result, internal};
use crate::store::Root;
use crate::store::object::receive::mismatch;

/// Maximum missing parts that an error names.
const MAX_NAMED: usize = 20;

/// Joins the parts to the object, if their hash is that of the object's path.
///
/// # Errors
/// [`Kind::Conflict`] if parts are missing; [`Kind::HashMismatch`], which aborts the upload.
pub async fn complete(root: &Root, info: &UploadInfo) -> Result<ContentHash> {
    let expected = info.object()?.hash().ok_or_else(|| Problem::not_found("upload"))?;
    match join(root, info, expected).await {
        Ok(()) => Ok(expected),
        // Another request completed it. An object of this path always has the right content.
        Err(_) if is_there(root, info).await? => Ok(expected),
        Err(problem) => Err(problem),
    }
}

async fn is_there(root: &Root, info: &UploadInfo) -> Result<bool> {
    let found = root.store(&info.location)?.head(&info.path).await?;
    Ok(found.is_some_and(|found| found.size_bytes == info.size_bytes))
}

async fn join(root: &Root, info: &UploadInfo, expected: ContentHash) -> Result<()> {
    let state = root.upload(&info.id())?;
    let (marks, missing) = Mark::read_all(&state, info).await?;
    if !missing.is_empty() {
        let named: Vec<_> = missing.iter().take(MAX_NAMED).map(u64::to_string).collect();
        let detail = format!("{} parts have not been received yet: {}", missing.len(), named.join(", "));
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let values: Vec<[u8; 32]> = marks.iter().map(|mark| mark.value).collect();
    if let Some(found) = tree::join(&values)
        && found != expected
    {
        discard(root, info).await?;
        return Err(mismatch(expected, found));
    }
    match (root.key(&info.location, &info.path), &info.multipart) {
        (Some((s3, key)), Some(multipart)) => {
            let ids = marks.into_iter().map(|mark| PartId { content_id: mark.content.unwrap_or_default() });
            s3.complete_multipart(&key, multipart, ids.collect()).await?;
        }
        _ => {
            let store = root.store(&info.location)?;
            let local = |store: &Store, path: &str| {
                store.local_file(path).ok_or_else(|| Problem::not_found("upload"))
            };
            let (from, to) = (local(&state, &info.content())?, local(&store, &info.path)?);
            rename(from, to, info.size_bytes).await?;
            store.settle(&info.path).await?;
        }
    }
    forget(&state).await
}

/// Moves the file to its final path, if it is as long as its parts together.
async fn rename(from: PathBuf, to: PathBuf, size_bytes: u64) -> Result<()> {
    let found = blocking(move || {
        let found = std::fs::metadata(&from)?.len();
        if found == size_bytes {
            to.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::rename(from, to)?;
        }
        Ok(found)
    })
    .await?;
    match found == size_bytes {
        true => Ok(()),
        false => Err(internal(&std::io::Error::other(format!(
            "an upload's file is {found} bytes long, its parts are {size_bytes}"
        )))),
    }
}
