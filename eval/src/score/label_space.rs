//! A model whose classes are not the data set's labels: right by meaning.
//!
//! A prediction is right when the synset of its class is the label's, or lies under it in WordNet (all hypernyms, not
//! the first alone). A label under which no class lies is unreachable: its samples are counted, not scored. Three
//! figures are always given, since each answers another question:
//!
//! * plain: the most probable of all classes;
//! * restricted: the most probable of the classes that lie under some label;
//! * restricted, summed: probabilities summed over the classes below each label.

use hub_wordnet::{SynsetId, WordNet};
use serde::{Deserialize, Serialize};

use super::Count;

/// The classes of a model against the labels of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSpace {
    /// For each class, the labels that it is right for.
    right_for: Vec<Vec<usize>>,
    /// For each class, the labels that it is coarser than.
    above: Vec<Vec<usize>>,
    /// For each label, the classes that are right.
    below: Vec<Vec<usize>>,
}

/// How a sample's plain prediction stands to its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Under the label.
    Right,
    /// Above the label.
    Coarser,
    /// Under another label.
    AnotherLabel,
    /// Under no label.
    Outside,
}

/// What a model said of one sample of a reachable label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Of the most probable class.
    pub plain: Verdict,
    /// Is one of the five most probable classes right?
    pub top5_right: bool,
    /// The most probable class of those that lie under some label.
    pub restricted: usize,
    /// Is it right?
    pub restricted_right: bool,
    /// Is one of the five most probable of them right?
    pub restricted_top5_right: bool,
    /// The label with the greatest sum of probabilities.
    pub summed: usize,
}

/// Scores over a data set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelSpaceScores {
    /// Samples with a label.
    pub samples: u64,
    /// Of them those whose label is unreachable.
    pub unreachable: u64,
    /// Plain predictions that are right.
    pub right: u64,
    /// Plain predictions above the label.
    pub coarser: u64,
    /// Plain predictions under another label.
    pub another_label: u64,
    /// Plain predictions under no label.
    pub outside: u64,
    /// One of the five most probable is right.
    pub top5_right: u64,
    /// The most probable of the restricted classes is right.
    pub restricted_right: u64,
    /// One of the five most probable of the restricted classes is right.
    pub restricted_top5_right: u64,
    /// The label with the greatest sum is right.
    pub summed_right: u64,
}

impl LabelSpace {
    /// Compares synsets; a class or label whose meaning is unknown (`None`) is right for nothing, and unreachable.
    pub fn new(classes: &[Option<SynsetId>], labels: &[Option<SynsetId>]) -> Self {
        let net = WordNet::get();
        let is_under = |a: SynsetId, b: SynsetId| a == b || net.is_a(a, b);
        let labels_where = |meets: &dyn Fn(SynsetId) -> bool| -> Vec<usize> {
            let known = labels.iter().enumerate().filter_map(|(number, label)| Some((number, (*label)?)));
            known.filter(|(_, label)| meets(*label)).map(|(number, _)| number).collect()
        };
        let mut space =
            Self { right_for: Vec::new(), above: Vec::new(), below: vec![Vec::new(); labels.len()] };
        for (number, class) in classes.iter().enumerate() {
            let Some(class) = *class else {
                space.right_for.push(Vec::new());
                space.above.push(Vec::new());
                continue;
            };
            let right_for = labels_where(&|label| is_under(class, label));
            right_for.iter().for_each(|label| space.below[*label].push(number));
            space.right_for.push(right_for);
            space.above.push(labels_where(&|label| class != label && is_under(label, class)));
        }
        space
    }

    /// A space whose right pairs of class and label are known, by their numbers; no class is coarser than a label.
    pub fn from_pairs(classes: usize, labels: usize, pairs: &[(usize, usize)]) -> Self {
        let mut space = Self {
            right_for: vec![Vec::new(); classes],
            above: vec![Vec::new(); classes],
            below: vec![Vec::new(); labels],
        };
        for (class, label) in pairs.iter().filter(|(class, label)| *class < classes && *label < labels) {
            space.right_for[*class].push(*label);
            space.below[*label].push(*class);
        }
        space
    }

    /// The classes that are right for a label.
    pub fn classes_of(&self, label: usize) -> &[usize] {
        self.below.get(label).map_or(&[], Vec::as_slice)
    }

    /// Can a label be predicted at all?
    pub fn is_reachable(&self, label: usize) -> bool {
        !self.classes_of(label).is_empty()
    }

    /// The classes that lie under some label.
    pub fn restricted(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.right_for.len()).filter(|class| !self.right_for[*class].is_empty())
    }

    /// The classes that lie under several labels.
    pub fn ambiguous(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.right_for.len()).filter(|class| self.right_for[*class].len() > 1)
    }

    /// Judges the probabilities of one sample; `None` where its label is unreachable.
    pub fn judge(&self, label: usize, probabilities: &[f64]) -> Option<Judgement> {
        let is_right =
            |class: &usize| self.right_for.get(*class).is_some_and(|labels| labels.contains(&label));
        if !self.is_reachable(label) {
            return None;
        }
        let all = best_five((0..probabilities.len().min(self.right_for.len())).collect(), probabilities);
        let restricted =
            best_five(self.restricted().filter(|c| *c < probabilities.len()).collect(), probabilities);
        let class = *all.first()?;
        let plain = match () {
            () if is_right(&class) => Verdict::Right,
            () if self.above[class].contains(&label) => Verdict::Coarser,
            () if !self.right_for[class].is_empty() => Verdict::AnotherLabel,
            () => Verdict::Outside,
        };
        let sums = self.below.iter().enumerate().filter(|(_, classes)| !classes.is_empty());
        let sums = sums.map(|(label, classes)| {
            (label, classes.iter().filter_map(|class| probabilities.get(*class)).sum::<f64>())
        });
        let summed = sums.reduce(|best, next| if next.1 > best.1 { next } else { best })?.0;
        Some(Judgement {
            plain,
            top5_right: all.iter().any(is_right),
            restricted: *restricted.first()?,
            restricted_right: restricted.first().is_some_and(is_right),
            restricted_top5_right: restricted.iter().any(is_right),
            summed,
        })
    }
}

/// The five classes of greatest probability, best first; of equal ones the lower.
fn best_five(mut classes: Vec<usize>, probabilities: &[f64]) -> Vec<usize> {
    let order = |a: &usize, b: &usize| probabilities[*b].total_cmp(&probabilities[*a]).then(a.cmp(b));
    if classes.len() > 5 {
        classes.select_nth_unstable_by(4, order);
        classes.truncate(5);
    }
    classes.sort_unstable_by(order);
    classes
}

impl LabelSpaceScores {
    /// Adds a sample with its label.
    pub fn add(&mut self, label: usize, judgement: Option<&Judgement>) {
        self.samples += 1;
        let Some(judgement) = judgement else {
            self.unreachable += 1;
            return;
        };
        *match judgement.plain {
            Verdict::Right => &mut self.right,
            Verdict::Coarser => &mut self.coarser,
            Verdict::AnotherLabel => &mut self.another_label,
            Verdict::Outside => &mut self.outside,
        } += 1;
        self.top5_right += u64::from(judgement.top5_right);
        self.restricted_right += u64::from(judgement.restricted_right);
        self.restricted_top5_right += u64::from(judgement.restricted_top5_right);
        self.summed_right += u64::from(judgement.summed == label);
    }

    /// Samples that were scored.
    pub fn scored(&self) -> u64 {
        self.samples - self.unreachable
    }

    /// The three accuracies: plain, restricted, restricted and summed.
    pub fn accuracies(&self) -> [Count; 3] {
        [self.right, self.restricted_right, self.summed_right].map(|right| Count { right, of: self.scored() })
    }
}

#[cfg(test)]
mod tests {
    use hub_wordnet::ilsvrc1000;

    use super::*;

    fn ids(names: &[&str]) -> Vec<Option<SynsetId>> {
        names.iter().map(|name| WordNet::get().resolve(name).ok()).collect()
    }

    #[test]
    fn imagenet_classes_under_the_labels_of_cifar_10() {
        let classes: Vec<Option<SynsetId>> = ilsvrc1000().iter().copied().map(Some).collect();
        let labels = ids(&[
            "n02691156",
            "n02958343",
            "n01503061",
            "n02121620",
            "n02430045",
            "n02084071",
            "n01639765",
            "n02374451",
            "n04194289",
            "n04490091",
        ]);
        let space = LabelSpace::new(&classes, &labels);
        let counts: Vec<usize> = (0..10).map(|label| space.classes_of(label).len()).collect();
        assert_eq!(counts, [1, 10, 59, 7, 0, 118, 3, 1, 6, 8]);
        assert_eq!(space.restricted().count(), 212);
        let ambiguous: Vec<String> = space.ambiguous().map(|class| ilsvrc1000()[class].to_string()).collect();
        assert_eq!(ambiguous, ["n03770679"], "the minivan is a car and a truck");
    }

    #[test]
    fn verdicts() {
        // poodle, animal, cat, car, and a class without a meaning
        let mut classes = ids(&["poodle.n.01", "animal.n.01", "cat.n.01", "car.n.01"]);
        classes.push(None);
        let labels = ids(&["dog.n.01", "cat.n.01", "deer.n.01"]);
        let space = LabelSpace::new(&classes, &labels);
        let judge = |probabilities: [f64; 5]| space.judge(0, &probabilities).unwrap();
        assert_eq!(judge([0.6, 0.1, 0.1, 0.1, 0.1]).plain, Verdict::Right);
        assert_eq!(judge([0.1, 0.6, 0.1, 0.1, 0.1]).plain, Verdict::Coarser);
        assert_eq!(judge([0.1, 0.1, 0.6, 0.1, 0.1]).plain, Verdict::AnotherLabel);
        let outside = judge([0.2, 0.0, 0.1, 0.6, 0.1]);
        assert_eq!(outside.plain, Verdict::Outside);
        assert!(outside.restricted_right && outside.top5_right && outside.summed == 0);
        assert_eq!(space.judge(2, &[0.2; 5]), None, "nothing lies under deer");
        let mut scores = LabelSpaceScores::default();
        scores.add(0, Some(&outside));
        scores.add(2, None);
        assert_eq!((scores.samples, scores.scored(), scores.restricted_right, scores.outside), (2, 1, 1, 1));
    }
}
