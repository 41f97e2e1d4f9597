//! A decoder that is kept open for the next clip of the same file, or of another with the same settings.
//!
//! Opening one takes longer than decoding a small frame. Each thread keeps at most one, of small frames: one of large ones
//! holds many megabytes, and is opened in a small part of the time that its frames take. It is closed with its thread.

use std::cell::Cell;

use super::ffi::{Decoder, Scaler, Setup};

/// The most pixels of a frame whose decoder is kept.
const MOST_PIXELS: i64 = 1 << 20;

thread_local! {
    static KEPT: Cell<Option<Open>> = const { Cell::new(None) };
}

/// A decoder, and the conversion of its frames.
pub struct Open {
    pub setup: Setup,
    pub decoder: Decoder,
    pub scaler: Option<Scaler>,
}

/// The decoder that this thread has kept, if it is set up like this. Another one is closed.
pub fn take(setup: &Setup) -> Option<Open> {
    KEPT.take().filter(|open| open.setup == *setup)
}

/// Keeps a decoder that has given its last frame without complaint.
pub fn keep(mut open: Open) {
    if i64::from(open.setup.width) * i64::from(open.setup.height) <= MOST_PIXELS {
        open.decoder.reset();
        KEPT.set(Some(open));
    }
}
