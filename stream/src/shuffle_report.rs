//! How well an order mixes the rows, compared with a shuffle of all rows.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Int64Type, UInt64Type};
use futures::TryStreamExt;
use hub_schema::{Feature, RowId};

use crate::builder::StreamBuilder;
use crate::error::{Error, Result};

/// How well an epoch is shuffled, from [`StreamBuilder::shuffle_report`].
#[derive(Clone, Debug, PartialEq)]
pub struct ShuffleReport {
    /// Rows of the epoch.
    pub rows: u64,
    /// How far a row is moved on average, from its place in the revision to its place in the epoch, divided by how far a
    /// shuffle of all rows moves it on average: 1 is as far, 0 is in order.
    pub displacement: f64,
    /// The mean length of runs of rows with the same class; `None` without a column of classes.
    pub class_runs: Option<f64>,
    /// What it is on average in a shuffle of all rows.
    pub true_class_runs: Option<f64>,
}

impl StreamBuilder {
    /// Measures how well the epoch of these settings is shuffled. Reads no media: only the column of classes `label`, which
    /// may hold class labels, text or whole numbers.
    ///
    /// # Errors
    /// As [`build`](Self::build); a label column of another type; what goes wrong while it is read.
    pub async fn shuffle_report(mut self, label: Option<&str>) -> Result<ShuffleReport> {
        if self.mix.is_some() {
            let problem = "the shuffle of a mix can't be reported; ask for that of each data set".to_owned();
            return Err(Error::Plan { setting: "mix", problem });
        }
        // The order depends on the number of consumers, if the lanes aren't set.
        let consumers = self.rank.1.saturating_mul(self.worker.1);
        if self.lanes.is_none()
            && !self.is_planned()
            && self.seed.flatten().is_some()
            && self.resume.is_none()
        {
            self.lanes = Some(consumers);
        }
        if let Some(label) = label {
            let feature = &self.snapshot.schema().column(label).map_err(hub_dataset::Error::from)?.feature;
            if !matches!(feature, Feature::ClassLabel { .. } | Feature::Text) && *feature != Feature::int64()
            {
                let found = feature.describe();
                return Err(Error::LabelColumn { column: label.to_owned(), found });
            }
        }
        let columns: Vec<&str> = label.into_iter().collect();
        let snapshot = self.snapshot.clone();
        let builder = self.without_decoding().columns(&columns).with_row_ids(true).rank(0, 1).worker(0, 1);
        let mut batches = builder.build().await?;
        let index = snapshot.index().await?;
        let (mut positions, mut classes) = (Vec::new(), Vec::new());
        while let Some(batch) = batches.try_next().await? {
            let ids = batch.columns().last().and_then(|ids| ids.as_primitive_opt::<UInt64Type>());
            for id in ids.into_iter().flat_map(|ids| ids.values()) {
                let place = index.of_row(RowId::from_raw(*id));
                positions.push(place.and_then(|place| index.position(place)).unwrap_or_default());
            }
            if label.is_some() {
                classes.extend(classes_of(batch.column(0)));
            }
        }
        let labelled = label.is_some() && !classes.is_empty();
        Ok(ShuffleReport {
            rows: positions.len() as u64,
            displacement: displacement(&positions),
            class_runs: labelled.then(|| runs(&classes)),
            true_class_runs: labelled.then(|| expected_runs(&classes)),
        })
    }
}

/// A number for the class of each row.
fn classes_of(labels: &ArrayRef) -> Vec<u64> {
    let number = |value: Option<&[u8]>| {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        hasher.finish()
    };
    if let Some(labels) = labels.as_primitive_opt::<Int64Type>() {
        return labels
            .iter()
            .map(|label| number(label.map(i64::to_le_bytes).as_ref().map(|b| &b[..])))
            .collect();
    }
    match labels.as_string_opt::<i32>() {
        Some(labels) => labels.iter().map(|label| number(label.map(str::as_bytes))).collect(),
        None => vec![0; labels.len()],
    }
}

/// The mean distance of places in the epoch from places in the revision, among the rows of the epoch, relative to that of
/// a shuffle: (n² − 1) / 3n.
fn displacement(positions: &[u64]) -> f64 {
    let rows = positions.len() as f64;
    if positions.len() < 2 {
        return 0.0;
    }
    let mut sorted: Vec<(u64, usize)> = positions.iter().enumerate().map(|(at, p)| (*p, at)).collect();
    sorted.sort_unstable();
    let moved: f64 = sorted.iter().enumerate().map(|(from, (_, to))| from.abs_diff(*to) as f64).sum();
    moved / rows / ((rows * rows - 1.0) / (3.0 * rows))
}

/// The mean length of runs of equal classes.
fn runs(classes: &[u64]) -> f64 {
    let runs = classes.chunk_by(|a, b| a == b).count();
    classes.len() as f64 / runs.max(1) as f64
}

/// The length divided by the expected number of runs: neighbours differ with the chance 1 − Σ c (c − 1) / n (n − 1).
fn expected_runs(classes: &[u64]) -> f64 {
    let mut counts: HashMap<u64, f64> = HashMap::new();
    classes.iter().for_each(|class| *counts.entry(*class).or_default() += 1.0);
    let rows = classes.len() as f64;
    let same: f64 = counts.values().map(|count| count * (count - 1.0)).sum();
    let differ = 1.0 - same / (rows * (rows - 1.0)).max(1.0);
    rows / (1.0 + (rows - 1.0) * differ)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn a_shuffle_measures_one_and_the_natural_order_nothing() {
        let mut order: Vec<u64> = (0..4000).collect();
        assert_eq!(displacement(&order), 0.0);
        Random::new(&[1]).shuffle(&mut order);
        let found = displacement(&order);
        assert!((0.95..1.05).contains(&found), "{found}");
        // Only the order of positions counts, not what lies between them.
        let apart: Vec<u64> = order.iter().map(|position| position * 7 + 3).collect();
        assert_eq!(displacement(&apart), found);
        assert_eq!((displacement(&[]), displacement(&[5])), (0.0, 0.0));
    }

    #[test]
    fn runs_of_a_shuffle_are_as_expected() {
        let mut classes: Vec<u64> = (0..6000).map(|row| row / 1000).collect();
        assert_eq!(runs(&classes), 1000.0);
        let expected = expected_runs(&classes);
        Random::new(&[2]).shuffle(&mut classes);
        assert_eq!(expected_runs(&classes), expected);
        let found = runs(&classes);
        assert!((found / expected - 1.0).abs() < 0.03, "{found} {expected}");
        // One class: one run.
        assert_eq!((runs(&[4; 10]), expected_runs(&[4; 10])), (10.0, 10.0));
        // By hand: of the orders of aab, aab and baa have two runs, aba three; 3 / (7 / 3).
        assert!((expected_runs(&[1, 1, 2]) - 9.0 / 7.0).abs() < 1e-12);
    }
}
