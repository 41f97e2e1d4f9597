//! Decoding on the blocking thread pool, and the problems of decoding errors.

use hub_media::MediaError;

use crate::problem::{Kind, Problem, Result, chain};

/// Runs blocking work on the blocking thread pool. A panic of a decoder is reported as undecodable media.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, MediaError> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(refused),
        Err(error) => {
            tracing::warn!(error = chain(&error), "a decoder panicked");
            Err(Problem::new(Kind::BadMedia, "the decoder failed on these bytes"))
        }
    }
}

/// The problem for a decoding error.
pub fn refused(error: MediaError) -> Problem {
    match &error {
        MediaError::TooManyPixels { .. } => Problem::new(Kind::TooManyPixels, error.to_string()),
        MediaError::Io(_) => {
            tracing::error!(error = chain(&error), "the bytes of a cell could not be read");
            Problem::new(Kind::StoreDown, "the bytes of the cell could not be read; try again in a moment")
        }
        _ => Problem::new(Kind::BadMedia, error.to_string()),
    }
}
