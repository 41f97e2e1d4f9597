//! Damage is found and reported; unreferenced files are deleted.

use crate::session::Session;
use crate::snapshot;

/// A file name like those of the hub.
const ORPHAN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn damage_is_reported() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.hub("fsck pets");
    let file = &session.stored("data")[0];
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 4;
    bytes[middle] ^= 1;
    std::fs::write(file, bytes).unwrap();
    assert_eq!(session.hub("fsck pets"), 5);
    assert_eq!(session.hub("fsck pets --json"), 5);
    snapshot!("damage", session.transcript());
}

#[test]
fn missing_files_are_reported() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    std::fs::remove_file(&session.stored("data")[0]).unwrap();
    assert_eq!(session.hub("fsck pets"), 5);
    assert_ne!(session.hub("show pets 0"), 0);
    snapshot!("gone", session.transcript());
}

#[test]
fn small_fragments_are_merged_and_orphans_deleted() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets pets/train --split train");
    session.picture("more/cat/f.png", 10);
    session.picture("more/dog/g.png", 11);
    session.quietly("push pets more --split train --append");
    session.hub("compact pets");
    session.hub("compact pets");
    session.hub("show pets 4 --columns label");
    session.hub("gc pets --grace 0");
    session.write(
        &format!("hub-home/datasets/local/pets/data/{ORPHAN}.parquet"),
        b"left by a push that was cut off",
    );
    session.hub("fsck pets --all");
    session.hub("gc pets");
    session.hub("gc pets --grace 0 --dry-run");
    session.hub("gc pets --grace 0 --json");
    session.hub("fsck pets --all");
    snapshot!("upkeep", session.transcript());
}
