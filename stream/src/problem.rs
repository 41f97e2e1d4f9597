//! Why a row of a batch has no pixels or samples.

use hub_decode::DecodeError;

/// Why a row of a batch has no pixels or samples.
#[derive(Debug)]
pub enum Problem {
    Decode(DecodeError),
    /// A sample that is an object of its own can't be read.
    Store(hub_dataset::Error),
}

impl From<DecodeError> for Problem {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<hub_dataset::Error> for Problem {
    fn from(error: hub_dataset::Error) -> Self {
        Self::Store(error)
    }
}
