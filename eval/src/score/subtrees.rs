//! Scores below concepts: how well are the dogs told apart, and are they taken for dogs at all?

use hub_wordnet::{SynsetId, WordNet};
use serde::{Deserialize, Serialize};

use super::{Count, Prediction};

/// How the samples below a concept were predicted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subtree {
    /// The concept, `n02084071`.
    pub synset: String,
    /// Its name, `dog.n.01`.
    pub name: String,
    /// The model's classes below it.
    pub classes: u64,
    /// Samples below it whose most probable class is right.
    pub top1: Count,
    /// Samples below it with a right class among the five most probable.
    pub top5: Count,
    /// Samples, of any label, that were predicted as a class below it.
    pub predicted_inside: u64,
    /// Samples below it that were predicted as any class below it.
    pub inside_and_inside: u64,
}

/// The table of some concepts. `labels` holds the meaning of each prediction's label, `classes` those of the model's
/// classes.
pub fn subtrees(
    predictions: &[(&Prediction, Option<SynsetId>)],
    classes: &[Option<SynsetId>],
    roots: &[SynsetId],
) -> Vec<Subtree> {
    let net = WordNet::get();
    let table = |root: &SynsetId| {
        let is_under = |synset: SynsetId| synset == *root || net.is_a(synset, *root);
        let inside: Vec<bool> = classes.iter().map(|class| class.is_some_and(is_under)).collect();
        let predicted =
            |p: &Prediction| p.class().and_then(|class| inside.get(class).copied()).unwrap_or(false);
        let below: Vec<&Prediction> =
            predictions.iter().filter(|(_, label)| label.is_some_and(is_under)).map(|(p, _)| *p).collect();
        let top = |k| Count::of(below.iter().filter_map(|prediction| prediction.is_in_top(k)));
        Subtree {
            synset: root.to_string(),
            name: net.synset(*root).map(|synset| synset.name()).unwrap_or_default(),
            classes: inside.iter().filter(|inside| **inside).count() as u64,
            top1: top(1),
            top5: top(5),
            predicted_inside: predictions.iter().filter(|(p, _)| predicted(p)).count() as u64,
            inside_and_inside: below.iter().filter(|p| predicted(p)).count() as u64,
        }
    };
    roots.iter().map(table).collect()
}

/// The concepts `depth` steps below the top of WordNet's nouns (`entity.n.01` is at 0; of several ways the shortest) that
/// some of the synsets lie under, or are; sorted by their ids.
pub fn at_depth(synsets: &[SynsetId], depth: u32) -> Vec<SynsetId> {
    let net = WordNet::get();
    let above = synsets.iter().flat_map(|synset| net.ancestors(*synset).into_iter().chain([*synset]));
    let mut found: Vec<SynsetId> = above.filter(|synset| net.min_depth(*synset) == Some(depth)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> SynsetId {
        WordNet::get().resolve(name).unwrap()
    }

    #[test]
    fn inside_counts_other_kinds_too() {
        let classes: Vec<_> =
            ["poodle.n.01", "beagle.n.01", "tabby.n.01"].iter().map(|name| Some(id(name))).collect();
        let predict = |label: usize, class: usize| {
            let mut probabilities = [0.1; 3];
            probabilities[class] = 0.8;
            (Prediction::from_probabilities(Some(label), &probabilities, 3).unwrap(), classes[label])
        };
        let made = [predict(0, 0), predict(0, 1), predict(1, 2), predict(2, 0)];
        let predictions: Vec<_> = made.iter().map(|(p, label)| (p, *label)).collect();
        let found = subtrees(&predictions, &classes, &[id("dog.n.01"), id("tabby.n.01")]);
        assert_eq!((found[0].name.as_str(), found[0].classes), ("dog.n.01", 2));
        assert_eq!(found[0].top1, Count { right: 1, of: 3 });
        assert_eq!((found[0].predicted_inside, found[0].inside_and_inside), (3, 2));
        assert_eq!((found[1].predicted_inside, found[1].inside_and_inside), (1, 0));
    }

    #[test]
    fn concepts_at_a_depth() {
        let found = at_depth(&[id("poodle.n.01"), id("car.n.01")], 1);
        assert_eq!(found, [id("physical_entity.n.01")]);
        assert_eq!(at_depth(&[id("poodle.n.01")], 0), [id("entity.n.01")]);
    }
}
