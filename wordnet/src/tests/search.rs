//! Search as one types.

use crate::*;

fn names(text: &str, limit: usize) -> Vec<String> {
    let wn = WordNet::get();
    wn.search(text, limit).into_iter().map(|id| wn.synset(id).unwrap().name()).collect()
}

#[test]
fn exact_senses_then_beginnings_then_parts_then_glosses() {
    assert_eq!(names("dog", 8), names("Dogs", 8));
    assert_eq!(names("dog", 8)[0], "dog.n.01");
    let many = names("dog", 2_000);
    let place = |name: &str| many.iter().position(|other| other == name).unwrap();
    assert!(place("chase.v.01") < place("doge.n.01"));
    assert!(place("doge.n.01") < place("guide_dog.n.01"));
    assert!(place("guide_dog.n.01") < place("retriever.n.01"));
    assert_eq!(names("n02084071", 5), ["dog.n.01"]);
    assert_eq!(names("canine.n.02", 1), ["canine.n.02"]);
    assert_eq!(names("freshwater dace-like game fish", 5), ["tench.n.01"]);
    assert!(names("africa", 1_000).contains(&"aardvark.n.01".to_owned()));
    assert!(names("the zzz", 10).is_empty());
    assert!(names("labrad", 9).contains(&"labrador_retriever.n.01".to_owned()));
}

#[test]
fn limits_and_malice() {
    assert!(names("dog", 0).is_empty());
    assert_eq!(names("a", 50).len(), 50);
    for text in ["", " ", "\0", "_", "zzzzzzz", "犬", "%", "-"] {
        assert!(names(text, 10).len() <= 10, "{text:?}");
    }
    assert!(names(&"long ".repeat(100_000), 10).is_empty());
}
