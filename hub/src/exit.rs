//! The exit codes, and what each means to a script.

use std::process::ExitCode;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done,
    /// A failure that no other code covers.
    Failure,
    /// Invalid arguments.
    Usage,
    /// The requested data set, revision, row, column, split or file doesn't exist.
    NotFound,
    /// The name is taken, or another writer committed first.
    Conflict,
    /// Stored bytes differ from what was written.
    Damaged,
    /// A source file is broken, or its format is unknown.
    BadInput,
    /// A server refused: no login, or a role or token that doesn't suffice.
    Denied,
    /// Stopped by Ctrl-C.
    Interrupted,
    /// Stopped by SIGTERM.
    Terminated,
}

impl Exit {
    /// All of them, with their codes and what they mean.
    const TABLE: [(Self, u8, &'static str); 10] = [
        (Self::Done, 0, "success"),
        (Self::Failure, 1, "failure: disk, bucket, network or another error"),
        (Self::Usage, 2, "usage error"),
        (Self::NotFound, 3, "not found: data set, revision, row, column, split, file"),
        (Self::Conflict, 4, "conflict: the name is taken, or another writer committed first"),
        (Self::Damaged, 5, "damaged: stored bytes differ from what was written"),
        (Self::BadInput, 6, "bad input: a source file is broken, or its format is unknown"),
        (Self::Denied, 7, "not allowed: not logged in, or the role or the token doesn't suffice"),
        (Self::Interrupted, 130, "interrupted by Ctrl-C"),
        (Self::Terminated, 143, "stopped by SIGTERM (a server that was stopped exits with 0)"),
    ];

    pub fn code(self) -> u8 {
        Self::TABLE.iter().find(|(exit, _, _)| *exit == self).map_or(1, |(_, code, _)| *code)
    }

    /// The table, as `hub --help` shows it.
    pub fn help() -> String {
        let line = |(_, code, meaning): &(Self, u8, &str)| format!("  {code:<4} {meaning}\n");
        Self::TABLE.iter().map(line).collect()
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
