//! Thumbnails of cells, generated on the first request.
//!
//! A thumbnail is determined by the bytes of the cell and a few parameters. Its name is a hash of both, which is its
//! entity tag and its key in the cache ([`Params::name`]). Cells with the same image share it, even across data sets;
//! access to the cell is checked before.
//!
//! Thumbnails are cached in memory only, up to `thumbnail_bytes`: they have a few kilobytes each, and a restarted server
//! generates a page of them in a second. Concurrent requests for one name wait for one generation. Decoding runs on the
//! blocking thread pool, limited by a memory budget ([`decode_budget`]). Decoding errors are cached like thumbnails, so
//! that a damaged image is decoded once.

mod blocking;
mod cache;
mod content;
mod decode_budget;
mod loopback;
mod make;
mod params;
mod subject;
mod tensor;
mod video;

pub use blocking::blocking;
pub use cache::Thumbnails;
pub use content::Content;
pub use params::{Name, Params, accepted};
pub use subject::Subject;
