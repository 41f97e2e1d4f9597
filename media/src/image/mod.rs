//! Images: facts without decoding, and the two conversions that exporters need.
//!
//! The formats of data sets are walked from the first byte to the end marker by a small reader for each
//! (`jpeg`, `png`, `gif`, `webp`), which gives facts and truncation in one pass. The rarer ones (`rare`:
//! BMP, TIFF, PNM) are opened by the `image` crate, which reads their headers only, and their pixel data is
//! measured against the length of the file.
//!
//! Facts are those of the file as stored: EXIF orientation is a fact of its own and is not applied.

mod convert;
mod facts;
mod gif;
mod head;
mod jpeg;
mod orientation;
mod png;
mod probe;
mod rare;
#[cfg(test)]
mod tests;
mod webp;

pub(crate) use convert::decode;
pub use convert::{decode_rgb8, encode_png};
pub use facts::ImageFacts;
pub use head::may_be_turned;
pub use probe::probe_image;
