//! Edits of values: what `hub set` and `hub column add` commit.
//!
//! Texts become values of their columns' types ([`assignments`]), the rows of a table find their partners in the data
//! set by a key ([`join`], [`row_keys`]), and of both only what changes is written ([`changes`]), so that the same edit
//! a second time is no commit.

mod assignment;
mod changes;
mod error;
mod join;
mod keys;
mod split;

pub use assignment::{Assignment, assignments, check_settable};
pub use changes::{RowValue, changes};
pub use error::EditError;
pub use join::{Joined, TableKey, join};
pub use keys::{KeyPath, row_keys};
pub use split::{Candidate, Share, share_out};
