//! The errors of this crate. Each names the location, file, branch or row it is about, and how to go on.

mod conflict;
mod kinds;

pub use conflict::{Conflict, SynsetClash};
pub use kinds::Error;

/// The result of a data set operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an arbiter of creates could not decide.
pub type ArbitrationError = Box<dyn std::error::Error + Send + Sync>;
