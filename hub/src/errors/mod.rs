//! Errors on stderr: `error:` with the message, then its causes, then a hint on how to go on.
//!
//! The libraries' errors say file, place and what was found; here each gets its exit code and, where there is
//! something to try, a hint. A closed stdout is not an error: in `hub ls | head`, `head` has read what it needs.

mod classify;
mod failure;
mod io_causes;
mod near_names;
mod of_client;
mod of_dataset;
mod of_evaluation;
mod report;

pub use classify::fetch;
pub use failure::Failure;
pub use near_names::did_you_mean;
pub use report::{report, report_panics_in_one_line};
