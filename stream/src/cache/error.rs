//! The errors of the disk cache.

/// The result of a cache operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the disk cache can't be used. A damaged or missing entry is not an error: its range is fetched again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// One chunk is larger than the cache's limit.
    #[error(
        "the disk cache {directory} holds at most {cache_bytes} bytes, one chunk of {what} needs {chunk_bytes}; \
         set a larger cache size (--cache-size)"
    )]
    TooSmall {
        /// The cache's directory.
        directory: String,
        /// The cache's limit, in bytes on disk.
        cache_bytes: u64,
        /// The file and the rows of the chunk.
        what: String,
        /// Bytes on disk that the chunk's ranges need.
        chunk_bytes: u64,
    },
    /// The cache's directory can't be used.
    #[error("disk cache, {path}: can't {action}")]
    Io {
        /// The cache's directory.
        path: String,
        /// The operation that failed, as `list it`.
        action: &'static str,
        /// The file system's error.
        #[source]
        source: std::io::Error,
    },
}
