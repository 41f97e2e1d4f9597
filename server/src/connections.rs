//! Connections: taken, watched, and ended without cutting anyone off.
//!
//! Why not the framework's own loop: it waits for ever. Somebody who sends a request's head a byte a minute, or who
//! asks for a stream and then reads nothing, would keep a socket, a place among the streams and what was read for
//! them. Here a head must be whole, and each write must move, within the same time for which a transfer may be
//! silent. Then the connection ends, and with it the work for it.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use crate::sendfile::FileIo;

/// The pause where no connection can be taken: too many files are open, most likely.
const PAUSE: Duration = Duration::from_secs(1);

/// A request's head is no longer, and no more of a body is held than this before somebody wants it.
const BUFFER_BYTES: usize = 64 * 1024;

/// Serves until `stop` ends and the requests that run are answered.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    silence: Duration,
    stop: impl Future<Output = ()> + Send,
) {
    let (stopping, stopped) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let taken = tokio::select! {
            () = &mut stop => break,
            taken = listener.accept() => taken,
        };
        match taken {
            Ok((stream, address)) => {
                let work = connection(stream, address, app.clone(), silence, stopped.clone());
                tokio::spawn(work);
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop((listener, stopped));
    // Every connection holds a receiver.
    let _ = stopping.send(());
    stopping.closed().await;
}

/// It was gone before it was taken.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    app: Router,
    silence: Duration,
    mut stopped: watch::Receiver<()>,
) {
    // Answers are written in one piece already; waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(FileIo::new(stream));
    stream.set_write_timeout(Some(silence));
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        let app = app.clone();
        async move { Ok::<_, Infallible>(app.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let mut serving = http1::Builder::new();
    // It holds between requests too; a little longer, so that a proxy which keeps connections lets go of them first.
    serving.max_buf_size(BUFFER_BYTES).timer(TokioTimer::new()).header_read_timeout(silence + silence / 4);
    let mut serving = pin!(serving.serve_connection(TokioIo::new(Box::pin(stream)), service));
    // How it ended is the client's to know: it vanished, was too slow, or sent what is no HTTP.
    tokio::select! {
        _ = serving.as_mut() => return,
        _ = stopped.changed() => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}
