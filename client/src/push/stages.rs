//! The stages of a push that block: one thread deals samples into drafts, others encode them.
//!
//! Reading files and encoding would block a runtime, so these are threads of their own ([`crate::worker_thread`]) and
//! own all that they need; the push awaits what they send, so it runs on any runtime, also one with a single thread.
//! They end with the source, at the first error, or when the receiver is dropped.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use hub_dataset::sample::SampleSource;
use hub_schema::Skipped;
use tokio::sync::mpsc;

use super::OnError;
use super::draft::{Dealer, Draft};
use super::encode::{Encoded, Encoder, skipped};
use super::progress::StageProgress;
use crate::error::{Error, Result};
use crate::worker_thread::{WorkerThread, spawn};

type Sender = mpsc::Sender<Result<Encoded>>;
/// Samples that were left out, each with the place of its fragment.
type LeftOut = Vec<(usize, Skipped)>;

/// The running threads.
#[derive(Debug)]
pub struct Stages {
    sequencer: WorkerThread<LeftOut>,
    workers: Vec<WorkerThread<()>>,
}

/// Starts a sequencer and `workers` workers; returns them and the receiver of what they encode.
///
/// # Errors
/// The operating system can't start another thread.
pub fn start(
    source: Box<dyn SampleSource>,
    encoder: Encoder,
    workers: usize,
) -> Result<(Stages, mpsc::Receiver<Result<Encoded>>)> {
    let (encoded_in, encoded_out) = mpsc::channel(1);
    let (drafts_in, drafts_out) = sync_channel(1);
    let drafts_out = Arc::new(Mutex::new(drafts_out));
    let encoder = Arc::new(encoder);
    let mut ends = Vec::new();
    for _ in 0..workers {
        let (drafts, encoded, encoder) = (Arc::clone(&drafts_out), encoded_in.clone(), Arc::clone(&encoder));
        ends.push(spawn("push-encode", move || work(&encoder, &drafts, &encoded))?);
    }
    let (on_error, progress) = (encoder.on_error, encoder.progress.clone());
    let sequencer = spawn("push-sequence", move || {
        let sequencer = Sequencer { on_error, progress, drafts: drafts_in };
        sequencer.run(source).unwrap_or_else(|error| {
            // Sending fails where another error came first and the receiver is gone.
            let _ = encoded_in.blocking_send(Err(error));
            Vec::new()
        })
    })?;
    Ok((Stages { sequencer, workers: ends }, encoded_out))
}

impl Stages {
    /// Waits until all of them ended; returns the samples that the source failed to read.
    ///
    /// # Errors
    /// One of them panicked.
    pub async fn ended(self) -> Result<LeftOut> {
        for worker in self.workers {
            worker.ended().await?;
        }
        self.sequencer.ended().await
    }
}

/// Requests samples from the source and deals them into drafts.
struct Sequencer {
    on_error: OnError,
    progress: StageProgress,
    drafts: SyncSender<Draft>,
}

impl Sequencer {
    fn run(self, mut source: Box<dyn SampleSource>) -> Result<LeftOut> {
        let mut dealer = Dealer::default();
        let mut left_out = Vec::new();
        let mut last = 0;
        while let Some(sample) = source.next_sample() {
            if self.progress.is_stopped() {
                return Err(Error::Cancelled);
            }
            match sample {
                Ok(sample) => {
                    if let Some(draft) = dealer.deal(sample) {
                        last = draft.index;
                        if self.drafts.send(draft).is_err() {
                            return Ok(left_out);
                        }
                    }
                }
                Err(error) if error.fatal || self.on_error == OnError::Fail => {
                    return Err(error.into());
                }
                Err(error) => {
                    self.progress.left_out();
                    left_out.push((last, skipped(error)));
                }
            }
        }
        for draft in dealer.finish() {
            if self.drafts.send(draft).is_err() {
                break;
            }
        }
        Ok(left_out)
    }
}

/// A worker: encodes drafts until there are no more or the receiver is dropped.
fn work(encoder: &Encoder, drafts: &Mutex<Receiver<Draft>>, encoded: &Sender) {
    loop {
        // A worker that panicked while it waited took no draft with it.
        let next = drafts.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(draft) = next else { return };
        let done = encoder.encode(draft);
        let failed = done.is_err();
        if encoded.blocking_send(done).is_err() || failed {
            return;
        }
    }
}
