//! A folder is pushed and inspected, by people and by scripts.

use crate::session::Session;
use crate::snapshot;

#[test]
fn a_folder_is_pushed_and_inspected() {
    let mut session = Session::new();
    session.pets();
    session.hub("ls");
    session.hub("push pets --message first");
    session.hub("push pets");
    session.hub("ls");
    session.hub("info pets");
    session.hub("show pets 2 --out c.png");
    session.hub("stats pets");
    session.hub("log pets");
    session.hub("stream pets --shuffle=7 --batch-size 3");
    let written = std::fs::read(session.path("c.png")).unwrap();
    assert_eq!(written, std::fs::read(session.path("pets/train/dog/c.png")).unwrap());
    snapshot!("look", session.transcript());
}

#[test]
fn scripts_get_json() {
    let mut session = Session::new();
    session.pets();
    for line in [
        "push pets --json --quiet",
        "ls --json",
        "info pets --json",
        "show pets 2 --json",
        "stats pets --json",
        "log pets --json",
        "stream pets --json",
        "branch pets --json",
        "tag pets --json",
    ] {
        assert_eq!(session.hub(line), 0, "{line}");
    }
    snapshot!("json", session.transcript());
}

#[test]
fn dry_runs_and_deletions_print_json() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.quietly("tag pets v1");
    session.quietly("branch pets dev");
    std::fs::remove_file(session.path("pets/train/dog/c.png")).unwrap();
    for line in [
        "query pets SELECT(1) --out one.csv --format csv",
        "push pets --dry-run",
        "push pets --dry-run --json --quiet",
        "push pets --append --dry-run",
        "pull pets out --dry-run --json",
        "pull pets out --format csv --dry-run --json --quiet",
        "tag pets v1 --delete --json",
        "branch pets dev --delete --json",
        "ls nope",
        "synset common dog.n.01 cat.n.01 horse.n.01",
        "synset common dog.n.01 cat.n.01 horse.n.01 --json",
    ] {
        assert_eq!(session.hub(line), 0, "{line}");
    }
    snapshot!("trials", session.transcript());
}

#[test]
fn a_label_map_is_no_change_of_the_source() {
    let session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.write("pets.tsv", b"label\tsynset\ncat\tn02121620\ndog\tn02084071\n");
    session.quietly("synset map pets --apply pets.tsv");
    let again: serde_json::Value = serde_json::from_str(&session.quietly("push pets --json")).unwrap();
    assert_eq!(again["is_new"], false, "{again}");
}

#[test]
fn a_revert_counts_added_and_removed_rows() {
    let session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.quietly("rm pets --rows 0");
    session.quietly("push pets pets --append");
    session.quietly("revert pets 0");
    let log: serde_json::Value = serde_json::from_str(&session.quietly("log pets --json")).unwrap();
    assert_eq!((&log[0]["counts"]["added"], &log[0]["counts"]["removed"]), (&1.into(), &4.into()), "{log}");
}

#[test]
fn stdout_holds_nothing_but_data() {
    let session = Session::new();
    session.pets();
    assert_eq!(session.quietly("push pets --quiet"), "");
    let json: serde_json::Value = serde_json::from_str(&session.quietly("info pets --json")).unwrap();
    assert_eq!(json["counts"]["rows"], 4);
    let image = std::fs::read(session.path("pets/train/cat/a.png")).unwrap();
    assert_eq!(session.quietly_bytes("show pets 0 --out -"), image);
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let session = Session::new();
    session.pets();
    session.quietly("push pets");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut child =
        session.command("info pets").stdout(writer).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut stderr = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}
