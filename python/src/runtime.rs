//! One tokio runtime a process, and waiting for it from Python.
//!
//! The runtime's threads never take the GIL. A wait releases it, and looks for signals every 50 ms, so that Ctrl-C ends
//! it. Threads don't survive `fork`: a child finds that the process changed and starts a runtime of its own; what the
//! parent opened keeps working, but for streams, whose tasks are gone ([`process`]).

use std::future::Future;
use std::io;
use std::mem::ManuallyDrop;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

/// How often a wait looks for signals.
const SIGNALS: Duration = Duration::from_millis(50);

/// The runtime, and the process that started it. Never dropped in a child, where its threads don't exist.
static RUNTIME: Mutex<Option<(u32, ManuallyDrop<Runtime>)>> = Mutex::new(None);

/// The id of this process; a `fork` changes it.
pub fn process() -> u32 {
    std::process::id()
}

/// The handle of this process's runtime, which is started at the first call.
fn handle() -> io::Result<Handle> {
    let mut held = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((owner, runtime)) = &*held
        && *owner == process()
    {
        return Ok(runtime.handle().clone());
    }
    let runtime = Builder::new_multi_thread().enable_all().thread_name("imagehub").build()?;
    let handle = runtime.handle().clone();
    *held = Some((process(), ManuallyDrop::new(runtime)));
    Ok(handle)
}

/// Runs a future to its end, with the GIL released.
///
/// # Errors
/// A signal whose Python handler raises (Ctrl-C): the future is dropped. The threads can't be started.
pub fn wait<F>(py: Python<'_>, future: F) -> PyResult<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    let handle = handle()?;
    let mut future = Box::pin(future);
    loop {
        let done =
            py.detach(|| handle.block_on(async { tokio::time::timeout(SIGNALS, future.as_mut()).await }));
        match done {
            Ok(output) => return Ok(output),
            Err(_) => py.check_signals()?,
        }
    }
}

/// Starts a task of this process's runtime.
///
/// # Errors
/// The threads can't be started.
pub fn spawn<F>(future: F) -> io::Result<JoinHandle<F::Output>>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    Ok(handle()?.spawn(future))
}

/// Runs a future to its end on a thread that holds no GIL, or whose caller let go of it.
///
/// # Errors
/// The threads can't be started.
pub fn block_on<F: Future>(future: F) -> io::Result<F::Output> {
    Ok(handle()?.block_on(future))
}
