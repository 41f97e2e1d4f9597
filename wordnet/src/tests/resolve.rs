//! Inputs of users: words in every form, ids, names, typing errors and hostile texts.

use crate::*;

fn wn() -> &'static WordNet {
    WordNet::get()
}

fn names(ids: &[SynsetId]) -> Vec<String> {
    ids.iter().map(|id| wn().synset(*id).unwrap().name()).collect()
}

fn suggestions(text: &str) -> Vec<String> {
    match wn().resolve(text) {
        Err(ResolveError::Unknown { suggestions, .. }) => suggestions,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn ids_names_and_words() {
    let dog: SynsetId = "n02084071".parse().unwrap();
    for text in ["n02084071", " N02084071 ", "dog.n.01", "Dog.N.1", "domestic dog.n.01", "Canis familiaris"] {
        assert_eq!(wn().resolve(text), Ok(dog), "{text}");
    }
    for text in ["stop sign", "hot  dog.n.01", "T-shirt"] {
        let _ = wn().resolve(text);
    }
    assert_eq!(wn().resolve("Goldfishes"), wn().resolve("n01443537"));
    assert_eq!(wn().resolve("t shirt"), wn().resolve("n03595614"));
    assert_eq!(wn().resolve("quick.a.01"), wn().resolve("quick.s.01"));
    assert_eq!(names(&[wn().resolve("quick.a.01").unwrap()]), ["quick.s.01"]);
    // One sense as a noun, others as a verb.
    assert_eq!(names(&[wn().resolve("zebra").unwrap()]), ["zebra.n.01"]);
    assert_eq!(names(&[wn().resolve("bulldoze").unwrap()]), ["bulldoze.v.01"]);
    // Words of their own, and plurals of others.
    assert_eq!(names(&[wn().resolve("tropics").unwrap()]), ["torrid_zone.n.01"]);
    assert_eq!(names(&[wn().resolve("Beads").unwrap()]), ["beads.n.01"]);
    assert_eq!(names(&[wn().resolve("tropics.n.01").unwrap()]), ["torrid_zone.n.01"]);
}

#[test]
fn words_in_any_form() {
    for (form, word) in [
        ("dogs", "dog"),
        ("Hot Dogs", "hot_dog"),
        ("guinea-pigs", "guinea_pig"),
        ("aardwolves", "aardwolf"),
        ("motor vehicles", "motor vehicle"),
    ] {
        assert_eq!(wn().senses(form), wn().senses(word), "{form}");
        assert!(!wn().senses(form).is_empty(), "{form}");
    }
    assert_eq!(wn().morphy("axes", Pos::Noun), ["axes", "ax", "axis"].split_at(1).1);
    assert_eq!(names(&wn().senses("GEESE"))[..2], ["goose.n.01", "fathead.n.01"]);
    assert_eq!(wn().senses("dog").len(), 8);
    assert_eq!(names(&wn().senses("dog"))[..2], ["dog.n.01", "frump.n.01"]);
}

#[test]
fn an_ambiguous_word_lists_its_senses() {
    let error = wn().resolve("crane").unwrap_err();
    let ResolveError::Ambiguous { word, senses } = &error else { panic!("{error:?}") };
    assert_eq!((word.as_str(), senses.len()), ("crane", 6));
    assert_eq!(senses[3].name, "crane.n.04");
    let text = error.to_string();
    assert!(text.starts_with("`crane` has 6 senses; name one of them:\n"), "{text}");
    assert!(text.contains("\n  n02012849  crane.n.05  large long-necked wading bird"), "{text}");
    assert_eq!(wn().resolve_all("crane").unwrap().len(), 6);
    assert_eq!(wn().resolve_all("crane.n.05").unwrap().len(), 1);
}

#[test]
fn a_typing_mistake_gets_suggestions() {
    assert_eq!(suggestions("goldfsh")[0], "goldfish");
    assert_eq!(suggestions("labrador retreiver")[0], "labrador_retriever");
    assert_eq!(suggestions("elefant")[0], "elephant");
    assert_eq!(suggestions("dgo.n.01")[0], "dog.n.01");
    assert_eq!(suggestions("goldfish.n.07"), ["goldfish.n.01"]);
    assert_eq!(suggestions("n02084072"), [""; 0]);
    assert_eq!(
        wn().resolve("goldfsh").unwrap_err().to_string(),
        "WordNet 3.0 has no synset or word `goldfsh`; did you mean goldfish, golosh, oldish, goodish?"
    );
}

#[test]
fn hostile_input_is_unknown() {
    let long = "dog ".repeat(1 << 18);
    for text in [
        "",
        " ",
        "_",
        ".",
        "..",
        ".n.",
        "dog.n.",
        "dog.n.0",
        "dog.n.99999999999999999999",
        "d\0og",
        "n0208407１",
    ] {
        assert!(matches!(wn().resolve(text), Err(ResolveError::Unknown { .. })), "{text:?}");
        assert!(wn().senses(text).is_empty(), "{text:?}");
    }
    for text in [long.as_str(), "ñandú", "犬", "🐕", "İ", "\u{202e}god", "n99999999", "n123456789"] {
        let error = wn().resolve(text).unwrap_err().to_string();
        assert!(error.len() < 2_000 && !error.contains('\0'), "{error}");
    }
    assert_eq!("dog.n.01".parse::<SynsetId>().unwrap_err().to_string().lines().count(), 1);
}
