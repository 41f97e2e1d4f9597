//! What the server's work is limited to, and what of it is shared or repeated.
//!
//! Limits, each with a part for every caller: [`admission`] of concurrent filters and queries, [`share`] of requests,
//! bodies, streams and connections, [`turn`] of a request that waits for its body, [`attempts`] of logins; [`network`] is
//! who a stranger is. [`once`] does shared work once, [`filter`] evaluates filters, and [`filter_cache`] has their results; [`damaged`] remembers commits
//! that queries skip; [`jobs`] runs the periodic work; [`commits`] tells pages of new commits; [`background`] does long
//! work that no request waits for, such as [`pictures`], which reads pictures for duplicates and outliers; [`classifiers`]
//! keeps models loaded; [`task`] runs what a disconnected client must not cancel; [`fault`]
//! has the points at which tests end changes.

pub mod admission;
pub mod attempts;
pub mod background;
pub mod classifiers;
pub mod commits;
pub mod damaged;
pub mod fault;
pub mod filter;
pub mod filter_cache;
pub mod jobs;
pub mod network;
pub mod once;
pub mod pictures;
pub mod share;
pub mod task;
pub mod turn;
