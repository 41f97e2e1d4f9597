//! Long samples: hashed, then uploaded in parts, never held.

use blake3::Hasher;
use bytes::Bytes;
use hub_dataset::ops::fragment_builder::Uploaded;
use hub_dataset::read::StoredBlob;
use hub_dataset::sample::{MediaBytes, SampleError};
use hub_dataset::{Dataset, layout};
use hub_schema::ContentHash;
use std::sync::Arc;
use tokio::runtime::Handle;

use super::progress::StageProgress;
use crate::error::{Error, Result};

/// What is read and uploaded at a time.
const PART_BYTES: usize = 8 * 1024 * 1024;

/// Stores a long sample as an object of its own; gives it back as one that knows its hash. Blocks; call it
/// from a worker thread of `runtime`.
pub fn store(
    dataset: &Dataset,
    runtime: &Handle,
    place: &str,
    bytes: &MediaBytes,
    progress: &StageProgress,
    dry_run: bool,
) -> Result<(MediaBytes, Uploaded)> {
    let size_bytes = bytes.size_bytes();
    let hash = match bytes {
        MediaBytes::Object(object) if object.blob().is_some() => object.blob(),
        _ => None,
    };
    let hash = match hash {
        Some(hash) => hash,
        None => hash_all(place, bytes, progress)?,
    };
    let path = layout::blob(hash);
    let mut up = Uploaded { reused_bytes: size_bytes, ..Uploaded::default() };
    if !runtime.block_on(dataset.is_reusable(&path, size_bytes))? {
        up = Uploaded { written_bytes: size_bytes, ..Uploaded::default() };
        if !dry_run {
            upload(dataset, runtime, place, bytes, (hash, &path), progress)?;
        }
    }
    let _guard = runtime.enter();
    let stored = StoredBlob::new(dataset.store().clone(), hash, size_bytes);
    Ok((MediaBytes::Object(Arc::new(stored)), up))
}

/// The parts of a medium, in order.
fn parts<'a>(
    place: &'a str,
    bytes: &'a MediaBytes,
    progress: &'a StageProgress,
) -> impl Iterator<Item = Result<Bytes>> + 'a {
    let starts = (0..bytes.size_bytes()).step_by(PART_BYTES);
    starts.map(move |start| {
        if progress.is_stopped() {
            return Err(Error::Cancelled);
        }
        let part = bytes.read_at(start, PART_BYTES);
        part.map_err(|e| SampleError::sample(place, "can't be read").because(e).into())
    })
}

fn hash_all(place: &str, bytes: &MediaBytes, progress: &StageProgress) -> Result<ContentHash> {
    let mut hasher = Hasher::new();
    for part in parts(place, bytes, progress) {
        let part = part?;
        hasher.update(&part);
        progress.took(0, part.len() as u64);
    }
    Ok(ContentHash(*hasher.finalize().as_bytes()))
}

fn upload(
    dataset: &Dataset,
    runtime: &Handle,
    place: &str,
    bytes: &MediaBytes,
    (hash, path): (ContentHash, &str),
    progress: &StageProgress,
) -> Result<()> {
    let mut upload = runtime.block_on(dataset.store().upload_of(path, bytes.size_bytes()))?;
    let failed = |source| {
        Error::from(hub_dataset::Error::Store {
            uri: dataset.store().uri().to_owned(),
            path: path.to_owned(),
            action: "write it",
            source,
        })
    };
    let mut send = || -> Result<()> {
        let mut hasher = Hasher::new();
        for part in parts(place, bytes, progress) {
            let part = part?;
            hasher.update(&part);
            runtime.block_on(upload.put_part(part.into())).map_err(failed)?;
        }
        if hasher.finalize().as_bytes() != &hash.0 {
            let changed = SampleError::sample(place, "it changed while it was pushed");
            return Err(changed.advise("push again when nothing writes to it").into());
        }
        runtime.block_on(upload.complete()).map(drop).map_err(failed)
    };
    let sent = send();
    if sent.is_err() {
        // The store forgets the parts; if it can't now, its own rules for stale uploads do.
        let _ = runtime.block_on(upload.abort());
    }
    sent
}
