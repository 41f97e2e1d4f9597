//! Whether a model is as often right as it says.

use serde::{Deserialize, Serialize};

use super::Prediction;

/// Samples whose confidence lies in one range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Their number.
    pub count: u64,
    /// Their mean confidence; `None` of an empty bin.
    pub confidence: Option<f64>,
    /// The share of them that is right; `None` of an empty bin.
    pub accuracy: Option<f64>,
}

/// Confidence against accuracy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// Bins of equal width; bin `b` of `n` holds the confidences in `(b/n, (b+1)/n]`, the first one 0 too.
    pub bins: Vec<Bin>,
    /// The expected calibration error: the mean distance between confidence and accuracy, by the bins' counts.
    pub ece: f64,
    /// The greatest distance of any bin.
    pub mce: f64,
}

impl Reliability {
    /// The reliability of the labelled samples, over `bins` bins (at least 1).
    pub fn new(predictions: &[Prediction], bins: usize) -> Self {
        let labelled = predictions.iter().filter_map(|p| Some((p.confidence(), p.is_in_top(1)?)));
        Self::of(labelled, bins)
    }

    /// The reliability of confidences (from 0 to 1), each with whether it was right.
    ///
    /// Source: C. Guo et al., "On calibration of modern neural networks", 2017.
    pub fn of(samples: impl IntoIterator<Item = (f64, bool)>, bins: usize) -> Self {
        let mut sums = vec![(0u64, 0.0, 0u64); bins.max(1)];
        let mut all = 0u64;
        for (confidence, right) in samples {
            let bin = &mut sums[bin_of(confidence, bins.max(1))];
            *bin = (bin.0 + 1, bin.1 + confidence, bin.2 + u64::from(right));
            all += 1;
        }
        let gap = |(count, confidence, right): &(u64, f64, u64)| {
            (confidence / *count as f64 - *right as f64 / *count as f64).abs()
        };
        let filled = || sums.iter().filter(|sum| sum.0 > 0);
        let bins = sums.iter().map(|(count, confidence, right)| {
            let mean = |sum: f64| (*count > 0).then(|| sum / *count as f64);
            Bin { count: *count, confidence: mean(*confidence), accuracy: mean(*right as f64) }
        });
        Self {
            bins: bins.collect(),
            ece: filled().map(|sum| gap(sum) * sum.0 as f64 / all as f64).sum(),
            mce: filled().map(gap).fold(0.0, f64::max),
        }
    }
}

/// The bin of a confidence. Edges are compared, since multiplying by the number of bins rounds.
fn bin_of(confidence: f64, bins: usize) -> usize {
    let edge = |bin: usize| bin as f64 / bins as f64;
    let mut bin = ((confidence * bins as f64) as usize).min(bins - 1);
    while bin > 0 && confidence <= edge(bin) {
        bin -= 1;
    }
    while bin + 1 < bins && confidence > edge(bin + 1) {
        bin += 1;
    }
    bin
}

/// The mean negative log-likelihood of the labels (natural logarithm); NaN without labels.
pub fn negative_log_likelihood(predictions: &[Prediction]) -> f64 {
    mean(predictions.iter().filter_map(|prediction| prediction.loss))
}

/// The mean Brier score: the squared distance between probabilities and the label's class, summed over the classes,
/// from 0 to 2; NaN without labels.
///
/// Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950.
pub fn brier(predictions: &[Prediction]) -> f64 {
    mean(predictions.iter().filter_map(|p| Some(p.sum_of_squares - 2.0 * p.label_probability? + 1.0)))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0u64), |(sum, count), value| (sum + value, count + 1));
    sum / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-9, "{found} {wanted}");
    }

    #[test]
    fn edges_belong_to_the_lower_bin_and_1_to_the_last() {
        // Confidences, which of them are right, and ECE and MCE of 15 bins, ECE of 10.
        type Case = (&'static [f64], &'static [u8], f64, f64, f64);
        let cases: [Case; 4] = [
            (&[1.0; 4], &[1, 1, 0, 1], 0.25, 0.25, 0.25),
            (
                &[0.2, 0.4, 0.6, 0.8, 1.0, 1.0 / 15.0, 2.0 / 15.0],
                &[0, 1, 1, 0, 1, 0, 1],
                0.419_047_619_047_619,
                0.866_666_666_666_667,
                0.361_904_761_904_762,
            ),
            (&[0.0, 0.0, 1.0], &[0, 1, 1], 1.0 / 3.0, 0.5, 1.0 / 3.0),
            (&[0.51; 5], &[1, 0, 1, 0, 0], 0.11, 0.11, 0.11),
        ];
        for (confidence, right, ece, mce, ece_of_10) in cases {
            let samples = || confidence.iter().copied().zip(right.iter().map(|r| *r == 1));
            let found = Reliability::of(samples(), 15);
            near(found.ece, ece);
            near(found.mce, mce);
            near(Reliability::of(samples(), 10).ece, ece_of_10);
        }
        let last = Reliability::of([(1.0, true)], 15).bins[14];
        assert_eq!(last, Bin { count: 1, confidence: Some(1.0), accuracy: Some(1.0) });
    }

    #[test]
    fn loss_and_brier() {
        let one = Prediction::from_probabilities(Some(0), &[0.7, 0.2, 0.1], 3).unwrap();
        near(negative_log_likelihood(std::slice::from_ref(&one)), -(0.7f64.ln()));
        near(brier(&[one]), 0.09 + 0.04 + 0.01);
        assert!(brier(&[]).is_nan());
    }
}
