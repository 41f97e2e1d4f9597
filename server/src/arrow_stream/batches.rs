//! The batches of a stream, polled on the CPU pool.
//!
//! Polling a stream of batches plans, shuffles a window and assembles rows: a little CPU time each, and with hundreds
//! of streams too much for the runtime's threads. So each poll is a task of [`cpu_pool`]; while row groups are being
//! loaded no thread of the pool waits.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use arrow::array::RecordBatch;
use futures::Stream;
use hub_dataset::cpu_pool;
use hub_stream::{BatchStream, Pages};
use tokio::sync::Notify;

use crate::problem::{Result, internal};

/// A stream of batches that is polled on the CPU pool.
pub struct Batches {
    /// `None`: it has ended.
    stream: Option<BatchStream>,
    bell: Arc<Bell>,
}

/// The stream's waker. It stores one wake-up, so that none is lost between two polls.
#[derive(Debug, Default)]
struct Bell(Notify);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

impl Batches {
    /// The batches of a stream.
    pub fn new(stream: BatchStream) -> Self {
        Self { stream: Some(stream), bell: Arc::default() }
    }

    /// The next batch, and the mapped pages of its rows.
    pub async fn next(&mut self) -> Option<Result<(RecordBatch, Pages)>> {
        loop {
            let mut stream = self.stream.take()?;
            let waker = Waker::from(Arc::clone(&self.bell));
            let poll = async move {
                let polled = Pin::new(&mut stream).poll_next(&mut Context::from_waker(&waker));
                (stream, polled)
            };
            let (stream, polled) = match cpu_pool::run(poll).await {
                Ok(polled) => polled,
                Err(error) => return Some(Err(internal(&error))),
            };
            match polled {
                Poll::Ready(None) => return None,
                Poll::Ready(Some(Err(error))) => return Some(Err(error.into())),
                Poll::Ready(Some(Ok(batch))) => {
                    let pages = stream.pages().clone();
                    self.stream = Some(stream);
                    return Some(Ok((batch, pages)));
                }
                Poll::Pending => {
                    self.stream = Some(stream);
                    self.bell.0.notified().await;
                }
            }
        }
    }
}
