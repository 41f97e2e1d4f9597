//! The bundled data is whole: counts that others have published, and numbers that lead where they should.

use std::collections::HashSet;

use crate::asset::{Asset, AssetError, bundled_glosses};
use crate::*;

fn id(text: &str) -> SynsetId {
    WordNet::get().resolve(text).unwrap()
}

#[test]
fn counts_are_those_of_wordnet_3_0() {
    let wn = WordNet::get();
    assert_eq!(wn.len(), 117_659);
    assert_eq!(wn.asset.counts.synsets, [82_115, 13_767, 18_156, 3_621]);
    assert_eq!(wn.asset.counts.lemmas, 147_306);
    let count = |kind: PointerKind| -> usize { wn.nouns().map(|id| related(id, kind).len()).sum() };
    assert_eq!(count(PointerKind::Hypernym), 75_850);
    assert_eq!(count(PointerKind::InstanceHypernym), 8_577);
    let several = wn.nouns().filter(|id| {
        let ways =
            related(*id, PointerKind::Hypernym).len() + related(*id, PointerKind::InstanceHypernym).len();
        ways > 1
    });
    let several: Vec<SynsetId> = several.collect();
    let several_hypernyms = wn.nouns().filter(|id| related(*id, PointerKind::Hypernym).len() > 1).count();
    assert_eq!((several.len(), several_hypernyms), (2_213, 1_422));
}

fn related(id: SynsetId, kind: PointerKind) -> Vec<SynsetId> {
    WordNet::get().synset(id).unwrap().related(kind).collect()
}

#[test]
fn every_number_leads_somewhere() {
    let wn = WordNet::get();
    let asset = &wn.asset;
    let synsets = asset.counts.all_synsets();
    let rises = |starts, len: u32, end: u32| {
        assert_eq!((asset.number(starts, 0), asset.number(starts, len)), (0, end));
        assert!((0..len).all(|at| asset.number(starts, at) <= asset.number(starts, at + 1)));
    };
    rises(asset.word_start, synsets, asset.counts.words);
    rises(asset.pointer_start, synsets, asset.counts.pointers);
    rises(asset.lemma_start, asset.counts.lemmas, asset.counts.senses);
    rises(asset.gloss_start, synsets, wn.glosses().len() as u32);
    let strings = asset.counts.lemmas + asset.counts.spellings + asset.counts.exceptions.iter().sum::<u32>();
    rises(
        asset.string_start,
        strings,
        asset.string(strings - 1).len() as u32 + asset.number(asset.string_start, strings - 1),
    );
    assert!((1..asset.counts.lemmas).all(|at| asset.string(at - 1) < asset.string(at)));
    for synset in wn.synsets() {
        assert_eq!(wn.synset(synset.id()), Some(synset));
        assert!(synset.words().len() > 0 && synset.words().all(|word| !word.is_empty()), "{synset:?}");
        assert!(!synset.lexname().is_empty() && !synset.whole_gloss().is_empty(), "{synset:?}");
        assert_eq!(wn.resolve(&synset.name()), Ok(synset.id()), "{synset:?}");
        let pointers = asset.list(asset.pointer_start, synset.number);
        assert_eq!(synset.pointers().count(), pointers.len());
        for pointer in synset.pointers() {
            assert!(wn.synset(pointer.target).is_some(), "{synset:?} {pointer:?}");
        }
    }
    for (place, noun) in wn.nouns().enumerate() {
        assert_eq!((wn.noun_number(noun), wn.noun(place as u32)), (Some(place as u32), Some(noun)));
    }
    assert_eq!((wn.noun(82_115), wn.noun_number(id("run.v.01"))), (None, None));
}

#[test]
fn what_is_above_points_back_down() {
    let wn = WordNet::get();
    for noun in wn.nouns() {
        for (up, down) in [
            (PointerKind::Hypernym, PointerKind::Hyponym),
            (PointerKind::InstanceHypernym, PointerKind::InstanceHyponym),
        ] {
            for above in related(noun, up) {
                assert!(related(above, down).contains(&noun), "{noun} {above}");
            }
        }
    }
}

#[test]
fn a_damaged_file_is_refused() {
    let numbers = include_bytes!("../../data/wordnet30/numbers.zst").as_slice();
    let strings = include_bytes!("../../data/wordnet30/strings.zst").as_slice();
    let unpack = |file| move |error| matches!(error, AssetError::Unpack { file: named, .. } if named == file);
    assert!(Asset::load(&numbers[..numbers.len() / 2], strings).err().is_some_and(unpack("numbers.zst")));
    let mut flipped = strings.to_vec();
    flipped[strings.len() / 2] ^= 1;
    assert!(Asset::load(numbers, &flipped).err().is_some_and(unpack("strings.zst")));
    assert!(Asset::load(&[], strings).is_err() && Asset::load(numbers, b"no zstd").is_err());
    assert_eq!(Asset::load(strings, strings).err(), Some(AssetError::Magic));
    let short = zstd::bulk::compress(&zstd::bulk::decompress(numbers, 16 << 20).unwrap()[..1000], 1).unwrap();
    assert!(matches!(Asset::load(&short, strings), Err(AssetError::Length { found: 1000, .. })));
    let other = zstd::bulk::compress(b"other strings", 1).unwrap();
    assert!(matches!(Asset::load(numbers, &other), Err(AssetError::Strings(_))));
    assert!(bundled_glosses().is_ok());
}

#[test]
fn wrong_numbers_give_wrong_answers_at_worst() {
    let strings = include_bytes!("../../data/wordnet30/strings.zst").as_slice();
    let numbers = include_bytes!("../../data/wordnet30/numbers.zst").as_slice();
    let mut asset = Asset::load(numbers, strings).unwrap();
    asset.word_start = asset.pointer_target;
    asset.string_start = asset.words;
    asset.lexfile = asset.pointer_source;
    let wn = WordNet::of(asset);
    for synset in wn.synsets().step_by(10_007) {
        let _ = (synset.name(), synset.words().take(9).count(), synset.gloss(), synset.lexname());
    }
    let nothing = WordNet::of(Asset::default());
    assert!(nothing.is_empty() && nothing.senses("dog").is_empty() && nothing.nouns().len() == 0);
    assert!(nothing.resolve("dog").is_err() && nothing.roots().is_empty());
}

#[test]
fn the_graph_has_one_root_and_no_repeats() {
    let wn = WordNet::get();
    let entity = id("entity.n.01");
    assert_eq!(wn.roots(), [entity]);
    let all = wn.descendants_with(entity, Follow::Instances);
    assert_eq!((all.len(), all.iter().collect::<HashSet<_>>().len()), (82_115, 82_115));
    assert!(wn.descendants(entity).len() < all.len());
    assert_eq!(wn.height(entity), wn.nouns().map(|id| wn.height(id).unwrap()).max());
    assert_eq!(wn.descendants(id("dog.n.01")).len(), 190);
}

#[test]
fn instances_are_kept_apart() {
    let wn = WordNet::get();
    let (einstein, person) = (id("einstein.n.01"), id("person.n.01"));
    assert!(!wn.is_a(einstein, person) && wn.is_a_with(einstein, person, Follow::Instances));
    assert!(!wn.descendants(person).contains(&einstein));
    assert!(wn.descendants_with(person, Follow::Instances).contains(&einstein));
    assert_eq!(wn.ancestors(einstein), [einstein]);
    let physicist = wn.synset(einstein).unwrap().instance_hypernyms().next().unwrap();
    assert_eq!(wn.synset(physicist).unwrap().name(), "physicist.n.01");
}

#[test]
fn the_closure_agrees_with_the_walks() {
    let wn = WordNet::get();
    let dog = id("dog.n.01");
    let pairs: Vec<ClosurePair> = wn.closure_pairs().collect();
    let above: Vec<SynsetId> = pairs.iter().filter(|p| p.descendant == dog).map(|p| p.ancestor).collect();
    let below: HashSet<SynsetId> = pairs.iter().filter(|p| p.ancestor == dog).map(|p| p.descendant).collect();
    assert_eq!(above, wn.ancestors(dog));
    assert_eq!(below, wn.descendants(dog).into_iter().collect());
    assert_eq!(pairs.iter().filter(|pair| pair.distance == 1).count(), 75_850);
}
