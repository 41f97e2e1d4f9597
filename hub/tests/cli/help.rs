//! `--help` of all commands, shell completions and manual pages.

use crate::session::Session;
use crate::snapshot;

const COMMANDS: [&str; 48] = [
    "env",
    "split",
    "cat",
    "cp",
    "known",
    "mv",
    "card",
    "whoami",
    "visibility",
    "version",
    "query",
    "view",
    "synset",
    "serve",
    "reindex",
    "login",
    "logout",
    "token",
    "user",
    "member",
    "push",
    "pull",
    "stream",
    "ls",
    "info",
    "show",
    "stats",
    "dups",
    "model",
    "classify",
    "eval",
    "runs",
    "log",
    "diff",
    "branch",
    "tag",
    "merge",
    "revert",
    "set",
    "column",
    "rm",
    "rename",
    "restore",
    "fsck",
    "compact",
    "gc",
    "completions",
    "man",
];

#[test]
fn the_overview() {
    let mut session = Session::new();
    session.hub("--help");
    snapshot!("help", session.transcript());
}

#[test]
fn each_command() {
    let mut session = Session::new();
    for command in COMMANDS {
        assert_eq!(session.hub(&format!("{command} --help")), 0);
    }
    snapshot!("help_of_each", session.transcript());
}

#[test]
fn a_manual_and_completions() {
    let session = Session::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(session.quietly(&format!("completions {shell}")).contains("HUB_COMPLETE"), "{shell}");
    }
    assert!(session.quietly("man").contains(".TH hub 1"));
    let stdout = session.quietly("man pages");
    assert_eq!(stdout, format!("wrote {} pages to pages\n", COMMANDS.len() + 1));
    for command in COMMANDS {
        assert!(session.path(&format!("pages/hub-{command}.1")).is_file(), "{command}");
    }
}

#[test]
fn help_and_version_are_commands() {
    let session = Session::new();
    assert_eq!(session.quietly("help push"), session.quietly("push --help"));
    assert_eq!(session.quietly("help"), session.quietly("--help"));
    let version = session.quietly("version");
    assert!(version.starts_with(&session.quietly("--version").trim_end().to_owned()), "{version}");
}

/// The candidates for the last word of a line.
fn completed(session: &Session, line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let output = session
        .command("--")
        .args(&words)
        .env("HUB_COMPLETE", "bash")
        .env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string())
        .env("_CLAP_IFS", "\n")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn names_revisions_splits_and_columns_are_completed() {
    let session = Session::new();
    session.pets();
    session.quietly("push pets");
    session.quietly("push vision/birds pets");
    session.quietly("branch pets dev");
    session.quietly("tag pets v1");
    assert_eq!(completed(&session, "hub info p"), ["pets"]);
    assert_eq!(completed(&session, "hub query v"), ["vision/birds"]);
    assert_eq!(completed(&session, "hub show pets@"), ["pets@dev", "pets@main", "pets@v1"]);
    assert_eq!(completed(&session, "hub info pets --rev d"), ["dev"]);
    assert_eq!(completed(&session, "hub diff pets v"), ["v1"]);
    assert_eq!(completed(&session, "hub stream pets --split "), ["train", "val"]);
    assert_eq!(completed(&session, "hub stream pets --columns image.wi"), ["image.width"]);
    assert_eq!(completed(&session, "hub rm pets --column la"), ["label"]);
    assert_eq!(completed(&session, "hub info q"), [""; 0]);
    assert_eq!(completed(&session, "hub ls vi"), ["vision"]);
}
