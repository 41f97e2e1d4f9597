//! JPEG: libjpeg-turbo with two additions of our own.
//!
//! * A Huffman decoder for baseline scans ([`huffman`]), called by libjpeg-turbo in place of its own.
//! * An index of entry points ([`index`]), by which a region is decoded without what is above, below, left and right of it.
//!
//! Both give the bytes that libjpeg-turbo alone gives; the tests compare them on images of every kind and on thousands of
//! damaged ones. The inverse DCT, upsampling and colour conversion are libjpeg-turbo's in every case, with its accurate
//! integer DCT and its smooth ("fancy") upsampling, which are Pillow's and torchvision's defaults.
//!
//! A region without an index: columns outside it are parsed but not transformed, rows above are parsed, rows below not
//! touched (`jpeg_crop_scanline`, `jpeg_skip_scanlines`).

mod cmyk;
mod decoder;
mod huffman;
mod index;
mod libjpeg;
mod options;
mod parts;
mod point;
#[cfg(test)]
mod tests;

pub use decoder::{JpegDecoder, JpegReport};
pub use libjpeg::encode_jpeg;
pub use options::{DctScale, Entropy, JpegFacts, JpegOptions};
pub use parts::IndexedJpeg;
