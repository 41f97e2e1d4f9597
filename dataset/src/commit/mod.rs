//! Committing: a change, applied to the head of a branch, becomes the next version or nothing.
//!
//! A [`Change`] is a function of the head. It writes what it needs (content-addressed files that no reader sees yet),
//! and returns the next state; the rules of the format are checked ([`check`]); then `refs/<branch>/<version>.json`
//! is created ([`Dataset::publish`](crate::Dataset::publish)). If another writer created that version first, the
//! change is applied again to the new head. So appends all succeed, and a change that can't be applied to the new
//! head fails with the reason.

mod apply;
mod change;
pub mod check;
mod publish;

pub use change::{AppendKeys, Change, Committed, NewState};
pub use check::{BadCommit, BadFile, BadFragment, Checked, Proposal};
