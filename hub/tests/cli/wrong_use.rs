//! Usage errors, and requests for what doesn't exist.

use crate::session::Session;
use crate::snapshot;

#[test]
fn not_found() {
    let mut session = Session::new();
    session.hub("info pets");
    session.pets();
    session.quietly("push pets");
    for line in [
        "info cats",
        "info ./nowhere",
        "info pets@v9",
        "info pets --rev 7",
        "show pets 4",
        "show pets 0a1b2c3d4e:0",
        "show pets first",
        "show pets 0 --columns colour",
        "show pets 0 --out x --column colour",
        "stream pets --split test",
        "stream pets --columns colour",
        "rm pets --rows 4",
        "rm pets --column colour",
        "rename pets colour x",
        "revert pets 7",
        "merge pets dev",
        "branch pets dev --delete",
        "tag pets v1 --delete",
        "log pets@dev",
        "push other pets --label-map gone.tsv",
    ] {
        assert_eq!(session.hub(line), 3, "{line}");
    }
    snapshot!("not_there", session.transcript());
}

#[test]
fn usage_errors() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    for line in [
        "",
        "frobnicate",
        "info",
        "info ../a/b/../@",
        "info a/b/c",
        "info gs://bucket/pets",
        "info s3://bucket",
        "info http://host",
        "info pets@main --rev v1",
        "push pets pets --format tarball",
        "push pets pets --mirror x",
        "push pets@0 pets",
        "push ./pets",
        "push ./pets/hub pets",
        "push pets --on-error ignore",
        "stream pets --rank 1",
        "stream pets --rank 2 --world-size 2",
        "stream pets --batch-size 0",
        "stream pets --cache-size lots",
        "gc pets --grace 24",
        "ls s3://bucket",
        "ls ./pets",
        "ls http://host",
        "branch pets dev --message new",
        "query pets SELECT --json --format csv",
        "stream pets --where colour=1",
        "synset search dog --limit 0",
        "synset common dog.n.01",
        "rm pets --rows 0 --column label",
        "rm pets@v1 --yes",
        "rename pets image.width w",
        "completions tcsh",
    ] {
        assert_eq!(session.hub(line), 2, "{line}");
    }
    snapshot!("no_sense", session.transcript());
}

#[test]
fn conflicts() {
    let mut session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.quietly("tag pets v1");
    for line in
        ["branch pets main", "branch pets v1", "tag pets v1", "tag pets main", "rename pets label image"]
    {
        assert_eq!(session.hub(line), 4, "{line}");
    }
    snapshot!("taken", session.transcript());
}
