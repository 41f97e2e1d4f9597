//! Why a step on the index failed, and how often it is tried again.

use crate::error::Error;

/// Why a step could not be taken.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What the step was based on was dropped, merged or rebuilt concurrently: retry from the current state.
    Moved,
    /// A real error, which is not retried.
    Error(Error),
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// How often a step is tried while others change what it builds on.
pub(super) const TRIES: usize = 8;

/// The error when all retries failed.
pub(super) fn contended() -> Error {
    let words = "the label index kept changing while it was used".to_owned();
    Error::Unavailable { source: sqlx::Error::Protocol(words) }
}
