//! Notes: what a person should know although the operation goes on.
//!
//! The library writes to no terminal, since a progress bar may be there: the caller who opens a hub passes a listener
//! for its notes. Each hub has its own, so that a program with two of them knows which one a note is about.

use std::fmt;
use std::sync::Arc;

/// Called with each note, from any thread.
type Listener = Arc<dyn Fn(&str) + Send + Sync>;

/// The listener for notes; none by default. Clones share the listener.
#[derive(Clone, Default)]
pub struct Notes(Option<Listener>);

impl Notes {
    /// Calls `listener` with each note, a line such as `note: http://hub.example: can't be reached …`.
    pub fn to(listener: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// Sends a note to the listener, if there is one.
    pub(super) fn note(&self, text: &str) {
        if let Some(listener) = &self.0 {
            listener(&format!("note: {text}"));
        }
    }
}

impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Notes(…)" } else { "Notes(none)" })
    }
}
