//! Who calls, and what they may do.
//!
//! A [`Caller`] is a stranger or a user, known by a token (`Authorization: Bearer hub_…`, for programs) or by a
//! session's cookie (for pages). A handler of a data set asks for [`Readable`], [`Writable`] or [`Owned`]
//! instead of a path: what it gets is a data set that the caller may read, write or own, and what it can't get
//! never reaches the handler. So no handler can forget to ask.
//!
//! A private data set answers a stranger exactly as one that is not there.

pub mod access_cache;
mod address;
mod caller;
mod cookie;
mod cross_site;
mod dataset;

pub use access_cache::{AccessCache, CachedReadable};
pub use address::Address;
pub use caller::Caller;
pub use cookie::{COOKIE, clear_cookie, session_cookie, session_of};
pub use dataset::{OpenDataset, Owned, Readable, Writable, find};
