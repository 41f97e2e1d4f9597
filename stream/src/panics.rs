//! Panics of decoders, which may panic on damaged bytes.

use std::any::Any;

/// What to report of a panic of a decoder.
pub fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("the decoder panicked: {}", text.unwrap_or("no message"))
}
