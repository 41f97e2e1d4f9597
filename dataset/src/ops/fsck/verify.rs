//! Reads everything on the checklist, several files at a time.

use std::sync::Arc;

use futures::stream::{self, StreamExt};

use super::checklist::{Checklist, READERS};
use super::file;
use super::report::{Progress, Report};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::layout::{self, RunFile};
use crate::ops::reachable::Scope;

impl Dataset {
    /// Reads back everything that the commits in `scope` name, several files at a time, and reports to `progress`.
    ///
    /// # Errors
    /// The store can't be listed. Damage is not an error: it is in the report.
    pub async fn fsck(&self, scope: Scope, progress: impl Fn(Progress) + Send + Sync) -> Result<Report> {
        let mut report = Report::default();
        let checklist = Checklist::read(self, scope, &mut report).await?;
        let mut so_far = Progress {
            total_files: (checklist.files.len() + checklist.blobs.len()) as u64,
            total_bytes: checklist.files.iter().map(|f| f.file.bytes).sum::<u64>()
                + checklist.blobs.values().sum::<u64>(),
            ..Progress::default()
        };
        progress(so_far);
        (report.data_files, report.blobs) = (checklist.files.len() as u64, checklist.blobs.len() as u64);
        let (store, columns) = (self.store().clone(), Arc::new(checklist.columns));
        let data = checklist.files.into_iter().map(|file| {
            let (store, columns) = (store.clone(), Arc::clone(&columns));
            let (path, bytes) = (file.path(), file.file.bytes);
            let task = tokio::spawn(async move { file::verify_data(&store, &file, &columns).await });
            (path, bytes, task)
        });
        let blobs = checklist.blobs.into_iter().map(|(hash, bytes)| {
            let store = store.clone();
            let task = tokio::spawn(async move { file::verify_blob(&store, hash, bytes).await });
            (layout::blob(hash), bytes, task)
        });
        let tasks = data.chain(blobs).map(|(path, bytes, task)| async move { (path, bytes, task.await) });
        let mut tasks = stream::iter(tasks).buffer_unordered(READERS);
        while let Some((path, bytes, verdict)) = tasks.next().await {
            so_far.files += 1;
            so_far.bytes += bytes;
            report.bytes += bytes;
            match verdict {
                Ok(damage) => report.damage.extend(damage),
                // The panic of a decoder is printed to stderr by the runtime; here the file counts as damaged.
                Err(_) => report.add(path, "damaged in a way that its footer can't be read"),
            }
            progress(so_far);
        }
        self.verify_runs(&mut report).await?;
        report.damage.sort();
        if scope == Scope::All {
            report.orphans = self.orphans().await.ok();
        }
        Ok(report)
    }

    /// Reads the records and predictions of all finished runs.
    async fn verify_runs(&self, report: &mut Report) -> Result<()> {
        for id in self.runs().await? {
            report.runs += 1;
            let (record, predictions) =
                (layout::run(&id, RunFile::Record), layout::run(&id, RunFile::Predictions));
            match self.run(&id).await {
                Err(error) => report.add(record, in_words(&error)),
                Ok(None) => {}
                Ok(Some((header, json))) => {
                    report.bytes += json.len() as u64;
                    match self.run_predictions(&header).await {
                        Ok(bytes) => report.bytes += bytes.len() as u64,
                        Err(error) => report.add(predictions, in_words(&error)),
                    }
                }
            }
        }
        Ok(())
    }
}

/// An error without the path, which the report has beside it.
fn in_words(error: &Error) -> String {
    match error {
        Error::Damaged { problem, .. } => problem.clone(),
        other => other.to_string(),
    }
}
