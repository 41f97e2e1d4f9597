//! One file over HTTP, resumed where it stopped.
//!
//! `object_store`'s HTTP store makes the requests: it speaks TLS, follows redirects, and tries again after
//! errors of the server and broken connections. What it can't do is added here: a
//! response that breaks off is resumed at the byte it stopped at, in this run or the next; a server without
//! range requests means starting again; and a file of the wrong length is not downloaded to the end.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use futures::StreamExt;
use object_store::http::HttpBuilder;
use object_store::path::Path as StorePath;
use object_store::{ClientOptions, GetOptions, GetRange, ObjectStore, RetryConfig};
use url::Url;

use super::catalogue::KnownFile;
use super::error::FetchError;
use super::part::Part;
use super::progress::FetchProgress;

/// Retries and time limits of a download.
#[derive(Clone, Debug)]
pub struct Patience {
    /// Retries of failed requests. Default: 6.
    pub retry: RetryConfig,
    /// Attempts in a row without a single new byte before a download gives up. Default: 6.
    pub stops: u32,
    /// The pause before the first new attempt, doubled for each further one. Default: 1 s.
    pub pause: Duration,
    /// A response without new bytes for this long counts as stopped. Default: 60 s.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let retry = RetryConfig { max_retries: 6, ..RetryConfig::default() };
        Self { retry, stops: 6, pause: Duration::from_secs(1), silence: Duration::from_secs(60) }
    }
}

/// What became of one request.
enum Body {
    /// The file is complete; its hash is not checked yet.
    Whole,
    /// It stopped; here is why.
    Stopped(String),
}

/// Downloads `file` from `address` into `part`, and checks it.
pub(super) async fn download(
    file: &KnownFile,
    address: &str,
    part: &mut Part,
    patience: &Patience,
    progress: &dyn FetchProgress,
) -> Result<(), FetchError> {
    let failed = |problem: String| FetchError::Address { address: address.to_owned(), problem };
    let (store, path) = store_of(address, patience).map_err(failed)?;
    let (mut stops, mut pauses) = (0, pauses(patience));
    loop {
        let before = part.len();
        match one_body(file, address, (&*store, &path), part, patience, progress).await? {
            Body::Whole => return part.check(file, address).await,
            Body::Stopped(why) => {
                let pause = if part.len() > before {
                    (stops, pauses) = (0, self::pauses(patience));
                    Some(patience.pause)
                } else {
                    stops += 1;
                    pauses.next()
                };
                let Some(pause) = pause else {
                    return Err(failed(format!("{why}; gave up after {stops} attempts")));
                };
                progress.note(&format!("{address}: {why} after {} bytes; resuming from there", part.len()));
                tokio::time::sleep(pause).await;
            }
        }
    }
}

/// The pauses between attempts without new bytes, each twice as long as the one before; one fewer than
/// attempts.
fn pauses(patience: &Patience) -> impl Iterator<Item = Duration> + use<> {
    ExponentialBuilder::new()
        .with_min_delay(patience.pause)
        .with_max_delay(patience.pause * 32)
        .with_max_times(patience.stops.saturating_sub(1) as usize)
        .build()
}

async fn one_body(
    file: &KnownFile,
    address: &str,
    (store, path): (&dyn ObjectStore, &StorePath),
    part: &mut Part,
    patience: &Patience,
    progress: &dyn FetchProgress,
) -> Result<Body, FetchError> {
    if file.size_bytes == Some(part.len()) && part.len() > 0 {
        return Ok(Body::Whole);
    }
    let range = (part.len() > 0).then(|| GetRange::Offset(part.len()));
    let got = match store.get_opts(path, GetOptions { range, ..GetOptions::default() }).await {
        Ok(got) => got,
        Err(object_store::Error::NotSupported { .. }) if part.len() > 0 => {
            part.restart().await?;
            return Ok(Body::Stopped("the server does not support resuming a download".to_owned()));
        }
        Err(error) => {
            return Err(FetchError::Address { address: address.to_owned(), problem: in_short(&error) });
        }
    };
    let size = got.meta.size;
    if let Some(expected) = file.size_bytes.filter(|expected| *expected != size) {
        let (file, from) = (file.name.clone(), address.to_owned());
        return Err(FetchError::Size { file, from, found: size, expected });
    }
    let mut body = got.into_stream();
    while part.len() < size {
        match tokio::time::timeout(patience.silence, body.next()).await {
            Err(_) => return Ok(Body::Stopped("the server stopped sending data".to_owned())),
            Ok(None) => return Ok(Body::Stopped("the connection ended early".to_owned())),
            Ok(Some(Err(error))) => return Ok(Body::Stopped(in_short(&error))),
            Ok(Some(Ok(bytes))) => {
                let bytes =
                    &bytes[..bytes.len().min(usize::try_from(size - part.len()).unwrap_or(usize::MAX))];
                part.append(bytes).await?;
                progress.advance(bytes.len() as u64);
            }
        }
    }
    Ok(Body::Whole)
}

/// The store of the folder an address lies in, and the file's path there.
fn store_of(address: &str, patience: &Patience) -> Result<(Box<dyn ObjectStore>, StorePath), String> {
    let url = Url::parse(address).map_err(|e| e.to_string())?;
    let (folder, name) = url.as_str().rsplit_once('/').ok_or("expected the address of a file")?;
    let path = StorePath::from_url_path(name).map_err(|e| e.to_string())?;
    // Any limit on the whole request would be a limit on the size of the file.
    let client = ClientOptions::new().with_allow_http(true).with_timeout_disabled();
    let builder = HttpBuilder::new().with_url(folder).with_client_options(client);
    let store = builder.with_retry(patience.retry.clone()).build().map_err(|e| e.to_string())?;
    Ok((Box::new(store), path))
}

/// The innermost reason, without the layers that only say where it passed through.
fn in_short(error: &object_store::Error) -> String {
    if let object_store::Error::NotFound { .. } = error {
        return "not found (404)".to_owned();
    }
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words = inner.to_string();
        cause = inner.source();
    }
    words
}
