//! A body that is cut off after a number of bytes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// The body of a request or an answer, passed on up to a limit; then the connection breaks.
pub(super) struct Cut {
    inner: Incoming,
    /// Bytes that may still pass; `None`: all of them.
    left: Option<u64>,
    state: State,
}

enum State {
    Passing,
    /// The last bytes are out, but perhaps still in the connection's buffer: one more turn lets it send them.
    Flushing,
    Broken,
}

impl Cut {
    pub fn new(inner: Incoming, limit: Option<u64>) -> Self {
        Self { inner, left: limit, state: State::Passing }
    }

    /// What of `data` may pass.
    fn take(&mut self, mut data: Bytes) -> Bytes {
        let Some(left) = &mut self.left else { return data };
        let length = data.len() as u64;
        if length > *left {
            data.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            self.state = State::Flushing;
        }
        *left = left.saturating_sub(length);
        data
    }
}

impl Body for Cut {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.state {
            State::Passing => (),
            State::Flushing => {
                self.state = State::Broken;
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            State::Broken => return Poll::Ready(Some(Err(io::Error::other("cut, as the test asked")))),
        }
        let next = Pin::new(&mut self.inner).poll_frame(cx);
        next.map(|frame| {
            frame.map(|frame| match frame.map_err(io::Error::other)?.into_data() {
                Ok(data) => Ok(Frame::data(self.take(data))),
                Err(trailers) => Ok(trailers),
            })
        })
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Passing) && self.inner.is_end_stream()
    }

    /// The length as it was promised: that it is not kept is the fault.
    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
