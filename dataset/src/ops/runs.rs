//! Runs: how models scored on the data set, stored beside it.
//!
//! This crate stores a run's files and knows of its record only the [`RunHeader`]; `hub_eval` writes and reads the rest.
//! A run that is under way has a plan and parts, so that it can be resumed after a kill; what finishes it is the create
//! of `run.json`, after its predictions are stored. All files of runs are create-only.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures::stream::TryStreamExt;
use hub_schema::{RunHeader, RunId};

use crate::author::Author;
use crate::dataset::{Dataset, check_format, from_json};
use crate::error::{Error, Result};
use crate::layout::{self, RunFile};
use crate::store::{Created, Listed};

/// The files of one run.
#[derive(Clone, Debug, Default)]
pub struct RunFiles {
    /// Its files, each with its length and when it was written.
    pub files: Vec<(RunFile, Listed)>,
}

impl RunFiles {
    /// Is there a `run.json`?
    pub fn is_finished(&self) -> bool {
        self.files.iter().any(|(file, _)| *file == RunFile::Record)
    }

    /// The numbers of its parts, sorted.
    pub fn parts(&self) -> Vec<u32> {
        let mut parts: Vec<u32> = self
            .files
            .iter()
            .filter_map(|(file, _)| match file {
                RunFile::Part(number) => Some(*number),
                _ => None,
            })
            .collect();
        parts.sort_unstable();
        parts
    }
}

impl Dataset {
    /// The author's name, as the store records it: on a server it ends with the login.
    ///
    /// # Errors
    /// The server can't be asked.
    pub async fn author_name(&self, author: &Author) -> Result<String> {
        self.store().author(author).await
    }

    /// All runs with their files, the oldest first; unfinished ones among them.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn run_files(&self) -> Result<BTreeMap<RunId, RunFiles>> {
        let mut runs: BTreeMap<RunId, RunFiles> = BTreeMap::new();
        let mut listed = self.store().list(layout::RUNS);
        while let Some(object) = listed.try_next().await? {
            if let Some((id, file)) = layout::parse_run(&object.path) {
                runs.entry(id).or_default().files.push((file, object));
            }
        }
        Ok(runs)
    }

    /// The ids of the finished runs, the oldest first.
    ///
    /// # Errors
    /// The store can't be listed.
    pub async fn runs(&self) -> Result<Vec<RunId>> {
        let finished = self.run_files().await?.into_iter().filter(|(_, files)| files.is_finished());
        Ok(finished.map(|(id, _)| id).collect())
    }

    /// The header and the whole text of a run's record; `None` if there is no such run.
    ///
    /// # Errors
    /// The record can't be read, or is not that run's.
    pub async fn run(&self, id: &RunId) -> Result<Option<(RunHeader, Bytes)>> {
        let path = layout::run(id, RunFile::Record);
        let Some(json) = self.store().get(&path).await? else { return Ok(None) };
        let path = format!("{}/{path}", self.store().uri());
        Ok(Some((run_header(&path, id, &json)?, json)))
    }

    /// A run's predictions, a Parquet file, checked against the hash in its record.
    ///
    /// # Errors
    /// They are missing or damaged.
    pub async fn run_predictions(&self, run: &RunHeader) -> Result<Bytes> {
        let path = layout::run(&run.id, RunFile::Predictions);
        let bytes = self.store().need(&path).await?;
        let path = format!("{}/{path}", self.store().uri());
        run.check_predictions(&bytes).map_err(|problem| Error::damaged(&path, problem))?;
        Ok(bytes)
    }

    /// A file of a run that is not finished.
    ///
    /// # Errors
    /// It can't be read.
    pub async fn run_file(&self, id: &RunId, file: RunFile) -> Result<Option<Bytes>> {
        self.store().get(&layout::run(id, file)).await
    }

    /// Writes the plan or a part of a run that is not finished.
    ///
    /// # Errors
    /// [`Error::Taken`] if it is there already; the data set was removed.
    pub async fn put_run_file(&self, id: &RunId, file: RunFile, content: Bytes) -> Result<()> {
        let path = layout::run(id, file);
        if self.store().create(&path, content).await? == Created::Taken {
            return Err(Error::Taken { what: "file of a run", name: path });
        }
        self.still_there(&path).await
    }

    /// Finishes a run: stores its predictions and then its record, and deletes its plan and parts.
    ///
    /// # Errors
    /// [`Error::Taken`] if the run is finished already; the record's header doesn't fit the predictions.
    pub async fn finish_run(&self, id: &RunId, predictions: Bytes, record: Bytes) -> Result<()> {
        self.store_run(id, predictions, record, false).await
    }

    /// Stores a finished run; `is_imported`: of another place, where others may have made it.
    pub(super) async fn store_run(
        &self,
        id: &RunId,
        predictions: Bytes,
        record: Bytes,
        is_imported: bool,
    ) -> Result<()> {
        let path = layout::run(id, RunFile::Record);
        let header = run_header(&path, id, &record)?;
        header.check_predictions(&predictions).map_err(|problem| Error::damaged(&path, problem))?;
        let predictions_path = layout::run(id, RunFile::Predictions);
        // Left by an attempt that was killed between the two files, perhaps with another content.
        if self.store().create(&predictions_path, predictions.clone()).await? == Created::Taken
            && self.store().head(&path).await?.is_none()
        {
            self.store().delete(&predictions_path).await?;
            self.store().create(&predictions_path, predictions).await?;
        }
        self.store().settle(&predictions_path).await?;
        let created = match is_imported {
            true => self.store().create_imported(&path, record).await?,
            false => self.store().create(&path, record).await?,
        };
        if created == Created::Taken {
            return Err(Error::Taken { what: "run", name: id.to_string() });
        }
        self.store().settle(&path).await?;
        self.still_there(&path).await?;
        for (file, object) in self.files_of(id).await? {
            if matches!(file, RunFile::Plan | RunFile::Part(_)) {
                self.store().delete(&object.path).await?;
            }
        }
        Ok(())
    }

    /// Deletes a run; its record goes first. False if there is nothing of it.
    ///
    /// # Errors
    /// The store fails.
    pub async fn delete_run(&self, id: &RunId) -> Result<bool> {
        let files = self.files_of(id).await?;
        self.store().delete(&layout::run(id, RunFile::Record)).await?;
        for (_, object) in &files {
            self.store().delete(&object.path).await?;
        }
        if let Some(folder) = self.store().local_file(&format!("{}/{id}", layout::RUNS)) {
            // Fails while it holds other files.
            let _ = std::fs::remove_dir(folder);
        }
        Ok(!files.is_empty())
    }

    async fn files_of(&self, id: &RunId) -> Result<Vec<(RunFile, Listed)>> {
        let listed = self.store().list(&format!("{}/{id}", layout::RUNS));
        let files = listed.try_filter_map(|object| async move {
            Ok(layout::parse_run(&object.path).map(|(_, file)| (file, object)))
        });
        files.try_collect().await
    }

    /// Deletes what was just written if the data set was removed meanwhile, as [`Dataset::create_once`] does.
    async fn still_there(&self, path: &str) -> Result<()> {
        if self.store().is_served() {
            return Ok(());
        }
        if let Err(removed @ Error::Removed { .. }) = self.check_not_removed().await {
            self.store().delete(path).await?;
            return Err(removed);
        }
        Ok(())
    }
}

/// The header of a run's record.
///
/// # Errors
/// It is no record, a newer version's, or another run's; `path` is for the error.
pub fn run_header(path: &str, id: &RunId, json: &[u8]) -> Result<RunHeader> {
    let header: RunHeader = from_json(path, json)?;
    check_format(path, header.format)?;
    if header.id != *id {
        return Err(Error::damaged(path, format!("it is the record of run {}", header.id)));
    }
    Ok(header)
}
