//! Panics of the Parquet reader as errors.
//!
//! The `parquet` and `arrow` crates give errors for nearly everything a damaged file can hold, but not for all
//! of it: an Arrow schema in the footer whose integers have 66 bits panics in `arrow-ipc` 59. A file is no
//! reason to bring down the program that holds other files open, so what they do with foreign bytes is done in
//! here. (The panic's message still goes to stderr, where it helps in a bug report.)

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `work` gives.
///
/// # Errors
/// The work's error in words, or that it panicked. What it worked on must not be used again then.
pub fn guarded<T, E: std::fmt::Display>(work: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|e| e.to_string()),
        Err(_) => Err("the Parquet reader panicked on it".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let cause = [1, 2, 3];
        let at = cause.len();
        assert_eq!(guarded(|| Ok::<_, String>(cause[at])).unwrap_err(), "the Parquet reader panicked on it");
        assert_eq!(guarded(|| Ok::<_, String>(cause[0])), Ok(1));
        assert_eq!(guarded(|| Err::<(), _>("no")), Err("no".to_owned()));
    }
}
