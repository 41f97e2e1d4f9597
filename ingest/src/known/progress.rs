//! Reports the progress of a fetch.

/// Receives the progress of a fetch. Every method does nothing by default.
pub trait FetchProgress: Send + Sync {
    /// A file begins. `what` says what happens to it (`download`, `copy`, `check` or `unpack`); `done_bytes` of
    /// its `size_bytes` are already done.
    fn begin(&self, what: &str, file: &str, size_bytes: Option<u64>, done_bytes: u64) {
        let _ = (what, file, size_bytes, done_bytes);
    }
    /// `bytes` more bytes of the current file are done.
    fn advance(&self, bytes: u64) {
        let _ = bytes;
    }
    /// The file is downloaded and checked, or unpacked.
    fn end(&self, file: &str) {
        let _ = file;
    }
    /// A message for the user: a retry, or a file without a published hash.
    fn note(&self, message: &str) {
        let _ = message;
    }
}

/// Reports no progress.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl FetchProgress for Silent {}
