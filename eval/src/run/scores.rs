//! All scores of one evaluation, as a run records them.

use std::collections::BTreeMap;

use hub_wordnet::SynsetId;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::label_scores::{ClassTable, LabelSpaceSummary};
use super::share::{Share, TopK};
use crate::inference::{Class, LabelMatch, Outcome, SamplePrediction};
use crate::score::calibration::{self, Reliability};
use crate::score::hierarchy::{self, Distances, HierarchyScores, Tree};
use crate::score::interval::Interval;
use crate::score::subtrees::{Subtree, subtrees};
use crate::score::{Count, Prediction, valid_labels};

/// The samples that meet a condition, against all others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// The SQL condition that its rows meet.
    pub condition: String,
    /// Samples with a right most probable class.
    pub top1: Share,
    /// The same of all other samples.
    pub rest: Share,
    /// The accuracy less that of the rest; `None` where one of both is empty.
    pub difference: Option<f64>,
    /// Its 95 % interval, by the normal approximation.
    pub interval: Option<Interval>,
}

/// Accuracy where any of several valid labels counts, beside that of the one label, on the same samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValidScores {
    /// Samples with no valid label at all, which are left out.
    pub without: u64,
    /// Any valid label counts.
    pub top1: Share,
    /// Any valid label counts, among the five most probable.
    pub top5: Share,
    /// Only the label counts.
    pub label_top1: Share,
}

/// All scores of one evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Rows that were evaluated.
    pub samples: u64,
    /// Rows without a label.
    pub unlabelled: u64,
    /// Rows whose label has no known meaning.
    pub unmapped: u64,
    /// Rows whose label no class of the model lies under.
    pub unreachable: u64,
    /// Images that can't be decoded.
    pub corrupt: u64,
    /// Outputs that are no prediction, such as NaN; they count as wrong.
    pub failed: u64,
    /// Top-k accuracy for each `k` asked for.
    pub top: Vec<TopK>,
    /// The mean negative log-likelihood of the labels.
    pub nll: Option<f64>,
    /// The mean Brier score, summed over the classes; only where each label is one class.
    pub brier: Option<f64>,
    /// The mean probability of the most probable class.
    pub mean_confidence: Option<f64>,
    /// Confidence against accuracy, over 15 bins.
    pub reliability: Option<Reliability>,
    /// The expected calibration error over 10 bins.
    pub ece10: Option<f64>,
    /// Precision, recall and F1 of each class, and what is confused.
    pub classes: Option<ClassTable>,
    /// Labels against the model's classes, by meaning.
    pub label_space: Option<LabelSpaceSummary>,
    /// By the name of the graph.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hierarchy: BTreeMap<String, HierarchyScores>,
    /// Why there are no scores on the graph of concepts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hierarchy_note: Option<String>,
    /// Parts of the rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slices: Vec<Slice>,
    /// With several valid labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid: Option<ValidScores>,
    /// Below concepts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subtrees: Vec<Subtree>,
}

/// What is scored beside the plain figures.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The `k` of top-k.
    pub top: Vec<usize>,
    /// The most probable classes that each prediction keeps.
    pub keep: usize,
    /// Parts of the rows, by condition: the positions.
    pub slices: Vec<(String, RoaringBitmap)>,
    /// Concepts to score below.
    pub roots: Vec<SynsetId>,
    /// Trees of concepts with their names, for the graphs `tree-height:NAME` and `tree-depth:NAME`.
    pub trees: Vec<(String, Tree)>,
    /// Whether corrupt images count as wrong.
    pub corrupt_is_wrong: bool,
}

/// The greatest `k` of scores on a graph.
const HIERARCHY_KS: [usize; 6] = [1, 2, 5, 10, 20, 100];

impl Scores {
    /// Scores samples. `classes` are the model's, `labels` the data set's.
    pub fn of(
        samples: &[SamplePrediction],
        classes: &[Class],
        labels: &[Class],
        matched: Option<&LabelMatch>,
        wanted: &Wanted,
    ) -> Self {
        let predictions: Vec<&Prediction> = samples.iter().filter_map(SamplePrediction::prediction).collect();
        let scored: Vec<Prediction> =
            predictions.iter().filter(|p| p.label.is_some()).map(|p| (*p).clone()).collect();
        let count = |is: &dyn Fn(&SamplePrediction) -> bool| samples.iter().filter(|s| is(s)).count() as u64;
        let has_label = |sample: &SamplePrediction, is: &dyn Fn(&LabelMatch, usize) -> bool| {
            sample.label.zip(matched).is_some_and(|(label, matched)| is(matched, label))
        };
        let is_unmapped = |matched: &LabelMatch, label: usize| matched.unmapped.contains(&label);
        let is_reachable = |matched: &LabelMatch, label: usize| matched.space.is_reachable(label);
        let is_wrong_anyway = |sample: &SamplePrediction| {
            let counts = match sample.outcome {
                Outcome::Failed(_) => true,
                Outcome::Corrupt(_) => wanted.corrupt_is_wrong,
                Outcome::Predicted { .. } => false,
            };
            counts && has_label(sample, &is_reachable)
        };
        let wrong_anyway = count(&is_wrong_anyway);
        let top_k = |k: usize| {
            let Count { right, of } = Count::of(scored.iter().filter_map(|p| p.is_in_top(k)));
            Share::from(Count { right, of: of + wrong_anyway })
        };
        let is_one_to_one = matched.is_some_and(|matched| matched.is_one_to_one);
        let some = |value: f64| value.is_finite().then_some(value);
        let any = !scored.is_empty();
        let (hierarchy, hierarchy_note) = match matched.filter(|_| any) {
            Some(matched) => hierarchies(&scored, classes, matched, wanted),
            None => (BTreeMap::new(), None),
        };
        Self {
            samples: samples.len() as u64,
            unlabelled: count(&|sample| sample.label.is_none()),
            unmapped: count(&|sample| has_label(sample, &is_unmapped)),
            unreachable: count(&|sample| {
                has_label(sample, &|m, l| !is_reachable(m, l) && !is_unmapped(m, l))
            }),
            corrupt: count(&|sample| matches!(sample.outcome, Outcome::Corrupt(_))),
            failed: count(&|sample| matches!(sample.outcome, Outcome::Failed(_))),
            top: wanted.top.iter().map(|k| TopK { k: *k, share: top_k(*k) }).collect(),
            nll: some(calibration::negative_log_likelihood(&scored)),
            brier: some(calibration::brier(&scored)).filter(|_| is_one_to_one),
            mean_confidence: some(
                predictions.iter().map(|p| p.confidence()).sum::<f64>() / predictions.len() as f64,
            ),
            reliability: any.then(|| Reliability::new(&scored, 15)),
            ece10: any.then(|| Reliability::new(&scored, 10).ece),
            classes: matched.filter(|_| any).map(|matched| ClassTable::of(samples, classes, labels, matched)),
            label_space: matched.map(|matched| LabelSpaceSummary::of(samples, classes, labels, matched)),
            hierarchy,
            hierarchy_note,
            slices: wanted.slices.iter().map(|slice| slice_of(samples, slice)).collect(),
            valid: valid_scores(samples),
            subtrees: subtrees_of(samples, classes, labels, wanted),
        }
    }

    /// The share of top-k; `None` if it wasn't asked for.
    pub fn top(&self, k: usize) -> Option<Share> {
        self.top.iter().find(|top| top.k == k).map(|top| top.share)
    }
}

/// The scores on each graph, or why there are none.
fn hierarchies(
    scored: &[Prediction],
    classes: &[Class],
    matched: &LabelMatch,
    wanted: &Wanted,
) -> (BTreeMap<String, HierarchyScores>, Option<String>) {
    let mut made = BTreeMap::new();
    let none = |why: &str| (BTreeMap::new(), Some(why.to_owned()));
    if !matched.is_one_to_one {
        return none("the labels are not the model's own classes, so that no distance of both is defined");
    }
    let synsets: Option<Vec<SynsetId>> = classes.iter().map(|class| class.synset).collect();
    let most = wanted.keep.min(classes.len());
    let ks: Vec<usize> = HIERARCHY_KS.into_iter().filter(|k| *k <= most).collect();
    let mut add = |name: String, distances: Distances| {
        made.extend(hierarchy::scores(scored, &distances, &ks).map(|scores| (name, scores)));
    };
    let mut notes = Vec::new();
    match &synsets {
        Some(synsets) => {
            type Graph = fn(&[SynsetId]) -> Result<Distances, usize>;
            let graphs: [(&str, Graph); 2] =
                [("wordnet-labels", Distances::wordnet_labels), ("wordnet-full", Distances::wordnet_full)];
            for (name, graph) in graphs {
                match graph(synsets) {
                    Ok(distances) => add(name.to_owned(), distances),
                    Err(class) => {
                        notes.push(format!("{name}: class '{}' is no noun of WordNet", classes[class].name));
                    }
                }
            }
        }
        None => notes.push("not all of the model's classes have a synset".to_owned()),
    }
    for (name, tree) in &wanted.trees {
        let ids: Vec<String> = classes.iter().map(|class| id_in(tree, class)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        for (graph, distances) in [
            ("tree-height", Distances::tree_height(tree, &ids)),
            ("tree-depth", Distances::tree_depth(tree, &ids)),
        ] {
            match distances {
                Ok(distances) => add(format!("{graph}:{name}"), distances),
                Err(class) => {
                    notes.push(format!("{graph}:{name}: class '{}' is not in the tree", ids[class]))
                }
            }
        }
    }
    (made, (!notes.is_empty()).then(|| notes.join("; ")))
}

/// What a tree calls a class: its synset, or its name.
fn id_in(tree: &Tree, class: &Class) -> String {
    let synset = class.synset.map(|synset| synset.to_string());
    match synset {
        Some(synset) if tree.find(&synset).is_some() || tree.find(&class.name).is_none() => synset,
        _ => class.name.clone(),
    }
}

fn slice_of(samples: &[SamplePrediction], (condition, positions): &(String, RoaringBitmap)) -> Slice {
    let is_inside =
        |sample: &SamplePrediction| u32::try_from(sample.position).is_ok_and(|p| positions.contains(p));
    let count = |inside: bool| {
        Count::of(samples.iter().filter(|s| is_inside(s) == inside).filter_map(SamplePrediction::is_right))
    };
    let (top1, rest) = (count(true), count(false));
    let both = top1.of > 0 && rest.of > 0;
    let difference = both.then(|| top1.fraction() - rest.fraction());
    let variance = |count: Count| count.fraction() * (1.0 - count.fraction()) / count.of as f64;
    let half = crate::score::interval::Z_95 * (variance(top1) + variance(rest)).sqrt();
    let interval = difference.map(|difference| Interval { low: difference - half, high: difference + half });
    Slice { condition: condition.clone(), top1: top1.into(), rest: rest.into(), difference, interval }
}

fn valid_scores(samples: &[SamplePrediction]) -> Option<ValidScores> {
    let all: Vec<(&Prediction, &[usize])> =
        samples.iter().filter_map(|s| Some((s.prediction()?, s.valid.as_deref()?))).collect();
    if all.is_empty() {
        return None;
    }
    let top = |k| valid_labels::top_k(all.iter().copied(), k).into();
    let with = all.iter().filter(|(_, valid)| !valid.is_empty());
    Some(ValidScores {
        without: all.iter().filter(|(_, valid)| valid.is_empty()).count() as u64,
        top1: top(1),
        top5: top(5),
        label_top1: Count::of(with.filter_map(|(prediction, _)| prediction.is_in_top(1))).into(),
    })
}

fn subtrees_of(
    samples: &[SamplePrediction],
    classes: &[Class],
    labels: &[Class],
    wanted: &Wanted,
) -> Vec<Subtree> {
    if wanted.roots.is_empty() {
        return Vec::new();
    }
    let synsets: Vec<_> = classes.iter().map(|class| class.synset).collect();
    let predictions: Vec<_> = samples
        .iter()
        .filter_map(|sample| {
            let prediction = sample.prediction().filter(|p| p.label.is_some())?;
            Some((prediction, labels.get(sample.label?).and_then(|label| label.synset)))
        })
        .collect();
    subtrees(&predictions, &synsets, &wanted.roots)
}
