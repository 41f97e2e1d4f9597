//! What a fetch tells while it runs.

/// Hears how a fetch goes on. Every method does nothing unless it is written anew.
pub trait FetchProgress: Send + Sync {
    /// A file begins: to be downloaded or unpacked (`what`), of so many bytes, so many of them done already.
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
    /// Something a person may want to know: a retry, a file nobody published a hash of.
    fn note(&self, message: &str) {
        let _ = message;
    }
}

/// Reports no progress.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl FetchProgress for Silent {}
