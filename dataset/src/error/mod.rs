//! The errors of this crate. Each names the location, file, branch or row it is about, and how to go on.

mod conflict;
mod kinds;

pub use conflict::{Conflict, SynsetClash};
pub use kinds::{ArbitrationError, Error, Result};
