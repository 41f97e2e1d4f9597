//! `--help` of all commands, shell completions and manual pages.

use crate::session::Session;
use crate::snapshot;

const COMMANDS: [&str; 35] = [
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
    "model",
    "classify",
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
        assert!(session.quietly(&format!("completions {shell}")).contains("fsck"), "{shell}");
    }
    assert!(session.quietly("man").contains(".TH hub 1"));
    let stdout = session.quietly("man pages");
    assert_eq!(stdout, format!("wrote {} pages to pages\n", COMMANDS.len() + 1));
    for command in COMMANDS {
        assert!(session.path(&format!("pages/hub-{command}.1")).is_file(), "{command}");
    }
}
