//! Scores of ranked predictions by distance.

use serde::{Deserialize, Serialize};

use super::Distances;
use crate::score::Prediction;

/// Scores of one model on one data set, on one graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HierarchyScores {
    /// Samples whose most probable class is wrong.
    pub mistakes: u64,
    /// Their mean distance; `None` without mistakes.
    pub mistake_severity: Option<f64>,
    /// The greatest distance of two classes.
    pub max_distance: u8,
    /// How many mistakes have which distance, from 0.
    pub severity_histogram: Vec<u64>,
    /// Scores of the first `k` predictions, for each `k` asked for.
    pub at: Vec<AtK>,
}

/// Scores of the first `k` predictions. Means are over all samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AtK {
    /// How many predictions of each sample count.
    pub k: usize,
    /// The mean distance of the first `k`.
    pub average_distance: f64,
    /// The mean of the least distance among the first `k`.
    pub least_distance: f64,
    /// The mean distance of the first `k` over the samples whose first prediction is wrong; `None` without any.
    pub average_distance_of_mistakes: Option<f64>,
    /// Hierarchical precision: similarities of the first `k`, over the best that `k` classes could have; both summed
    /// over the whole set. Similarity: 1 less distance over the greatest distance.
    pub precision: f64,
    /// The mean of each sample's own ratio instead.
    pub precision_mean: f64,
    /// The mean of `precision` from 1 to `k`.
    pub mean_average_precision: f64,
}

/// Scores the labelled samples. Each keeps at least the greatest of `ks` predictions; `None` if one keeps fewer, if a
/// class is not among those of the distances, or without labelled samples.
///
/// Source: L. Bertinetto et al., "Making better mistakes", 2020, for severity and average distances; hierarchical
/// precision after A. Frome et al., "DeViSE", 2013, as that paper's code sums it.
pub fn scores(predictions: &[Prediction], distances: &Distances, ks: &[usize]) -> Option<HierarchyScores> {
    let most = ks.iter().copied().max()?.max(1);
    let samples: Vec<(usize, Vec<u8>)> = predictions
        .iter()
        .filter_map(|prediction| Some((prediction.label?, prediction)))
        .map(|(label, prediction)| {
            let row = (label < distances.classes()).then(|| distances.row(label))?;
            let far = prediction.top.iter().take(most).map(|(class, _)| row.get(*class).copied());
            let far = far.collect::<Option<Vec<u8>>>()?;
            (far.len() == most.min(distances.classes())).then_some((label, far))
        })
        .collect::<Option<_>>()?;
    if samples.is_empty() {
        return None;
    }
    let max_distance = distances.max();
    let mut histogram = vec![0; usize::from(max_distance) + 1];
    let mistakes: Vec<&Vec<u8>> = samples
        .iter()
        .zip(predictions.iter().filter(|p| p.label.is_some()))
        .filter(|((label, _), prediction)| prediction.class() != Some(*label))
        .map(|((_, far), _)| far)
        .collect();
    mistakes.iter().for_each(|far| histogram[usize::from(far[0])] += 1);
    let severity = mistakes.iter().map(|far| f64::from(far[0])).sum::<f64>() / mistakes.len() as f64;
    let precisions = precisions(&samples, distances, most);
    let at = ks.iter().map(|k| at_k((*k).max(1), &samples, &mistakes, &precisions)).collect();
    Some(HierarchyScores {
        mistakes: mistakes.len() as u64,
        mistake_severity: (!mistakes.is_empty()).then_some(severity),
        max_distance,
        severity_histogram: histogram,
        at,
    })
}

/// For each `k` from 1: the precision over the set, and the mean of the samples' own.
fn precisions(samples: &[(usize, Vec<u8>)], distances: &Distances, most: usize) -> Vec<(f64, f64)> {
    let greatest = f64::from(distances.max().max(1));
    let similarity = |distance: u8| 1.0 - f64::from(distance) / greatest;
    // The similarities of the nearest classes of each class, summed.
    let mut ideals: Vec<Option<Vec<f64>>> = vec![None; distances.classes()];
    let mut sums = vec![(0.0, 0.0, 0.0); most];
    for (label, far) in samples {
        let ideal = ideals[*label].get_or_insert_with(|| {
            let mut row = distances.row(*label).to_vec();
            row.sort_unstable();
            running(row.into_iter().take(most).map(similarity))
        });
        for (sum, (found, best)) in
            sums.iter_mut().zip(running(far.iter().copied().map(similarity)).iter().zip(ideal))
        {
            *sum = (sum.0 + found, sum.1 + *best, sum.2 + found / *best);
        }
    }
    sums.into_iter().map(|(found, best, ratios)| (found / best, ratios / samples.len() as f64)).collect()
}

fn running(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let add = |sum: &mut f64, value| {
        *sum += value;
        Some(*sum)
    };
    values.scan(0.0, add).collect()
}

fn at_k(k: usize, samples: &[(usize, Vec<u8>)], mistakes: &[&Vec<u8>], precisions: &[(f64, f64)]) -> AtK {
    let mean_of = |far: &[u8]| {
        let far = &far[..k.min(far.len())];
        far.iter().map(|distance| f64::from(*distance)).sum::<f64>() / far.len() as f64
    };
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let (sum, count) = values.fold((0.0, 0u64), |(sum, count), value| (sum + value, count + 1));
        (count > 0).then(|| sum / count as f64)
    };
    let least = |far: &[u8]| f64::from(far.iter().take(k).copied().min().unwrap_or(0));
    let (precision, precision_mean) = precisions.get(k - 1).copied().unwrap_or((f64::NAN, f64::NAN));
    let to_k = precisions.iter().take(k).map(|(precision, _)| precision);
    AtK {
        k,
        average_distance: mean(&mut samples.iter().map(|(_, far)| mean_of(far))).unwrap_or(f64::NAN),
        least_distance: mean(&mut samples.iter().map(|(_, far)| least(far))).unwrap_or(f64::NAN),
        average_distance_of_mistakes: mean(&mut mistakes.iter().map(|far| mean_of(far))),
        precision,
        precision_mean,
        mean_average_precision: to_k.sum::<f64>() / k as f64,
    }
}
