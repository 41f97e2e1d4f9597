//! Edits of rows.

mod commit;

pub use commit::*;
