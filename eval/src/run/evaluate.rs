//! An evaluation from its plan to its record.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use hub_dataset::Author;
use hub_schema::{ContentHash, FORMAT_VERSION, RunHeader, RunPredictions};

use super::error::RunError;
use super::record::{CorruptPolicy, Evaluated, Run, RunEngine};
use super::resume::{Parts, RunPlan, with_causes};
use super::scores::{Scores, Wanted};
use super::share::Share;
use super::table;
use crate::engine::Classifier;
use crate::inference::{Batch, Chosen, Class, InferenceError, Outcome, Pipeline, SamplePrediction};
use crate::score::Count;

/// Rows whose predictions in the fast mode are compared with those of the exact mode.
const COMPARED_ROWS: usize = 200;

/// An evaluation that is about to run.
#[derive(Debug)]
pub struct Evaluation {
    /// Reads, decodes, predicts.
    pub pipeline: Pipeline,
    /// The rows to evaluate, in their order.
    pub chosen: Chosen,
    /// What is evaluated, as the record says it.
    pub evaluated: Evaluated,
    /// What runs the model, as the record says it.
    pub engine: RunEngine,
    /// The model's classes.
    pub classes: Vec<Class>,
    /// The data set's classes.
    pub labels: Vec<Class>,
    /// What is scored.
    pub wanted: Wanted,
    /// Valid classes from a file, by the image's name without folder and extension.
    pub valid: Option<HashMap<String, Vec<usize>>>,
    /// Stops when half of the interval of top-1 is at most this (0.01: one point), between two blocks of rows.
    pub until: Option<f64>,
    /// Continues the newest unfinished run of the same plan.
    pub resume: bool,
    /// The shortest time after which what is done is kept, so that it can be resumed.
    pub keep_every: Duration,
    /// Stores the run beside the data set, in the name of this author.
    pub record_as: Option<Author>,
}

/// How far an evaluation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows that are done.
    pub done: u64,
    /// All rows; with `until` the most.
    pub total: u64,
    /// Scored rows with a right most probable class.
    pub top1: Count,
    /// Images that can't be decoded.
    pub corrupt: u64,
    /// Outputs that are no predictions.
    pub failed: u64,
    /// Rows that an earlier run did.
    pub resumed: u64,
}

impl Progress {
    fn add(&mut self, rows: u64, samples: &[SamplePrediction]) {
        self.done += rows;
        for sample in samples {
            match sample.outcome {
                Outcome::Corrupt(_) => self.corrupt += 1,
                Outcome::Failed(_) => self.failed += 1,
                Outcome::Predicted { .. } => {}
            }
            if let Some(right) = sample.is_right() {
                self.top1.right += u64::from(right);
                self.top1.of += 1;
            }
        }
    }

    fn half_width(&self) -> f64 {
        let interval = self.top1.wilson();
        (interval.high - interval.low) / 2.0
    }
}

/// What an evaluation gave.
#[derive(Debug)]
pub struct Finished {
    /// Its record: what was evaluated, and the scores.
    pub run: Run,
    /// Its predictions, in the order of their evaluation.
    pub samples: Vec<SamplePrediction>,
    /// Why the run isn't stored; `None`: it is.
    pub not_stored: Option<String>,
}

impl Evaluation {
    /// Evaluates, and stores the run. `progress` is called after each batch.
    ///
    /// # Errors
    /// The data can't be read, the engine fails, nothing can be decoded or predicted, or an image can't be decoded where
    /// none may be left out. That the run can't be stored is no error.
    pub async fn run(
        self,
        classifier: Classifier,
        progress: impl Fn(Progress),
    ) -> Result<Finished, RunError> {
        let dataset = self.pipeline.snapshot.dataset().clone();
        let plan = RunPlan::new(
            self.pipeline.snapshot.at().clone(),
            self.engine.engine.clone(),
            self.evaluated.clone(),
        );
        let (mut parts, mut samples) = match self.resume {
            true => Parts::resume(&dataset, plan, self.keep_every).await?,
            false => (Parts::new(&dataset, plan, self.keep_every), Vec::new()),
        };
        let mut state = Progress { total: self.chosen.rows(), ..Progress::default() };
        state.add(self.rows_done(&samples), &samples);
        state.resumed = state.done;
        progress(state);
        let ends: Vec<u64> = self
            .chosen
            .blocks
            .iter()
            .scan(0, |rows, block| {
                *rows += block.len() as u64;
                Some(*rows)
            })
            .collect();
        let rest = self.chosen.clone().skip(state.done);
        let stores = self.record_as.is_some();
        let mut failed = None;
        let (classifier, seconds) = self
            .pipeline
            .run(rest, classifier, async |Batch { rows, samples: mut batch }| {
                self.add_valid(&mut batch);
                self.check_corrupt(&batch)?;
                state.add(rows, &batch);
                progress(state);
                if stores && let Err(error) = parts.add(&batch, &self.classes, &self.labels).await {
                    failed = Some(error);
                    return Ok(ControlFlow::Break(()));
                }
                samples.extend(batch);
                let is_end = ends.binary_search(&state.done).is_ok();
                let is_known = self.until.is_some_and(|until| is_end && state.half_width() <= until);
                Ok(if is_known { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })
            .await?;
        if let Some(error) = failed {
            return Err(error);
        }
        check_any(&samples)?;
        let same_as_exact = match self.evaluated.exact {
            true => None,
            false => Some(self.compare_with_exact(&samples, classifier).await?),
        };
        let matched = self.pipeline.labels.as_ref();
        let scores = Scores::of(&samples, &self.classes, &self.labels, matched, &self.wanted);
        let mut table = samples.clone();
        table.sort_by_key(|sample| sample.position);
        let predictions = table::to_parquet(&table::table(&table, &self.classes, &self.labels)?)?;
        let author = match &self.record_as {
            Some(author) => dataset.author_name(author).await.unwrap_or_else(|_| author.name.clone()),
            None => String::new(),
        };
        let id = parts.plan().id.clone();
        let header = RunHeader {
            format: FORMAT_VERSION,
            id: id.clone(),
            author,
            time: Utc::now(),
            commit: self.pipeline.snapshot.at().clone(),
            predictions: RunPredictions {
                hash: ContentHash(*blake3::hash(&predictions).as_bytes()),
                bytes: predictions.len() as u64,
                rows: samples.len() as u64,
            },
        };
        let evaluated_now = state.done - state.resumed;
        let run = Run {
            header,
            evaluated: self.evaluated,
            engine: self.engine,
            same_as_exact,
            seconds,
            samples_per_second: evaluated_now as f64 / seconds.total.max(f64::MIN_POSITIVE),
            scores,
        };
        let not_stored = match (stores, parts.given_up()) {
            (false, _) => Some("it was not asked for".to_owned()),
            (true, Some(why)) => Some(why.to_owned()),
            (true, None) => {
                let json =
                    run.to_json().map_err(|source| RunError::Json { path: "run.json".to_owned(), source })?;
                let _writing = dataset.begin_writing().await;
                dataset.finish_run(&id, predictions, Bytes::from(json)).await.err().map(|e| with_causes(&e))
            }
        };
        Ok(Finished { run, samples, not_stored })
    }

    /// How many of the chosen rows these samples are of: up to that of the last one. Rows without a box have no sample.
    fn rows_done(&self, samples: &[SamplePrediction]) -> u64 {
        let last = samples.last().map(|sample| sample.position);
        let mut chosen = self.chosen.blocks.iter().flatten();
        last.and_then(|last| chosen.position(|position| *position == last)).map_or(0, |at| at as u64 + 1)
    }

    /// Adds the valid classes that a file states.
    fn add_valid(&self, batch: &mut [SamplePrediction]) {
        let Some(valid) = &self.valid else { return };
        for sample in batch {
            let of = sample.name.as_deref().and_then(|name| valid.get(stem(name)));
            sample.valid = Some(of.cloned().unwrap_or_default());
        }
    }

    fn check_corrupt(&self, batch: &[SamplePrediction]) -> Result<(), InferenceError> {
        if self.evaluated.corrupt != CorruptPolicy::Fail {
            return Ok(());
        }
        match batch.iter().find_map(|sample| match &sample.outcome {
            Outcome::Corrupt(problem) => Some((sample, problem)),
            _ => None,
        }) {
            None => Ok(()),
            Some((sample, problem)) => Err(InferenceError::Corrupt {
                row: sample.position,
                name: sample.name.clone().unwrap_or_else(|| "without a name".to_owned()),
                problem: problem.clone(),
            }),
        }
    }

    /// Evaluates some of the rows in the exact mode, and counts those with the same most probable class.
    async fn compare_with_exact(
        &self,
        samples: &[SamplePrediction],
        classifier: Classifier,
    ) -> Result<Share, RunError> {
        // Spread evenly, and the same for the same rows.
        let step = samples.len().div_ceil(COMPARED_ROWS).max(1);
        let some: HashMap<(u64, Option<u32>), Option<usize>> = samples
            .iter()
            .step_by(step)
            .filter_map(|sample| Some(((sample.position, sample.item), sample.prediction()?.class())))
            .collect();
        let mut positions: Vec<u64> = some.keys().map(|(position, _)| *position).collect();
        positions.sort_unstable();
        positions.dedup();
        let exact = Pipeline {
            preparation: self.pipeline.preparation.clone().with_exact(true),
            ..self.pipeline.clone()
        };
        let mut same = Count::default();
        exact
            .run(Chosen { blocks: vec![positions] }, classifier, async |batch: Batch| {
                for sample in batch.samples {
                    let class = sample.prediction().and_then(|prediction| prediction.class());
                    if let Some(fast) = some.get(&(sample.position, sample.item)) {
                        same.of += 1;
                        same.right += u64::from(*fast == class);
                    }
                }
                Ok(ControlFlow::Continue(()))
            })
            .await?;
        Ok(same.into())
    }
}

/// A file's name without folder and extension.
pub fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Refuses an evaluation without a single prediction.
fn check_any(samples: &[SamplePrediction]) -> Result<(), RunError> {
    let rows = samples.len() as u64;
    if samples.iter().any(|sample| sample.prediction().is_some()) {
        return Ok(());
    }
    let failed = samples.iter().find_map(|sample| match &sample.outcome {
        Outcome::Failed(problem) => Some(RunError::NothingPredicted { rows, problem: problem.clone() }),
        _ => None,
    });
    let corrupt = samples.iter().find_map(|sample| match &sample.outcome {
        Outcome::Corrupt(problem) => {
            Some(RunError::NothingDecoded { rows, row: sample.position, problem: problem.clone() })
        }
        _ => None,
    });
    failed.or(corrupt).map_or(Ok(()), Err)
}
