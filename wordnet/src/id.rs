//! The name of a synset that never changes: part of speech and offset, `n02084071`.
//!
//! ImageNet wrote its classes this way, so it is how synsets are written everywhere here. The letter says which
//! of WordNet's four files the offset lies in: `n`, `v`, `a`, `r`. A satellite adjective (`s` in nltk's
//! `quick.s.01`) lies in the adjectives' file, so its id begins with `a`; an `s` is read as `a`.
//!
//! ```
//! use hub_wordnet::SynsetId;
//!
//! let dog: SynsetId = "n02084071".parse().unwrap();
//! assert_eq!(dog.to_string(), "n02084071");
//! assert_eq!("s00032733".parse::<SynsetId>().unwrap().to_string(), "a00032733");
//! ```

use std::fmt;
use std::str::FromStr;

/// A part of speech, in WordNet's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pos {
    /// A noun, written `n`.
    Noun,
    /// A verb, written `v`.
    Verb,
    /// An adjective, satellite or not, `a`.
    Adjective,
    /// An adverb, written `r`.
    Adverb,
}

impl Pos {
    /// All four, in WordNet's order.
    pub const ALL: [Self; 4] = [Self::Noun, Self::Verb, Self::Adjective, Self::Adverb];

    /// `n`, `v`, `a` or `r`.
    pub fn letter(self) -> char {
        match self {
            Self::Noun => 'n',
            Self::Verb => 'v',
            Self::Adjective => 'a',
            Self::Adverb => 'r',
        }
    }

    /// Reads `n`, `v`, `a`, `s` or `r`, in either case.
    pub fn from_letter(letter: char) -> Option<Self> {
        match letter.to_ascii_lowercase() {
            'n' => Some(Self::Noun),
            'v' => Some(Self::Verb),
            'a' | 's' => Some(Self::Adjective),
            'r' => Some(Self::Adverb),
            _ => None,
        }
    }
}

/// One synset of WordNet 3.0: part of speech and byte offset. Made from anything well formed; whether there is
/// such a synset, [`WordNet::synset`](crate::WordNet::synset) knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SynsetId {
    pos: Pos,
    offset: u32,
}

/// The greatest offset: eight digits.
const MAX_OFFSET: u32 = 99_999_999;

impl SynsetId {
    /// None where the offset has more than eight digits.
    pub fn new(pos: Pos, offset: u32) -> Option<Self> {
        (offset <= MAX_OFFSET).then_some(Self { pos, offset })
    }

    /// The id of a noun, as most lists of image classes have it.
    pub fn noun(offset: u32) -> Option<Self> {
        Self::new(Pos::Noun, offset)
    }

    /// For offsets of the bundled data, which have at most eight digits.
    pub(crate) fn bundled(pos: Pos, offset: u32) -> Self {
        Self { pos, offset }
    }

    /// The part of speech, the id's letter.
    pub fn pos(self) -> Pos {
        self.pos
    }

    /// Its byte offset in WordNet 3.0's file of that part of speech.
    pub fn offset(self) -> u32 {
        self.offset
    }
}

impl fmt::Display for SynsetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:08}", self.pos.letter(), self.offset)
    }
}

impl fmt::Debug for SynsetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not a synset id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a synset id: expected n, v, a, s or r and eight digits, as in n02084071", crate::text::shown(.0))]
pub struct SynsetIdError(String);

impl FromStr for SynsetId {
    type Err = SynsetIdError;

    fn from_str(text: &str) -> Result<Self, SynsetIdError> {
        let wrong = || SynsetIdError(text.chars().take(crate::text::MAX_TEXT_CHARS).collect());
        let mut letters = text.chars();
        let pos = letters.next().and_then(Pos::from_letter).ok_or_else(wrong)?;
        let digits = letters.as_str();
        if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let offset = digits.parse().map_err(|_| wrong())?;
        Self::new(pos, offset).ok_or_else(wrong)
    }
}
