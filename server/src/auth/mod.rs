//! Authentication and authorization: who calls, and what they may do.
//!
//! A [`Caller`] is anonymous or a user, identified by a token (`Authorization: Bearer hub_…`, for programs) or a session
//! cookie (for pages). A handler of a data set takes [`Readable`], [`Writable`] or [`Owned`] instead of a path: the
//! extractor opens the data set if the caller has that access, and otherwise answers without calling the handler. So no
//! handler can forget the check. [`SignedIn`], [`HubOwner`] and [`AccountOwner`] do the same for everything else.
//!
//! To a caller who may not see it, a private data set looks exactly like one that doesn't exist.

mod access_cache;
mod address;
mod authenticate;
pub mod cached_readable;
mod caller;
mod cookie;
mod cross_site;
mod dataset;
mod known_callers;
mod requester;
mod required;

pub use access_cache::AccessCache;
pub use address::Address;
pub use cached_readable::CachedReadable;
pub use caller::Caller;
pub use cookie::{COOKIE, clear_cookie, session_cookie, session_of};
pub(crate) use cross_site::check as check_cross_site;
pub(crate) use dataset::name_of_path;
pub use dataset::{DatasetEntry, OpenDataset, Owned, OwnedEntry, Readable, Writable, find, url_of};
pub use known_callers::KnownCallers;
pub use requester::requester;
pub use required::{AccountOwner, HubOwner, SignedIn};
