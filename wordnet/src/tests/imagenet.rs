//! ImageNet's lists are whole and agree with each other.

use std::collections::HashSet;

use crate::*;

#[test]
fn the_thousand_are_nouns_of_wordnet_with_its_words() {
    let wn = WordNet::get();
    assert_eq!(ilsvrc1000().len(), 1_000);
    for (number, id) in ilsvrc1000().iter().enumerate() {
        let synset = wn.synset(*id).unwrap();
        assert_eq!(ilsvrc_name(number), Some(synset.title().as_str()), "{synset:?}");
    }
    assert_eq!(ilsvrc_name(1_000), None);
}

#[test]
fn the_larger_lists() {
    let (google, microsoft) = (imagenet21k(), imagenet22k());
    assert_eq!((google.len(), microsoft.len()), (21_843, 21_842));
    assert_eq!(google[0].to_string(), "n00004475");
    assert_eq!(google[21_842].to_string(), "n15102894");
    assert!(google.is_sorted());
    assert!(microsoft.starts_with(ilsvrc1000()));
    assert_eq!(
        (microsoft[1_000].to_string(), microsoft[21_841].to_string()),
        ("n00004475".into(), "n15102894".into())
    );
    let (google, microsoft): (HashSet<_>, HashSet<_>) = (google.iter().collect(), microsoft.iter().collect());
    assert_eq!((google.len(), microsoft.len()), (21_843, 21_842));
    let mut apart: Vec<String> = google.symmetric_difference(&microsoft).map(|id| id.to_string()).collect();
    apart.sort();
    assert_eq!(apart, ["n03931044", "n04399382", "n09859684"]);
}
