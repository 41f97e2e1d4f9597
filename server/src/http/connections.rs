//! Accepts connections, ends silent ones, and shuts down gracefully.
//!
//! Why not the framework's own loop: it has no timeouts. A client that sends a request's head at one byte per minute,
//! or requests a stream and reads nothing, would hold a socket, a stream's permit and its buffers for ever. Here the
//! head must be complete, and each write must make progress, within `idle_secs`. Otherwise the connection ends, and
//! with it the request's work. And one network has a part of the connections only: the process can't open more files than
//! the system lets it, and a stranger could otherwise use up all of them.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
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

use crate::http::sendfile::FileIo;
use crate::work::admission::Requester;
use crate::work::share::{Limits, Share};

/// The pause after a failed `accept`, most likely because too many files are open.
const PAUSE: Duration = Duration::from_secs(1);

/// Maximum bytes of a request's head, and of a body that is buffered before the handler reads it.
const BUFFER_BYTES: usize = 64 * 1024;

/// File descriptors for everything but connections: the database, files of the store, caches.
const OTHER_FILES: u64 = 256;
/// Maximum connections, however many files the process may open.
const MAX_CONNECTIONS: u64 = 16_384;
/// Which part of the connections one network may have.
const NETWORK_PART: usize = 4;

/// The connections that this process can hold, shared by networks. `proxied`: all come from the same proxy.
pub fn share(proxied: bool) -> Arc<Share> {
    // Above the soft limit, which is low for the sake of old programs, lies a hard one.
    let files = rlimit::increase_nofile_limit(MAX_CONNECTIONS + OTHER_FILES).unwrap_or(1024);
    let all = files.saturating_sub(OTHER_FILES).clamp(64, MAX_CONNECTIONS) as usize;
    let network = if proxied { all } else { all / NETWORK_PART };
    Share::new("connections", Limits { all, user: all, network, strangers: all })
}

/// Serves until `stop` ends and the running requests are answered.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    silence: Duration,
    share: Arc<Share>,
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
                let network = Requester::new(None, &address.ip().to_string());
                // A connection too many is closed: an answer would have to wait for its request.
                if let Ok(place) = share.take(&network, 1) {
                    let work = connection(stream, address, app.clone(), silence, stopped.clone());
                    tokio::spawn(async move {
                        work.await;
                        drop(place);
                    });
                }
            }
            Err(error) if is_client_error(&error) => {}
            Err(error) => {
                tracing::error!(%error, "can't accept connections");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop((listener, stopped));
    // Every connection holds a receiver.
    let _ = stopping.send(());
    stopping.closed().await;
}

/// Did the client close the connection before it was accepted?
fn is_client_error(error: &io::Error) -> bool {
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
    // Answers are written in one piece already; Nagle's algorithm would only delay them.
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
    // This timeout runs between requests too. It is a little longer than the other, so that a proxy which keeps
    // connections alive closes them first.
    serving.max_buf_size(BUFFER_BYTES).timer(TokioTimer::new()).header_read_timeout(silence + silence / 4);
    let mut serving = pin!(serving.serve_connection(TokioIo::new(Box::pin(stream)), service));
    // The result is ignored: errors here are the client's (disconnected, too slow, not HTTP).
    tokio::select! {
        _ = serving.as_mut() => return,
        _ = stopped.changed() => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}
