//! An S3 server with faults: an HTTP proxy on the loopback address, in front of a real server.
//!
//! A test points the hub at [`FaultyS3::endpoint`] instead of the server, and sets what goes wrong and
//! when. The faults are those of real networks and servers: an error status, a connection that breaks in
//! the middle of a body, a response that is lost after the server did its work (so that a retry finds its own
//! earlier success), no response at all, and a server that silently ignores conditional writes.
//!
//! Why a proxy and not a faulty store inside the process: the tests also cover how the HTTP client retries
//! and gives up, and the `hub` binary can be pointed at it like at any server. Requests are passed on unchanged,
//! but for the preconditions, so signatures stay valid where a server checks them.
//!
//! ```no_run
//! let s3 = hub_tests::s3().unwrap();
//! let faulty = hub_tests::FaultyS3::start(&s3.endpoint).unwrap();
//! faulty.only("PUT /bucket/set/refs/"); // faults touch commits alone
//! faulty.lose_next_answers(1); // the commit is made, but nobody hears of it
//! println!("AWS_ENDPOINT_URL={}", faulty.endpoint());
//! ```

mod cut;
mod plan;
mod proxy;
#[cfg(test)]
mod tests;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;

pub use plan::Recorded;
use plan::{Fault, Plan};

/// A proxy that breaks requests on demand; stops when it is dropped. Without a fault set, everything passes.
#[derive(Debug)]
pub struct FaultyS3 {
    address: SocketAddr,
    plan: Arc<Plan>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl FaultyS3 {
    /// Starts a proxy in front of `upstream` (`http://127.0.0.1:PORT`), on a thread of its own, so that it
    /// serves blocking and async tests alike.
    ///
    /// # Errors
    /// `upstream` is not `http://host:port`, or no port is available.
    pub fn start(upstream: &str) -> io::Result<Self> {
        let authority = upstream.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
        let upstream = authority.filter(|a| a.contains(':')).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("expected http://host:port, found {upstream}"),
            )
        })?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let plan = Arc::new(Plan::default());
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let accept = proxy::accept(listener, upstream.to_owned(), Arc::clone(&plan));
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => (),
                    result = accept => if let Err(error) = result { eprintln!("faulty S3: {error}") },
                }
            });
        });
        Ok(Self { address, plan, stop: Some(stop), thread: Some(thread) })
    }

    /// Where to send requests: `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Faults touch only requests whose line (`PUT /bucket/key?query`) begins with `beginning`.
    pub fn only(&self, beginning: &str) {
        self.plan.change(|f| beginning.clone_into(&mut f.only));
    }

    /// Takes `If-None-Match` and `If-Match` out of requests: a store that ignores conditional writes.
    pub fn drop_preconditions(&self, on: bool) {
        self.plan.change(|f| f.drop_preconditions = on);
    }

    /// Answers the next `n` requests with `status`; the server never sees them.
    pub fn fail_next(&self, n: usize, status: u16) {
        self.plan.change(|f| f.next.extend(vec![Fault::Status(status); n]));
    }

    /// Passes the next `n` requests on, and breaks the connection instead of answering.
    pub fn lose_next_answers(&self, n: usize) {
        self.plan.change(|f| f.next.extend(vec![Fault::LoseAnswer; n]));
    }

    /// Never answers the next `n` requests; the server never sees them.
    pub fn hang_next(&self, n: usize) {
        self.plan.change(|f| f.next.extend(vec![Fault::Hang; n]));
    }

    /// Breaks the connection after this many bytes of every longer answer, until [`Self::heal`].
    pub fn cut_after(&self, bytes: u64) {
        self.plan.change(|f| f.cut_answers = Some(bytes));
    }

    /// Breaks the connection after this many bytes of every longer upload, until [`Self::heal`].
    pub fn cut_uploads_after(&self, bytes: u64) {
        self.plan.change(|f| f.cut_uploads = Some(bytes));
    }

    /// Clears all faults; requests pass again.
    pub fn heal(&self) {
        self.plan.change(|f| *f = plan::Faults::default());
    }

    /// Every request since the start, in the order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.plan.requests()
    }
}

impl Drop for FaultyS3 {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
