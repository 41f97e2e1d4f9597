//! One tokio runtime a process, and waiting for it from Python.
//!
//! The runtime's threads never take the GIL. A wait releases it, and looks for signals every 50 ms, so that Ctrl-C ends
//! it. Threads don't survive `fork`: a child finds that the process changed and starts a runtime of its own. What the
//! parent opened is not used there, since its locks may be held by threads that are gone: data sets are opened again
//! (`imagehub/dataset.py`), streams and writers are errors, and neither is dropped ([`Owned`]).

// The runtime that is never freed is found by its pointer.
#![allow(unsafe_code)]

use std::future::Future;
use std::io;
use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::time::Duration;

use pyo3::prelude::*;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

/// How often a wait looks for signals.
const SIGNALS: Duration = Duration::from_millis(50);

/// A runtime, and the process that started it.
struct Started {
    process: u32,
    runtime: Runtime,
}

/// The newest runtime, which is never freed. Not behind a lock: that might be held at the moment of a fork.
static RUNTIME: AtomicPtr<Started> = AtomicPtr::new(ptr::null_mut());

/// The id of this process; a `fork` changes it.
pub fn process() -> u32 {
    std::process::id()
}

/// The handle of this process's runtime, which is started at the first call.
fn handle() -> io::Result<Handle> {
    let found = RUNTIME.load(Ordering::Acquire);
    // SAFETY: the pointer is null, or that of a box that was leaked below.
    if let Some(started) = unsafe { found.as_ref() }
        && started.process == process()
    {
        return Ok(started.runtime.handle().clone());
    }
    let runtime = Builder::new_multi_thread().enable_all().thread_name("imagehub").build()?;
    let handle = runtime.handle().clone();
    let new = Box::into_raw(Box::new(Started { process: process(), runtime }));
    match RUNTIME.compare_exchange(found, new, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => Ok(handle),
        Err(_) => {
            // Another thread was first. SAFETY: `new` was not given away.
            unsafe { Box::from_raw(new) }.runtime.shutdown_background();
            self::handle()
        }
    }
}

/// Something that belongs to the process that made it; in a process that was forked from that it is never dropped.
#[derive(Debug)]
pub struct Owned<T> {
    process: u32,
    held: ManuallyDrop<T>,
}

impl<T> Owned<T> {
    pub fn new(held: T) -> Self {
        Self { process: process(), held: ManuallyDrop::new(held) }
    }

    /// What is held; `None` in another process.
    pub fn get(&self) -> Option<&T> {
        (self.process == process()).then_some(&*self.held)
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        if self.process == process() {
            // SAFETY: it is dropped here alone.
            unsafe { ManuallyDrop::drop(&mut self.held) };
        }
    }
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
