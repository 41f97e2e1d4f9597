//! Accuracy, precision, recall, F1, confusion.

use serde::{Deserialize, Serialize};

use super::{Count, Prediction};

/// How many of the labelled samples have their label among the `k` most probable classes.
pub fn top_k(predictions: &[Prediction], k: usize) -> Count {
    Count::of(predictions.iter().filter_map(|prediction| prediction.is_in_top(k)))
}

/// Precision, recall and F1, each from 0 to 1; 0 where it is undefined, as scikit-learn's `zero_division=0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClassScore {
    /// Right ones among those predicted as the class.
    pub precision: f64,
    /// Right ones among those labelled as the class.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
    /// Samples labelled as the class.
    pub support: u64,
}

/// How labels and most probable classes go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    /// Row-major: samples of a class (row) that were predicted as a class (column).
    counts: Vec<u64>,
}

impl Confusion {
    /// Counts the labelled samples of a model with `classes` classes.
    pub fn new(predictions: &[Prediction], classes: usize) -> Self {
        Self::of(predictions.iter().filter_map(|p| Some((p.label?, p.class()?))), classes)
    }

    /// Counts pairs of a label and what was predicted instead, of `classes` classes; others are left out.
    pub fn of(pairs: impl IntoIterator<Item = (usize, usize)>, classes: usize) -> Self {
        let mut counts = vec![0; classes * classes];
        for (label, class) in pairs.into_iter().filter(|(label, class)| *label < classes && *class < classes)
        {
            counts[label * classes + class] += 1;
        }
        Self { classes, counts }
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Samples of class `label` that were predicted as `class`.
    pub fn count(&self, label: usize, class: usize) -> u64 {
        self.counts[label * self.classes + class]
    }

    /// The samples of each class.
    fn labelled(&self, label: usize) -> u64 {
        self.counts[label * self.classes..(label + 1) * self.classes].iter().sum()
    }

    fn predicted(&self, class: usize) -> u64 {
        (0..self.classes).map(|label| self.count(label, class)).sum()
    }

    /// The score of each class.
    pub fn class_scores(&self) -> Vec<ClassScore> {
        let score = |class| {
            let (right, predicted, support) =
                (self.count(class, class), self.predicted(class), self.labelled(class));
            let share = |of: u64| if of == 0 { 0.0 } else { right as f64 / of as f64 };
            let both = predicted + support;
            let f1 = if both == 0 { 0.0 } else { 2.0 * right as f64 / both as f64 };
            ClassScore { precision: share(predicted), recall: share(support), f1, support }
        };
        (0..self.classes).map(score).collect()
    }

    /// The table over some classes, in the order given: a row for each, its columns the same classes and, last, all
    /// other classes.
    pub fn among(&self, chosen: &[usize]) -> Vec<Vec<u64>> {
        let row = |label: &usize| {
            let mut row: Vec<u64> = chosen.iter().map(|class| self.count(*label, *class)).collect();
            row.push(self.labelled(*label) - row.iter().sum::<u64>());
            row
        };
        chosen.iter().map(row).collect()
    }

    /// The pairs of classes that are confused most: label, predicted class, samples; most first.
    pub fn most_confused(&self, limit: usize) -> Vec<(usize, usize, u64)> {
        let cells =
            self.counts.iter().enumerate().map(|(at, count)| (at / self.classes, at % self.classes, *count));
        let mut wrong: Vec<_> = cells.filter(|(label, class, count)| label != class && *count > 0).collect();
        wrong.sort_by_key(|(label, class, count)| (std::cmp::Reverse(*count), *label, *class));
        wrong.truncate(limit);
        wrong
    }
}

/// The mean over all classes, each counting the same.
pub fn macro_average(scores: &[ClassScore]) -> ClassScore {
    weighted(scores, |_| 1.0)
}

/// The mean over all classes by their number of samples.
pub fn weighted_average(scores: &[ClassScore]) -> ClassScore {
    weighted(scores, |score| score.support as f64)
}

fn weighted(scores: &[ClassScore], weight: impl Fn(&ClassScore) -> f64) -> ClassScore {
    let total: f64 = scores.iter().map(&weight).sum();
    let mean = |value: fn(&ClassScore) -> f64| {
        if total == 0.0 { 0.0 } else { scores.iter().map(|s| weight(s) * value(s)).sum::<f64>() / total }
    };
    ClassScore {
        precision: mean(|s| s.precision),
        recall: mean(|s| s.recall),
        f1: mean(|s| s.f1),
        support: scores.iter().map(|s| s.support).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Predictions of a class each, with probability 1.
    fn certain(pairs: &[(usize, usize)], classes: usize) -> Vec<Prediction> {
        let one = |(label, class): &(usize, usize)| {
            let mut probabilities = vec![0.0; classes];
            probabilities[*class] = 1.0;
            Prediction::from_probabilities(Some(*label), &probabilities, 5).unwrap()
        };
        pairs.iter().map(one).collect()
    }

    /// The numbers are scikit-learn's `classification_report` and `confusion_matrix`.
    #[test]
    fn scores_as_scikit_learn() {
        let predictions = certain(&[(0, 0), (0, 2), (1, 1), (1, 1), (1, 0), (2, 2)], 4);
        let confusion = Confusion::new(&predictions, 4);
        let scores = confusion.class_scores();
        let near = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
        for (score, (precision, recall, f1, support)) in scores.iter().zip([
            (0.5, 0.5, 0.5, 2),
            (1.0, 2.0 / 3.0, 0.8, 3),
            (0.5, 1.0, 2.0 / 3.0, 1),
            (0.0, 0.0, 0.0, 0),
        ]) {
            near(score.precision, precision);
            near(score.recall, recall);
            near(score.f1, f1);
            assert_eq!(score.support, support);
        }
        near(macro_average(&scores).f1, (0.5 + 0.8 + 2.0 / 3.0) / 4.0);
        near(weighted_average(&scores).recall, 4.0 / 6.0);
        assert_eq!(top_k(&predictions, 1), Count { right: 4, of: 6 });
        assert_eq!(confusion.among(&[1, 0]), [[2, 1, 0], [0, 1, 1]]);
        assert_eq!(confusion.most_confused(1), [(0, 2, 1)]);
    }

    #[test]
    fn samples_without_a_label_are_not_counted() {
        let mut predictions = certain(&[(0, 0)], 2);
        predictions.push(Prediction::from_probabilities(None, &[0.5, 0.5], 1).unwrap());
        assert_eq!(top_k(&predictions, 1), Count { right: 1, of: 1 });
    }
}
