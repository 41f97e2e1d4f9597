//! Files of models, to a store and from it, in parts: weights may be larger than memory should hold twice.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use futures::StreamExt;
use hub_dataset::Store;
use hub_dataset::store::{Access, replace_file};

use super::files::ModelFile;
use super::store_error::ModelStoreError;

/// The length of a part of an upload.
const PART_BYTES: usize = 16 << 20;

fn io(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> ModelStoreError + use<> {
    let path = path.display().to_string();
    move |source| ModelStoreError::Io { path, action, source }
}

/// Copies a local file to a store, where it appears whole or not at all.
pub async fn upload(from: &Path, store: &Store, to: &str, file: &ModelFile) -> Result<(), ModelStoreError> {
    let mut source = File::open(from).map_err(io(from, "read it"))?;
    if file.size_bytes <= PART_BYTES as u64 {
        let mut bytes = Vec::new();
        source.read_to_end(&mut bytes).map_err(io(from, "read it"))?;
        return Ok(store.put(to, bytes).await?);
    }
    let mut upload = store.upload_of(to, file.size_bytes).await?;
    let fail = |error: object_store::Error| ModelStoreError::Io {
        path: format!("{}/{to}", store.uri()),
        action: "write it",
        source: std::io::Error::other(error),
    };
    let sent = async {
        loop {
            let mut part = Vec::with_capacity(PART_BYTES);
            let read = source.by_ref().take(PART_BYTES as u64).read_to_end(&mut part);
            if read.map_err(io(from, "read it"))? == 0 {
                break;
            }
            upload.put_part(part.into()).await.map_err(fail)?;
        }
        upload.complete().await.map(drop).map_err(fail)
    };
    let sent = sent.await;
    if sent.is_err() {
        // What was uploaded is removed where the store still answers.
        let _ = upload.abort().await;
    }
    sent
}

/// Copies a file of a store to the local disk, where it appears whole or not at all.
pub async fn download(store: &Store, from: &str, to: &Path) -> Result<(), ModelStoreError> {
    make_folder(to)?;
    let mut replacement =
        hub_dataset::store::Replacement::begin(to, Access::Umask).map_err(io(to, "write it"))?;
    let mut parts = store.stream(from).await?;
    while let Some(part) = parts.next().await {
        std::io::Write::write_all(replacement.file(), &part?).map_err(io(to, "write it"))?;
    }
    replacement.finish().map_err(io(to, "write it"))
}

/// Writes a file of the local disk whole or not at all.
pub fn write(bytes: &[u8], to: &Path) -> Result<(), ModelStoreError> {
    make_folder(to)?;
    let write = |file: &mut File| std::io::Write::write_all(file, bytes);
    replace_file(to, Access::Umask, write).map_err(io(to, "write it"))
}

fn make_folder(of: &Path) -> Result<(), ModelStoreError> {
    let folder = of.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(io(folder, "create it"))
}
