//! Ctrl-C: the first stops cleanly and says how to go on, the second ends the program immediately.
//!
//! A push or a pull checks [`Progress::is_cancelled`] between samples, so it ends by itself soon and leaves nothing
//! incomplete under a name. Every other command has nothing to clean up and ends immediately.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hub_client::push::Progress;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::Exit;

/// What Ctrl-C does at present.
#[derive(Clone, Debug)]
enum OnStop {
    /// End the program; the text, unless empty, says how to go on.
    AtOnce(String),
    /// Cancel the running job.
    Cleanly,
}

/// Handles Ctrl-C (SIGINT) and SIGTERM.
#[derive(Clone, Debug)]
pub struct Interrupt {
    progress: Arc<Progress>,
    on_stop: Arc<Mutex<OnStop>>,
    interrupted: Arc<AtomicBool>,
}

impl Interrupt {
    /// Cancels the job of `progress` when [`cleanly`](Self::cleanly) is set.
    pub fn new(progress: Arc<Progress>) -> Self {
        let on_stop = Arc::new(Mutex::new(OnStop::AtOnce(String::new())));
        Self { progress, on_stop, interrupted: Arc::default() }
    }

    /// From now on the first Ctrl-C cancels the job.
    pub fn cleanly(&self) {
        self.set(OnStop::Cleanly);
    }

    /// From now on Ctrl-C ends the program immediately and prints `how_to_go_on`.
    pub fn at_once(&self, how_to_go_on: impl Into<String>) {
        self.set(OnStop::AtOnce(how_to_go_on.into()));
    }

    fn set(&self, on_stop: OnStop) {
        *self.on_stop.lock().unwrap_or_else(PoisonError::into_inner) = on_stop;
    }

    /// Installs the signal handlers, before the task that waits for signals first runs. Where they can't be installed,
    /// Ctrl-C still ends the program.
    pub fn watch(&self) {
        let this = self.clone();
        let (Ok(mut interrupt), Ok(mut terminate)) =
            (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return;
        };
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => this.stop(),
                    _ = terminate.recv() => this.stop(),
                }
            }
        });
    }

    fn stop(&self) {
        let on_stop = self.on_stop.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let again = self.interrupted.swap(true, Ordering::Relaxed);
        match on_stop {
            OnStop::Cleanly if !again => {
                self.progress.cancel();
                say("stopping; press Ctrl-C again to stop immediately");
            }
            OnStop::Cleanly => end("stopped immediately; earlier commits are intact"),
            OnStop::AtOnce(how) if how.is_empty() => end("stopped"),
            OnStop::AtOnce(how) => end(&format!("stopped: {how}")),
        }
    }
}

fn say(text: &str) {
    // A new line, so that the progress bar's line stays intact.
    let _ = writeln!(std::io::stderr(), "\n{text}");
}

/// Ends the program, from any thread.
#[allow(clippy::disallowed_methods)] // The main thread may be blocked in a read; nothing is left to clean up.
fn end(text: &str) {
    say(text);
    std::process::exit(i32::from(Exit::Interrupted.code()));
}
