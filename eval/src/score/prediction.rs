//! What a model said of one sample.

use serde::{Deserialize, Serialize};

/// A model's output for one sample, as far as scores need it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The sample's class; `None`: it has no label.
    pub label: Option<usize>,
    /// The most probable classes with their probabilities, best first.
    pub top: Vec<(usize, f64)>,
    /// How many classes come before the label, from 0; `None` without a label.
    pub rank: Option<usize>,
    /// The label's probability; `None` without a label.
    pub label_probability: Option<f64>,
    /// The negative log-likelihood of the label, natural logarithm; `None` without a label.
    pub loss: Option<f64>,
    /// The sum of the squares of all probabilities.
    pub sum_of_squares: f64,
}

/// An output that is no prediction.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PredictionError {
    /// NaN or infinity among the outputs.
    #[error("the model's output for class {class} is {value}, expected a finite number")]
    NotFinite {
        /// The first such class.
        class: usize,
        /// What the output is for it.
        value: f64,
    },
    /// A label beyond the model's classes.
    #[error("the label is class {label}, but the model has {classes} classes (from 0)")]
    Label {
        /// The label's number, from 0.
        label: usize,
        /// The number of classes.
        classes: usize,
    },
    /// No classes at all.
    #[error("the model's output is empty")]
    Empty,
}

/// The probabilities of logits.
pub fn softmax(logits: &[f32]) -> Vec<f64> {
    let greatest = logits.iter().copied().map(f64::from).fold(f64::NEG_INFINITY, f64::max);
    let mut values: Vec<f64> = logits.iter().map(|logit| (f64::from(*logit) - greatest).exp()).collect();
    let sum: f64 = values.iter().sum();
    values.iter_mut().for_each(|value| *value /= sum);
    values
}

impl Prediction {
    /// The prediction of logits. Keeps the `keep` best classes.
    ///
    /// # Errors
    /// A logit that is NaN or infinite (such an output never counts as class 0), or a label that the model doesn't
    /// have.
    pub fn from_logits(label: Option<usize>, logits: &[f32], keep: usize) -> Result<Self, PredictionError> {
        if let Some((class, value)) = logits.iter().enumerate().find(|(_, logit)| !logit.is_finite()) {
            return Err(PredictionError::NotFinite { class, value: f64::from(*value) });
        }
        let mut prediction = Self::from_probabilities(label, &softmax(logits), keep)?;
        // From the logits, since a small probability may round to 0.
        if let Some(label) = label {
            let greatest = logits.iter().copied().map(f64::from).fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = logits.iter().map(|logit| (f64::from(*logit) - greatest).exp()).sum();
            prediction.loss = Some(sum.ln() + greatest - f64::from(logits[label]));
        }
        Ok(prediction)
    }

    /// The prediction of probabilities (of a model that ends with a softmax). Keeps the `keep` best classes.
    ///
    /// # Errors
    /// As [`from_logits`](Self::from_logits).
    pub fn from_probabilities(
        label: Option<usize>,
        probabilities: &[f64],
        keep: usize,
    ) -> Result<Self, PredictionError> {
        if let Some((class, value)) = probabilities.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(PredictionError::NotFinite { class, value: *value });
        }
        if probabilities.is_empty() {
            return Err(PredictionError::Empty);
        }
        if let Some(label) = label.filter(|label| *label >= probabilities.len()) {
            return Err(PredictionError::Label { label, classes: probabilities.len() });
        }
        let rank = label.map(|label| {
            let own = probabilities[label];
            let before = |(class, value): &(usize, &f64)| **value > own || (**value == own && *class < label);
            probabilities.iter().enumerate().filter(before).count()
        });
        let label_probability = label.map(|label| probabilities[label]);
        Ok(Self {
            label,
            top: best(probabilities, keep),
            rank,
            label_probability,
            loss: label_probability.map(|probability| -probability.ln()),
            sum_of_squares: probabilities.iter().map(|value| value * value).sum(),
        })
    }

    /// The prediction of a row of a model's output, which may be probabilities already.
    ///
    /// # Errors
    /// As [`from_logits`](Self::from_logits).
    pub fn of_scores(
        label: Option<usize>,
        scores: &[f32],
        is_probability: bool,
        keep: usize,
    ) -> Result<Self, PredictionError> {
        if !is_probability {
            return Self::from_logits(label, scores, keep);
        }
        let probabilities: Vec<f64> = scores.iter().copied().map(f64::from).collect();
        Self::from_probabilities(label, &probabilities, keep)
    }

    /// The prediction of a model's scores (logits, or probabilities already) where any of some classes is right, and
    /// the probabilities of all classes. Its label is the most probable of the right classes; its loss and the label's
    /// probability are those of all of them together. Without right classes it has no label.
    ///
    /// # Errors
    /// As [`from_logits`](Self::from_logits).
    pub fn among(
        right: &[usize],
        scores: &[f32],
        is_probability: bool,
        keep: usize,
    ) -> Result<(Self, Vec<f64>), PredictionError> {
        let mut best: Option<usize> = None;
        for class in right {
            let score = |class: usize| scores.get(class).copied().unwrap_or(f32::NEG_INFINITY);
            if best.is_none_or(|best| {
                score(*class) > score(best) || (score(*class) == score(best) && *class < best)
            }) {
                best = Some(*class);
            }
        }
        let probabilities = match is_probability {
            true => scores.iter().copied().map(f64::from).collect(),
            false => softmax(scores),
        };
        let mut prediction = match is_probability {
            true => Self::from_probabilities(best, &probabilities, keep)?,
            false => Self::from_logits(best, scores, keep)?,
        };
        if right.len() > 1 {
            let sum: f64 = right.iter().filter_map(|class| probabilities.get(*class)).sum();
            prediction.label_probability = Some(sum);
            prediction.loss = Some(-sum.ln());
        }
        Ok((prediction, probabilities))
    }

    /// The most probable class.
    pub fn class(&self) -> Option<usize> {
        self.top.first().map(|(class, _)| *class)
    }

    /// The probability of the most probable class.
    pub fn confidence(&self) -> f64 {
        self.top.first().map_or(f64::NAN, |(_, probability)| *probability)
    }

    /// How much more probable the first class is than the second; the whole probability where there is one class.
    pub fn margin(&self) -> f64 {
        self.confidence() - self.top.get(1).map_or(0.0, |(_, probability)| *probability)
    }

    /// Is the label among the `k` most probable classes? `None` without a label.
    pub fn is_in_top(&self, k: usize) -> Option<bool> {
        self.rank.map(|rank| rank < k)
    }
}

/// The `keep` classes of greatest probability, best first.
fn best(probabilities: &[f64], keep: usize) -> Vec<(usize, f64)> {
    let mut classes: Vec<usize> = (0..probabilities.len()).collect();
    let order = |a: &usize, b: &usize| probabilities[*b].total_cmp(&probabilities[*a]).then(a.cmp(b));
    let keep = keep.min(classes.len());
    if keep > 0 && keep < classes.len() {
        classes.select_nth_unstable_by(keep - 1, order);
    }
    classes.truncate(keep);
    classes.sort_unstable_by(order);
    classes.into_iter().map(|class| (class, probabilities[class])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_lower_class() {
        let found = Prediction::from_probabilities(Some(2), &[0.1, 0.3, 0.3, 0.3], 3).unwrap();
        assert_eq!(found.top.iter().map(|t| t.0).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!((found.rank, found.is_in_top(1), found.is_in_top(2)), (Some(1), Some(false), Some(true)));
    }

    #[test]
    fn a_loss_beyond_the_smallest_probability_is_finite() {
        let found = Prediction::from_logits(Some(0), &[-2000.0, 0.0], 2).unwrap();
        assert_eq!((found.loss, found.label_probability), (Some(2000.0), Some(0.0)));
    }

    #[test]
    fn any_of_several_classes_is_right() {
        let (found, _) = Prediction::among(&[2, 1], &[0.5, 0.2, 0.3], true, 3).unwrap();
        assert_eq!((found.label, found.rank), (Some(2), Some(1)));
        let near =
            |value: Option<f64>, wanted: f64| assert!((value.unwrap() - wanted).abs() < 1e-6, "{value:?}");
        near(found.label_probability, 0.5);
        near(found.loss, -(0.5f64.ln()));
        let (none, probabilities) = Prediction::among(&[], &[0.0, 0.0], false, 2).unwrap();
        assert_eq!((none.label, none.rank, probabilities), (None, None, vec![0.5, 0.5]));
    }

    #[test]
    fn an_output_that_is_no_number_is_an_error() {
        let error = Prediction::from_logits(Some(0), &[0.0, f32::NAN], 1).unwrap_err();
        assert_eq!(error.to_string(), "the model's output for class 1 is NaN, expected a finite number");
        assert!(Prediction::from_logits(Some(2), &[0.0, 1.0], 1).is_err());
        assert_eq!(Prediction::from_probabilities(None, &[], 1), Err(PredictionError::Empty));
    }
}
