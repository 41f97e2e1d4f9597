//! Two runs, compared sample by sample.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::error::RunError;
use super::record::Run;
use super::settings::{RunDifference, run_differences};
use crate::inference::SamplePrediction;
use crate::score::compare::Paired;
use crate::score::interval::Interval;

/// How two runs differ on the samples that both scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Id of the first run.
    pub first: String,
    /// Id of the second run.
    pub second: String,
    /// Samples that both scored.
    pub samples: u64,
    /// Samples that only the first run scored.
    pub only_first_has: u64,
    /// Samples that only the second run scored.
    pub only_second_has: u64,
    /// Which run has which samples right.
    #[serde(flatten)]
    pub paired: Paired,
    /// The first run's accuracy less the second's, from -1 to 1.
    pub difference: f64,
    /// The paired standard error of the difference.
    pub standard_error: f64,
    /// The 95 % interval of the difference (Wald's).
    pub interval: Interval,
    /// Whether the interval excludes 0.
    pub differs: bool,
    /// The p-value of McNemar's exact test, two-sided.
    pub mcnemar_exact_p: f64,
    /// McNemar's χ² with the continuity correction.
    pub mcnemar_chi2: f64,
    /// The p-value of that χ².
    pub mcnemar_chi2_p: f64,
    /// The settings in which the runs differ.
    #[serde(default)]
    pub settings: Vec<RunDifference>,
    /// Samples with the same most probable class.
    pub same_prediction: u64,
    /// The margin (0.01: one point) within which equivalence was tested.
    pub margin: Option<f64>,
    /// Whether the runs are equally good within the margin.
    pub equivalent: Option<bool>,
    /// Samples that one run has right and the other wrong, the surest mistakes first.
    pub flips: Vec<Flip>,
}

/// A sample that one run has right and the other wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flip {
    /// The row's id.
    pub row_id: u64,
    /// Its position in the first run's revision.
    pub position: u64,
    /// The image's path.
    pub name: Option<String>,
    /// The data set's class.
    pub label: Option<usize>,
    /// Is the first run right?
    pub first_right: bool,
    /// The first run's class.
    pub first_class: Option<usize>,
    /// The second run's class.
    pub second_class: Option<usize>,
    /// How sure the run that is wrong was.
    pub confidence: f64,
}

/// Compares two runs; `margin` (0.01: one point) is that of the test of equivalence.
///
/// # Errors
/// No sample was scored by both.
pub fn compare(
    (first, first_samples): (&Run, &[SamplePrediction]),
    (second, second_samples): (&Run, &[SamplePrediction]),
    margin: Option<f64>,
) -> Result<Comparison, RunError> {
    let scored =
        |samples: &[SamplePrediction]| samples.iter().filter(|s| s.is_right().is_some()).count() as u64;
    let key = |sample: &SamplePrediction| (sample.row_id, sample.item);
    let of_second: HashMap<_, &SamplePrediction> = second_samples.iter().map(|s| (key(s), s)).collect();
    let both: Vec<(&SamplePrediction, &SamplePrediction, bool, bool)> = first_samples
        .iter()
        .filter_map(|a| {
            let b = *of_second.get(&key(a))?;
            Some((a, b, a.is_right()?, b.is_right()?))
        })
        .collect();
    if both.is_empty() {
        return Err(RunError::NothingInCommon(first.header.id.to_string(), second.header.id.to_string()));
    }
    let class = |sample: &SamplePrediction| sample.prediction().and_then(|prediction| prediction.class());
    let confidence = |sample: &SamplePrediction| sample.prediction().map_or(0.0, |p| p.confidence());
    let paired = Paired::of(both.iter().map(|(_, _, a, b)| (*a, *b)));
    let mut flips: Vec<Flip> = both
        .iter()
        .filter(|(_, _, a, b)| a != b)
        .map(|(a, b, first_right, _)| Flip {
            row_id: a.row_id,
            position: a.position,
            name: a.name.clone(),
            label: a.label,
            first_right: *first_right,
            first_class: class(a),
            second_class: class(b),
            confidence: confidence(if *first_right { b } else { a }),
        })
        .collect();
    flips.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.position.cmp(&b.position)));
    let (mcnemar_chi2, mcnemar_chi2_p) = paired.mcnemar_corrected();
    Ok(Comparison {
        first: first.header.id.to_string(),
        second: second.header.id.to_string(),
        samples: paired.samples(),
        only_first_has: scored(first_samples) - paired.samples(),
        only_second_has: scored(second_samples) - paired.samples(),
        paired,
        difference: paired.difference(),
        standard_error: paired.standard_error(),
        interval: paired.interval(),
        differs: paired.differs(),
        mcnemar_exact_p: paired.mcnemar_exact(),
        mcnemar_chi2,
        mcnemar_chi2_p,
        settings: run_differences(first, second),
        same_prediction: both.iter().filter(|(a, b, _, _)| class(a) == class(b)).count() as u64,
        margin,
        equivalent: margin.map(|margin| paired.is_equivalent(margin)),
        flips,
    })
}
