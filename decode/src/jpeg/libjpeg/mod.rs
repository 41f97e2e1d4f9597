//! libjpeg-turbo 3 behind a safe interface: `shim.c` calls it, [`Context`] and [`Session`] own what it holds.
//!
//! All unsafe code of JPEG decoding is in this folder. What it relies on is stated where it stands: a session borrows
//! the data and the entropy decoder that libjpeg has pointers to, and closes libjpeg's side before they end.

mod context;
mod encode;
mod ffi;

pub use encode::encode_jpeg;

pub(super) use context::{Context, Failure, Header, Session};
