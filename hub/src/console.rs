//! The program's output: data to stdout, everything else to stderr, above the progress bar that is drawn there.
//!
//! Notes come at any time, for example from the thread of a request that is tried again. Written directly they would
//! end up in the middle of a progress bar, so the current bar is registered here and suspended while a note is written.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, WeakProgressBar};
use serde::Serialize;

/// Writes to the terminal. Cheap to clone; clones share the current bar.
#[derive(Clone)]
pub struct Console {
    quiet: bool,
    /// The bar that is drawn; there is one at a time.
    drawn: Arc<Mutex<Option<WeakProgressBar>>>,
}

impl Console {
    /// With `quiet`, only data and errors are written.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, drawn: Arc::default() }
    }

    /// Whether progress bars are drawn: stderr is a terminal, and `--quiet` isn't set.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// Registers the bar that is suspended while notes are written.
    pub fn draws(&self, bar: &ProgressBar) {
        *self.drawn.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.downgrade());
    }

    pub fn print(&self, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Writes data to stdout as JSON.
    pub fn print_json(&self, value: &impl Serialize) -> anyhow::Result<()> {
        self.print(&(serde_json::to_string_pretty(value)? + "\n"))
    }

    /// Reports what was done, on stdout; nothing with `--quiet`.
    pub fn report(&self, text: &str) -> anyhow::Result<()> {
        if self.quiet { Ok(()) } else { self.print(text) }
    }

    /// Writes a note or warning to stderr; nothing with `--quiet`.
    pub fn note(&self, text: &str) {
        if self.quiet {
            return;
        }
        // If stderr can't be written to, there is no place to report it.
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
