//! Reads, decodes and runs the model, all three at the same time.
//!
//! A task streams batches of encoded rows, a few threads decode them, and one runs the model on what is decoded, in the
//! order of the rows. At most a batch for each decoder and two more are in memory.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc as blocking};
use std::time::{Duration, Instant};

use arrow::array::{Array, AsArray, RecordBatch};
use futures::StreamExt;
use hub_dataset::Snapshot;
use hub_decode::ImageDecoder;
use hub_stream::{Cache, StreamBuilder};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::columns::Columns;
use super::decode::{self, Decoded, Rows};
use super::error::InferenceError;
use super::label_match::LabelMatch;
use super::rows::Chosen;
use super::sample::{Outcome, SamplePrediction};
use crate::engine::{Classifier, Scores};
use crate::model::Preparation;
use crate::resources::{Meter, Used};
use crate::score::Prediction;

/// What is needed to predict.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// The revision whose rows are read.
    pub snapshot: Snapshot,
    /// The columns of images, labels and valid labels.
    pub columns: Columns,
    /// From images to tensors.
    pub preparation: Preparation,
    /// Which classes are right; `None`: nothing is scored.
    pub labels: Option<LabelMatch>,
    /// Which of the model's classes a valid label is; `None`: they are the model's classes.
    pub valid_classes: Option<LabelMatch>,
    /// Images a batch.
    pub batch_size: usize,
    /// Threads that decode.
    pub decoders: usize,
    /// The most probable classes that are kept of each sample.
    pub keep: usize,
    /// Keeps on disk what is fetched.
    pub cache: Option<Cache>,
}

/// Where the time went, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// From the first request to the last prediction.
    pub total: f64,
    /// Reading, as far as nothing else was ready to be done.
    pub read: f64,
    /// Decoding, summed over the threads.
    pub decode: f64,
    /// Running the model.
    pub infer: f64,
    /// The model waiting for tensors.
    pub wait: f64,
    /// From scores to predictions.
    pub score: f64,
    /// Processor time and energy; missing in runs of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<Used>,
}

/// A batch on its way, numbered from 0.
pub(super) struct Numbered<T> {
    number: u64,
    pub(super) content: T,
}

/// Nanoseconds that several threads add up.
#[derive(Debug, Default)]
struct Clock(AtomicU64);

impl Clock {
    fn time<T>(&self, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let done = work();
        self.add(begun.elapsed());
        done
    }

    fn add(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn seconds(&self) -> f64 {
        Duration::from_nanos(self.0.load(Ordering::Relaxed)).as_secs_f64()
    }
}

#[derive(Debug, Default)]
pub(super) struct Clocks {
    read: Clock,
    decode: Clock,
    infer: Clock,
    wait: Clock,
    score: Clock,
}

/// Rows that were predicted.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Their number.
    pub rows: u64,
    /// Their predictions, in the order of the rows: one a row, or one a box.
    pub samples: Vec<SamplePrediction>,
}

type Predicted = Result<Batch, InferenceError>;

impl Pipeline {
    /// Predicts rows in order and gives them to `each`, batch by batch, until it breaks. Returns the classifier, and
    /// where the time went.
    ///
    /// # Errors
    /// The data can't be read, the engine fails, or `each` does.
    pub async fn run<F>(
        &self,
        chosen: Chosen,
        classifier: Classifier,
        mut each: F,
    ) -> Result<(Classifier, Times), InferenceError>
    where
        F: AsyncFnMut(Batch) -> Result<ControlFlow<()>, InferenceError>,
    {
        let begun = Instant::now();
        let mut meter = Meter::start();
        let chosen_rows = chosen.rows();
        let clocks = Arc::new(Clocks::default());
        let decoders = self.decoders.max(1);
        let (rows_in, rows_out) = mpsc::channel::<Numbered<Rows>>(1);
        let (tensors_in, tensors_out) = blocking::sync_channel(decoders);
        let (predicted_in, mut predicted_out) = mpsc::channel::<Predicted>(4);
        let reading = {
            let (this, clocks, failed) = (self.clone(), Arc::clone(&clocks), predicted_in.clone());
            tokio::spawn(async move {
                if let Err(error) = this.read(chosen, &rows_in, &clocks).await {
                    // Nobody listens after a stop.
                    let _ = failed.send(Err(error)).await;
                }
            })
        };
        let rows_out = Arc::new(Mutex::new(rows_out));
        for _ in 0..decoders {
            let (this, rows, tensors) = (self.clone(), Arc::clone(&rows_out), tensors_in.clone());
            let clocks = Arc::clone(&clocks);
            thread("decode", move || this.decode(&rows, &tensors, &clocks))?;
        }
        drop((tensors_in, rows_out));
        let (done_in, done_out) = tokio::sync::oneshot::channel();
        let (this, inferring) = (self.clone(), Arc::clone(&clocks));
        thread("infer", move || {
            let mut classifier = classifier;
            this.infer(&mut classifier, &tensors_out, &predicted_in, &inferring);
            drop(predicted_in);
            let _ = done_in.send(classifier);
        })?;
        let mut ended = Ok(());
        let mut left = chosen_rows;
        while let Some(predicted) = predicted_out.recv().await {
            let predicted = match predicted {
                Ok(predicted) => predicted,
                Err(error) => {
                    ended = Err(error);
                    break;
                }
            };
            left = left.saturating_sub(predicted.rows);
            meter.tick();
            match each(predicted).await {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => {
                    left = 0;
                    break;
                }
                Err(error) => {
                    ended = Err(error);
                    break;
                }
            }
        }
        // The threads end when there is nobody to send to.
        drop(predicted_out);
        reading.abort();
        ended?;
        if left > 0 {
            return Err(InferenceError::Thread(format!("{left} rows have no prediction")));
        }
        let classifier = done_out
            .await
            .map_err(|_| InferenceError::Thread("the thread that runs the model panicked".to_owned()))?;
        let times = Times {
            total: begun.elapsed().as_secs_f64(),
            read: clocks.read.seconds(),
            decode: clocks.decode.seconds(),
            infer: clocks.infer.seconds(),
            wait: clocks.wait.seconds(),
            score: clocks.score.seconds(),
            used: Some(meter.used()),
        };
        Ok((classifier, times))
    }

    /// Streams the rows, block by block.
    pub(super) async fn read(
        &self,
        chosen: Chosen,
        sender: &mpsc::Sender<Numbered<Rows>>,
        clocks: &Clocks,
    ) -> Result<(), InferenceError> {
        let mut number = 0;
        for block in chosen.blocks {
            let mut builder = StreamBuilder::new(self.snapshot.clone())
                .positions(block.iter().copied())
                .columns(&self.columns.names())
                .with_row_ids(true)
                .decode_tensors(false)
                .in_order()
                .batch_size(self.batch_size.max(1));
            if let Some(cache) = &self.cache {
                builder = builder.cache(cache.clone());
            }
            let mut stream = builder.build().await?;
            let mut positions = block.into_iter();
            loop {
                let begun = Instant::now();
                let Some(batch) = stream.next().await else { break };
                let batch = batch?;
                let blobs = self.blobs(&batch).await?;
                clocks.read.add(begun.elapsed());
                let positions = positions.by_ref().take(batch.num_rows()).collect();
                let content = Rows { batch, positions, blobs };
                if sender.send(Numbered { number, content }).await.is_err() {
                    return Ok(());
                }
                number += 1;
            }
        }
        Ok(())
    }

    /// The images of a batch that are objects of their own.
    async fn blobs(&self, batch: &RecordBatch) -> Result<HashMap<usize, bytes::Bytes>, InferenceError> {
        let mut blobs = HashMap::new();
        let media = batch.column_by_name(&self.columns.image).and_then(|column| column.as_struct_opt());
        let Some(bytes) = media.and_then(|media| media.column_by_name("bytes")) else { return Ok(blobs) };
        for row in (0..batch.num_rows()).filter(|row| bytes.is_null(*row)) {
            let path = decode::path_of(batch, row, &self.columns);
            let is_blob = |path: &String| path.starts_with(hub_dataset::layout::BLOBS);
            if let Some(path) = path.filter(is_blob) {
                blobs.insert(row, self.snapshot.dataset().store().need(&path).await?);
            }
        }
        Ok(blobs)
    }

    /// Decodes what is read, until there is nothing left.
    fn decode(
        &self,
        rows: &Mutex<mpsc::Receiver<Numbered<Rows>>>,
        tensors: &blocking::SyncSender<Numbered<Result<Decoded, InferenceError>>>,
        clocks: &Clocks,
    ) {
        let mut decoder = ImageDecoder::new().map_err(|error| InferenceError::Thread(error.to_string()));
        loop {
            let next = rows.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
            let Some(Numbered { number, content }) = next else { return };
            let (spec, bytes) = (self.preparation.image_spec(), self.preparation.image_bytes());
            let content = match &mut decoder {
                Ok(decoder) => {
                    clocks.decode.time(|| decode::decode(&content, &self.columns, spec, bytes, decoder))
                }
                Err(error) => Err(InferenceError::Thread(error.to_string())),
            };
            if tensors.send(Numbered { number, content }).is_err() {
                return;
            }
        }
    }

    /// Runs the model on what is decoded, in the order of the rows.
    fn infer(
        &self,
        classifier: &mut Classifier,
        tensors: &blocking::Receiver<Numbered<Result<Decoded, InferenceError>>>,
        predicted: &mpsc::Sender<Predicted>,
        clocks: &Clocks,
    ) {
        let mut early = BTreeMap::new();
        let (mut floats, mut bytes) = (Vec::new(), Vec::new());
        let mut next = 0;
        loop {
            let decoded = loop {
                if let Some(decoded) = early.remove(&next) {
                    break decoded;
                }
                match clocks.wait.time(|| tensors.recv()) {
                    Ok(Numbered { number, content }) => early.insert(number, content),
                    Err(_) => return,
                };
            };
            next += 1;
            let made = decoded.and_then(|decoded| {
                // Rows with many boxes have more tensors than a batch.
                let batch = (self.preparation.image_bytes() * self.batch_size).max(1);
                let mut scores = Vec::new();
                for tensors in decoded.tensors.chunks(batch) {
                    let images = self.preparation.images(tensors, &mut floats, &mut bytes);
                    scores.push(clocks.infer.time(|| classifier.run(images))?);
                }
                let rows = decoded.read;
                let samples = clocks.score.time(|| self.predictions(decoded, &scores));
                Ok(Batch { rows, samples })
            });
            let is_over = made.is_err();
            if predicted.blocking_send(made).is_err() || is_over {
                return;
            }
        }
    }

    /// The scores of the rows without a problem, and the others, in their order.
    fn predictions(&self, decoded: Decoded, scores: &[Scores]) -> Vec<SamplePrediction> {
        let is_probability = scores.iter().any(Scores::is_probability);
        let mut rows_of_scores = scores.iter().flat_map(Scores::rows);
        let mut made = Vec::with_capacity(decoded.rows.len());
        for row in decoded.rows {
            let outcome = match row.problem {
                Some(problem) => Outcome::Corrupt(problem),
                None => match rows_of_scores.next() {
                    Some(scores) => self.outcome(row.label, scores, is_probability),
                    None => Outcome::Failed("the model gave no output for it".to_owned()),
                },
            };
            let valid = row.valid.map(|valid| match &self.valid_classes {
                None => valid,
                Some(space) => {
                    valid.iter().flat_map(|label| space.space.classes_of(*label)).copied().collect()
                }
            });
            made.push(SamplePrediction {
                row_id: row.row_id,
                position: row.position,
                item: row.item,
                name: row.name,
                label: row.label,
                valid,
                outcome,
            });
        }
        made
    }

    fn outcome(&self, label: Option<usize>, scores: &[f32], is_probability: bool) -> Outcome {
        let labels = label.zip(self.labels.as_ref());
        let right = labels.map_or(&[][..], |(label, labels)| labels.space.classes_of(label));
        match Prediction::among(right, scores, is_probability, self.keep) {
            Ok((prediction, probabilities)) => {
                let judgement = labels.and_then(|(label, labels)| labels.space.judge(label, &probabilities));
                Outcome::Predicted { prediction, judgement }
            }
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), InferenceError> {
    let started = std::thread::Builder::new().name(name.to_owned()).spawn(work);
    started.map(drop).map_err(|error| InferenceError::Thread(format!("it can't be started: {error}")))
}
