//! The exit codes, each with what a script may conclude from it.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what it was told.
    Done,
    /// Something failed that no other code names.
    Failure,
    /// The command line makes no sense.
    Usage,
    /// What was asked for is not there.
    NotFound,
    /// Something else is there, or came first.
    Conflict,
    /// Stored bytes are not what was written.
    Damaged,
    /// Files of a source can't be taken.
    BadInput,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// All of them, with their codes and what they mean.
    const TABLE: [(Self, u8, &'static str); 8] = [
        (Self::Done, 0, "done"),
        (Self::Failure, 1, "failed: a disk, a bucket, a network"),
        (Self::Usage, 2, "wrong usage"),
        (Self::NotFound, 3, "not found: data set, revision, row, column, split, file"),
        (Self::Conflict, 4, "conflict: the name is taken, or another writer came first"),
        (Self::Damaged, 5, "damaged: stored bytes are not what was written"),
        (Self::BadInput, 6, "bad input: a file of the source is broken, or its format is not known"),
        (Self::Interrupted, 130, "stopped by Ctrl-C"),
    ];

    /// The code.
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
