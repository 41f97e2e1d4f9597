//! Edits as a page or a program sends them: for each row a column, maybe a place in its value, and the new value as JSON.
//!
//! Labels, boxes, keypoints, numbers, texts and removals of one session become one commit ([`prepare`]). Of a list of
//! boxes one corner may be given alone: its place is a path, and the rest of the value is what the base holds. What others
//! changed since the base is found row by row ([`conflicts`]), so that a page can show both values.

mod conflicts;
mod error;
mod prepare;
mod request;
mod set;

pub use conflicts::{RowConflict, conflicts};
pub use error::EditError;
pub use prepare::{Prepared, prepare};
pub use request::{EditRequest, RowEdit};
pub use set::get as part;
