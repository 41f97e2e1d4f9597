//! Labels that are likely wrong, by a model's probabilities.
//!
//! Source: C. Northcutt et al., "Confident learning: estimating uncertainty in dataset labels", 2021. A class's
//! threshold is the mean probability that samples labelled as the class have for it; a sample that reaches the
//! threshold of another class with the greatest probability is a likely error.

/// Finds labels that are likely wrong, one sample after another, in two passes over the same samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds(Vec<f64>);

/// The first pass: the mean probability of each class over the samples that are labelled as it.
#[derive(Clone, Debug, Default)]
pub struct ThresholdSums(Vec<(f64, u64)>);

impl ThresholdSums {
    /// Adds a sample; `probabilities` has a value for each class. A label that is not among the classes is left out.
    pub fn add(&mut self, label: usize, probabilities: &[f64]) {
        self.0.resize(self.0.len().max(probabilities.len()), (0.0, 0));
        if let (Some(sum), Some(probability)) = (self.0.get_mut(label), probabilities.get(label)) {
            *sum = (sum.0 + probability, sum.1 + 1);
        }
    }

    /// The thresholds; a class without samples has one that nothing reaches.
    pub fn finish(self) -> Thresholds {
        let mean = |(sum, count): (f64, u64)| if count == 0 { f64::INFINITY } else { sum / count as f64 };
        Thresholds(self.0.into_iter().map(mean).collect())
    }
}

impl Thresholds {
    /// The threshold of each class.
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// The class that a sample rather belongs to; `None` if its label is plausible.
    pub fn suspect(&self, label: usize, probabilities: &[f64]) -> Option<usize> {
        let classes = probabilities.iter().zip(&self.0).enumerate();
        let confident = classes.filter(|(_, (probability, threshold))| probability >= threshold);
        // Of equal ones the lower class.
        let best = confident.reduce(|best, next| if next.1.0 > best.1.0 { next } else { best });
        best.map(|(class, _)| class).filter(|class| *class != label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confident_other_class_is_suspect() {
        let samples = [(0, [0.9, 0.1]), (0, [0.8, 0.2]), (1, [0.1, 0.9]), (1, [0.95, 0.05]), (0, [0.5, 0.5])];
        let mut sums = ThresholdSums::default();
        samples.iter().for_each(|(label, probabilities)| sums.add(*label, probabilities));
        let thresholds = sums.finish();
        assert!((thresholds.values()[0] - 2.2 / 3.0).abs() < 1e-12);
        let found: Vec<_> = samples.iter().map(|(label, p)| thresholds.suspect(*label, p)).collect();
        // The last is not confident in class 0, but in class 1, whose threshold is low.
        assert_eq!(found, [None, None, None, Some(0), Some(1)]);
    }
}
