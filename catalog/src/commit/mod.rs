//! Commits, branches and tags, with the columns that lists and logs need. The commits themselves are in the store.
//!
//! A commit is made by creating its object; the catalog learns of it afterwards, each exactly once and in the
//! order of its branch. If a server dies in between, the next commit finds the gap ([`Applied::Missing`]) and
//! the server reads the missing ones from the store.

mod apply;
mod info;
mod known;
mod log;
mod refs;
mod tags;

pub use apply::Applied;
pub(crate) use apply::{insert, put_head, weigh};
pub use info::CommitInfo;
pub use refs::{Ref, RefKind};
pub(crate) use tags::put_tag;
