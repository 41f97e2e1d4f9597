//! Checks commits against the rules of the format.
//!
//! In: a commit, and the manifests and files that were read of it. Out: nothing, or the first rule that it breaks
//! ([`BadCommit`]). Each rule is a function of data in memory, so that three callers share it and none reads twice:
//!
//! - *A commit of this process* ([`made_here`]). Its writer has the fragments that it just wrote in memory, so nothing
//!   is read at all: the cost of an append depends only on what it adds.
//! - *A commit that came from elsewhere* ([`Dataset::check_commit`](crate::Dataset::check_commit) for one that was
//!   sent, [`adopted`] for a copy). Nothing in it is trusted: it must follow the branch's head ([`history`]), the
//!   manifests that no parent names are read ([`manifests`]), and every file that they add is opened ([`files`]).
//!   What it keeps from its parents was checked with them. Hashes of files need no check here: every upload to `data/`,
//!   `blobs/` or `manifests/` is hashed, and stored only under its own hash.
//! - *A stored commit* (`fsck`, which has read the manifests anyway).
//!
//! The rules: columns form a valid schema ([`columns`]), totals are the sums over the fragments ([`sums`]), the entry
//! of a fragment is consistent ([`fragment`]), row ids are unique ([`rows`]), a file fits its fragment ([`footer`]),
//! sizes are within limits ([`limits`]), and the key of an append can be found ([`append_key`]).

mod append_key;
pub(crate) mod bad_commit;
pub(crate) mod columns;
mod files;
pub(crate) mod footer;
pub(crate) mod fragment;
mod history;
mod limits;
mod manifests;
mod proposal;
pub(crate) mod rows;
mod rules;
mod sent;
pub(crate) mod sums;

pub use bad_commit::{BadCommit, BadFile, BadFragment};
pub use proposal::Proposal;
pub(crate) use rules::made_here;
pub use sent::Checked;
pub(crate) use sent::adopted;
