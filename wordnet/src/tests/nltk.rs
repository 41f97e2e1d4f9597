//! Every number is the one that nltk gives for the same files (`expected/nltk.tsv`, made once by `from_nltk.py`).

use std::collections::HashSet;

use crate::*;

const EXPECTED: &str = include_str!("../../expected/nltk.tsv");

/// The cells of the lines of one kind.
fn lines(kind: &str) -> Vec<Vec<&'static str>> {
    let cells = EXPECTED.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let lines: Vec<_> = cells.filter(|cells| cells[0] == kind).collect();
    assert!(!lines.is_empty());
    lines
}

fn wn() -> &'static WordNet {
    WordNet::get()
}

fn id(text: &str) -> SynsetId {
    text.parse().unwrap()
}

fn listed(ids: impl IntoIterator<Item = SynsetId>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    if ids.is_empty() { "-".to_owned() } else { ids.join(",") }
}

fn is_close(found: Option<f64>, expected: &str) -> bool {
    let expected = expected.parse::<f64>().ok();
    found.zip(expected).map_or(found.is_none() && expected.is_none(), |(a, b)| (a - b).abs() < 1e-12)
}

#[test]
fn distances_of_pairs() {
    for line in lines("pair") {
        let [_, a, b, path, wup, lch, lowest] = line[..] else { panic!("{line:?}") };
        let (a, b) = (id(a), id(b));
        assert_eq!(wn().path_distance(a, b), path.parse().ok(), "{line:?}");
        assert_eq!(wn().path_distance(b, a), path.parse().ok(), "{line:?}");
        assert!(is_close(wn().wup(a, b), wup), "{line:?} {:?}", wn().wup(a, b));
        assert!(is_close(wn().lch(a, b), lch), "{line:?} {:?}", wn().lch(a, b));
        assert_eq!(listed(wn().lowest_common_ancestors(a, b)), lowest, "{line:?}");
        let height = wn().height_distance(a, b);
        let heights = wn().lowest_common_ancestors(a, b).into_iter().filter_map(|id| wn().height(id));
        assert_eq!(height.is_some(), heights.clone().min().is_some());
        assert!(a == b || height <= heights.max(), "{line:?}");
    }
}

/// A synset as `from_nltk.py` writes it.
fn whole(synset: Synset<'_>) -> String {
    let related = |kind| {
        let mut ids: Vec<SynsetId> = synset.related(kind).collect();
        ids.sort();
        listed(ids)
    };
    let name = synset.name();
    let depth = match name.as_str() {
        "restrain.v.01" | "inhibit.v.04" => "-".to_owned(),
        _ => format!("{} {}", wn().min_depth(synset.id()).unwrap(), wn().max_depth(synset.id()).unwrap()),
    };
    let words: Vec<&str> = synset.words().collect();
    [
        synset.id().to_string(),
        name,
        synset.lexname().to_owned(),
        words.join(","),
        depth,
        related(PointerKind::Hypernym),
        related(PointerKind::InstanceHypernym),
        related(PointerKind::Hyponym),
        nltk_definition(synset.whole_gloss()),
        nltk_examples(synset.whole_gloss()),
    ]
    .join("\t")
}

/// nltk takes every quotation for an example, and leaves what stood between: `…; ; - Bible`. We don't.
fn nltk_definition(gloss: &str) -> String {
    let parts: Vec<&str> = gloss.split('"').collect();
    let mut definition = String::new();
    for (place, part) in parts.iter().enumerate() {
        let is_unpaired = place % 2 == 1 && place + 1 == parts.len();
        if is_unpaired {
            definition.push('"');
        }
        if place % 2 == 0 || is_unpaired {
            definition.push_str(part);
        }
    }
    definition.trim().trim_matches([';', ' ']).to_owned()
}

fn nltk_examples(gloss: &str) -> String {
    let parts: Vec<&str> = gloss.split('"').collect();
    parts[..parts.len() - 1].iter().skip(1).step_by(2).copied().collect::<Vec<_>>().join("|")
}

#[test]
fn definitions_end_where_examples_begin() {
    let gloss = |name: &str| wn().synset(wn().resolve(name).unwrap()).unwrap().gloss();
    assert_eq!(gloss("cattle.n.01"), "domesticated bovine animals as a group regardless of sex or age");
    assert_eq!(gloss("carrot.n.04"), "promise of reward as in \"carrot and stick\"");
    let carrot = wn().synset(wn().resolve("carrot.n.04").unwrap()).unwrap();
    assert_eq!(
        carrot.examples(),
        ["used the carrot of subsidized housing for the workers to get their vote"]
    );
    for synset in wn().synsets() {
        assert!(!synset.gloss().is_empty(), "{synset:?} {}", synset.whole_gloss());
    }
}

#[test]
fn synsets_one_by_one_and_all_of_them() {
    for line in lines("synset") {
        assert_eq!(whole(wn().synset(id(line[1])).unwrap()), line[1..].join("\t"));
    }
    for line in lines("all") {
        let pos = Pos::from_letter(line[1].chars().next().unwrap()).unwrap();
        let mut sum = 0xcbf2_9ce4_8422_2325u64;
        for synset in wn().synsets().filter(|synset| synset.pos() == pos) {
            for byte in whole(synset).bytes().chain([b'\n']) {
                sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        assert_eq!(format!("{sum:016x}"), line[2], "{pos:?}");
    }
}

#[test]
fn how_many_lie_below() {
    for line in lines("below") {
        let count = |follow| wn().descendants_with(id(line[1]), follow).len().to_string();
        assert_eq!([count(Follow::Classes), count(Follow::Instances)], line[2..], "{line:?}");
    }
}

#[test]
fn senses_in_order() {
    for line in lines("senses") {
        // nltk names a synset twice that has two of the word's base forms.
        let mut seen = HashSet::new();
        let expected: Vec<&str> = line[2].split(',').filter(|id| seen.insert(*id)).collect();
        assert_eq!(listed(wn().senses(line[1])), expected.join(","), "{line:?}");
    }
}

#[test]
fn base_forms() {
    for line in lines("morphy") {
        let pos = Pos::from_letter(line[1].chars().next().unwrap()).unwrap();
        let found = wn().morphy(line[2], pos).join(",");
        assert_eq!(if found.is_empty() { "-" } else { &found }, line[3], "{line:?}");
    }
}
