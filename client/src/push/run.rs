//! Runs a push: sequencer, workers, uploads, commit.

use std::collections::HashSet;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use hub_dataset::ops::append::AppendedOnce;
use hub_dataset::ops::append_key::KeyedAppend;
use hub_dataset::ops::fragment_builder::{Uploaded, known_files};
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Column, SampleError, SampleSource};
use hub_dataset::{Author, Committed, Dataset, LabelColumn, Snapshot};
use hub_media::Limits;
use hub_schema::{BranchName, CommitParent, ContentHash, DataFile, DerivedKind, FieldId, Schema, Skipped};
use tokio::runtime::Handle;

use super::encode::Encoder;
use super::layout::RowLayout;
use super::progress::StageProgress;
use super::stages;
use super::upload::{Gathered, Uploader};
use super::without_synsets::without_synsets;
use super::{OnError, Progress, PushMode};
use crate::derive::{deriving, image_columns};
use crate::error::{Error, Result};

/// The most workers: each holds about 100 MiB.
const MAX_WORKERS: usize = 8;
/// How often a push is packed anew because another writer changed the columns.
const MAX_REPACKS: u32 = 5;

/// The settings of a push.
#[derive(Clone, Debug)]
pub struct PushOptions {
    /// The branch to commit to (default `main`); it is created if the data set is new.
    pub branch: BranchName,
    /// The commit's author and message.
    pub author: Author,
    /// What becomes of the existing rows (default: they are replaced).
    pub mode: PushMode,
    /// What to do about a broken sample (default: stop).
    pub on_error: OnError,
    /// Worker threads, at most 8; 0 (the default): one a core.
    pub jobs: usize,
    /// A key of the append: a repeated push with the same key and rows appends nothing (default none). No effect where
    /// rows are replaced.
    pub once: Option<String>,
    /// Read, encode and count, but write nothing (default false).
    pub dry_run: bool,
    /// The largest media that are accepted.
    pub limits: Limits,
    /// Derived columns to compute for the images that are written (default none).
    pub derive: Vec<DerivedKind>,
    /// Asked before a push that would replace more than half of the branch's rows; by default such a push is not asked
    /// about.
    pub confirm: Option<Confirm>,
}

/// Decides whether a push may replace so many of the branch's rows. It may block.
#[derive(Clone)]
pub struct Confirm(pub Arc<dyn Fn(u64, u64) -> bool + Send + Sync>);

impl std::fmt::Debug for Confirm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Confirm")
    }
}

impl Default for PushOptions {
    fn default() -> Self {
        Self {
            branch: BranchName::main(),
            author: Author::default(),
            mode: PushMode::default(),
            on_error: OnError::default(),
            jobs: 0,
            once: None,
            dry_run: false,
            limits: Limits::default(),
            derive: Vec::new(),
            confirm: None,
        }
    }
}

/// The result of a push.
#[derive(Clone, Debug)]
pub struct PushReport {
    /// The format that the source was read as.
    pub format: &'static str,
    /// The columns of the branch afterwards.
    pub schema: Schema,
    /// The branch's head afterwards; `None` after a dry run on an empty branch.
    pub head: Option<CommitParent>,
    /// Whether there is a new commit; false if nothing changed, and after a dry run.
    pub is_new: bool,
    /// The commit that appended these rows under the same key before; nothing was appended then.
    pub earlier: Option<CommitParent>,
    /// Rows that were made of the source's samples.
    pub rows: u64,
    /// Rows that the commit added to the branch; after a dry run, those that it would have.
    pub added: u64,
    /// Rows that the commit removed from the branch; after a dry run, those that it would have.
    pub removed: u64,
    /// Bytes that were written, and bytes that the store held already.
    pub uploaded: Uploaded,
    /// Fragments that were made of the source's samples.
    pub fragments: usize,
    /// The first samples that were left out, at most [`Skipped::LISTED`].
    pub skipped: Vec<Skipped>,
    /// The number of all samples that were left out.
    pub skipped_count: u64,
    /// The time from the call to the commit.
    pub elapsed: Duration,
}

/// Pushes the samples of a source. `open` opens the source; it is called again if another writer changed the
/// branch's columns meanwhile. It may block, and so may the source: both have threads of their own, so that a push runs
/// on any runtime. A push that is dropped before its end stops soon, as one that is cancelled.
///
/// # Errors
/// The first broken sample (unless they are skipped), a conflict with another writer, a store that fails.
/// Nothing is committed then.
pub async fn push<F>(
    dataset: &Dataset,
    options: &PushOptions,
    progress: &Arc<Progress>,
    open: F,
) -> Result<PushReport>
where
    F: Fn() -> Result<Box<dyn SampleSource>, SampleError> + Send + Sync + 'static,
{
    let open = Arc::new(open);
    let begun = Instant::now();
    let _writing = dataset.begin_writing().await;
    let mut tries = 0;
    loop {
        let base = dataset.head(&options.branch).await?;
        let opener = Arc::clone(&open);
        let opened = tokio::task::spawn_blocking(move || opener()).await;
        let source = opened.map_err(|e| Error::Worker(e.to_string()))??;
        let job = Job { dataset, options, progress, base: base.as_ref() };
        match job.run(source).await {
            Err(Error::Dataset(hub_dataset::Error::SchemaMoved { .. })) if tries < MAX_REPACKS => tries += 1,
            Err(Error::Dataset(error)) => return Err(dataset.removed_or(error).await.into()),
            other => return other.map(|report| PushReport { elapsed: begun.elapsed(), ..report }),
        }
    }
}

/// Rows that are written but not yet committed, from [`pack`].
#[derive(Clone, Debug)]
pub struct Packed {
    /// The rows; without fragments if the source had none.
    pub rows: PackedRows,
    /// Bytes that were written, and bytes that the store held already.
    pub uploaded: Uploaded,
    /// Identifies the rows of a push with a key.
    content: ContentHash,
}

/// Encodes and uploads the samples of a source for a branch, without a commit: [`Dataset::edit`] commits them, with other
/// changes. Hold what [`Dataset::begin_writing`] returns until then. Of the options, the mode, the key and `dry_run` have
/// no effect.
///
/// # Errors
/// As [`push`].
pub async fn pack(
    dataset: &Dataset,
    options: &PushOptions,
    progress: &Arc<Progress>,
    base: Option<&Snapshot>,
    source: Box<dyn SampleSource>,
) -> Result<Packed> {
    let options = PushOptions { mode: PushMode::Append, once: None, ..options.clone() };
    let brought = Column::schema(source.columns())?;
    let job = Job { dataset, options: &options, progress, base };
    job.pack(source, brought, false).await
}

struct Job<'a> {
    dataset: &'a Dataset,
    options: &'a PushOptions,
    progress: &'a Arc<Progress>,
    base: Option<&'a Snapshot>,
}

impl Job<'_> {
    async fn run(&self, source: Box<dyn SampleSource>) -> Result<PushReport> {
        let format = source.format();
        let brought = Column::schema(source.columns())?;
        if self.options.mode == PushMode::Replace && LabelColumn::all(&brought).is_empty() {
            self.keeps_labels(source.columns(), &brought, format).await?;
        }
        let earlier = self.earlier().await?;
        // A push that was made before is read again, to see whether its rows are the same, but not written.
        let dry_run = self.options.dry_run || earlier.is_some();
        let Packed { rows, uploaded, content } = self.pack(source, brought, dry_run).await?;
        let (schema, skipped_count) = (rows.schema.clone(), rows.skipped_count);
        if rows.fragments.is_empty() {
            let source_name = format.to_owned();
            return Err(Error::NoSamples { source_name, skipped: skipped_count, why: rows.skipped });
        }
        let mut report = PushReport {
            format,
            schema,
            head: self.base.map(|b| b.at().clone()),
            is_new: false,
            earlier: None,
            rows: rows.fragments.iter().flat_map(|f| &f.row_groups).map(|r| u64::from(*r)).sum(),
            added: 0,
            removed: 0,
            uploaded,
            fragments: rows.fragments.len(),
            skipped: rows.skipped.clone(),
            skipped_count,
            elapsed: Duration::ZERO,
        };
        if let (Some(key), Some(earlier)) = (self.once(), earlier) {
            if earlier.content != content {
                let (key, at) = (key.to_owned(), Box::new(earlier.at));
                return Err(hub_dataset::Error::KeyTaken { key, at }.into());
            }
            report.earlier = Some(earlier.at);
            return Ok(report);
        }
        if self.options.dry_run {
            (report.added, report.removed) = match self.options.mode {
                PushMode::Append => (report.rows, 0),
                PushMode::Replace => {
                    let counts = self.dataset.weigh_overwrite(&rows, self.base).await?;
                    (counts.added, counts.removed)
                }
            };
            return Ok(report);
        }
        let committed = self.commit(&rows, content, &mut report).await?;
        if let Committed::New(new) = &committed {
            report.is_new = true;
            report.added = new.commit().counts.added;
            report.removed = new.commit().counts.removed;
        }
        if let Some(head) = committed.snapshot() {
            report.head = Some(head.at().clone());
            report.schema = head.schema().clone();
        }
        Ok(report)
    }

    /// Encodes and uploads the rows of a source.
    async fn pack(&self, source: Box<dyn SampleSource>, brought: Schema, dry_run: bool) -> Result<Packed> {
        let mut schema = self.joined(brought)?;
        for of in image_columns(&schema) {
            for kind in &self.options.derive {
                schema.add_derived(of, *kind);
            }
        }
        let layout = RowLayout::new(&schema, source.columns());
        let known = match self.base {
            Some(base) => known_files(base.index().await?.fragments()),
            None => HashSet::new(),
        };
        let gathered = self.gather(source, without_synsets(&schema), layout, known, dry_run).await?;
        let skipped_count = gathered.skipped.len() as u64;
        let rows = PackedRows {
            schema,
            fragments: gathered.fragments.into_iter().map(|(_, f)| f).collect(),
            skipped: gathered.skipped.into_iter().map(|(_, s)| s).take(Skipped::LISTED).collect(),
            skipped_count,
        };
        Ok(Packed { rows, uploaded: gathered.uploaded, content: gathered.content.hash() })
    }

    /// The branch's columns, and what the source brings.
    fn joined(&self, brought: Schema) -> Result<Schema> {
        match self.base {
            Some(base) => Ok(base.schema().union(&brought)?),
            None => Ok(brought),
        }
    }

    /// Refuses to replace rows that were pushed with labels by rows without any. Labels that were added later lie in
    /// files of their own, and a push is not expected to bring them.
    async fn keeps_labels(&self, columns: &[Column], brought: &Schema, format: &str) -> Result<()> {
        let Some(base) = self.base else { return Ok(()) };
        let layout = RowLayout::new(&base.schema().union(brought)?, columns);
        let fragments = base.index().await?.fragments();
        let pushed_with = |label: &FieldId| {
            let together = |file: &DataFile| {
                file.fields.contains(label) && file.fields.iter().any(|id| layout.ids.contains(id))
            };
            fragments.iter().any(|f| f.files.iter().any(together))
        };
        let mut labels = LabelColumn::all(base.schema()).into_iter();
        match labels.find(|l| pushed_with(&l.field)) {
            None => Ok(()),
            Some(label) => Err(Error::LabelsLost { column: label.name(), format: format.to_owned() }),
        }
    }

    /// The key of the append.
    fn once(&self) -> Option<&str> {
        self.options.once.as_deref().filter(|_| self.options.mode == PushMode::Append)
    }

    /// The append of the same key that led to the branch's head.
    async fn earlier(&self) -> Result<Option<KeyedAppend>> {
        match (self.once(), self.base) {
            (Some(key), Some(base)) => Ok(base.keyed_append(key).await?),
            _ => Ok(None),
        }
    }

    async fn commit(
        &self,
        rows: &PackedRows,
        content: ContentHash,
        report: &mut PushReport,
    ) -> Result<Committed> {
        if self.progress.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let Self { dataset, options, base, .. } = self;
        if let Some(key) = self.once() {
            let done = dataset.append_once(&options.branch, &options.author, rows, key, content).await?;
            return Ok(match done {
                AppendedOnce::New(snapshot) => Committed::New(snapshot),
                AppendedOnce::Before { head, earlier } => {
                    // Another writer appended the same rows under this key meanwhile.
                    report.earlier = earlier;
                    Committed::Unchanged(Some(head))
                }
                AppendedOnce::Nothing => Committed::Unchanged(None),
            });
        }
        if options.mode == PushMode::Replace {
            self.ask(rows).await?;
        }
        Ok(match options.mode {
            PushMode::Append => dataset.append(&options.branch, &options.author, rows).await?,
            PushMode::Replace => dataset.overwrite(&options.branch, &options.author, rows, *base).await?,
        })
    }

    /// Asks before more than half of the branch's rows are replaced.
    async fn ask(&self, rows: &PackedRows) -> Result<()> {
        let (Some(confirm), Some(base)) = (&self.options.confirm, self.base) else { return Ok(()) };
        let of = base.commit().counts.rows;
        let removed = self.dataset.weigh_overwrite(rows, Some(base)).await?.removed;
        if removed.saturating_mul(2) <= of {
            return Ok(());
        }
        let Confirm(confirm) = confirm.clone();
        let answer = tokio::task::spawn_blocking(move || confirm(removed, of)).await;
        match answer.map_err(|e| Error::Worker(e.to_string()))? {
            true => Ok(()),
            false => Err(Error::NotConfirmed { removed, of }),
        }
    }

    /// Runs the stages until the source ends or one of them fails; returns the fragments in the order of the source.
    async fn gather(
        &self,
        source: Box<dyn SampleSource>,
        schema: Schema,
        layout: RowLayout,
        known: HashSet<ContentHash>,
        dry_run: bool,
    ) -> Result<Gathered> {
        let alive = Arc::new(());
        let progress = StageProgress::new(self.progress, &alive);
        let encoder = Encoder {
            dataset: self.dataset.clone(),
            runtime: Handle::current(),
            schema,
            layout,
            on_error: self.options.on_error,
            limits: self.options.limits,
            progress: progress.clone(),
            dry_run,
            with_content: self.once().is_some(),
            derives: deriving(&Schema::default(), &self.options.derive),
        };
        let (dataset, known) = (self.dataset.clone(), Arc::new(known));
        let uploader = Uploader { dataset, known, progress, dry_run };
        let (stages, encoded) = stages::start(source, encoder, self.workers())?;
        let uploaded = uploader.run(encoded).await;
        let left_out = stages.ended().await?;
        let mut gathered = uploaded?;
        gathered.skipped.extend(left_out);
        gathered.fragments.sort_by_key(|(index, _)| *index);
        gathered.skipped.sort_by_key(|(index, _)| *index);
        Ok(gathered)
    }

    fn workers(&self) -> usize {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let wanted = if self.options.jobs == 0 { cores } else { self.options.jobs };
        wanted.clamp(1, MAX_WORKERS)
    }
}
