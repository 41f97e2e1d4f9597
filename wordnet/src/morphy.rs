//! Finds the lemmas of a word as users write it: `Hot Dogs` → `hot_dog`, `geese` → `goose`.
//!
//! As WordNet's own `morphy` (and nltk's) does it, for each part of speech: the word itself, then its exceptions
//! (`geese`) if it has any, else what the rules for endings make of it (`dogs`), as far as these are lemmas.
//! Where nothing is found, hyphens are tried as spaces, spaces as hyphens, and neither (`t shirt` → `t-shirt`).

use crate::asset::Asset;
use crate::text;
use crate::{Pos, SynsetId, WordNet};

/// Endings and what stands in their place.
type Rules = &'static [(&'static str, &'static str)];

fn rules(pos: Pos) -> Rules {
    match pos {
        Pos::Noun => &[
            ("s", ""),
            ("ses", "s"),
            ("ves", "f"),
            ("xes", "x"),
            ("zes", "z"),
            ("ches", "ch"),
            ("shes", "sh"),
            ("men", "man"),
            ("ies", "y"),
        ],
        Pos::Verb => &[
            ("s", ""),
            ("ies", "y"),
            ("es", "e"),
            ("es", ""),
            ("ed", "e"),
            ("ed", ""),
            ("ing", "e"),
            ("ing", ""),
        ],
        Pos::Adjective => &[("er", ""), ("est", ""), ("er", "e"), ("est", "e")],
        Pos::Adverb => &[],
    }
}

impl WordNet {
    /// Every sense of a word, in any form, in WordNet's order: nouns, verbs, adjectives, adverbs, the commonest
    /// sense of each first. Empty where WordNet doesn't have it.
    ///
    /// ```
    /// let wn = hub_wordnet::WordNet::get();
    /// assert_eq!(wn.senses("Hot Dogs"), wn.senses("hot_dog"));
    /// ```
    pub fn senses(&self, word: &str) -> Vec<SynsetId> {
        self.sense_numbers(word).into_iter().map(|number| self.id(number)).collect()
    }

    /// The lemmas that a word may be a form of, as one part of speech: `axes` → `ax`, `axis`.
    pub fn morphy(&self, word: &str, pos: Pos) -> Vec<&str> {
        let forms = text::lemma_form(word).map(|form| self.base_forms(&form, pos)).unwrap_or_default();
        forms.into_iter().map(|lemma| self.asset.string(lemma)).collect()
    }

    pub(crate) fn sense_numbers(&self, word: &str) -> Vec<u32> {
        let Some(form) = text::lemma_form(word) else { return Vec::new() };
        let others = [form.replace('-', "_"), form.replace('_', "-"), form.replace(['_', '-'], "")];
        let found = std::iter::once(form).chain(others).map(|form| self.senses_of_form(&form));
        found.into_iter().find(|senses| !senses.is_empty()).unwrap_or_default()
    }

    fn senses_of_form(&self, form: &str) -> Vec<u32> {
        let mut senses = Vec::new();
        for pos in Pos::ALL {
            for lemma in self.base_forms(form, pos) {
                let new = self.lemma_senses_of(lemma, pos).filter(|sense| !senses.contains(sense));
                let new: Vec<u32> = new.collect();
                senses.extend(new);
            }
        }
        senses
    }

    /// Numbers of lemmas, for a word in normal form.
    fn base_forms(&self, form: &str, pos: Pos) -> Vec<u32> {
        let mut lemmas = Vec::new();
        let mut add = |form: &str| {
            let lemma = self.lemma(form).filter(|lemma| self.lemma_senses_of(*lemma, pos).next().is_some());
            lemmas.extend(lemma.filter(|lemma| !lemmas.contains(lemma)));
        };
        add(form);
        let exceptions = self.exceptions(form, pos);
        exceptions.iter().for_each(|base| add(base));
        if exceptions.is_empty() {
            for (ending, instead) in rules(pos) {
                if let Some(stem) = form.strip_suffix(ending) {
                    add(&format!("{stem}{instead}"));
                }
            }
        }
        lemmas
    }

    /// The words that a form stands for, where it is in the list of exceptions. A line of it is the form and its
    /// words, with spaces between.
    fn exceptions(&self, form: &str, pos: Pos) -> Vec<&str> {
        let counts = &self.asset.counts;
        let first = counts.lemmas.saturating_add(counts.spellings);
        let lists = Pos::ALL.into_iter().zip(counts.exceptions);
        let before = lists.clone().take_while(|(other, _)| *other != pos);
        let first = before.fold(first, |sum, (_, count)| sum.saturating_add(count));
        let count = lists.clone().find(|(other, _)| *other == pos).map_or(0, |(_, count)| count);
        let end = first.saturating_add(count);
        let line = |place| self.asset.string(place).split_once(' ').unwrap_or_default();
        let found = Asset::partition(first..end, |place| line(place).0 < form);
        let lines = (found..end).map(line).take_while(|(other, _)| *other == form);
        lines.flat_map(|(_, bases)| bases.split(' ')).collect()
    }
}
