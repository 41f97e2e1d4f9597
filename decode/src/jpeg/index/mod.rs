//! The index of entry points of a JPEG: what makes decoding a region cost what the region costs.
//!
//! A baseline scan is one string of variable-length codes, so that a decoder must read everything above and left of a
//! region before it reaches it. An index stores the decoder's state (bit offset and DC predictors) at the start of each
//! row of MCUs and about every 128 pixels in it. It is made once, by reading over the scan ([`points`]) or while
//! it is decoded anyway, and takes at most 0.8 % of the JPEG's bytes: where the points would take more, every
//! second one of a row is left out, and so on down to one a row; where even that is too much, as in very small images,
//! there is no index.
//!
//! An index is data from outside. Its checksum shows damage, the JPEG's checksum in it that it belongs to this JPEG (a
//! CRC-32 reads 10 GB/s or more, so this costs under 1 % of a decode), and each row that is decoded with it must arrive
//! at the next entry point exactly. What can't be noticed is an index that was forged with knowledge of the JPEG so that
//! all points are moved by the same number of rows, or their predictors by the same number; [`verify`] reads the whole scan and
//! finds that too. Whoever can forge an index can usually write the image as well.
//!
//! [`points`]: crate::JpegDecoder::index
//! [`verify`]: crate::JpegDecoder::verify_index

mod fit;
mod format;
mod rice;

#[cfg(test)]
pub(super) use fit::encode_all;
pub(super) use fit::{decode, encode, grid};
pub(super) use format::{Identity, stated};
