//! What a person should know although nothing failed.
//!
//! The library writes to no terminal: whoever runs it says where notes go, since a progress bar may be there.

use std::sync::OnceLock;

static LISTENER: OnceLock<fn(&str)> = OnceLock::new();

/// Calls `listener` with what a person should know although nothing failed. The first listener stays.
pub fn on_note(listener: fn(&str)) {
    // Another is there already.
    let _ = LISTENER.set(listener);
}

/// Tells the listener, if there is one.
pub(super) fn note(text: &str) {
    if let Some(listener) = LISTENER.get() {
        listener(&format!("note: {text}"));
    }
}
