//! The order of a revision's rows by a column: their positions, sorted.
//!
//! A page of the sorted rows, or the place of a row among them, is then one look into the list, whatever page it is. Rows
//! of equal values stand in the order of their positions, so that the order of a revision never changes; rows without
//! a value come last, in either direction. A random order is drawn from a seed and the rows' ids, so that rows which are
//! added later don't change the order of the others.

mod key;
mod sort;

pub use key::OrderBy;
