//! Objects of a data set over HTTP: the same layout as on a disk, so that a client's remote store is a store.
//!
//! Reading is a range of bytes of one object ([`send`]). Writing is content-addressed: the server hashes while
//! it stores ([`receive`], or [`upload`] for what comes in parts), and what is not what its name says never
//! becomes visible. The last step of a push, creating `refs/<branch>/<version>.json`, is the only write that
//! others can see, and the only one that is judged: [`commit`] looks at every file that it adds.

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
