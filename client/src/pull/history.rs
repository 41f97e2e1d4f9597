//! A copy of a data set with its history, and what it lacks later: as `git clone`, `git pull` and `git push` do.
//!
//! Files are copied first, then commits in their order, then tags and views, then the runs of evaluations on these commits. So a copy that is interrupted holds the
//! history up to a commit, whole, and continues there.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::stream::{self, StreamExt, TryStreamExt};
use hub_dataset::ops::copy_runs::{MissingRuns, RunToCopy};
use hub_dataset::ops::history::{Imported, Missing, Object};
use hub_dataset::store::Scan;
use hub_dataset::{Dataset, Snapshot};

use super::copy::{COPIES, copy_object};
use crate::error::Result;
use crate::push::Progress;

/// What a copy lacks of its source, and the files of it.
#[derive(Debug)]
pub struct HistoryCopy {
    from: Dataset,
    missing: Missing,
    objects: BTreeSet<Object>,
    runs: MissingRuns,
}

/// The result of [`HistoryCopy::run`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HistoryReport {
    /// Commits, tags and views that the copy got.
    pub imported: Imported,
    /// Runs of evaluations.
    pub runs: usize,
    /// Files of these commits: data, long samples and manifests.
    pub files: usize,
    /// Bytes that were written to the destination.
    pub written_bytes: u64,
    /// Bytes of files that the destination had already.
    pub reused_bytes: u64,
}

impl HistoryCopy {
    /// Compares a data set with its copy, which may be empty; with `up_to`, only what leads to that revision is copied.
    /// `None` where no version of `main` is that revision, so that its history can't be that of the copy's `main`.
    ///
    /// # Errors
    /// [`hub_dataset::Error::Unrelated`], [`hub_dataset::Error::Diverged`]; a location can't be read.
    pub async fn plan(
        from: &Dataset,
        target: Option<&Dataset>,
        up_to: Option<&Snapshot>,
    ) -> Result<Option<Self>> {
        let mut theirs = from.history().await?;
        if let Some(snapshot) = up_to {
            let Some(part) = theirs.up_to(snapshot.at()) else { return Ok(None) };
            theirs = part;
        }
        let (ours, place) = match target {
            Some(target) => (target.history().await?, target.store().uri()),
            None => Default::default(),
        };
        let missing = theirs.missing_in(&ours, (from.store().uri(), place))?;
        let objects = from.objects_of(&missing.commits).await?;
        let runs = from.runs_missing_in(target, &theirs).await?;
        Ok(Some(Self { from: from.clone(), missing, objects, runs }))
    }

    /// What the copy lacks.
    pub fn missing(&self) -> &Missing {
        &self.missing
    }

    /// The runs that the copy lacks.
    pub fn runs(&self) -> &MissingRuns {
        &self.runs
    }

    /// Whether the copy has all that its source has.
    pub fn is_up_to_date(&self) -> bool {
        self.missing.is_empty() && self.runs.runs.is_empty()
    }

    /// The length of the files, those that the copy has already among them.
    pub fn bytes(&self) -> u64 {
        let runs = self.runs.runs.iter().map(RunToCopy::bytes);
        self.objects.iter().map(|(_, _, bytes)| *bytes).chain(runs).sum()
    }

    /// Copies what is missing.
    ///
    /// # Errors
    /// A file whose hash is wrong; a commit that breaks a rule of the format; a cancelled `progress`.
    pub async fn run(&self, target: &Dataset, progress: &Arc<Progress>) -> Result<HistoryReport> {
        let _writing = target.begin_writing().await;
        if let Some(newest) = self.missing.commits.iter().rev().find(|commit| commit.is_reachable) {
            // Most files are those of the newest commit; the links to them come in one answer.
            let scan = Scan { at: newest.at.clone(), columns: None, split: None };
            self.from.store().will_read(&scan).await?;
        }
        let copies = self.objects.iter().cloned().map(|object| {
            let (from, target, progress) = (self.from.store().clone(), target.clone(), Arc::clone(progress));
            async move { copy_object(&from, &target, object, &progress).await }
        });
        let copies: Vec<_> = copies.collect();
        let copied: Vec<(u64, u64)> = stream::iter(copies).buffer_unordered(COPIES).try_collect().await?;
        let imported = target.import(&self.missing).await?;
        // After their commits, without which they say nothing.
        for run in &self.runs.runs {
            target.import_run(&self.from, run).await?;
        }
        Ok(HistoryReport {
            imported,
            runs: self.runs.runs.len(),
            files: copied.len(),
            written_bytes: copied.iter().map(|(written, _)| written).sum(),
            reused_bytes: copied.iter().map(|(_, reused)| reused).sum(),
        })
    }
}
