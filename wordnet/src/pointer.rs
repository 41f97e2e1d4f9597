//! Pointers: how one synset is related to another.
//!
//! Most relate whole synsets; some (antonyms, derivations) relate one word of a synset to one word of another.

use crate::SynsetId;

/// A relation. The order is that of the numbers in the bundled data (`POINTERS` in `scripts/wordnet.py`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The variants are WordNet's own terms.
pub enum PointerKind {
    Antonym,
    Hypernym,
    InstanceHypernym,
    Hyponym,
    InstanceHyponym,
    MemberHolonym,
    SubstanceHolonym,
    PartHolonym,
    MemberMeronym,
    SubstanceMeronym,
    PartMeronym,
    Attribute,
    Derivation,
    TopicDomain,
    InTopicDomain,
    RegionDomain,
    InRegionDomain,
    UsageDomain,
    InUsageDomain,
    Entailment,
    Cause,
    AlsoSee,
    VerbGroup,
    SimilarTo,
    Participle,
    Pertainym,
}

/// Kind, WordNet's symbol, and the words for it.
pub(crate) const KINDS: [(PointerKind, &str, &str); 26] = [
    (PointerKind::Antonym, "!", "antonym"),
    (PointerKind::Hypernym, "@", "hypernym"),
    (PointerKind::InstanceHypernym, "@i", "instance hypernym"),
    (PointerKind::Hyponym, "~", "hyponym"),
    (PointerKind::InstanceHyponym, "~i", "instance hyponym"),
    (PointerKind::MemberHolonym, "#m", "member holonym"),
    (PointerKind::SubstanceHolonym, "#s", "substance holonym"),
    (PointerKind::PartHolonym, "#p", "part holonym"),
    (PointerKind::MemberMeronym, "%m", "member meronym"),
    (PointerKind::SubstanceMeronym, "%s", "substance meronym"),
    (PointerKind::PartMeronym, "%p", "part meronym"),
    (PointerKind::Attribute, "=", "attribute"),
    (PointerKind::Derivation, "+", "derivation"),
    (PointerKind::TopicDomain, ";c", "topic"),
    (PointerKind::InTopicDomain, "-c", "in topic"),
    (PointerKind::RegionDomain, ";r", "region"),
    (PointerKind::InRegionDomain, "-r", "in region"),
    (PointerKind::UsageDomain, ";u", "usage"),
    (PointerKind::InUsageDomain, "-u", "in usage"),
    (PointerKind::Entailment, "*", "entails"),
    (PointerKind::Cause, ">", "causes"),
    (PointerKind::AlsoSee, "^", "also see"),
    (PointerKind::VerbGroup, "$", "verb group"),
    (PointerKind::SimilarTo, "&", "similar to"),
    (PointerKind::Participle, "<", "participle of"),
    (PointerKind::Pertainym, "\\", "pertains to"),
];

impl PointerKind {
    /// All kinds, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.iter().map(|(kind, _, _)| *kind)
    }

    /// WordNet's symbol: `@` for a hypernym.
    pub fn symbol(self) -> &'static str {
        KINDS.get(self as usize).map_or("", |(_, symbol, _)| symbol)
    }

    /// In words: `instance hypernym`.
    pub fn words(self) -> &'static str {
        KINDS.get(self as usize).map_or("", |(_, _, words)| words)
    }
}

/// One pointer of a synset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// The relation: hypernym, antonym, …
    pub kind: PointerKind,
    /// The synset that it points to.
    pub target: SynsetId,
    /// Which word of the synset is meant, from 0; none where it is the whole synset.
    pub word: Option<u8>,
    /// Which word of the target is meant.
    pub target_word: Option<u8>,
}
