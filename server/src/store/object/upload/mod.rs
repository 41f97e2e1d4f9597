//! Multipart uploads, for objects that are too long to send again from the start.
//!
//! An upload's id is derived from what is uploaded (data set, path, length, user), so a client that begins it again
//! resumes it. Its state is in the store, in `.uploads/<id>/`, so any server can continue it: a description
//! (`about.json`), and a mark for each received part. In a bucket the parts are those of the bucket's own multipart
//! upload; on a disk they are written in place into one file.
//!
//! The object's hash is computed without reading it again. The length of parts is a power of two, so each part is a
//! subtree of BLAKE3's tree: its mark holds the subtree's chaining value, and the last step joins them ([`tree`]). A
//! received part is never written again, so the stored bytes are those that were hashed.

mod complete;
mod info;
mod mark;
mod part;
mod state;
mod sweep;
mod tree;

pub use complete::complete;
pub use info::UploadInfo;
pub use part::{PartsInProgress, put_part};
pub use state::{Begun, begin, discard, find};
pub use sweep::sweep;
