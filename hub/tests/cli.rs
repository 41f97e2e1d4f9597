//! The binary as a user sees it: the command line, the output on stdout and stderr, and the exit code.
//!
//! Each test is a session in its own directory with its own hub. Its transcript is a snapshot (`tests/snapshots`), so that
//! a changed word is visible in review. What differs from run to run (paths, hashes, sizes, times) is replaced before
//! transcripts are compared.

// Helpers outside of test functions use it too.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "cli/served.rs"]
mod served;
#[path = "cli/session.rs"]
mod session;

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/copies.rs"]
mod copies;
#[path = "cli/derived.rs"]
mod derived;
#[path = "cli/edits.rs"]
mod edits;
#[path = "cli/eval.rs"]
mod eval;
#[path = "cli/every_day.rs"]
mod every_day;
#[path = "cli/formats.rs"]
mod formats;
#[path = "cli/help.rs"]
mod help;
#[path = "cli/history.rs"]
mod history;
#[path = "cli/interrupt.rs"]
mod interrupt;
#[path = "cli/json.rs"]
mod json;
#[path = "cli/look.rs"]
mod look;
#[path = "cli/models.rs"]
mod models;
#[path = "cli/removal.rs"]
mod removal;
#[path = "cli/rows.rs"]
mod rows;
#[path = "cli/server.rs"]
mod server;
#[path = "cli/training.rs"]
mod training;
#[path = "cli/upkeep.rs"]
mod upkeep;
#[path = "cli/values.rs"]
mod values;
#[path = "cli/wrong_use.rs"]
mod wrong_use;

/// Compares a text with its snapshot, after replacing what differs from run to run.
macro_rules! snapshot {
    ($name:literal, $text:expr) => {
        insta::with_settings!({
            filters => crate::session::FILTERS.to_vec(),
            omit_expression => true,
            prepend_module_to_snapshot => false,
            snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"),
        }, { insta::assert_snapshot!($name, $text) })
    };
}
pub(crate) use snapshot;
