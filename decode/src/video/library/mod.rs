//! Decodes frames by FFmpeg's libraries, in this process: the cargo feature `ffmpeg`.
//!
//! Only what decodes is called, libavcodec and libswscale. Containers are read here already, so what demuxes them isn't
//! linked: the decoder is set up with what the container says of its codec (`codecs.rs`), and gets the frames that the
//! index says are needed, one after the other (`decode.rs`). All that is unsafe is in `ffi.rs`.
//!
//! The same frames come out as of the `ffmpeg` program: the same decoders, settings and conversion to RGB, and what a
//! decoder complains about is an error here, too. It runs on the thread that calls it and starts no other. A clip spends no
//! time on a process of its own, nor on pixels that aren't wanted; and a decoder of small frames is kept for the next clip
//! (`kept.rs`).
//!
//! A hostile video is decoded in this process then, and one frame of it can't be interrupted: the limit of time is looked at
//! between frames. Where that is too much, the program does it.

mod codecs;
mod decode;
mod ffi;
mod kept;
mod turn;

pub use decode::decode;
pub use ffi::version;
