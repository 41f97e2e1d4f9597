//! Incremental search: exact matches first, then prefixes, then glosses.
//!
//! In: any text. Out: synsets, the likeliest first, each once: the id or name it is, or the senses of the word; then
//! words that begin with it, the shortest first; words with a part that begins with it (`dog` → `hunting dog`); and
//! glosses with all its words. Each step runs only while there is room, so the common case touches a few lemmas.

use std::collections::HashSet;

use crate::asset::Asset;
use crate::{SynsetId, WordNet, text};

/// A word of fewer letters is in too many glosses.
const LEAST_LETTERS: usize = 3;

/// As many glosses with a rare word are read for the others.
const MAX_GLOSSES: usize = 5_000;

/// The results so far.
struct Found {
    numbers: Vec<u32>,
    seen: HashSet<u32>,
    limit: usize,
}

impl Found {
    fn add(&mut self, numbers: impl IntoIterator<Item = u32>) {
        for number in numbers {
            if self.is_full() {
                return;
            }
            if self.seen.insert(number) {
                self.numbers.push(number);
            }
        }
    }

    fn is_full(&self) -> bool {
        self.numbers.len() >= self.limit
    }
}

impl WordNet {
    /// At most `limit` synsets for a text, the likeliest first.
    ///
    /// ```
    /// let wn = hub_wordnet::WordNet::get();
    /// let names = |text| wn.search(text, 3).into_iter().map(|id| wn.synset(id).unwrap().name()).collect::<Vec<_>>();
    /// assert_eq!(names("goldf")[0], "goldfish.n.01");
    /// ```
    pub fn search(&self, text: &str, limit: usize) -> Vec<SynsetId> {
        let mut found = Found { numbers: Vec::new(), seen: HashSet::new(), limit };
        if let Ok(one) = self.resolve(text) {
            found.add(self.number(one));
        }
        found.add(self.sense_numbers(text));
        if let Some(form) = text::lemma_form(text) {
            let steps = [Self::words_beginning, Self::words_containing, Self::glosses_with];
            for step in steps {
                if !found.is_full() {
                    step(self, &form, &mut found);
                }
            }
        }
        found.numbers.into_iter().map(|number| self.id(number)).collect()
    }

    fn words_beginning(&self, form: &str, found: &mut Found) {
        let first = self.lemma_place(form);
        // What begins with the form lies together in the sorted list.
        let end = Asset::partition(first..self.asset.counts.lemmas, |lemma| {
            self.asset.string(lemma).starts_with(form)
        });
        self.add_shortest_first((first..end).collect(), found);
    }

    /// One search through the text of all lemmas; a hit that runs over the end of a lemma is none.
    fn words_containing(&self, form: &str, found: &mut Found) {
        let part = format!("_{form}");
        let places = self.asset.lemma_text().match_indices(&part).map(|(place, _)| place as u32);
        let lemmas = places.filter_map(|place| {
            let starts = |lemma| self.asset.number(self.asset.string_start, lemma);
            let lemma = Asset::partition(0..self.asset.counts.lemmas, |lemma| starts(lemma) <= place)
                .checked_sub(1)?;
            self.asset.string(lemma).contains(&part).then_some(lemma)
        });
        self.add_shortest_first(lemmas.collect(), found);
    }

    fn add_shortest_first(&self, mut lemmas: Vec<u32>, found: &mut Found) {
        lemmas.sort_by_key(|lemma| self.asset.string(*lemma).len());
        for lemma in lemmas {
            found.add(self.lemma_senses(lemma));
        }
    }

    /// Glosses that have all words, each at the beginning of one of theirs.
    fn glosses_with(&self, form: &str, found: &mut Found) {
        let mut words: Vec<&str> = form.split('_').collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        // The longest is the rarest; the others are looked for only where it is.
        let Some(longest) = words.first().filter(|word| word.len() >= LEAST_LETTERS) else { return };
        let mut letters = longest.chars();
        let capital = letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str());
        for pattern in std::iter::once((*longest).to_owned()).chain(capital) {
            let mut hits = self.glosses().match_indices(&pattern).map(|(place, _)| place).peekable();
            let mut left = MAX_GLOSSES;
            while let Some(place) = hits.next() {
                let Some((number, end)) = self.gloss_at(place) else { continue };
                if words_begin(self.whole_gloss(number), &words) {
                    found.add([number]);
                }
                left -= 1;
                if found.is_full() || left == 0 {
                    break;
                }
                while hits.next_if(|place| *place < end).is_some() {}
            }
        }
    }

    /// The synset whose gloss lies at a place in the text of all glosses, and where that gloss ends.
    fn gloss_at(&self, place: usize) -> Option<(u32, usize)> {
        let start = |number| self.asset.number(self.asset.gloss_start, number) as usize;
        let after = Asset::partition(0..self.asset.counts.all_synsets(), |number| start(number) <= place);
        Some((after.checked_sub(1)?, start(after)))
    }
}

/// Whether each word begins one of the gloss's.
fn words_begin(gloss: &str, words: &[&str]) -> bool {
    let gloss = gloss.to_lowercase();
    let tokens: Vec<&str> = gloss.split(|c: char| !c.is_alphanumeric()).collect();
    // A word with a sign in it (`dace-like`) is not a token by itself.
    words.iter().all(|word| {
        tokens.iter().any(|token| token.starts_with(word)) || word.contains('-') && gloss.contains(word)
    })
}
