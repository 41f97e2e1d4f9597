//! Broken files, and folders without samples.

use crate::session::Session;
use crate::snapshot;

#[test]
fn broken_images_stop_a_push_or_are_left_out() {
    let mut session = Session::new();
    session.pets();
    let whole = std::fs::read(session.path("pets/train/cat/a.png")).unwrap();
    for i in 10..22 {
        session.write(&format!("pets/train/dog/broken{i}.png"), &whole[..40]);
    }
    session.hub("push pets");
    session.hub("push pets --dry-run --on-error skip");
    session.hub("ls");
    session.hub("push pets --on-error skip");
    session.hub("log pets");
    session.hub("log pets --left-out --quiet");
    snapshot!("broken_pictures", session.transcript());
}

#[test]
fn nothing_to_push() {
    let mut session = Session::new();
    std::fs::create_dir(session.path("empty")).unwrap();
    session.write("odd/readme.txt", b"no data");
    session.write("junk/cat/a.png", b"junk");
    session.hub("push a empty");
    session.hub("push a odd");
    session.hub("push a junk --on-error skip");
    session.hub("push a ./nowhere");
    session.hub("push a");
    session.hub("push a odd --format idx");
    snapshot!("nothing_to_push", session.transcript());
}

#[test]
fn columns_of_another_type_are_refused() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.write("table.csv", b"label,score\n0.5,1\n");
    session.hub("push pets table.csv --append");
    snapshot!("other_columns", session.transcript());
}
