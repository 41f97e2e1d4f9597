//! Receives one part.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::stream::{Stream, StreamExt};
use object_store::PutPayload;
use object_store::multipart::MultipartStore;

use super::UploadInfo;
use super::mark::Mark;
use super::state::{forget_attempt, is_current};
use super::tree::PartHasher;
use crate::problem::{Kind, Problem, Result, disk, internal};
use crate::store::Root;

/// The parts that are being received: two requests for the same part must not overwrite each other.
#[derive(Clone, Debug, Default)]
pub struct PartsInProgress(Arc<Mutex<HashSet<(String, u64)>>>);

impl PartsInProgress {
    fn begin(&self, id: String, part: u64) -> Option<Permit> {
        let part = (id, part);
        let mut in_progress = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        in_progress.insert(part.clone()).then(|| Permit { in_progress: self.clone(), part })
    }
}

struct Permit {
    in_progress: PartsInProgress,
    part: (String, u64),
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.in_progress.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.part);
    }
}

/// Stores part `number` of an upload. Returns false if it was received before; then nothing is read.
///
/// # Errors
/// The part doesn't have the expected length, or another request is sending it. What was written of it is ignored.
pub async fn put_part(
    root: &Root,
    in_progress: &PartsInProgress,
    info: &UploadInfo,
    number: u64,
    parts: impl Stream<Item = Result<Bytes>> + Unpin,
) -> Result<bool> {
    if number >= info.parts() {
        let detail = format!("there is no part {number}: the upload has {}, counted from 0", info.parts());
        return Err(Problem::invalid(detail));
    }
    let id = info.id();
    let Some(_permit) = in_progress.begin(id.clone(), number) else {
        return Err(Problem::new(Kind::Conflict, "another request is sending this part; wait until it ends"));
    };
    let state = root.upload(&id)?;
    if Mark::read(&state, info, number).await?.is_some() {
        return Ok(false);
    }
    let offset = number * info.part_bytes;
    let hasher = PartHasher::new(offset, info.parts() == 1);
    let expected = info.length_of(number);
    let mark = match (root.key(&info.location, &info.path), &info.multipart) {
        (Some((s3, key)), Some(multipart)) => {
            let (payload, value) = collect(parts, hasher, expected).await?;
            let part = s3.put_part(&key, multipart, number as usize, payload).await?;
            Mark { value, content: Some(part.content_id) }
        }
        _ => {
            let directory = state.directory().ok_or_else(|| Problem::not_found("upload"))?;
            let value = write(directory.join(info.content()), offset, parts, hasher, expected).await?;
            Mark { value, content: None }
        }
    };
    mark.write(&state, info, number).await?;
    if is_current(&state, info).await? {
        return Ok(true);
    }
    // The upload was aborted meanwhile: remove what this request wrote.
    forget_attempt(&state, info).await?;
    Err(Problem::not_found("upload of that id any more; begin it again"))
}

fn check_length(found: u64, expected: u64) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(Problem::invalid(format!("{found} bytes were received; expected {expected} for this part")))
}

/// Collects a part in memory for a bucket, which takes it as one request.
async fn collect(
    mut parts: impl Stream<Item = Result<Bytes>> + Unpin,
    mut hasher: PartHasher,
    expected: u64,
) -> Result<(PutPayload, [u8; 32])> {
    let (mut held, mut length) = (Vec::new(), 0);
    while let Some(bytes) = parts.next().await {
        let bytes = bytes?;
        length += bytes.len() as u64;
        if length > expected {
            break;
        }
        hasher.update(&bytes);
        held.push(bytes);
    }
    check_length(length, expected)?;
    Ok((held.into_iter().collect(), hasher.finish()))
}

/// Writes a part at its offset in the file, and syncs it to disk before its mark is written.
async fn write(
    path: PathBuf,
    offset: u64,
    mut parts: impl Stream<Item = Result<Bytes>> + Unpin,
    mut hasher: PartHasher,
    expected: u64,
) -> Result<[u8; 32]> {
    let open = move || OpenOptions::new().create(true).truncate(false).write(true).open(path);
    let file = Arc::new(blocking(open).await?);
    let mut length = 0;
    while let Some(bytes) = parts.next().await {
        let bytes = bytes?;
        let at = offset + length;
        length += bytes.len() as u64;
        if length > expected {
            break;
        }
        hasher.update(&bytes);
        let file: Arc<File> = file.clone();
        blocking(move || file.write_all_at(&bytes, at)).await?;
    }
    check_length(length, expected)?;
    blocking(move || file.sync_data()).await?;
    Ok(hasher.finish())
}

/// Runs blocking disk work on the blocking thread pool.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| internal(&e))?;
    done.map_err(|error| disk(&error))
}
