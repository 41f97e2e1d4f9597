//! Ctrl-C: the first stops cleanly and says how to go on, the second ends at once.
//!
//! A push or a pull looks at [`Progress::is_cancelled`] between samples, so it ends by itself soon, with
//! nothing half done under a name. Every other command has nothing to tidy up and ends at once.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hub_client::push::Progress;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::Exit;

/// What Ctrl-C does just now.
#[derive(Clone, Debug)]
enum OnStop {
    /// End; the text says how to go on, if there is something to say.
    AtOnce(String),
    /// Ask the running job to stop.
    Cleanly,
}

/// Hears Ctrl-C (and SIGTERM).
#[derive(Clone, Debug)]
pub struct Interrupt {
    progress: Arc<Progress>,
    on_stop: Arc<Mutex<OnStop>>,
    interrupted: Arc<AtomicBool>,
}

impl Interrupt {
    /// One that stops the job of `progress`.
    pub fn new(progress: Arc<Progress>) -> Self {
        let on_stop = Arc::new(Mutex::new(OnStop::AtOnce(String::new())));
        Self { progress, on_stop, interrupted: Arc::default() }
    }

    /// From now on the first Ctrl-C asks the job to stop.
    pub fn cleanly(&self) {
        self.set(OnStop::Cleanly);
    }

    /// From now on Ctrl-C ends at once and says `how_to_go_on`.
    pub fn at_once(&self, how_to_go_on: impl Into<String>) {
        self.set(OnStop::AtOnce(how_to_go_on.into()));
    }

    fn set(&self, on_stop: OnStop) {
        *self.on_stop.lock().unwrap_or_else(PoisonError::into_inner) = on_stop;
    }

    /// Begins to listen: from here on, not from when a task is first run. Without a signal handler Ctrl-C still
    /// ends the program.
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
    // The progress bar's line is left as it is.
    let _ = writeln!(std::io::stderr(), "\n{text}");
}

/// Ends the program from whatever thread this is.
#[allow(clippy::disallowed_methods)] // The main thread may be deep in a read; nothing is left to tidy up.
fn end(text: &str) {
    say(text);
    std::process::exit(i32::from(Exit::Interrupted.code()));
}
