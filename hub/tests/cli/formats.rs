//! Pulls: exact copies and other formats, and pushing them again.

use crate::session::{Session, same};
use crate::snapshot;

#[test]
fn a_copy_is_a_data_set() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.hub("pull pets ./copy --dry-run");
    session.hub("pull pets ./copy");
    session.hub("pull pets ./copy");
    session.hub("fsck ./copy");
    session.hub("push again ./copy");
    session.hub("push again ./copy --append");
    session.hub("pull pets ./pets");
    session.hub("pull ./copy ./copy");
    session.hub("pull pets ./part --split val");
    snapshot!("copy", session.transcript());
}

#[test]
fn losses_are_reported_before_anything_is_written() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.hub("pull pets ./folders --format class-folder --dry-run");
    assert!(!session.path("folders").exists());
    session.hub("pull pets ./folders --format class-folder");
    assert!(same(&session.path("pets"), &session.path("folders")));
    session.hub("pull pets ./table --format csv --split val --columns label,image");
    session.hub("pull pets ./folders --format csv");
    session.hub("pull pets ./boxes --format coco");
    session.hub("pull pets s3://bucket/pets --format csv");
    session.hub("pull pets ./x --format voc");
    session.hub("pull pets ./x --format csv --split test");
    snapshot!("losses", session.transcript());
}

#[test]
fn well_known_data_sets_come_from_a_mirror() {
    let mut session = Session::new();
    session.hub("push imagenet-1k");
    session.write("mirror/other.txt", b"");
    session.hub("push mnist --mirror mirror");
    session.hub("push mnist --mirror nowhere");
    session.hub("push cats --mirror mirror");
    snapshot!("known", session.transcript());
}
