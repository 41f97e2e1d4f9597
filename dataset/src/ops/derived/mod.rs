//! Derived columns: values that are computed from a media column's samples, to read it faster.
//!
//! How they are computed is not known here: a [`Derive`] says it. A derived column lies in a file of its own, whose footer
//! names the file of the media that it was computed from. When that is no longer the file of the fragment's media, because
//! samples were replaced or two branches merged, the derived column is out of date: readers treat it as missing, and a
//! compaction makes it anew.

mod derive;
mod missing;
mod writer;

pub use derive::Derive;
pub(super) use derive::{bytes, derive_of};
pub use missing::Missing;
pub use writer::DerivedWriter;
