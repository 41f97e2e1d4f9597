//! How likely a candidate is beside the candidates of the other labels.
//!
//! For closeness, every synset above any candidate knows how many labels have a candidate below it. A candidate is as
//! close to its siblings as its best such ancestor makes it: one that is near to it and above many labels. This is
//! linear in the number of labels, where comparing all pairs would take minutes for a thousand.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::candidates::Match;
use super::proposal::Reason;
use crate::graph::Follow;
use crate::{WordNet, ilsvrc1000, imagenet21k, text};

const WORDS: f64 = 0.5;
const CLOSENESS: f64 = 0.25;
const ILSVRC: f64 = 0.15;
const IMAGENET: f64 = 0.1;
const GLOSS: f64 = 0.1;

/// So many shared words give all that glosses can give.
const MAX_GLOSS_WORDS: usize = 2;

/// The labels as a whole.
pub(super) struct Siblings {
    labels: usize,
    /// For each synset above a candidate, how many labels have one below it.
    above: HashMap<u32, u32>,
    /// The words of all labels, and how many labels have each.
    words: HashMap<String, u32>,
}

/// ILSVRC's classes and all above them, as numbers; the full ImageNet's classes.
static ILSVRC_AND_ABOVE: LazyLock<HashSet<u32>> = LazyLock::new(|| {
    let wn = WordNet::get();
    let numbers = ilsvrc1000().iter().filter_map(|id| wn.number(*id));
    numbers.flat_map(|number| wn.above(number, Follow::Classes)).map(|(above, _)| above).collect()
});
static IN_IMAGENET: LazyLock<HashSet<u32>> =
    LazyLock::new(|| imagenet21k().iter().filter_map(|id| WordNet::get().number(*id)).collect());

impl Siblings {
    pub fn new(labels: &[&str], matches: &[Vec<Match>]) -> Self {
        let mut above: HashMap<u32, u32> = HashMap::new();
        for matches in matches {
            let all = matches.iter().flat_map(|found| WordNet::get().above(found.number, Follow::Classes));
            let distinct: HashSet<u32> = all.map(|(number, _)| number).collect();
            for number in distinct {
                *above.entry(number).or_default() += 1;
            }
        }
        let mut words: HashMap<String, u32> = HashMap::new();
        for label in labels {
            for word in words_of(label) {
                *words.entry(word).or_default() += 1;
            }
        }
        Self { labels: labels.len(), above, words }
    }

    pub fn score(&self, label: &str, found: &Match) -> (f64, Vec<Reason>) {
        let mut score = WORDS * found.strength;
        let mut reasons = vec![found.reason.clone()];
        let (closeness, ancestor, count) = self.closeness(found.number);
        if count > 0 {
            score += CLOSENESS * closeness;
            reasons.push(Reason::Siblings(count, WordNet::get().numbered(ancestor).name()));
        }
        if ILSVRC_AND_ABOVE.contains(&found.number) {
            score += ILSVRC;
            reasons.push(Reason::Ilsvrc);
        } else if IN_IMAGENET.contains(&found.number) {
            score += IMAGENET;
            reasons.push(Reason::ImageNet);
        }
        let shared = self.shared_words(label, found.number);
        if !shared.is_empty() {
            score += GLOSS * shared.len() as f64 / MAX_GLOSS_WORDS as f64;
            reasons.push(Reason::Gloss(shared));
        }
        (score, reasons)
    }

    /// The ancestor that makes a candidate closest to its siblings, and how many of them lie below it.
    fn closeness(&self, number: u32) -> (f64, u32, u32) {
        let wn = WordNet::get();
        let others = self.labels.saturating_sub(1).max(1) as f64;
        let above = wn.above(number, Follow::Classes).into_iter().map(|(ancestor, steps)| {
            let count = self.above.get(&ancestor).map_or(0, |count| count - 1);
            let depth = f64::from(wn.deepest(ancestor));
            let near = 2.0 * depth / (2.0 * depth + f64::from(steps));
            // Half of the siblings are company enough: lists have more than one theme.
            let share = (2.0 * f64::from(count) / others).min(1.0);
            // An ancestor says the more, the deeper it lies.
            (near * share * depth / (depth + 3.0), ancestor, count)
        });
        above.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((0.0, number, 0))
    }

    /// Words of other labels in the gloss.
    fn shared_words(&self, label: &str, number: u32) -> Vec<String> {
        let own: HashSet<String> = words_of(label).collect();
        let gloss = words_of(WordNet::get().numbered(number).gloss());
        let mut shared: Vec<String> =
            gloss.filter(|word| self.words.contains_key(word) && !own.contains(word)).collect();
        shared.sort();
        shared.dedup();
        shared.truncate(MAX_GLOSS_WORDS);
        shared
    }
}

/// Words that are long enough to say something.
fn words_of(text: &str) -> impl Iterator<Item = String> {
    let text: String = text.chars().take(20 * text::MAX_TEXT_CHARS).collect();
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|word| word.len() >= 3 && !EMPTY_WORDS.contains(&word.as_str()))
        .collect();
    words.into_iter()
}

const EMPTY_WORDS: [&str; 20] = [
    "and", "any", "are", "for", "from", "has", "having", "its", "not", "other", "out", "that", "the", "used",
    "usually", "with", "which", "who", "one", "two",
];
