//! Uploads in parts, for objects that are too long to send again from the start.
//!
//! An upload's id is made from what is uploaded (data set, path, length, user), so who begins it again finds
//! what is there already. Its state lies in the store, `.uploads/<id>/`, so any server goes on with it: what it
//! is (`about.json`), and a mark for each part that has come. In a bucket the parts are those of the bucket's own
//! multipart upload; on a disk they are written in place into one file.
//!
//! The hash of the whole is never computed by reading the whole again. Parts are as long as a power of two, so
//! each is a subtree of BLAKE3's tree: its mark holds the subtree's value, and the last step joins them
//! ([`tree`]). A part that has come is not written again, so what is stored is what was hashed.

mod complete;
mod mark;
mod part;
mod state;
mod sweep;
mod tree;

pub use complete::complete;
pub use part::{Busy, put_part};
pub use state::{About, Begun, begin, discard, find};
pub use sweep::sweep;
