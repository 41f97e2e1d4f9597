//! Background jobs, run at start and every hour: removes deleted data sets after their grace time, aborts abandoned
//! uploads, and writes to the store what a killed server has written to the catalog only: commits that were claimed, and
//! changes of data sets.
//!
//! Any number of servers may run them at once: each step is idempotent.

use std::time::Duration;

use chrono::Utc;
use hub_catalog::{DatasetInfo, Error as CatalogError};
use hub_dataset::ops::remove::remove_files;

use crate::problem::{Result, chain};
use crate::state::AppState;
use crate::store::finish;
use crate::store::object::upload;

/// The pause between two runs.
const INTERVAL: Duration = Duration::from_secs(3600);
/// Uploads that were begun longer ago are aborted.
const MAX_UPLOAD_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// Maximum data sets removed, and claims finished, per run.
const BATCH: u32 = 100;
/// Maximum changes finished per run.
const MAX_CHANGES: u32 = 1000;

/// Runs the jobs at start and every hour, until the task is aborted.
pub async fn run(state: AppState) {
    loop {
        if let Err(problem) = run_once(&state).await {
            tracing::warn!(error = chain(&problem), "background jobs failed; next try in an hour");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

pub async fn run_once(state: &AppState) -> Result<()> {
    finish_claims(state).await?;
    finish_changes(state).await?;
    let uploads = upload::sweep(&state.root, MAX_UPLOAD_AGE).await?;
    let removed = purge(state).await?;
    if uploads + removed > 0 {
        tracing::info!(uploads, removed, "aborted old uploads and removed deleted data sets");
    }
    Ok(())
}

/// Writes the objects that a server claimed in the catalog, but ended before writing them.
pub async fn finish_claims(state: &AppState) -> Result<()> {
    for claim in state.catalog.unwritten_claims(BATCH).await? {
        if let Some(store) = state.datasets.store(&state.catalog, &state.root, claim.dataset).await? {
            store.put(&claim.path, bytes::Bytes::from(claim.content)).await?;
            state.catalog.settle_claim(claim.dataset, &claim.path).await?;
        }
    }
    Ok(())
}

/// Finishes changes of data sets that are in the catalog and may not be in the store.
async fn finish_changes(state: &AppState) -> Result<()> {
    let root = state.root.store("")?;
    for uuid in state.catalog.unfinished_datasets(MAX_CHANGES).await? {
        match state.catalog.finish(uuid, &root).await {
            Ok(_) => {}
            // Another data set is where this one was to be made.
            Err(CatalogError::Taken { .. }) if state.catalog.undo_create(uuid).await? => {
                tracing::warn!(%uuid, "a data set was not created: its folder has files of another one");
            }
            Err(error) => {
                tracing::warn!(%uuid, error = chain(&error), "a change could not be written to the store");
            }
        }
    }
    Ok(())
}

/// Removes data sets whose grace time is over: first the files, `hub.json` last, then the catalog's row. So an
/// interrupted removal continues with the next run.
async fn purge(state: &AppState) -> Result<u64> {
    let mut removed = 0;
    for info in state.catalog.purgeable(Utc::now() - state.config.delete_grace, BATCH).await? {
        // Its folder may have to be moved still.
        finish(&state.catalog, &state.root, &info).await?;
        remove_dataset(state, &info).await?;
        state.catalog.purge_dataset(info.uuid).await?;
        removed += 1;
    }
    Ok(removed)
}

async fn remove_dataset(state: &AppState, info: &DatasetInfo) -> Result<()> {
    let store = state.root.store(&info.location)?;
    // Another data set may have been pushed to this location without a server. Without hub.json, what is here is the rest
    // of this one: it must not become part of the next data set of this name.
    let is_others = match hub_dataset::Dataset::open(store.clone()).await {
        Ok(dataset) => dataset.hub_file().uuid != info.uuid,
        Err(hub_dataset::Error::NotFound { .. }) => false,
        Err(error) => return Err(error.into()),
    };
    if is_others {
        return Ok(());
    }
    remove_files(&store).await?;
    store.delete(hub_dataset::layout::HUB_FILE).await?;
    if let Some(folder) = store.directory() {
        state.files.close_all();
        state.queries.end_idle();
        // Fails if it holds files that are not the data set's.
        let _ = std::fs::remove_dir(folder);
    }
    Ok(())
}
