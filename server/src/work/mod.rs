//! What the server's work is limited to, and what of it is shared or repeated.
//!
//! [`admission`] limits concurrent filters and queries, [`rate`] limits attempts; [`filter`] evaluates filters, and
//! [`filter_cache`] has their results; [`damaged`] remembers commits that queries skip; [`jobs`] runs the periodic work.

pub mod admission;
pub mod damaged;
pub mod filter;
pub mod filter_cache;
pub mod jobs;
pub mod rate;
