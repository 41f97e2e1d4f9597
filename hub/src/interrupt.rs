//! Ctrl-C and SIGTERM: the first stops within two seconds and says how to go on, the second immediately.
//!
//! A push or a pull checks [`Progress::is_cancelled`] between samples, so it mostly ends by itself, and removes what is
//! incomplete. While it waits for a server, a bucket or a disk that is silent it can't check; then the program ends all the
//! same: whatever it has written is complete or has no name yet. Every other command has nothing to clean up and ends
//! immediately. A server handles its first signal itself.

use std::io::Write;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use hub_client::push::Progress;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::Exit;

/// How long a cancelled job may take to end by itself.
const CANCEL_TIME: Duration = Duration::from_millis(1500);
/// How long the last words may take: stderr may be a pipe that nobody reads.
const SAYING_TIME: Duration = Duration::from_millis(200);

/// What the first signal does at present.
#[derive(Clone, Debug)]
enum OnStop {
    /// End the program; the text, unless empty, says how to go on.
    AtOnce(String),
    /// Cancel the running job.
    Cleanly,
    /// Nothing: the server that runs has its own handler.
    Serving,
}

/// The signals that stop the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// SIGINT, Ctrl-C.
    Interrupt = 1,
    /// SIGTERM.
    Terminate = 2,
}

impl Stop {
    fn exit(self) -> Exit {
        match self {
            Self::Interrupt => Exit::Interrupted,
            Self::Terminate => Exit::Terminated,
        }
    }
}

/// Handles Ctrl-C (SIGINT) and SIGTERM.
#[derive(Clone, Debug)]
pub struct Interrupt {
    progress: Arc<Progress>,
    on_stop: Arc<Mutex<OnStop>>,
    /// The first signal that came, as a number; 0 before.
    first: Arc<AtomicU8>,
}

impl Interrupt {
    /// Cancels the job of `progress` when [`cleanly`](Self::cleanly) is set.
    pub fn new(progress: Arc<Progress>) -> Self {
        let on_stop = Arc::new(Mutex::new(OnStop::AtOnce(String::new())));
        Self { progress, on_stop, first: Arc::default() }
    }

    /// From now on the first signal cancels the job.
    pub fn cleanly(&self) {
        self.set(OnStop::Cleanly);
    }

    /// From now on a signal ends the program immediately and prints `how_to_go_on`.
    pub fn at_once(&self, how_to_go_on: impl Into<String>) {
        self.set(OnStop::AtOnce(how_to_go_on.into()));
    }

    /// From now on the first signal is left to the server that runs.
    pub fn serving(&self) {
        self.set(OnStop::Serving);
    }

    fn set(&self, on_stop: OnStop) {
        *self.on_stop.lock().unwrap_or_else(PoisonError::into_inner) = on_stop;
    }

    /// The exit code of a command that ended with this one: one that was cancelled tells by which signal.
    pub fn exit(&self, ended: Exit) -> Exit {
        let terminated = self.first.load(Ordering::Relaxed) == Stop::Terminate as u8;
        if ended == Exit::Interrupted && terminated { Exit::Terminated } else { ended }
    }

    /// Handles signals from now on, on a thread of its own, since those of the runtime may all be blocked. Where the
    /// handlers can't be installed, a signal still ends the program.
    pub fn watch(&self) {
        let this = self.clone();
        let (installed, ready) = mpsc::channel();
        let waiting = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                let (Ok(mut interrupt), Ok(mut terminate)) =
                    (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
                else {
                    return;
                };
                drop(installed);
                loop {
                    tokio::select! {
                        _ = interrupt.recv() => this.stop(Stop::Interrupt),
                        _ = terminate.recv() => this.stop(Stop::Terminate),
                    }
                }
            });
        };
        if thread::Builder::new().name("signals".to_owned()).spawn(waiting).is_ok() {
            // Nothing is sent: it ends when the handlers are installed, or can't be.
            let _: Result<(), _> = ready.recv();
        }
    }

    fn stop(&self, by: Stop) {
        let on_stop = self.on_stop.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let first = self.first.compare_exchange(0, by as u8, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        match on_stop {
            OnStop::Serving if first => {}
            OnStop::Cleanly if first => {
                self.progress.cancel();
                thread::spawn(move || {
                    thread::sleep(CANCEL_TIME);
                    end(by, "stopped; earlier commits are intact, run the same command again to go on");
                });
                say(match by {
                    Stop::Interrupt => "stopping; press Ctrl-C again to stop immediately",
                    Stop::Terminate => "stopping",
                });
            }
            OnStop::Cleanly | OnStop::Serving => end(by, "stopped immediately; earlier commits are intact"),
            OnStop::AtOnce(how) if how.is_empty() => end(by, "stopped"),
            OnStop::AtOnce(how) => end(by, &format!("stopped: {how}")),
        }
    }
}

/// Writes to stderr, without waiting for a reader who doesn't read.
fn say(text: &str) {
    let text = text.to_owned();
    let (said, done) = mpsc::channel();
    thread::spawn(move || {
        // A new line, so that the progress bar's line stays intact.
        let _ = writeln!(std::io::stderr(), "\n{text}");
        let _ = said.send(());
    });
    let _ = done.recv_timeout(SAYING_TIME);
}

/// Ends the program, from any thread.
#[allow(clippy::disallowed_methods)] // The main thread may be blocked in a read; nothing is left to clean up.
fn end(by: Stop, text: &str) {
    say(text);
    std::process::exit(i32::from(by.exit().code()));
}
