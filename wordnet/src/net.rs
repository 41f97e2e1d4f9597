//! [`WordNet`]: the bundled data, and the ways from ids and words to numbers and back.
//!
//! A synset has three names: its [`SynsetId`] (for people and files), its number (0 to 117,658 in the order nouns,
//! verbs, adjectives, adverbs, each by offset; only inside this crate), and for a noun its dense noun number (0 to
//! 82,114, the same thing), which bitmaps and tables may use.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use crate::asset::{self, Asset};
use crate::{Pos, SynsetId};

/// WordNet 3.0. There is one: [`WordNet::get`].
pub struct WordNet {
    pub(crate) asset: Asset,
    glosses: OnceLock<String>,
}

// The bundled files are what the tests read, so they load; if they didn't, there would be no synsets.
static NET: LazyLock<WordNet> = LazyLock::new(|| WordNet::of(Asset::bundled().unwrap_or_default()));

impl WordNet {
    /// The bundled WordNet, unpacked on the first call (some 10 ms).
    pub fn get() -> &'static Self {
        &NET
    }

    pub(crate) fn of(asset: Asset) -> Self {
        Self { asset, glosses: OnceLock::new() }
    }

    /// How many synsets there are: 117,659.
    pub fn len(&self) -> usize {
        self.asset.counts.all_synsets() as usize
    }

    /// Never true of the bundled data.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every noun's id, in the order of noun numbers (which is that of offsets).
    pub fn nouns(&self) -> impl ExactSizeIterator<Item = SynsetId> + '_ {
        self.range(Pos::Noun).map(|number| self.id(number))
    }

    /// A noun's place among the nouns, 0 to 82,114. It is as lasting as the id: WordNet 3.0 no longer changes.
    pub fn noun_number(&self, id: SynsetId) -> Option<u32> {
        if id.pos() == Pos::Noun { self.number(id) } else { None }
    }

    /// The noun at a place.
    pub fn noun(&self, number: u32) -> Option<SynsetId> {
        self.range(Pos::Noun).contains(&number).then(|| self.id(number))
    }

    /// The numbers of a part of speech.
    pub(crate) fn range(&self, pos: Pos) -> Range<u32> {
        let [n, v, a, r] = self.asset.counts.synsets;
        let (before, len) = match pos {
            Pos::Noun => (0, n),
            Pos::Verb => (n, v),
            Pos::Adjective => (n.saturating_add(v), a),
            Pos::Adverb => (n.saturating_add(v).saturating_add(a), r),
        };
        before..before.saturating_add(len)
    }

    pub(crate) fn pos(&self, number: u32) -> Pos {
        let found = Pos::ALL.into_iter().find(|pos| self.range(*pos).contains(&number));
        found.unwrap_or(Pos::Adverb)
    }

    pub(crate) fn id(&self, number: u32) -> SynsetId {
        SynsetId::bundled(self.pos(number), self.asset.number(self.asset.offset, number))
    }

    pub(crate) fn number(&self, id: SynsetId) -> Option<u32> {
        let range = self.range(id.pos());
        let offset = |number| self.asset.number(self.asset.offset, number);
        let found = Asset::partition(range.clone(), |number| offset(number) < id.offset());
        (range.contains(&found) && offset(found) == id.offset()).then_some(found)
    }

    /// The number of a lemma in normal form.
    pub(crate) fn lemma(&self, text: &str) -> Option<u32> {
        let found = self.lemma_place(text);
        (found < self.asset.counts.lemmas && self.asset.string(found) == text).then_some(found)
    }

    /// The first lemma that is not before a text.
    pub(crate) fn lemma_place(&self, text: &str) -> u32 {
        Asset::partition(0..self.asset.counts.lemmas, |lemma| self.asset.string(lemma) < text)
    }

    /// The synsets of a lemma: by part of speech, then in the order of senses.
    pub(crate) fn lemma_senses(&self, lemma: u32) -> impl Iterator<Item = u32> + '_ {
        self.asset
            .list(self.asset.lemma_start, lemma)
            .map(|place| self.asset.number(self.asset.senses, place))
    }

    /// The synsets of a lemma in one part of speech, in the order of senses.
    pub(crate) fn lemma_senses_of(&self, lemma: u32, pos: Pos) -> impl Iterator<Item = u32> + '_ {
        let range = self.range(pos);
        self.lemma_senses(lemma).filter(move |number| range.contains(number))
    }

    /// All glosses, a line each, unpacked on the first call.
    pub(crate) fn glosses(&self) -> &str {
        self.glosses.get_or_init(|| asset::bundled_glosses().unwrap_or_default())
    }

    /// A gloss as WordNet writes it: definition and examples.
    pub(crate) fn whole_gloss(&self, number: u32) -> &str {
        let range = self.asset.list(self.asset.gloss_start, number);
        self.glosses().get(range.start as usize..range.end as usize).unwrap_or_default().trim_end()
    }
}
