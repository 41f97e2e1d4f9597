//! The layers that every request passes, before and after its handler.
//!
//! From the outside in: [`observe`] gives the request an id, logs and counts it; [`compress`] compresses JSON and text;
//! [`cors`] lets pages of other sites read, if the settings name them; [`policies`] says what a browser may do with an answer;
//! [`problems`] turns failures into problem documents; panics are caught and become failures; [`limit`] limits
//! concurrency and duration; [`etag`] adds entity tags to JSON.

pub mod compress;
pub mod cors;
pub mod etag;
pub mod limit;
pub mod metrics;
pub mod observe;
pub mod policies;
pub mod problems;

pub use metrics::Metrics;
pub use observe::RequestId;
