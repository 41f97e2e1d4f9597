//! Words that are spelt nearly like one that WordNet doesn't have.
//!
//! Comparing with all 147,306 lemmas letter by letter would take too long to type by, so two cheap tests come
//! first: the lengths, and how many letters of the alphabet only one of the two words has. What passes them is
//! compared by the number of letters to change, leave out, add or swap.

use std::cmp::Reverse;

use crate::{Pos, WordNet, text};

impl WordNet {
    /// The most similar lemmas, the most similar first; a word that is not a noun counts as a letter further away. Of
    /// equally similar ones first those with the same letters in another order, then those that share more of them
    /// in order, above all at the beginning.
    /// Empty for a text that is not a word, or has no similar lemma.
    pub fn similar_words(&self, word: &str, limit: usize) -> Vec<&str> {
        let Some(word) = text::lemma_form(word) else { return Vec::new() };
        let most = match word.chars().count() {
            0..=1 => return Vec::new(),
            2..=4 => 1,
            5..=8 => 2,
            _ => 3,
        };
        let letters = alphabet(&word);
        let mut found = Vec::new();
        for lemma in 0..self.asset.counts.lemmas {
            let candidate = self.asset.string(lemma);
            let is_near = candidate.len().abs_diff(word.len()) <= most
                && (alphabet(candidate) ^ letters).count_ones() as usize <= 2 * most;
            if is_near {
                let distance = strsim::osa_distance(&word, candidate);
                if distance <= most {
                    let is_noun = self.lemma_senses_of(lemma, Pos::Noun).next().is_some();
                    let distance = distance + usize::from(!is_noun);
                    let likeness = (strsim::jaro_winkler(&word, candidate) * 1e6) as u32;
                    let swapped = alphabet(candidate) == letters;
                    found.push((distance, !is_noun, !swapped, Reverse(likeness), lemma));
                }
            }
        }
        found.sort_unstable();
        found.into_iter().take(limit).map(|(.., lemma)| self.asset.string(lemma)).collect()
    }
}

/// A bit for each letter that occurs, digits and signs together in few.
fn alphabet(word: &str) -> u32 {
    word.bytes().fold(0, |letters, byte| letters | 1 << (byte & 31))
}
