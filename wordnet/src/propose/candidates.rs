//! Finds the candidate synsets of a label by its words.
//!
//! The whole label first. If it is not a word, its alternatives (`T-shirt/top`, `tench, Tinca tinca`); if these are none,
//! its parts: the last words, since English puts what a thing is last (`ankle boot` is a boot), but what comes before
//! where that is a kind of the last word (`oak_tree` is an oak). Then two words written as one (`diningtable`), and at
//! last words that are spelt nearly so. Only nouns: images and audio show things.

use super::proposal::Reason;
use crate::graph::Follow;
use crate::{Pos, WordNet, text};

/// One synset that the words allow.
pub(super) struct Match {
    pub number: u32,
    /// How well the words match: 1 for the commonest sense of a whole word, more where several words match.
    pub strength: f64,
    pub reason: Reason,
}

const WORD: f64 = 1.0;
const FORM: f64 = 0.95;
const PART: f64 = 0.6;
const SPELLING: f64 = 0.4;

/// All candidates of a label, by strength and then by sense.
pub(super) fn of(label: &str) -> Vec<Match> {
    let label = spaced(label);
    let mut found = whole(&label);
    if found.is_empty() {
        found = label.split(['/', ',', '(', ')', '|', ';']).flat_map(whole).collect();
    }
    if found.is_empty() {
        found = parts(&label);
    }
    if found.is_empty() {
        found = halves(&label);
    }
    if found.is_empty() {
        found = misspelt(&label);
    }
    merged(found)
}

/// A synset that several alternatives name (`goldfinch, Carduelis carduelis`) is named the more strongly.
fn merged(found: Vec<Match>) -> Vec<Match> {
    let mut merged: Vec<Match> = Vec::with_capacity(found.len());
    for one in found {
        match merged.iter_mut().find(|other| other.number == one.number) {
            Some(other) => other.strength += one.strength,
            None => merged.push(one),
        }
    }
    merged
}

/// `TrafficLight` → `Traffic Light`; a label longer than any word becomes empty.
fn spaced(label: &str) -> String {
    if label.len() > 4 * text::MAX_TEXT_CHARS {
        return String::new();
    }
    let mut spaced = String::with_capacity(label.len() + 4);
    let mut before = ' ';
    for letter in label.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if letter == '_' { ' ' } else { letter });
        before = letter;
    }
    spaced
}

fn nouns(word: &str) -> Vec<u32> {
    let wn = WordNet::get();
    wn.sense_numbers(word).into_iter().filter(|number| wn.range(Pos::Noun).contains(number)).collect()
}

/// The senses of a text that is one word of WordNet or a form of one.
fn whole(text: &str) -> Vec<Match> {
    let form = text::lemma_form(text).unwrap_or_default();
    let wn = WordNet::get();
    let is_lemma = wn.lemma(&form).is_some();
    let base = wn.morphy(&form, Pos::Noun).first().map_or_else(|| form.clone(), |base| (*base).to_owned());
    matches(text, if is_lemma { WORD } else { FORM }, |sense| {
        if is_lemma { Reason::Word(sense) } else { Reason::Form(base.clone(), sense) }
    })
}

fn matches(word: &str, strength: f64, reason: impl Fn(u32) -> Reason) -> Vec<Match> {
    let places = nouns(word).into_iter().zip(1u32..);
    places
        .map(|(number, sense)| {
            // Senses are in order of how common they are.
            let commonness = 1.0 / (1.0 + 0.15 * f64::from(sense - 1));
            Match { number, strength: strength * commonness, reason: reason(sense) }
        })
        .collect()
}

fn parts(label: &str) -> Vec<Match> {
    let words: Vec<&str> =
        label.split(|c: char| c.is_whitespace() || c == '-').filter(|word| !word.is_empty()).collect();
    let part = |words: &[&str]| {
        let word = words.join(" ");
        let name = text::lemma_form(&word).unwrap_or_default();
        matches(&word, PART, |sense| Reason::Part(name.clone(), sense))
    };
    let Some((last, before)) = words.split_last().filter(|(_, before)| !before.is_empty()) else {
        return Vec::new();
    };
    let wn = WordNet::get();
    let mut last = part(&[last]);
    let mut kinds = part(before);
    kinds.retain(|kind| {
        let above = wn.above(kind.number, Follow::Classes);
        last.iter().any(|last| above.iter().any(|(above, _)| *above == last.number))
    });
    for kind in &mut kinds {
        kind.strength /= PART;
    }
    let longer = (1..words.len() - 1).map(|start| part(words.get(start..).unwrap_or_default()));
    let tail = longer.into_iter().find(|found| !found.is_empty());
    kinds.extend(tail.unwrap_or_else(|| std::mem::take(&mut last)));
    kinds
}

/// `diningtable` → `dining table`: one cut that makes two words which are one word of WordNet; else the later of
/// two that are each a noun of at least four letters.
fn halves(label: &str) -> Vec<Match> {
    let Some(form) = text::lemma_form(label).filter(|form| form.is_ascii() && form.len() <= 40) else {
        return Vec::new();
    };
    let cuts = 2..form.len().saturating_sub(2);
    let mut joined = cuts.clone().map(|cut| form.split_at(cut)).map(|(a, b)| whole(&format!("{a}_{b}")));
    if let Some(found) = joined.find(|found| !found.is_empty()) {
        return found;
    }
    let mut tails = cuts
        .map(|cut| form.split_at(cut))
        .filter(|(a, b)| b.len() >= 4 && !WordNet::get().senses(a).is_empty());
    let tail = tails.find(|(_, b)| !nouns(b).is_empty());
    tail.map(|(_, b)| matches(b, PART, |sense| Reason::Part(b.to_owned(), sense))).unwrap_or_default()
}

fn misspelt(label: &str) -> Vec<Match> {
    let near = WordNet::get().similar_words(label, 3);
    near.into_iter()
        .flat_map(|word| matches(word, SPELLING, |sense| Reason::Spelling(word.to_owned(), sense)))
        .collect()
}
