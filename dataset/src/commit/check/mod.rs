//! May a commit stand? The rules of the format, for whoever writes a commit or finds one.
//!
//! In goes a commit and what is known of it; out comes nothing, or the first rule that it breaks ([`BadCommit`]).
//! Each rule is a function of what is in memory, so that three callers share it and none reads for it twice:
//!
//! - *A commit that was made here* ([`made_here`]). Its writer knows the fragments that it just wrote, so nothing is
//!   read at all: an append costs what it adds.
//! - *A commit that came from elsewhere* ([`Dataset::check_commit`](crate::Dataset::check_commit) for one that was
//!   sent, [`adopted`] for a copy). Nothing it says is believed: it must follow from what is there ([`history`]), the
//!   manifests that no parent names are read ([`manifests`]), and every file that they add is opened ([`files`]).
//!   What it keeps from its parents was checked when they came. A file's hash is good because of how it came: nothing
//!   gets under a name in `data/`, `blobs/` or `manifests/` without having been hashed on the way.
//! - *A commit that is there* (`fsck`), which has read the manifests anyway.
//!
//! The rules: columns make sense ([`columns`]), sums are those of the fragments ([`sums`]), a fragment's description
//! fits itself ([`fragment`]), no two rows have one id ([`rows`]), a file holds what its fragment says ([`footer`]), and
//! nothing is out of all proportion ([`limits`]).

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
