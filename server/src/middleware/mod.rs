//! What happens to every request, before and after its handler.
//!
//! From the outside in: [`observe`] gives the request an id, logs and counts it; JSON is compressed; [`problems`]
//! writes the document of what went wrong; a panic is caught and becomes one; [`limit`] refuses what is too much
//! and ends what takes too long; JSON is tagged ([`etag`]).

pub mod compress;
pub mod etag;
pub mod limit;
pub mod metrics;
pub mod observe;
pub mod problems;

pub use metrics::Metrics;
pub use observe::RequestId;
