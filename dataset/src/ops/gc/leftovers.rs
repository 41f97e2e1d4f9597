//! Deletes what killed writers leave behind: probe files, and half-written files of a local disk.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::report::Swept;
use crate::error::{Error, Result};
use crate::layout;
use crate::store::{Listed, Store};

/// The files of probes that were killed.
pub(super) async fn probes(store: &Store) -> Result<Vec<Listed>> {
    let mut root = store.files("").await?;
    root.retain(|o| o.path.starts_with("probe-"));
    Ok(root)
}

/// Deletes half-written files of a local disk: `<name>#<number>`, which no listing shows.
pub(super) async fn sweep_temporaries(
    directory: PathBuf,
    before: DateTime<Utc>,
    dry_run: bool,
    swept: &mut Swept,
) -> Result<()> {
    let walk = tokio::task::spawn_blocking(move || {
        let mut found = Swept::default();
        sweep_folder(&directory, before, dry_run, &mut found)?;
        for folder in
            [layout::DATA, layout::MANIFESTS, layout::BLOBS, layout::TAGS, layout::REFS, layout::VIEWS]
        {
            sweep_folder(&directory.join(folder), before, dry_run, &mut found)?;
        }
        for parent in [layout::REFS, layout::VIEWS] {
            for folder in entries(&directory.join(parent))?.into_iter().filter(|p| p.is_dir()) {
                sweep_folder(&folder, before, dry_run, &mut found)?;
            }
        }
        Ok::<_, Error>(found)
    });
    let found: Swept = walk.await.map_err(|e| Error::damaged("a sweep", e.to_string()))??;
    swept.files += found.files;
    swept.bytes += found.bytes;
    swept.young_files += found.young_files;
    swept.young_bytes += found.young_bytes;
    Ok(())
}

fn sweep_folder(folder: &Path, before: DateTime<Utc>, dry_run: bool, swept: &mut Swept) -> Result<()> {
    for path in entries(folder)?.into_iter().filter(|p| is_temporary(p)) {
        // Its writer may finish or tidy it up at this moment.
        let Ok(metadata) = path.symlink_metadata() else { continue };
        let Ok(modified) = metadata.modified() else { continue };
        if !metadata.is_file() {
            continue;
        }
        if DateTime::<Utc>::from(modified) >= before {
            swept.young_files += 1;
            swept.young_bytes += metadata.len();
            continue;
        }
        if !dry_run {
            std::fs::remove_file(&path).map_err(|e| io(&path, "delete it", e))?;
        }
        swept.files += 1;
        swept.bytes += metadata.len();
    }
    Ok(())
}

fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).and_then(|n| n.rsplit_once('#'));
    name.is_some_and(|(name, number)| {
        !name.is_empty() && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
    })
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.map_err(|e| io(folder, "list it", e))?,
    };
    listed.map(|entry| Ok(entry.map_err(|e| io(folder, "list it", e))?.path())).collect()
}

fn io(path: &Path, action: &'static str, source: std::io::Error) -> Error {
    Error::Io { path: path.display().to_string(), action, source }
}
