//! What a person should know although nothing failed.
//!
//! The library writes to no terminal: whoever opens a hub says where its notes go, since a progress bar may be there.
//! Each hub has a listener of its own, so that a program with two of them knows which one a note is about.

use std::fmt;
use std::sync::Arc;

/// Called with each note, from any thread.
type Listener = Arc<dyn Fn(&str) + Send + Sync>;

/// Where notes go; by default nowhere. Clones lead to the same listener.
#[derive(Clone, Default)]
pub struct Notes(Option<Listener>);

impl Notes {
    /// Calls `listener` with each note.
    pub fn to(listener: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// Tells the listener, if there is one.
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
