//! Runs a push: sequencer, workers, uploads, commit.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hub_dataset::ops::fragment_builder::{Uploaded, known_files};
use hub_dataset::ops::packed_rows::{PackedFragment, PackedRows};
use hub_dataset::sample::{SampleError, SampleSource};
use hub_dataset::{Author, Committed, Dataset, LabelColumn, Snapshot};
use hub_media::Limits;
use hub_schema::{BranchName, CommitParent, ContentHash, DataFile, FieldId, Schema, Skipped};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::draft::{Dealer, Draft};
use super::encode::{Encoded, Encoder, skipped};
use super::layout::RowLayout;
use super::without_synsets::without_synsets;
use super::{OnError, Progress, PushMode};
use crate::error::{Error, Result};

/// The most workers: each holds about 100 MiB.
const MAX_WORKERS: usize = 8;
/// Fragments that are uploaded at a time.
const UPLOADS: usize = 2;
/// How often a push is packed anew because another writer changed the columns.
const REPACKS: u32 = 5;

/// What to push where.
#[derive(Clone, Debug)]
pub struct PushOptions {
    /// The branch; it is made if the data set is new.
    pub branch: BranchName,
    /// Who, and why.
    pub author: Author,
    /// What becomes of the rows that are there.
    pub mode: PushMode,
    /// What to do about a sample that can't be taken.
    pub on_error: OnError,
    /// Worker threads; 0: one a core.
    pub jobs: usize,
    /// Do everything but write.
    pub dry_run: bool,
    /// Limits of media.
    pub limits: Limits,
}

impl Default for PushOptions {
    fn default() -> Self {
        Self {
            branch: BranchName::main(),
            author: Author::default(),
            mode: PushMode::default(),
            on_error: OnError::default(),
            jobs: 0,
            dry_run: false,
            limits: Limits::default(),
        }
    }
}

/// What a push did.
#[derive(Clone, Debug)]
pub struct PushReport {
    /// The format of the source.
    pub format: &'static str,
    /// The columns of the branch afterwards.
    pub schema: Schema,
    /// The branch's head afterwards; `None` after a dry run on an empty branch.
    pub head: Option<CommitParent>,
    /// Is there a new commit?
    pub is_new: bool,
    /// Rows that the source gave.
    pub rows: u64,
    /// Rows that the commit added to the branch and removed from it; after a dry run those that it would.
    pub added: u64,
    /// See [`added`](Self::added).
    pub removed: u64,
    /// Bytes that were written, and that were there before.
    pub uploaded: Uploaded,
    /// Fragments that the source gave.
    pub fragments: usize,
    /// Samples that were left out, at most [`Skipped::LISTED`].
    pub skipped: Vec<Skipped>,
    /// How many were left out.
    pub skipped_count: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// Pushes the samples of a source. `open` opens the source; it is called again if another writer changed the
/// branch's columns meanwhile.
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
    F: Fn() -> Result<Box<dyn SampleSource>, SampleError> + Send + Sync,
{
    let begun = Instant::now();
    let mut tries = 0;
    loop {
        let base = dataset.head(&options.branch).await?;
        let source = tokio::task::block_in_place(&open)?;
        let job = Job { dataset, options, progress, base: base.as_ref() };
        match job.run(source).await {
            Err(Error::Dataset(hub_dataset::Error::SchemaMoved { .. })) if tries < REPACKS => tries += 1,
            other => return other.map(|report| PushReport { elapsed: begun.elapsed(), ..report }),
        }
    }
}

struct Job<'a> {
    dataset: &'a Dataset,
    options: &'a PushOptions,
    progress: &'a Arc<Progress>,
    base: Option<&'a Snapshot>,
}

/// What the stages gave, in the order of the source.
#[derive(Default)]
struct Gathered {
    fragments: Vec<(usize, PackedFragment)>,
    skipped: Vec<(usize, Skipped)>,
    uploaded: Uploaded,
}

impl Job<'_> {
    async fn run(&self, source: Box<dyn SampleSource>) -> Result<PushReport> {
        let format = source.format();
        let columns = source.columns().to_vec();
        let brought = Schema::new(columns.iter().map(|c| (c.name.clone(), c.feature.clone())))?;
        let labelled = !LabelColumn::all(&brought).is_empty();
        let schema = match self.base {
            Some(base) => base.schema().union(&brought)?,
            None => brought,
        };
        let layout = RowLayout::new(&schema, &columns);
        if self.options.mode == PushMode::Replace && !labelled {
            self.keeps_labels(&layout, format).await?;
        }
        let known = match self.base {
            Some(base) => known_files(base.index().await?.fragments()),
            None => HashSet::new(),
        };
        let mut gathered = self.gather(source, &without_synsets(&schema), &layout, known).await?;
        gathered.fragments.sort_by_key(|(index, _)| *index);
        gathered.skipped.sort_by_key(|(index, _)| *index);
        let skipped_count = gathered.skipped.len() as u64;
        let rows = PackedRows {
            schema: schema.clone(),
            fragments: gathered.fragments.into_iter().map(|(_, f)| f).collect(),
            skipped: gathered.skipped.into_iter().map(|(_, s)| s).take(Skipped::LISTED).collect(),
            skipped_count,
        };
        if rows.fragments.is_empty() {
            let source_name = format.to_owned();
            return Err(Error::NoSamples { source_name, skipped: skipped_count, why: rows.skipped });
        }
        let mut report = PushReport {
            format,
            schema,
            head: self.base.map(|b| b.at().clone()),
            is_new: false,
            rows: rows.fragments.iter().flat_map(|f| &f.row_groups).map(|r| u64::from(*r)).sum(),
            added: 0,
            removed: 0,
            uploaded: gathered.uploaded,
            fragments: rows.fragments.len(),
            skipped: rows.skipped.clone(),
            skipped_count,
            elapsed: Duration::ZERO,
        };
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
        let committed = self.commit(&rows).await?;
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

    /// Refuses to replace rows that were pushed with labels by rows without any. Labels that were added later lie in
    /// files of their own, and a push is not expected to bring them.
    async fn keeps_labels(&self, layout: &RowLayout, format: &str) -> Result<()> {
        let Some(base) = self.base else { return Ok(()) };
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

    async fn commit(&self, rows: &PackedRows) -> Result<Committed> {
        if self.progress.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let Self { dataset, options, base, .. } = self;
        Ok(match options.mode {
            PushMode::Append => dataset.append(&options.branch, &options.author, rows).await?,
            PushMode::Replace => dataset.overwrite(&options.branch, &options.author, rows, *base).await?,
        })
    }

    /// Runs the stages until the source ends or one of them fails.
    async fn gather(
        &self,
        source: Box<dyn SampleSource>,
        schema: &Schema,
        layout: &RowLayout,
        known: HashSet<ContentHash>,
    ) -> Result<Gathered> {
        let encoder = Encoder {
            dataset: self.dataset,
            runtime: Handle::current(),
            schema,
            layout,
            on_error: self.options.on_error,
            limits: self.options.limits,
            progress: self.progress,
            dry_run: self.options.dry_run,
        };
        let gathered = Mutex::new(Gathered::default());
        let (encoded_in, mut encoded_out) = tokio::sync::mpsc::channel::<Result<Encoded>>(1);
        let stages = || {
            thread::scope(|scope| {
                let (drafts_in, drafts_out) = sync_channel(1);
                let drafts_out = Arc::new(Mutex::new(drafts_out));
                for _ in 0..self.workers() {
                    let (drafts, encoded, encoder) = (Arc::clone(&drafts_out), encoded_in.clone(), &encoder);
                    scope.spawn(move || work(encoder, &drafts, &encoded));
                }
                drop(drafts_out);
                let ended = self.sequence(source, &drafts_in, &gathered);
                drop(drafts_in);
                if let Err(error) = ended {
                    let _ = encoded_in.blocking_send(Err(error));
                }
                drop(encoded_in);
            });
        };
        let uploads = async {
            let ended = self.upload(&mut encoded_out, known, &gathered).await;
            // Lets the other stages end when this one fails.
            encoded_out.close();
            ended
        };
        // The stages block, so they run on a thread of their own, inside this call's borrow.
        let ended = thread::scope(|scope| {
            let running = scope.spawn(stages);
            let ended = tokio::task::block_in_place(|| Handle::current().block_on(uploads));
            running.join().map_err(|_| Error::Worker("its message is above".to_owned()))?;
            ended
        });
        ended?;
        gathered.into_inner().map_err(|_| Error::Worker("while collecting".to_owned()))
    }

    fn workers(&self) -> usize {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let wanted = if self.options.jobs == 0 { cores } else { self.options.jobs };
        wanted.clamp(1, MAX_WORKERS)
    }

    /// Asks the source for samples and deals them into drafts.
    fn sequence(
        &self,
        mut source: Box<dyn SampleSource>,
        drafts: &SyncSender<Draft>,
        gathered: &Mutex<Gathered>,
    ) -> Result<()> {
        let mut dealer = Dealer::default();
        let mut last = 0;
        while let Some(sample) = source.next_sample() {
            if self.progress.is_cancelled() {
                return Err(Error::Cancelled);
            }
            match sample {
                Ok(sample) => {
                    if let Some(draft) = dealer.deal(sample) {
                        last = draft.index;
                        if drafts.send(draft).is_err() {
                            return Ok(());
                        }
                    }
                }
                Err(error) if error.fatal || self.options.on_error == OnError::Fail => {
                    return Err(error.into());
                }
                Err(error) => {
                    self.progress.left_out();
                    lock(gathered).skipped.push((last, skipped(error)));
                }
            }
        }
        for draft in dealer.finish() {
            if drafts.send(draft).is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Uploads encoded fragments, a few at a time.
    async fn upload(
        &self,
        encoded: &mut tokio::sync::mpsc::Receiver<Result<Encoded>>,
        known: HashSet<ContentHash>,
        gathered: &Mutex<Gathered>,
    ) -> Result<()> {
        let known = Arc::new(known);
        let room = Arc::new(Semaphore::new(UPLOADS));
        let mut running: JoinSet<Result<(usize, PackedFragment, Uploaded)>> = JoinSet::new();
        while let Some(next) = encoded.recv().await {
            let Encoded { index, fragment, skipped, blobs } = next?;
            {
                let mut gathered = lock(gathered);
                gathered.skipped.extend(skipped.into_iter().map(|s| (index, s)));
                gathered.uploaded += blobs;
            }
            self.progress.uploaded(blobs);
            let Some(fragment) = fragment else { continue };
            while let Some(done) = running.try_join_next() {
                self.gather_one(done, gathered)?;
            }
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
            let (dataset, known, dry_run) = (self.dataset.clone(), Arc::clone(&known), self.options.dry_run);
            running.spawn(async move {
                let put = async {
                    if dry_run {
                        dataset.estimate_fragment(fragment, &known).await
                    } else {
                        dataset.put_fragment(fragment, &known).await
                    }
                };
                let (fragment, up) = put.await?;
                drop(permit);
                Ok((index, fragment, up))
            });
        }
        while let Some(done) = running.join_next().await {
            self.gather_one(done, gathered)?;
        }
        Ok(())
    }

    fn gather_one(
        &self,
        done: Result<Result<(usize, PackedFragment, Uploaded)>, tokio::task::JoinError>,
        gathered: &Mutex<Gathered>,
    ) -> Result<()> {
        let (index, fragment, up) = done.map_err(|e| Error::Worker(e.to_string()))??;
        self.progress.uploaded(up);
        let mut gathered = lock(gathered);
        gathered.uploaded += up;
        gathered.fragments.push((index, fragment));
        Ok(())
    }
}

/// A worker: encodes drafts until there are none or nobody wants them.
fn work(
    encoder: &Encoder<'_>,
    drafts: &Mutex<Receiver<Draft>>,
    encoded: &tokio::sync::mpsc::Sender<Result<Encoded>>,
) {
    loop {
        let next = lock(drafts).recv();
        let Ok(draft) = next else { return };
        let done = encoder.encode(draft);
        let failed = done.is_err();
        if encoded.blocking_send(done).is_err() || failed {
            return;
        }
    }
}

/// A lock, also after a holder panicked: what it guards here is never half-changed.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
