//! Audio and videos of batches, decoded to tensors.
//!
//! Where an image is decoded by `images/`, these columns are decoded in the same pieces, after the images of a piece:
//! `columns.rs` says which, `form.rs` to which Arrow type, `values.rs` where the samples and pixels go, `decode.rs` decodes the
//! rows of a piece. A sample that is an object of its own is read in blocks (`blob.rs`), as its format's reader asks for
//! them: of a long video the index and the frames of a clip.

mod blob;
mod columns;
mod decode;
mod form;
mod spec;
mod values;

pub use columns::MediaColumns;
pub use decode::decode;
pub use spec::{MediaColumn, MediaSpec};
pub use values::{Values, array, parts};
