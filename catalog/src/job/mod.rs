//! Jobs: work that outlives a request (indexing, thumbnails, purging), shared by any number of servers.
//!
//! A worker claims a job for the length of a lease. If it dies, the lease runs out and another worker takes the
//! job; a worker that was only slow finds that its attempt is no longer the current one, and its result is
//! ignored. A job that fails is tried again later, with growing pauses, up to [`MAX_ATTEMPTS`] times.

mod claim;
mod enqueue;
mod finish;
mod record;

pub use enqueue::NewJob;
pub use finish::MAX_ATTEMPTS;
pub use record::{Job, JobState};
