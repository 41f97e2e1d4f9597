//! Copies with their history: pulled, pulled again, pushed back, to a server and from one.

use crate::served::Served;
use crate::session::Session;

/// The commits of a data set, newest first: id and message.
fn log(session: &Session, name: &str) -> Vec<(String, String)> {
    let json = session.quietly(&format!("log {name} --json"));
    let commits: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let text = |commit: &serde_json::Value, key: &str| commit[key].as_str().unwrap().to_owned();
    commits.iter().map(|commit| (text(commit, "commit"), text(commit, "message"))).collect()
}

/// A data set with two commits, a branch that was merged back, a deleted branch, a tag and a view.
fn with_history() -> Session {
    let session = Session::new();
    session.pets();
    session.picture("more/cat/e.png", 7);
    session.quietly("push pets -m first");
    session.quietly("push pets more --append -m second");
    session.quietly("tag pets v1 -m release");
    session.quietly("branch pets dev");
    session.quietly("rm pets@dev --rows 0 -m fewer");
    session.quietly("merge pets dev");
    session.quietly("branch pets gone");
    session.quietly("rename pets@gone label breed");
    session.quietly("branch pets gone --delete");
    let mut view = session.command("query pets");
    view.arg("SELECT * FROM samples").args(["--save-view", "all"]);
    assert!(view.output().unwrap().status.success());
    session
}

#[test]
fn a_copy_has_commits_branches_tags_and_views() {
    let session = with_history();
    let report = session.quietly("pull pets copy");
    assert!(report.contains("commits, 1 tag, 1 view on dev, main"), "{report}");
    assert_eq!(log(&session, "./copy"), log(&session, "pets"));
    assert_eq!(log(&session, "./copy@dev"), log(&session, "pets@dev"));
    assert!(session.quietly("tag ./copy").contains("release"));
    assert!(session.quietly("view ./copy").contains("SELECT * FROM samples"));
    assert!(session.quietly("fsck ./copy --all").contains("not damaged"));
    // Nothing is new, and then a commit is.
    assert!(session.quietly("pull pets copy").contains("up to date"));
    session.quietly("rename pets label breed -m renamed");
    session.quietly("tag pets v2");
    session.quietly("pull pets copy");
    assert_eq!(log(&session, "./copy"), log(&session, "pets"));
    assert!(session.quietly("tag ./copy").contains("v2"));
}

#[test]
fn a_copy_with_commits_of_its_own_is_not_replaced() {
    let mut session = with_history();
    session.quietly("pull pets copy");
    session.quietly("rm ./copy --rows 0 -m mine");
    // The copy is ahead: nothing is lost, and the commit can be brought back.
    let mine = log(&session, "./copy");
    session.quietly("pull pets copy");
    assert_eq!(log(&session, "./copy"), mine);
    session.quietly("push pets ./copy");
    assert_eq!(log(&session, "pets"), mine);
    // Both sides have a commit.
    session.quietly("rm ./copy --rows 0 -m mine");
    session.quietly("rm pets --rows 1 -m theirs");
    let mine = log(&session, "./copy");
    assert_eq!(session.hub("pull pets copy"), 4);
    assert_eq!(session.hub("push pets ./copy"), 4);
    assert_eq!(session.hub("pull pets copy --depth 1"), 4);
    assert_eq!(log(&session, "./copy"), mine);
    // Another data set.
    session.quietly("push others pets");
    assert_eq!(session.hub("pull others copy"), 4);
    assert_eq!(session.hub("pull others copy --depth 1"), 4);
    assert_eq!(log(&session, "./copy"), mine);
    assert!(session.transcript().contains("diverged"));
}

#[test]
fn one_state_is_copied_without_history() {
    let mut session = with_history();
    session.quietly("pull pets@v1 state --depth 1");
    assert_eq!(log(&session, "./state").len(), 1);
    assert!(session.quietly("info ./state").contains("rows      5"));
    session.quietly("pull pets@v1 upto");
    assert_eq!(log(&session, "./upto"), log(&session, "pets@v1"));
    assert!(session.quietly("info ./upto").contains("rows      5"));
    // A later state of the same data set replaces it; a change of the copy doesn't.
    session.quietly("pull pets state --depth 1");
    assert!(session.quietly("info ./state").contains("rows      4"));
    session.quietly("rm ./state --rows 0");
    assert_eq!(session.hub("pull pets state --depth 1"), 4);
    assert_eq!(session.hub("pull pets x --depth 2"), 2);
    assert_eq!(session.hub("push pets ./upto -m x"), 2);
    session.quietly("push one ./upto --depth 1 -m imported");
    assert_eq!(log(&session, "one").len(), 1);
}

#[test]
fn history_travels_to_a_server_and_back() {
    let served = Served::start(&[]);
    let session = with_history();
    let target = format!("{}/ann/pets", served.url());
    let with_token = |line: &str| {
        let output = session.command(line).env("HUB_TOKEN", &served.token).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "hub {line}: {text}");
        text
    };
    // By its name in the embedded hub where no file has that name, or by a directory.
    session.quietly("pull pets copy");
    session.quietly("mv pets animals");
    with_token(&format!("push {target} animals"));
    assert!(with_token(&format!("push {target} ./copy")).contains("up to date"));
    with_token(&format!("pull {target} back"));
    assert_eq!(log(&session, "./back"), log(&session, "animals"));
    assert_eq!(log(&session, "./back@dev"), log(&session, "animals@dev"));
    assert!(session.quietly("tag ./back").contains("release"));
    assert!(session.quietly("view ./back").contains("all:0"));
    session.quietly("rename ./back label breed -m later");
    with_token(&format!("push {target} ./back"));
    assert!(with_token(&format!("log {target}")).contains("later"));
}

#[test]
fn a_data_set_without_main_is_shown_by_its_only_branch() {
    let session = Session::new();
    session.pets();
    session.picture("more/cat/e.png", 7);
    session.quietly("push pets --branch dev -m first");
    let listed = session.quietly("ls");
    assert!(listed.contains("dev:0") && listed.contains(" 4 "), "{listed}");
    let json: serde_json::Value = serde_json::from_str(&session.quietly("ls --json")).unwrap();
    assert_eq!((&json[0]["branch"], &json[0]["rows"]), (&"dev".into(), &4.into()));
    assert!(session.quietly("info pets").contains("pets at dev:0"));
    assert!(session.quietly("log pets").contains("dev:0"));
    assert!(session.quietly("rm pets --dry-run").contains("1 commit on dev"));
    // Changes go on there.
    session.quietly("push pets more --append");
    session.quietly("rm pets --rows 0");
    assert!(session.quietly("info pets").contains("pets at dev:2"));
    session.quietly("branch pets main --rev dev");
    assert!(session.quietly("info pets").contains("pets at main:0"));
}
