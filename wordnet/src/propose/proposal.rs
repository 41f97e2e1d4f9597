//! The proposals for a label: synsets with scores and reasons.

use std::fmt;

use crate::{SynsetId, WordNet};

/// As many candidates as a proposal keeps.
pub(super) const MAX_CANDIDATES: usize = 5;

/// What a label may mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The label, as it was given.
    pub label: String,
    /// At most five, the likeliest first; none where no part of the label is a word.
    pub candidates: Vec<Candidate>,
}

/// One synset for a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The proposed synset.
    pub synset: SynsetId,
    /// The synset's name: `dog.n.01`.
    pub name: String,
    /// The synset's definition, without examples.
    pub gloss: &'static str,
    /// 0 to 1; 1 where it is certain.
    pub score: f64,
    /// What the score is made of, the strongest reason first.
    pub reasons: Vec<Reason>,
}

impl Candidate {
    pub(super) fn new(synset: SynsetId, score: f64, reasons: Vec<Reason>) -> Self {
        let found = WordNet::get().synset(synset);
        Self {
            synset,
            name: found.map(|synset| synset.name()).unwrap_or_default(),
            gloss: found.map(|synset| synset.gloss()).unwrap_or_default(),
            score,
            reasons,
        }
    }

    /// Score and reasons in one line: `0.71 word, sense 4; beside 3 labels below device.n.01`.
    pub fn how(&self) -> String {
        let reasons: Vec<String> = self.reasons.iter().map(Reason::to_string).collect();
        format!("{:.2} {}", self.score, reasons.join("; "))
    }
}

/// A reason for a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The label is an id, or the labels are a list whose synsets are known.
    Known,
    /// The label is a word, and this is that sense of it (from 1).
    Word(u32),
    /// The label is a form of this word.
    Form(String, u32),
    /// A part of the label is this word.
    Part(String, u32),
    /// The label is spelt nearly like this word.
    Spelling(String, u32),
    /// So many other labels have candidates below this synset, too.
    Siblings(u32, String),
    /// This bundled table has a class of the same name with this synset.
    Table(&'static str),
    /// It is a class of ILSVRC, or one is a kind of it.
    Ilsvrc,
    /// It is a class of the full ImageNet.
    ImageNet,
    /// Its gloss has these words of other labels.
    Gloss(Vec<String>),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known => write!(f, "known"),
            Self::Word(sense) => write!(f, "word, sense {sense}"),
            Self::Form(word, sense) => write!(f, "form of {word}, sense {sense}"),
            Self::Part(word, sense) => write!(f, "part {word}, sense {sense}"),
            Self::Spelling(word, sense) => write!(f, "spelt like {word}, sense {sense}"),
            Self::Siblings(1, name) => write!(f, "beside 1 label below {name}"),
            Self::Siblings(count, name) => write!(f, "beside {count} labels below {name}"),
            Self::Table(table) => write!(f, "as in {table}"),
            Self::Ilsvrc => write!(f, "in ILSVRC"),
            Self::ImageNet => write!(f, "in ImageNet"),
            Self::Gloss(words) => write!(f, "gloss has {}", words.join(", ")),
        }
    }
}
