//! Samples with several valid labels, as in the reassessed labels of ImageNet.
//!
//! Source of the rule: L. Beyer et al., "Are we done with ImageNet?", 2020: a prediction is right if it is any of the
//! valid labels; samples without a valid label are left out.

use super::{Count, Prediction};

/// How many samples have one of their valid labels among the `k` most probable classes; those with none are left out.
/// `k` is at most the number of classes that the predictions keep.
pub fn top_k<'a>(samples: impl IntoIterator<Item = (&'a Prediction, &'a [usize])>, k: usize) -> Count {
    let scored = samples.into_iter().filter(|(_, valid)| !valid.is_empty());
    Count::of(
        scored
            .map(|(prediction, valid)| prediction.top.iter().take(k).any(|(class, _)| valid.contains(class))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_valid_label_counts() {
        let prediction = Prediction::from_probabilities(Some(0), &[0.2, 0.5, 0.3], 3).unwrap();
        let samples = [(&prediction, &[1, 2][..]), (&prediction, &[2]), (&prediction, &[])];
        assert_eq!(top_k(samples, 1), Count { right: 1, of: 2 });
        assert_eq!(top_k(samples, 2), Count { right: 2, of: 2 });
    }
}
