//! Ends an upload: the parts become the object.

use hub_schema::ContentHash;
use object_store::multipart::{MultipartStore, PartId};

use super::mark::Mark;
use super::part::blocking;
use super::state::{CONTENT, forget};
use super::{About, discard, tree};
use crate::object::receive::mismatch;
use crate::problem::{Kind, Problem, Result};
use crate::store::Root;

/// Parts that are named where some are missing.
const NAMED: usize = 20;

/// Makes the object of its parts, if together they are what its name says.
///
/// # Errors
/// Parts are missing; [`Kind::HashMismatch`], and the upload is given up.
pub async fn complete(root: &Root, about: &About) -> Result<ContentHash> {
    let object = about.object()?;
    let expected = object.hash().ok_or_else(|| Problem::not_found("upload"))?;
    let state = root.upload(&about.id())?;
    let (marks, missing) = Mark::read_all(&state, about.parts()).await?;
    if !missing.is_empty() {
        let named: Vec<_> = missing.iter().take(NAMED).map(u64::to_string).collect();
        let detail = format!("{} parts have not come yet: {}", missing.len(), named.join(", "));
        return Err(Problem::new(Kind::Conflict, detail));
    }
    let values: Vec<[u8; 32]> = marks.iter().map(|mark| mark.value).collect();
    if let Some(found) = tree::join(&values)
        && found != expected
    {
        discard(root, about).await?;
        return Err(mismatch(expected, found));
    }
    match (root.key(&about.location, &about.path), &about.multipart) {
        (Some((s3, key)), Some(multipart)) => {
            let ids = marks.into_iter().map(|mark| PartId { content_id: mark.content.unwrap_or_default() });
            s3.complete_multipart(&key, multipart, ids.collect()).await?;
        }
        _ => {
            let store = root.store(&about.location)?;
            let local = |store: &hub_dataset::Store, path: &str| {
                store.local_file(path).ok_or_else(|| Problem::not_found("upload"))
            };
            let (from, to) = (local(&state, CONTENT)?, local(&store, &about.path)?);
            blocking(move || {
                if let Some(folder) = to.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                std::fs::rename(from, to)
            })
            .await?;
            store.settle(&about.path).await?;
        }
    }
    forget(&state).await?;
    Ok(expected)
}
