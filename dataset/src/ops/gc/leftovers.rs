//! Deletes what killed writers leave behind: probe files, and half-written files of a local disk.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::report::Swept;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::layout;
use crate::store::{Listed, Store};

/// The files of probes that were killed.
pub(super) async fn probes(store: &Store) -> Result<Vec<Listed>> {
    let mut root = store.files("").await?;
    root.retain(|o| layout::file_kind(&o.path) == Some(layout::FileKind::Leftover));
    Ok(root)
}

/// The files of runs that were not finished, where even the newest of a run is older than `before`; a younger run can
/// still be resumed.
pub(super) async fn unfinished_runs(dataset: &Dataset, before: DateTime<Utc>) -> Result<Vec<Listed>> {
    let runs = dataset.run_files().await?.into_values().filter(|run| !run.is_finished());
    let given_up = runs.filter(|run| run.files.iter().all(|(_, file)| file.modified < before));
    Ok(given_up.flat_map(|run| run.files.into_iter().map(|(_, file)| file)).collect())
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
        for path in temporary_paths(&directory)? {
            sweep_file(&path, before, dry_run, &mut found)?;
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

/// The half-written files of a data set on a local disk, which no listing shows.
pub(in crate::ops) async fn temporaries(store: &Store) -> Result<Vec<Listed>> {
    let Some(directory) = store.directory().map(Path::to_owned) else { return Ok(Vec::new()) };
    let walk = tokio::task::spawn_blocking(move || {
        let paths = temporary_paths(&directory)?;
        let listed = paths.into_iter().filter_map(|path| {
            let metadata = path.symlink_metadata().ok()?;
            Some(Listed {
                path: path.strip_prefix(&directory).ok()?.to_str()?.to_owned(),
                size_bytes: metadata.len(),
                modified: metadata.modified().ok()?.into(),
            })
        });
        Ok::<_, Error>(listed.collect())
    });
    walk.await.map_err(|e| Error::damaged("a listing", e.to_string()))?
}

/// The half-written files of a data set in a directory: those beside a file of the format, by its name. Names that are
/// not the format's are left alone.
fn temporary_paths(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = vec![PathBuf::new()];
    for folder in [layout::DATA, layout::MANIFESTS, layout::BLOBS, layout::TAGS] {
        folders.push(folder.into());
    }
    for parent in [layout::REFS, layout::VIEWS, layout::RUNS] {
        let below = entries(&directory.join(parent))?.into_iter().filter(|p| p.is_dir());
        folders.extend(below.filter_map(|p| Some(Path::new(parent).join(p.file_name()?))));
    }
    let mut found = Vec::new();
    for folder in folders {
        for path in entries(&directory.join(&folder))? {
            let name = path.file_name().and_then(|name| folder.join(name).to_str().map(str::to_owned));
            let is_temporary = |name: String| {
                name.contains('#') && layout::file_kind(&name) == Some(layout::FileKind::Leftover)
            };
            if name.is_some_and(is_temporary) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

fn sweep_file(path: &Path, before: DateTime<Utc>, dry_run: bool, swept: &mut Swept) -> Result<()> {
    // Its writer may finish or tidy it up at this moment.
    let Ok(metadata) = path.symlink_metadata() else { return Ok(()) };
    let Ok(modified) = metadata.modified() else { return Ok(()) };
    if !metadata.is_file() {
        return Ok(());
    }
    if DateTime::<Utc>::from(modified) >= before {
        swept.young_files += 1;
        swept.young_bytes += metadata.len();
        return Ok(());
    }
    if !dry_run {
        std::fs::remove_file(path).map_err(|e| io(path, "delete it", e))?;
    }
    swept.files += 1;
    swept.bytes += metadata.len();
    Ok(())
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
