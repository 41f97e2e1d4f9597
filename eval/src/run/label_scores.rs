//! Scores by class, and by label where a model's classes are others.

use serde::{Deserialize, Serialize};

use super::share::Share;
use crate::inference::{Class, LabelMatch, MatchedBy, SamplePrediction};
use crate::score::classification::{ClassScore, Confusion, macro_average, weighted_average};
use crate::score::label_space::LabelSpaceScores;
use crate::score::{Count, Prediction};

/// Up to this number of classes the whole confusion matrix is kept.
const WHOLE_CONFUSION: usize = 50;
/// Pairs of classes that are confused most.
const MOST_CONFUSED: usize = 20;

/// A class with its scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassRow {
    /// From 0, in the order of the model, or of the labels.
    pub number: usize,
    /// The class's name.
    pub name: String,
    /// Precision, recall, F1 and the number of samples.
    #[serde(flatten)]
    pub score: ClassScore,
}

/// Two classes that are confused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confused {
    /// The name of the label.
    pub label: String,
    /// The name of the class that was predicted.
    pub predicted: String,
    /// How many samples were confused so.
    pub samples: u64,
}

/// Scores by class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassTable {
    /// Whether classes are the model's; else they are the data set's labels, predicted by the greatest sum of
    /// probabilities below each.
    pub are_model_classes: bool,
    /// Classes with samples or predictions.
    pub rows: Vec<ClassRow>,
    /// The mean over all classes.
    pub macro_average: ClassScore,
    /// The mean over all classes by their samples.
    pub weighted_average: ClassScore,
    /// The pairs that are confused most, most first.
    pub most_confused: Vec<Confused>,
    /// Samples of each class (row) that were predicted as each class (column); of at most 50 classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confusion: Option<Vec<Vec<u64>>>,
}

impl ClassTable {
    /// The table of scored samples.
    pub fn of(
        samples: &[SamplePrediction],
        classes: &[Class],
        labels: &[Class],
        matched: &LabelMatch,
    ) -> Self {
        let are_model_classes = matched.is_one_to_one;
        let (confusion, names) = Self::confusion(samples, classes, labels, matched);
        let scores = confusion.class_scores();
        let name = |number: usize| names[number].name.clone();
        let is_used = |number: &usize| {
            let score = scores[*number];
            score.support > 0 || (0..confusion.classes()).any(|label| confusion.count(label, *number) > 0)
        };
        let row = |number| ClassRow { number, name: name(number), score: scores[number] };
        let pair = |(label, predicted, samples)| Confused {
            label: name(label),
            predicted: name(predicted),
            samples,
        };
        let all: Vec<usize> = (0..confusion.classes()).collect();
        Self {
            are_model_classes,
            rows: all.iter().copied().filter(is_used).map(row).collect(),
            macro_average: macro_average(&scores),
            weighted_average: weighted_average(&scores),
            most_confused: confusion.most_confused(MOST_CONFUSED).into_iter().map(pair).collect(),
            confusion: (all.len() <= WHOLE_CONFUSION).then(|| {
                // The last column counts classes outside of the table, of which there are none.
                let without_others = |mut row: Vec<u64>| {
                    row.pop();
                    row
                };
                confusion.among(&all).into_iter().map(without_others).collect()
            }),
        }
    }

    /// The confusion of scored samples, with its classes.
    pub fn confusion<'a>(
        samples: &[SamplePrediction],
        classes: &'a [Class],
        labels: &'a [Class],
        matched: &LabelMatch,
    ) -> (Confusion, &'a [Class]) {
        if matched.is_one_to_one {
            let scored: Vec<Prediction> = samples.iter().filter_map(|s| s.prediction().cloned()).collect();
            return (Confusion::new(&scored, classes.len()), classes);
        }
        let pairs = samples.iter().filter_map(|s| Some((s.label?, s.judgement()?.summed)));
        (Confusion::of(pairs, labels.len()), labels)
    }
}

/// A label with how it was predicted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelRow {
    /// The label's name.
    pub label: String,
    /// What the label means, where it is known.
    pub synset: Option<String>,
    /// The model's classes that are right for it.
    pub classes: u64,
    /// Samples with the label.
    pub samples: u64,
    /// Of them, those whose most probable class is right.
    pub right: u64,
    /// Those whose most probable class of the restricted ones is right.
    pub right_restrict: u64,
    /// Those whose greatest sum of probabilities is the label's.
    pub right_restrict_sum: u64,
}

/// Labels against the model's classes, by meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelSpaceSummary {
    /// How classes and labels were compared.
    pub by: MatchedBy,
    /// Is each label that can be predicted exactly one class?
    pub one_to_one: bool,
    /// The number of the model's classes.
    pub classes: u64,
    /// Of them, those that are right for some label.
    pub restricted_classes: u64,
    /// How many samples are right, coarser, outside.
    pub counts: LabelSpaceScores,
    /// The most probable of all classes.
    pub plain: Share,
    /// The most probable of the restricted classes.
    pub restrict: Share,
    /// The greatest sum of probabilities below a label.
    pub restrict_sum: Share,
    /// Labels without a known meaning.
    pub unmapped: Vec<String>,
    /// Labels that no class is right for.
    pub unreachable: Vec<String>,
    /// Classes that are right for several labels.
    pub in_two_labels: Vec<String>,
    /// The same for each label with samples.
    pub labels: Vec<LabelRow>,
}

impl LabelSpaceSummary {
    /// The summary of the samples that have a label and a prediction.
    pub fn of(
        samples: &[SamplePrediction],
        classes: &[Class],
        labels: &[Class],
        matched: &LabelMatch,
    ) -> Self {
        let mut counts = LabelSpaceScores::default();
        let mut rows: Vec<LabelRow> = labels
            .iter()
            .enumerate()
            .map(|(number, label)| LabelRow {
                label: label.name.clone(),
                synset: label.synset.map(|synset| synset.to_string()),
                classes: matched.space.classes_of(number).len() as u64,
                samples: 0,
                right: 0,
                right_restrict: 0,
                right_restrict_sum: 0,
            })
            .collect();
        for sample in samples.iter().filter(|sample| sample.prediction().is_some()) {
            let Some((label, row)) = sample.label.and_then(|label| Some((label, rows.get_mut(label)?)))
            else {
                continue;
            };
            row.samples += 1;
            counts.add(label, sample.judgement());
            if let Some(judgement) = sample.judgement() {
                row.right += u64::from(sample.is_right() == Some(true));
                row.right_restrict += u64::from(judgement.restricted_right);
                row.right_restrict_sum += u64::from(judgement.summed == label);
            }
        }
        let [plain, restrict, restrict_sum] = counts.accuracies().map(|count: Count| Share::from(count));
        let name = |number: usize| labels[number].name.clone();
        let unreachable =
            (0..labels.len()).filter(|l| !matched.space.is_reachable(*l) && !matched.unmapped.contains(l));
        let class_id = |class: usize| {
            classes[class].synset.map_or_else(|| classes[class].name.clone(), |id| id.to_string())
        };
        Self {
            by: matched.by,
            one_to_one: matched.is_one_to_one,
            classes: classes.len() as u64,
            restricted_classes: matched.space.restricted().count() as u64,
            counts,
            plain,
            restrict,
            restrict_sum,
            unmapped: matched.unmapped.iter().copied().map(name).collect(),
            unreachable: unreachable.map(name).collect(),
            in_two_labels: matched.space.ambiguous().map(class_id).collect(),
            labels: rows,
        }
    }
}
