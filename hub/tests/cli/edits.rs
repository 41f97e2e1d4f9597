//! Edits: set, column add, appends with a key, merges of synset decisions.

use serde_json::{Value as Json, json};

use crate::served::{Served, well};
use crate::session::Session;
use crate::snapshot;

/// Four images, pushed.
fn pushed() -> Session {
    let session = Session::new();
    session.pets();
    session.quietly("push pets");
    session
}

#[test]
fn values_are_set() {
    let mut session = pushed();
    session.hub("set pets label=dog --rows 0,1 --dry-run");
    session.hub("set pets label=dog --rows 0,1 -m relabelled");
    session.hub("set pets label=dog --where true");
    session.hub("set pets label=cat --where image.width<=2 --dry-run --json");
    session.hub("set pets label=dgo --rows 0");
    session.hub("set pets label=bird --rows 0 --new-class");
    session.hub("set pets label=null --rows 1 --json");
    session.hub("set pets@dev label=cat --rows 0");
    session.hub("diff pets 0 3");
    session.hub("log pets");
    snapshot!("set", session.transcript());
}

#[test]
fn old_and_new_values_are_shown() {
    let mut session = pushed();
    session.quietly("set pets label=dog --rows 0,1 -m relabelled");
    session.quietly("set pets label=bird --rows 0 --new-class");
    session.quietly("rm pets --rows 1");
    session.hub("diff pets 0 2 --values");
    session.hub("diff pets 0 2 --values --column label -n 1");
    session.hub("diff pets 0 2 --values --json");
    session.hub("diff pets --values --column none");
    session.hub("log pets --row 0");
    session.hub("log pets --row 0 -n 1 --json");
    session.hub("log pets --row 0000000000:9");
    snapshot!("old_and_new", session.transcript());
}

#[test]
fn duplicates_are_listed() {
    let mut session = pushed();
    session.hub("dups pets");
    session.hub("dups pets --labels-differ");
    session.hub("dups pets --near --json");
    session.hub("dups pets --column label");
    session.hub("dups pets --label none");
    snapshot!("dups", session.transcript());
}

#[test]
fn what_can_not_be_set_is_refused() {
    let mut session = pushed();
    session.hub("set pets image=a.png --rows 0");
    session.hub("set pets image.width=3 --rows 0");
    session.hub("set pets lable=cat --rows 0");
    session.hub("set pets label --rows 0");
    session.hub("set pets label=cat label=dog --rows 0");
    session.hub("set pets label=cat");
    session.hub("set pets label=cat --rows 0 --where true");
    session.hub("set pets label=cat --rows 9");
    session.hub("set pets label=cat --where lable='dog'");
    session.hub("set pets@0 label=cat --rows 0");
    session.hub("log pets");
    snapshot!("set_refused", session.transcript());
}

#[test]
fn columns_are_added_from_tables() {
    let mut session = pushed();
    session.write(
        "scores.csv",
        b"name,score,checked,kind\ntrain/cat/a.png,0.5,true,tabby\nval/dog/d.png,1,false,pug\nnot/there.png,2,true,\n",
    );
    session.hub("column add pets scores.csv --on image.name --dry-run");
    session.hub("column add pets scores.csv --on image.name --label kind");
    session.hub("column add pets scores.csv --on image.name");
    session.write("fixed.csv", b"file,score,label\ntrain/cat/a.png,0.25,dog\ntrain/cat/b.png,,cat\n");
    session.hub("column add pets fixed.csv --on image.name --replace");
    session
        .hub("column add pets fixed.csv --on image.name --key file --replace --keep --columns score --json");
    session.hub("column add pets fixed.csv --on image.name --key file --replace --keep --columns score");
    session.hub("column add pets fixed.csv --on image.name --key file --replace --columns score,label");
    session.hub("info pets");
    session.hub("show pets 0 --json");
    session.hub("show pets 3 --json");
    session.hub("rm pets --column checked");
    session.hub("rename pets kind breed");
    session.hub("column add pets scores.csv --on image.name --columns kind,checked");
    snapshot!("column_add", session.transcript());
}

#[test]
fn tables_that_do_not_fit_are_refused() {
    let mut session = pushed();
    session.write("twice.csv", b"name,score\na,1\nb,2\na,3\n");
    session.hub("column add pets twice.csv --on image.name");
    session.write("empty_key.csv", b"name,score\na,1\n,2\n");
    session.hub("column add pets empty_key.csv --on image.name");
    session.write("other.csv", b"name,score\nx.png,1\n");
    session.hub("column add pets other.csv --on image.name");
    session.write("types.csv", b"name,label\ntrain/cat/a.png,dgo\n");
    session.hub("column add pets types.csv --on image.name --replace");
    session.write("media.csv", b"name,image\ntrain/cat/a.png,b.png\n");
    session.hub("column add pets media.csv --on image.name --replace");
    session.hub("column add pets types.csv --on image");
    session.hub("column add pets types.csv --on imgae.name");
    session.hub("column add pets types.csv --on image.name --key id");
    session.hub("column add pets missing.csv --on image.name");
    session.write("notes.txt", b"x");
    session.hub("column add pets notes.txt --on image.name");
    session.hub("log pets");
    snapshot!("column_add_refused", session.transcript());
}

#[test]
fn an_append_with_a_key_is_made_once() {
    let mut session = pushed();
    session.picture("more/train/cat/f.png", 10);
    session.hub("push pets more --append --once day-1");
    session.hub("push pets more --append --once day-1");
    session.hub("push pets more --append --once day-1 --dry-run --json");
    session.picture("more/train/cat/g.png", 11);
    session.hub("push pets more --append --once day-1");
    session.hub("push pets more --append --once day-2 --quiet");
    session.hub("push pets more --once day-3");
    session.hub("log pets");
    snapshot!("once", session.transcript());
}

#[test]
fn a_merge_keeps_the_synsets_of_both_sides() {
    let mut session = Session::new();
    session.picture("base/bat/a.png", 1);
    session.picture("base/mouse/b.png", 2);
    session.picture("more/bat/c.png", 3);
    session.picture("more/wombat/d.png", 4);
    session.quietly("push m base");
    session.quietly("branch m dev");
    session.write("bat_animal.tsv", b"label\tsynset\nbat\tbat.n.01\n");
    session.write("bat_thing.tsv", b"label\tsynset\nbat\tbaseball_bat.n.01\n");
    session.write("mouse.tsv", b"label\tsynset\nmouse\tmouse.n.04\n");
    session.quietly("synset map m --apply bat_animal.tsv");
    session.quietly("synset map m@dev --apply mouse.tsv");
    session.quietly("push m@dev more --append");
    session.hub("merge m dev");
    let info: Json = serde_json::from_str(&session.quietly("info m --json")).unwrap();
    let label = info["schema"]["fields"].as_array().unwrap().iter().find(|c| c["name"] == "label").unwrap();
    assert_eq!(label["feature"]["names"], json!(["bat", "mouse", "wombat"]), "{label}");
    assert_eq!(label["feature"]["synsets"][0], "n02139199");
    assert_eq!(label["feature"]["synsets"][1], "n03793489");
    session.quietly("synset map m@dev --apply bat_thing.tsv");
    session.picture("last/mouse/e.png", 5);
    session.quietly("push m last --append");
    session.quietly("synset map m --apply bat_animal.tsv");
    session.hub("merge m dev");
    session.write("none.tsv", b"label\tsynset\nbat\t\n");
    session.quietly("synset map m --apply none.tsv");
    session.hub("merge m dev");
    session.quietly("synset map m@dev --apply none.tsv");
    session.hub("merge m dev");
    snapshot!("merge_synsets", session.transcript());
}

#[test]
fn edits_work_on_a_server() {
    let session = Session::new();
    session.pets();
    let served = Served::start(&[]);
    let hub = |line: &str| well(served.with_token(session.command(line)).output().unwrap());
    hub("push ann/pets pets");
    hub("set ann/pets label=bird --rows 0 --new-class");
    session.write("scores.csv", b"name,score\ntrain/cat/a.png,0.5\nval/dog/d.png,1\n");
    hub("column add ann/pets scores.csv --on image.name");
    session.picture("more/train/cat/f.png", 10);
    hub("push ann/pets more --append --once day-1");
    let again: Json = serde_json::from_str(&hub("push ann/pets more --append --once day-1 --json")).unwrap();
    assert_eq!((&again["is_new"], &again["earlier"]["version"]), (&json!(false), &json!(3)));
    let page = served.get("/api/v1/datasets/ann/pets/rows?columns=label,score");
    let rows = page["rows"].as_array().unwrap();
    let values: Vec<_> =
        rows.iter().map(|row| (&row["values"]["label"]["name"], &row["values"]["score"])).collect();
    let wanted = [("bird", json!(0.5)), ("cat", json!(null)), ("dog", json!(null)), ("dog", json!(1.0))];
    for ((label, score), (wanted_label, wanted_score)) in values.iter().zip(&wanted) {
        assert_eq!((*label, *score), (&json!(wanted_label), wanted_score));
    }
    assert_eq!(values.len(), 5);

    hub("branch ann/pets dev");
    hub("compact ann/pets");
    hub("set ann/pets@dev label=dog --rows 1");
    hub("rm ann/pets@dev --rows 2");
    hub("merge ann/pets dev");
    let page = served.get("/api/v1/datasets/ann/pets/rows?columns=label,image");
    let rows = page["rows"].as_array().unwrap().iter();
    let mut labels: Vec<_> = rows
        .map(|row| {
            let name = row["values"]["image"]["name"].as_str().unwrap().to_owned();
            (name, row["values"]["label"]["name"].as_str().unwrap().to_owned())
        })
        .collect();
    labels.sort();
    let wanted = [
        ("train/cat/a.png", "bird"),
        ("train/cat/b.png", "dog"),
        ("train/cat/f.png", "cat"),
        ("val/dog/d.png", "dog"),
    ];
    assert_eq!(labels, wanted.map(|(name, label)| (name.to_owned(), label.to_owned())));
    hub("fsck ann/pets");
}
