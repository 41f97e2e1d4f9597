//! The program's output: data to stdout, everything else to stderr, above the progress bar that is drawn there.
//!
//! Notes come at any time, for example from the thread of a request that is tried again. Written directly they would
//! end up in the middle of a progress bar, so the current bar is registered here and suspended while a note is written.

use std::fmt;
use std::io::{BufRead, IsTerminal, Write};
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

    /// Whether progress bars are drawn: stderr is a terminal that knows control codes, and `--quiet` isn't set.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal() && !is_dumb()
    }

    /// Whether progress is printed as lines, since no bar can be drawn.
    pub fn prints_progress(&self) -> bool {
        !self.quiet && !self.shows_progress()
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

    /// Whether a person can be asked: stdin and stderr are terminals.
    pub fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks a person a question that is answered with yes or no; anything but yes is no. The bar is suspended meanwhile.
    pub fn ask(&self, question: &str) -> std::io::Result<bool> {
        let ask = || {
            let mut stderr = std::io::stderr();
            write!(stderr, "{question} [y/N] ")?;
            stderr.flush()?;
            let mut answer = String::new();
            std::io::stdin().lock().read_line(&mut answer)?;
            Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
        };
        match self.bar() {
            Some(bar) => bar.suspend(ask),
            None => ask(),
        }
    }

    /// The bar that is drawn at present.
    fn bar(&self) -> Option<ProgressBar> {
        let drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = drawn.as_ref().and_then(WeakProgressBar::upgrade);
        bar.filter(|bar| !bar.is_hidden() && !bar.is_finished())
    }

    /// Writes a note or warning to stderr; nothing with `--quiet`.
    pub fn note(&self, text: &str) {
        if self.quiet {
            return;
        }
        // If stderr can't be written to, there is no place to report it.
        let write = || drop(writeln!(std::io::stderr(), "{text}"));
        match self.bar() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

/// Whether the terminal says that it knows no control codes.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").field("quiet", &self.quiet).finish_non_exhaustive()
    }
}
