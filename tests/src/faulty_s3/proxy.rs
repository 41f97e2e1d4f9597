//! The proxy itself: takes connections, looks up each request's fault in the plan, and passes it on or breaks it.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Either, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_TYPE, IF_MATCH, IF_NONE_MATCH};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::cut::Cut;
use super::plan::{Fault, Plan, Verdict};

type Answer = Response<Either<Cut, Full<Bytes>>>;

/// Takes connections until it is dropped.
pub(super) async fn accept(listener: TcpListener, upstream: String, plan: Arc<Plan>) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (upstream, plan) = (upstream.clone(), Arc::clone(&plan));
        let service = service_fn(move |request: Request<Incoming>| {
            let verdict = plan.judge(format!("{} {}", request.method(), request.uri()));
            serve(request, verdict, upstream.clone())
        });
        let serving =
            hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        // An error of a connection is either a fault that was asked for or the client's to report.
        tokio::spawn(async { serving.await.ok() });
    }
}

/// Answers one request. An error breaks the client's connection.
async fn serve(request: Request<Incoming>, verdict: Verdict, upstream: String) -> io::Result<Answer> {
    match verdict.fault {
        Some(Fault::Status(status)) => {
            // Read what was sent, so that the client sees the answer and not a broken pipe.
            request.into_body().collect().await.map_err(io::Error::other)?;
            refuse(status)
        }
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::LoseAnswer) => {
            let answer = forward(request, verdict, &upstream).await?;
            answer.into_body().collect().await.map_err(io::Error::other)?;
            Err(io::Error::other("answer lost, as the test asked"))
        }
        None => forward(request, verdict, &upstream).await,
    }
}

/// Sends a request to the server over a connection of its own.
async fn forward(mut request: Request<Incoming>, verdict: Verdict, upstream: &str) -> io::Result<Answer> {
    request.headers_mut().remove(CONNECTION);
    if verdict.drop_preconditions {
        request.headers_mut().remove(IF_NONE_MATCH);
        request.headers_mut().remove(IF_MATCH);
    }
    let stream = TcpStream::connect(upstream).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    tokio::spawn(async { connection.await.ok() });
    let request = request.map(|body| Cut::new(body, verdict.cut_upload));
    let mut answer = sender.send_request(request).await.map_err(io::Error::other)?;
    answer.headers_mut().remove(CONNECTION);
    Ok(answer.map(|body| Either::Left(Cut::new(body, verdict.cut_answer))))
}

/// An error as S3 words it.
fn refuse(status: u16) -> io::Result<Answer> {
    let code = if status == 503 { "SlowDown" } else { "InternalError" };
    let body = format!("<Error><Code>{code}</Code><Message>as the test asked</Message></Error>");
    let status = StatusCode::from_u16(status).map_err(io::Error::other)?;
    let answer = Response::builder().status(status).header(CONTENT_TYPE, "application/xml");
    answer.body(Either::Right(Full::from(body))).map_err(io::Error::other)
}
