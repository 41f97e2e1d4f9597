//! What the program writes to the terminal: data to stdout, all else to stderr and past the bar that is drawn there.
//!
//! Notes come at any time, from the thread of a request that is tried again for example. Written as they come they
//! would end up in the middle of a progress bar, so the bar that is drawn is known here and makes way.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, WeakProgressBar};
use serde::Serialize;

/// Writes to the terminal. Cheap to clone; clones know of the same bar.
#[derive(Clone)]
pub struct Console {
    quiet: bool,
    /// The bar that is drawn; there is one at a time.
    drawn: Arc<Mutex<Option<WeakProgressBar>>>,
}

impl Console {
    /// One that says nothing but data and errors if `quiet` is set.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, drawn: Arc::default() }
    }

    /// Is there a person who watches a progress bar?
    pub fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// From now on this bar makes way for notes.
    pub fn draws(&self, bar: &ProgressBar) {
        *self.drawn.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.downgrade());
    }

    /// Writes data to stdout.
    pub fn print(&self, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Writes data to stdout as JSON.
    pub fn print_json(&self, value: &impl Serialize) -> anyhow::Result<()> {
        self.print(&(serde_json::to_string_pretty(value)? + "\n"))
    }

    /// Tells a person what was done, on stdout, unless told to be quiet.
    pub fn report(&self, text: &str) -> anyhow::Result<()> {
        if self.quiet { Ok(()) } else { self.print(text) }
    }

    /// Tells a person something beside the data, on stderr, unless told to be quiet.
    pub fn note(&self, text: &str) {
        if self.quiet {
            return;
        }
        // Nobody is left to tell if this can't be written.
        let write = || drop(writeln!(std::io::stderr(), "{text}"));
        let drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = drawn.as_ref().and_then(WeakProgressBar::upgrade);
        drop(drawn);
        match bar.filter(|bar| !bar.is_hidden() && !bar.is_finished()) {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("quiet", &self.quiet).finish_non_exhaustive()
    }
}
