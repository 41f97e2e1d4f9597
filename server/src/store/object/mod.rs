//! Objects of a data set over HTTP, in the same layout as on a disk, so that a client can use it as a store.
//!
//! Reads are byte ranges of one object ([`send`]). Writes are content-addressed: the server hashes while it stores
//! ([`receive`], or [`upload`] for multipart uploads), and an object whose hash is not that of its path never becomes
//! visible. The last step of a push, creating `refs/<branch>/<version>.json`, is the only write that others see, and
//! the only one that is validated: [`commit`] checks every file that it adds.

pub mod body;
pub mod commit;
pub mod local;
pub mod path;
pub mod range;
pub mod receive;
pub mod send;
pub mod touch;
pub mod upload;

pub use path::ObjectPath;
