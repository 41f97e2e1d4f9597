//! Why an image can't be fetched.

use std::time::Duration;

/// Why an image can't be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not an address of a file on the web.
    #[error("'{address}' is not an address that can be fetched: {problem}")]
    Address {
        /// The text.
        address: String,
        /// What is wrong.
        problem: String,
    },
    /// It leads into a private network.
    #[error("{address}: '{host}' is in a private network or on this machine; allow it with --allow-private")]
    Private {
        /// The address.
        address: String,
        /// The host.
        host: String,
    },
    /// The server answers with an error.
    #[error("{address}: the server answered {status}")]
    Status {
        /// The address.
        address: String,
        /// The status.
        status: String,
    },
    /// Not an image.
    #[error("{address}: found {found}, expected an image")]
    Type {
        /// The address.
        address: String,
        /// What it is.
        found: String,
    },
    /// Too long.
    #[error("{address}: longer than {limit} bytes; download it first, then give the file")]
    Size {
        /// The address.
        address: String,
        /// The limit.
        limit: u64,
    },
    /// Too slow.
    #[error("{address}: not complete after {} s", .limit.as_secs_f32())]
    Time {
        /// The address.
        address: String,
        /// The limit.
        limit: Duration,
    },
    /// No answer.
    #[error("{address}: can't be fetched: {problem}")]
    Network {
        /// The address.
        address: String,
        /// What happened.
        problem: String,
    },
}
