//! Decoders, which are reused since their buffers are: as many as decoded at the same time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use hub_decode::{DecodeError, ImageDecoder};

use crate::panics;

/// A decoder that keeps more than this after a large image is dropped.
const MOST_HELD_BYTES: usize = 64 << 20;

/// Decoders that no piece is using, of the whole process. Whoever finds it locked does without: in a process that was
/// forked it stays locked if it was at that moment.
static IDLE: Mutex<Vec<ImageDecoder>> = Mutex::new(Vec::new());

/// A decoder while a piece uses it.
pub struct Borrowed(Option<ImageDecoder>);

/// A decoder that no other piece uses.
pub fn borrow() -> Borrowed {
    Borrowed(IDLE.try_lock().ok().and_then(|mut idle| idle.pop()))
}

impl Borrowed {
    /// Decodes. A panic, which a decoder of an uncommon format may raise on damaged bytes, is an error.
    pub fn with<T>(
        &mut self,
        work: impl FnOnce(&mut ImageDecoder) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let mut decoder = match self.0.take() {
            Some(decoder) => decoder,
            None => ImageDecoder::new()?,
        };
        // After a panic the decoder is dropped: what state it is in is not known.
        let done = catch_unwind(AssertUnwindSafe(|| (work(&mut decoder), decoder)));
        match done {
            Ok((done, decoder)) => {
                self.0 = Some(decoder);
                done
            }
            Err(panic) => Err(DecodeError::Format { format: "image", problem: panics::message(&*panic) }),
        }
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(decoder) = self.0.take().filter(|decoder| decoder.held_bytes() <= MOST_HELD_BYTES)
            && let Ok(mut idle) = IDLE.try_lock()
        {
            idle.push(decoder);
        }
    }
}
