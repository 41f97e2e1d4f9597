//! The binary as a person meets it: what is typed, what comes back on stdout and stderr, and the exit code.
//!
//! Each test is a session in a folder and a hub of its own; its transcript is a snapshot (`tests/snapshots`),
//! so that a changed word is seen in review. What differs from run to run (paths, hashes, sizes, times) is
//! replaced before it is compared.

// Helpers stand outside of test functions.
#![allow(clippy::unwrap_used)]

#[path = "cli/served.rs"]
mod served;
#[path = "cli/session.rs"]
mod session;

#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/formats.rs"]
mod formats;
#[path = "cli/help.rs"]
mod help;
#[path = "cli/history.rs"]
mod history;
#[path = "cli/interrupt.rs"]
mod interrupt;
#[path = "cli/look.rs"]
mod look;
#[path = "cli/server.rs"]
mod server;
#[path = "cli/upkeep.rs"]
mod upkeep;
#[path = "cli/values.rs"]
mod values;
#[path = "cli/wrong_use.rs"]
mod wrong_use;

/// Compares a text with its snapshot, after what differs from run to run was replaced.
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
