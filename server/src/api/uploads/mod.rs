//! Multipart uploads.

mod abort;
mod begin;
mod complete;
mod part;
mod path;

pub use abort::*;
pub use begin::*;
pub use complete::*;
pub use part::*;
pub use path::Upload;
