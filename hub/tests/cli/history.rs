//! Versions: a second push, branches, tags, merge, revert, rm.

use crate::session::Session;
use crate::snapshot;

#[test]
fn a_second_push_replaces_and_says_so() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    std::fs::remove_file(session.path("pets/train/cat/a.png")).unwrap();
    session.picture("pets/train/cat/e.png", 9);
    session.hub("push pets -m other");
    session.hub("diff pets");
    session.picture("more/train/cat/f.png", 10);
    session.hub("push pets more --append");
    session.hub("log pets");
    session.hub("revert pets 0");
    session.hub("diff pets 2 3");
    session.hub("revert pets 0");
    snapshot!("second_push", session.transcript());
}

#[test]
fn branches_and_tags() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.hub("tag pets v1 -m paper");
    session.hub("tag pets v1");
    session.hub("branch pets dev");
    session.hub("rm pets@dev --rows 0");
    session.hub("rename pets label kind --branch dev");
    session.hub("branch pets");
    session.hub("tag pets");
    session.hub("info pets@dev --quiet");
    session.hub("branch pets dev --delete");
    session.hub("branch pets main --delete");
    session.hub("tag pets v1 --delete");
    session.picture("more/cat/f.png", 10);
    session.hub("push pets more --branch new --append");
    snapshot!("branches_and_tags", session.transcript());
}

#[test]
fn branches_merge_or_conflict() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.quietly("branch pets dev");
    session.quietly("rm pets@dev --rows 0");
    session.hub("merge pets dev");
    session.hub("merge pets dev");
    session.quietly("rename pets label kind");
    session.quietly("rm pets@dev --rows 0");
    session.hub("merge pets dev -m both");
    session.hub("log pets -n 3");
    session.hub("info pets");
    session.quietly("rename pets kind species");
    session.quietly("rename pets@dev label breed");
    session.hub("merge pets dev");
    snapshot!("merge", session.transcript());
}

#[test]
fn rows_columns_and_data_sets_are_removed() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.hub("rm pets --rows 0,3 --dry-run");
    session.hub("rm pets --rows 0,3,0");
    session.hub("show pets 0");
    session.hub("rm pets --column image.width");
    session.hub("rm pets --column label");
    session.hub("info pets");
    session.hub("rm pets");
    session.hub("rm pets --yes --dry-run");
    session.hub("rm pets --yes");
    session.hub("info pets");
    session.quietly("push ./there pets");
    session.write("there/notes.txt", b"mine");
    session.hub("rm ./there --yes");
    assert!(session.path("there/notes.txt").is_file());
    assert_eq!(std::fs::read_dir(session.path("there")).unwrap().count(), 1);
    snapshot!("removed", session.transcript());
}
