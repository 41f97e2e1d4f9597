//! Resolves a text to one synset, or to an error with suggestions.
//!
//! Three ways to write a synset: its id (`n02084071`), its name (`dog.n.01`), or a word (`goldfish`, `Hot Dogs`) that
//! has only one sense. A word with one sense as a noun and others as a verb is the noun, since images show things;
//! one with several is ambiguous and never guessed. A word that is in WordNet as it is spelled is not read as a form
//! of another: `beads` are a necklace, though they are several beads too.
//!
//! ```
//! use hub_wordnet::{ResolveError, WordNet};
//!
//! let wn = WordNet::get();
//! assert_eq!(wn.resolve("goldfish")?, wn.resolve("n01443537")?);
//! let Err(ResolveError::Ambiguous { senses, .. }) = wn.resolve("dog") else { panic!() };
//! assert_eq!((senses.len(), senses[0].name.as_str()), (8, "dog.n.01"));
//! # Ok::<(), ResolveError>(())
//! ```

use std::fmt;

use crate::text::{self, shown};
use crate::{Pos, Synset, SynsetId, WordNet};

/// As many suggestions as an error gives.
const SUGGESTIONS: usize = 5;

/// Why a text can't be resolved to one synset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// No synset has this id or name, and no word has this spelling.
    #[error("WordNet 3.0 has no synset or word `{}`{}", shown(text), did_you_mean(suggestions))]
    Unknown {
        /// The requested text, cut where it is very long.
        text: String,
        /// What may have been meant, likeliest first: words or names, as they may be typed.
        suggestions: Vec<String>,
    },
    /// A word with several senses.
    #[error("`{}` has {} senses; name one of them:{}", shown(word), senses.len(), listed(senses))]
    Ambiguous {
        /// The requested word.
        word: String,
        /// All its senses, commonest first, nouns first.
        senses: Vec<Sense>,
    },
}

/// One sense of an ambiguous word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sense {
    /// The synset's id: `n02084071`.
    pub id: SynsetId,
    /// The synset's name: `dog.n.01`.
    pub name: String,
    /// The synset's definition, without examples.
    pub gloss: String,
}

impl fmt::Display for Sense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}  {}", self.id, self.name, self.gloss)
    }
}

impl From<Synset<'_>> for Sense {
    fn from(synset: Synset<'_>) -> Self {
        Self { id: synset.id(), name: synset.name(), gloss: synset.gloss().to_owned() }
    }
}

fn did_you_mean(suggestions: &[String]) -> String {
    if suggestions.is_empty() { String::new() } else { format!("; did you mean {}?", suggestions.join(", ")) }
}

fn listed(senses: &[Sense]) -> String {
    senses.iter().map(|sense| format!("\n  {sense}")).collect()
}

impl WordNet {
    /// The one synset that a text means: an id, a name, or a word with one sense (or one as a noun).
    ///
    /// # Errors
    /// [`ResolveError::Unknown`] and [`ResolveError::Ambiguous`].
    pub fn resolve(&self, text: &str) -> Result<SynsetId, ResolveError> {
        let typed = text.trim();
        if let Ok(id) = typed.to_ascii_lowercase().parse::<SynsetId>() {
            return self.number(id).map(|_| id).ok_or_else(|| unknown(typed, Vec::new()));
        }
        if let Some(name) = Name::parse(typed) {
            return self.named(&name, typed);
        }
        let senses = self.sense_numbers(typed);
        // As it is spelled, before what it may be a form of: `tropics` is a word of its own, and a plural of `tropic`.
        let spelled = text::lemma_form(typed).and_then(|form| self.lemma(&form));
        let spelled: Vec<u32> = spelled.into_iter().flat_map(|lemma| self.lemma_senses(lemma)).collect();
        if let Some(only) = self.only_sense(&spelled).or_else(|| self.only_sense(&senses)) {
            return Ok(self.id(only));
        }
        if senses.is_empty() {
            let suggestions = self.similar_words(typed, SUGGESTIONS).into_iter().map(str::to_owned);
            return Err(unknown(typed, suggestions.collect()));
        }
        let senses = senses.into_iter().map(|number| self.numbered(number).into()).collect();
        Err(ResolveError::Ambiguous { word: typed.to_owned(), senses })
    }

    /// The one sense of some, or the one as a noun.
    fn only_sense(&self, senses: &[u32]) -> Option<u32> {
        let mut nouns = senses.iter().filter(|number| self.range(Pos::Noun).contains(number));
        match (nouns.next(), nouns.next(), senses) {
            (Some(noun), None, _) => Some(*noun),
            (None, _, [only]) => Some(*only),
            _ => None,
        }
    }

    /// The synset of a name; where there is none, the names of the word's other senses, or of similar words.
    fn named(&self, name: &Name, typed: &str) -> Result<SynsetId, ResolveError> {
        let senses = |word: &str| -> Vec<u32> {
            let lemma = self.lemma(word).into_iter();
            lemma.flat_map(|lemma| self.lemma_senses_of(lemma, name.pos)).collect()
        };
        let found = senses(&name.word);
        if let Some(number) = name.sense.checked_sub(1).and_then(|place| found.get(place)) {
            return Ok(self.id(*number));
        }
        let suggestion = |word: &str, sense: usize| format!("{word}.{}.{:02}", name.pos.letter(), sense + 1);
        let mut suggestions: Vec<String> =
            (0..found.len()).take(SUGGESTIONS).map(|sense| suggestion(&name.word, sense)).collect();
        if suggestions.is_empty() {
            let similar = self.similar_words(&name.word, SUGGESTIONS);
            let similar = similar.into_iter().filter(|word| !senses(word).is_empty());
            suggestions = similar.map(|word| suggestion(word, 0)).collect();
        }
        Err(unknown(typed, suggestions))
    }

    /// What a text may mean, if it means anything: every sense of a word, or the one synset of an id or name.
    ///
    /// # Errors
    /// [`ResolveError::Unknown`].
    pub fn resolve_all(&self, text: &str) -> Result<Vec<SynsetId>, ResolveError> {
        match self.resolve(text) {
            Ok(one) if text.trim().parse::<SynsetId>().is_ok() || Name::parse(text.trim()).is_some() => {
                Ok(vec![one])
            }
            Ok(_) | Err(ResolveError::Ambiguous { .. }) => Ok(self.senses(text)),
            Err(unknown) => Err(unknown),
        }
    }
}

fn unknown(text: &str, suggestions: Vec<String>) -> ResolveError {
    ResolveError::Unknown { text: text.chars().take(text::MAX_TEXT_CHARS + 1).collect(), suggestions }
}

/// `dog.n.01`, in parts. A satellite adjective's `s` is read as `a`: they are numbered together.
struct Name {
    word: String,
    pos: Pos,
    /// The number of the sense, from 1.
    sense: usize,
}

impl Name {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.rsplitn(3, '.');
        let sense = parts.next().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        let pos = parts.next()?;
        let word = text::lemma_form(parts.next()?)?;
        let mut letters = pos.chars();
        let pos = Pos::from_letter(letters.next()?)?;
        if letters.next().is_some() {
            return None;
        }
        Some(Self { word, pos, sense: sense.parse().ok()? })
    }
}
