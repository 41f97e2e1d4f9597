//! [`Synset`]: one meaning, and what WordNet says of it.
//!
//! A view: a reference and a number, so copying it is free. Every answer is read from the bundled arrays when it
//! is asked for.
//!
//! ```
//! use hub_wordnet::WordNet;
//!
//! let wn = WordNet::get();
//! let dog = wn.synset(wn.resolve("dog.n.01")?).unwrap();
//! assert_eq!(dog.id().to_string(), "n02084071");
//! assert_eq!(dog.words().collect::<Vec<_>>(), ["dog", "domestic_dog", "Canis_familiaris"]);
//! assert_eq!(dog.lexname(), "noun.animal");
//! assert_eq!(dog.examples(), ["the dog barked all night"]);
//! # Ok::<(), hub_wordnet::ResolveError>(())
//! ```

use std::fmt;

use crate::pointer::{Pointer, PointerKind};
use crate::{Pos, SynsetId, WordNet};

/// One synset of the bundled WordNet.
#[derive(Clone, Copy)]
pub struct Synset<'a> {
    pub(crate) net: &'a WordNet,
    pub(crate) number: u32,
}

impl WordNet {
    /// The synset with this id, if there is one.
    pub fn synset(&self, id: SynsetId) -> Option<Synset<'_>> {
        self.number(id).map(|number| self.numbered(number))
    }

    /// Every synset: nouns, verbs, adjectives, adverbs, each in the order of offsets.
    pub fn synsets(&self) -> impl ExactSizeIterator<Item = Synset<'_>> {
        (0..self.asset.counts.all_synsets()).map(|number| self.numbered(number))
    }

    pub(crate) fn numbered(&self, number: u32) -> Synset<'_> {
        Synset { net: self, number }
    }
}

/// The lexicographers' files, in the order of their numbers.
const LEXNAMES: [&str; 45] = [
    "adj.all",
    "adj.pert",
    "adv.all",
    "noun.Tops",
    "noun.act",
    "noun.animal",
    "noun.artifact",
    "noun.attribute",
    "noun.body",
    "noun.cognition",
    "noun.communication",
    "noun.event",
    "noun.feeling",
    "noun.food",
    "noun.group",
    "noun.location",
    "noun.motive",
    "noun.object",
    "noun.person",
    "noun.phenomenon",
    "noun.plant",
    "noun.possession",
    "noun.process",
    "noun.quantity",
    "noun.relation",
    "noun.shape",
    "noun.state",
    "noun.substance",
    "noun.time",
    "verb.body",
    "verb.change",
    "verb.cognition",
    "verb.communication",
    "verb.competition",
    "verb.consumption",
    "verb.contact",
    "verb.creation",
    "verb.emotion",
    "verb.motion",
    "verb.perception",
    "verb.possession",
    "verb.social",
    "verb.stative",
    "verb.weather",
    "adj.ppl",
];

const SATELLITE: u8 = 0x80;

impl<'a> Synset<'a> {
    /// The id, as ImageNet writes it: `n02084071`.
    pub fn id(&self) -> SynsetId {
        self.net.id(self.number)
    }

    /// Its name as nltk writes it: first word, part of speech (`s` for a satellite adjective), and which sense of
    /// that word it is: `dog.n.01`. Satellites are counted among the adjectives, as in WordNet and in nltk before
    /// 3.10.
    pub fn name(&self) -> String {
        let word = self.words().next().unwrap_or_default().to_lowercase();
        let letter = if self.is_satellite() { 's' } else { self.id().pos().letter() };
        let sense = self.net.asset.byte(self.net.asset.sense, self.number);
        format!("{word}.{letter}.{sense:02}")
    }

    /// The part of speech; satellite adjectives are adjectives.
    pub fn pos(&self) -> Pos {
        self.net.pos(self.number)
    }

    /// Whether it is an adjective that only stands beside another: `quick.s.01` beside `fast.a.01`.
    pub fn is_satellite(&self) -> bool {
        self.net.asset.byte(self.net.asset.lexfile, self.number) & SATELLITE != 0
    }

    /// Its words, spelt as WordNet has them: `Canis_familiaris`.
    pub fn words(&self) -> impl ExactSizeIterator<Item = &'a str> + Clone + use<'a> {
        let asset = &self.net.asset;
        asset.list(asset.word_start, self.number).map(|place| asset.string(asset.number(asset.words, place)))
    }

    /// Its words as people read them, with commas between: `dog, domestic dog, Canis familiaris`.
    pub fn title(&self) -> String {
        self.words().map(|word| word.replace('_', " ")).collect::<Vec<_>>().join(", ")
    }

    /// Its definition, without the examples.
    pub fn gloss(&self) -> &'a str {
        let (definition, _) = definition_and_examples(self.whole_gloss());
        definition
    }

    /// Its examples: `the dog barked all night`.
    pub fn examples(&self) -> Vec<&'a str> {
        let (_, examples) = definition_and_examples(self.whole_gloss());
        let parts: Vec<&str> = examples.split('"').collect();
        // Every second part lies between two quotation marks.
        let closed = parts.len().saturating_sub(1);
        parts.get(..closed).unwrap_or_default().iter().skip(1).step_by(2).copied().collect()
    }

    /// Definition and examples as WordNet writes them, in one text.
    pub fn whole_gloss(&self) -> &'a str {
        self.net.whole_gloss(self.number)
    }

    /// The lexicographers' file it comes from, a coarse kind: `noun.animal`.
    pub fn lexname(&self) -> &'static str {
        let file = self.net.asset.byte(self.net.asset.lexfile, self.number) & !SATELLITE;
        LEXNAMES.get(usize::from(file)).copied().unwrap_or_default()
    }

    /// The classes it is directly a kind of.
    pub fn hypernyms(&self) -> impl Iterator<Item = SynsetId> + use<'a> {
        self.related(PointerKind::Hypernym)
    }

    /// The classes it is one of: `Einstein` → `physicist`.
    pub fn instance_hypernyms(&self) -> impl Iterator<Item = SynsetId> + use<'a> {
        self.related(PointerKind::InstanceHypernym)
    }

    /// The kinds directly below it.
    pub fn hyponyms(&self) -> impl Iterator<Item = SynsetId> + use<'a> {
        self.related(PointerKind::Hyponym)
    }

    /// The single persons, places and things that are one of it.
    pub fn instance_hyponyms(&self) -> impl Iterator<Item = SynsetId> + use<'a> {
        self.related(PointerKind::InstanceHyponym)
    }

    /// The targets of its pointers of one kind, in WordNet's order.
    pub fn related(&self, kind: PointerKind) -> impl Iterator<Item = SynsetId> + use<'a> {
        let net = self.net;
        net.targets(self.number, kind).map(|number| net.id(number))
    }

    /// All its pointers, in WordNet's order.
    pub fn pointers(&self) -> impl Iterator<Item = Pointer> + use<'a> {
        let net = self.net;
        net.pointers(self.number)
    }
}

/// The examples begin at the first quotation mark after a `;`, `:` or `,` that is in no parentheses; others belong to
/// the definition (`in the phrase "on the job"`).
fn definition_and_examples(gloss: &str) -> (&str, &str) {
    let mut depth = 0u32;
    let mut before = ' ';
    for (place, letter) in gloss.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '"' if depth == 0 && matches!(before, ';' | ':' | ',') => {
                let (definition, examples) = gloss.split_at(place);
                return (definition.trim_end_matches([';', ':', ',', ' ']), examples);
            }
            _ => {}
        }
        if letter != ' ' {
            before = letter;
        }
    }
    (gloss.trim_end_matches([';', ' ']), "")
}

impl fmt::Debug for Synset<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.id(), self.name())
    }
}

impl PartialEq for Synset<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Synset<'_> {}
