//! Proposals: measured on the tables that people made, and on what no one should type.

use crate::propose::guess;
use crate::*;

/// How many of a table's rows are proposed first, and how many at all.
fn found(table: &str) -> (usize, usize, usize) {
    let rows: Vec<_> = known(table).unwrap().rows.iter().filter(|row| row.synset.is_some()).collect();
    let labels: Vec<&str> = rows.iter().map(|row| row.name).collect();
    let (mut first, mut any) = (0, 0);
    for (proposal, row) in guess(&labels).iter().zip(&rows) {
        let ids: Vec<String> =
            proposal.candidates.iter().map(|candidate| candidate.synset.to_string()).collect();
        first += usize::from(ids.first().map(String::as_str) == row.synset);
        any += usize::from(ids.iter().any(|id| Some(id.as_str()) == row.synset));
    }
    (first, any, rows.len())
}

#[test]
fn most_rows_of_the_tables_are_guessed() {
    // First, among the five, of all.
    for (table, first, any, all) in [
        ("cifar10", 10, 10, 10),
        ("cifar100", 80, 98, 100),
        ("coco80", 64, 75, 80),
        ("voc20", 15, 16, 20),
        ("ilsvrc1000", 940, 990, 1000),
    ] {
        let found = found(table);
        assert!(found.0 >= first && found.1 >= any && found.2 == all, "{table} {found:?}");
    }
}

fn first(labels: &[&str]) -> Vec<String> {
    let name =
        |proposal: &Proposal| proposal.candidates.first().map_or("-".to_owned(), |one| one.name.clone());
    propose(labels).iter().map(name).collect()
}

#[test]
fn siblings_decide_between_senses() {
    assert_eq!(first(&["mouse", "keyboard", "laptop", "screen"])[0], "mouse.n.04");
    assert_eq!(first(&["mouse", "hamster", "squirrel", "rabbit"])[0], "mouse.n.01");
    assert_eq!(first(&["crane", "heron", "stork", "flamingo"])[0], "crane.n.05");
    assert_eq!(first(&["crane", "bulldozer", "excavator", "truck"])[0], "crane.n.04");
}

#[test]
fn labels_are_read_in_many_spellings() {
    assert_eq!(
        first(&[
            "oak_tree",
            "TrafficLight",
            "Geese",
            "diningtable",
            "my labrador retriever",
            "elefant",
            "??",
            "犬"
        ]),
        [
            "oak.n.02",
            "traffic_light.n.01",
            "goose.n.01",
            "dining_table.n.01",
            "labrador_retriever.n.01",
            "elephant.n.01",
            "-",
            "-"
        ]
    );
}

#[test]
fn what_is_known_is_no_guess() {
    let proposals = propose(&["cat", "dog", "ship", "frog", "truck"]);
    assert_eq!(proposals[2].candidates[0].synset.to_string(), "n04194289");
    assert_eq!(
        (proposals[2].candidates[0].score, &proposals[2].candidates[0].reasons[..]),
        (1.0, &[Reason::Known][..])
    );
    assert_eq!(first(&["n02084071", "n99999999-nothing", "whatever"])[0], "dog.n.01");
    let one = &propose(&["zebra"])[0].candidates[0];
    assert!(one.score < 1.0 && one.how().contains(" word, sense 1"), "{}", one.how());
}

#[test]
fn tables_help_lists_that_share_their_names() {
    let proposals = propose(&["stop-sign", "zebra crossing", "bollard"]);
    let stop = &proposals[0].candidates[0];
    assert_eq!((stop.name.as_str(), stop.how().as_str()), ("street_sign.n.01", "0.70 as in coco80"));
    assert_eq!(proposals[1].candidates[0].name, "pedestrian_crossing.n.01");
}

#[test]
fn hostile_labels_have_no_candidates_and_take_no_time() {
    let long = "dog ".repeat(100_000);
    let labels = ["", " ", "\0", "\t\n", long.as_str(), "((((((/////", "-", "İİİ", "\u{202e}"];
    assert!(propose(&labels).iter().all(|proposal| proposal.candidates.is_empty()));
    assert!(propose(&[]).is_empty());
    let same = vec!["mouse"; 2_000];
    assert_eq!(propose(&same).len(), 2_000);
}
