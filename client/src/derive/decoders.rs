//! Decoders that no thread is using: their tables and buffers are reused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use hub_decode::ImageDecoder;

/// As many as are used at the same time.
#[derive(Default)]
pub struct Decoders(Mutex<Vec<ImageDecoder>>);

impl std::fmt::Debug for Decoders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Decoders")
    }
}

impl Decoders {
    /// Lends a decoder to some work. `None` if there is no memory for one, or the work panicked, as a decoder of an
    /// uncommon format may on damaged bytes; the decoder is dropped then.
    pub fn with<T>(&self, work: impl FnOnce(&mut ImageDecoder) -> T) -> Option<T> {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut decoder = idle.map_or_else(|| ImageDecoder::new().ok(), Some)?;
        let (done, decoder) = catch_unwind(AssertUnwindSafe(|| (work(&mut decoder), decoder))).ok()?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(decoder);
        Some(done)
    }
}
