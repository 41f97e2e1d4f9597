//! What a run keeps of itself while it is under way.
//!
//! A run that takes a while writes a plan, and then parts of its predictions, into its folder. A later run of the same
//! plan continues there. Storing may be impossible (a data set that the user may only read): then the evaluation goes on
//! without, and says so.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use hub_dataset::layout::RunFile;
use hub_dataset::{Dataset, Error};
use hub_schema::{CommitParent, FORMAT_VERSION, RunId};
use serde::{Deserialize, Serialize};

use super::error::RunError;
use super::record::Evaluated;
use super::table;
use crate::inference::{Class, SamplePrediction};

/// The shortest time between two parts, unless said otherwise.
pub const PART_TIME: Duration = Duration::from_secs(5);
/// The time between two parts is at least this part of the time so far, so that long runs have few of them.
const PART_SHARE: u32 = 20;

/// `plan.json`: what a run that is under way evaluates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunPlan {
    /// The format's version.
    pub format: u32,
    /// The id that the finished run will have.
    pub id: RunId,
    /// When it began.
    pub begun: DateTime<Utc>,
    /// The commit that is evaluated.
    pub commit: CommitParent,
    /// Name, version and device of the engine: another one gives other probabilities.
    pub engine: String,
    /// What is evaluated, and how.
    pub evaluated: Evaluated,
}

/// The parts of a run that is under way.
#[derive(Debug)]
pub struct Parts {
    dataset: Dataset,
    plan: RunPlan,
    /// The shortest time between two parts.
    every: Duration,
    begun: Instant,
    last: Instant,
    /// The number of the next part.
    next: u32,
    has_plan: bool,
    /// Predictions that are in no part yet.
    waiting: Vec<SamplePrediction>,
    /// Why nothing is stored any more.
    given_up: Option<String>,
}

impl Parts {
    /// The parts of a new run, written after this time at the earliest, and then again.
    pub fn new(dataset: &Dataset, plan: RunPlan, every: Duration) -> Self {
        let now = Instant::now();
        let (dataset, waiting) = (dataset.clone(), Vec::new());
        Self {
            dataset,
            plan,
            every,
            begun: now,
            last: now,
            next: 0,
            has_plan: false,
            waiting,
            given_up: None,
        }
    }

    /// The newest run of the same plan that was not finished, with its predictions.
    ///
    /// # Errors
    /// There is none, or its parts can't be read.
    pub async fn resume(
        dataset: &Dataset,
        plan: RunPlan,
        every: Duration,
    ) -> Result<(Self, Vec<SamplePrediction>), RunError> {
        let unfinished = dataset.run_files().await?.into_iter().filter(|(_, run)| !run.is_finished());
        let mut others = 0;
        for (id, files) in unfinished.rev() {
            let Some(json) = dataset.run_file(&id, RunFile::Plan).await? else { continue };
            let Ok(found) = serde_json::from_slice::<RunPlan>(&json) else { continue };
            let same = RunPlan { id: found.id.clone(), begun: found.begun, ..plan.clone() };
            if found != same {
                others += 1;
                continue;
            }
            let mut done = Vec::new();
            let mut next = 0;
            // A gap can't be: a part is written when the one before is there.
            for number in files.parts().into_iter().take_while(|number| *number == next_of(&mut next)) {
                let Some(part) = dataset.run_file(&id, RunFile::Part(number)).await? else { break };
                done.extend(table::samples(&table::from_parquet(part)?)?);
            }
            let next = files.parts().len() as u32;
            let parts = Self {
                next,
                has_plan: true,
                ..Self::new(dataset, RunPlan { id, begun: found.begun, ..plan }, every)
            };
            return Ok((parts, done));
        }
        Err(RunError::Resume(match others {
            0 => "there is no unfinished run of this data set to resume; run it without --resume".to_owned(),
            others => format!(
                "none of the {others} unfinished runs of this data set has the same revision, rows, model and engine; \
                 run it without --resume"
            ),
        }))
    }

    /// What is under way.
    pub fn plan(&self) -> &RunPlan {
        &self.plan
    }

    /// Why nothing is stored; `None` while all is well.
    pub fn given_up(&self) -> Option<&str> {
        self.given_up.as_deref()
    }

    /// Adds predictions, and writes a part when it is time.
    ///
    /// # Errors
    /// The predictions don't fit a table.
    pub async fn add(
        &mut self,
        samples: &[SamplePrediction],
        classes: &[Class],
        labels: &[Class],
    ) -> Result<(), RunError> {
        if self.given_up.is_some() {
            return Ok(());
        }
        self.waiting.extend_from_slice(samples);
        if self.last.elapsed() < self.every.max(self.begun.elapsed() / PART_SHARE) {
            return Ok(());
        }
        let part = table::to_parquet(&table::table(&self.waiting, classes, labels)?)?;
        if let Err(error) = self.write(part).await {
            self.given_up = Some(with_causes(&error));
        }
        self.waiting.clear();
        self.last = Instant::now();
        Ok(())
    }

    async fn write(&mut self, part: bytes::Bytes) -> Result<(), Error> {
        let _writing = self.dataset.begin_writing().await;
        if !self.has_plan {
            let plan = serde_json::to_vec_pretty(&self.plan);
            let plan = plan.map_err(|source| Error::Json { path: "plan.json".to_owned(), source })?;
            self.dataset.put_run_file(&self.plan.id, RunFile::Plan, plan.into()).await?;
            self.has_plan = true;
        }
        self.dataset.put_run_file(&self.plan.id, RunFile::Part(self.next), part).await?;
        self.next += 1;
        Ok(())
    }
}

/// Counts on: 0, 1, 2, …
fn next_of(next: &mut u32) -> u32 {
    *next += 1;
    *next - 1
}

/// An error with all of its causes, in one line.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(because) = cause {
        text += &format!(": {because}");
        cause = because.source();
    }
    text
}

impl RunPlan {
    /// The plan of a run that begins now.
    pub fn new(commit: CommitParent, engine: String, evaluated: Evaluated) -> Self {
        let begun = Utc::now();
        Self { format: FORMAT_VERSION, id: RunId::draw(begun), begun, commit, engine, evaluated }
    }
}
