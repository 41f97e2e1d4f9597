//! What can go wrong with the cache.

/// The result of a cache operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong with the cache. A file of it that is damaged or gone is no error: it is fetched anew.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One chunk is bigger than the cache.
    #[error(
        "the disk cache {directory} holds at most {cache_bytes} bytes, one chunk of {what} needs {chunk_bytes}; \
         set a larger cache size (--cache-size)"
    )]
    TooSmall {
        /// The cache's directory.
        directory: String,
        /// Its size.
        cache_bytes: u64,
        /// What was to be kept.
        what: String,
        /// What that needs.
        chunk_bytes: u64,
    },
    /// The cache's directory can't be used.
    #[error("disk cache, {path}: can't {action}")]
    Io {
        /// The directory or file.
        path: String,
        /// What was tried.
        action: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
}
