//! The request.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hub_media::{Kind, kind_of_bytes};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use url::{Host, Url};

use super::error::FetchError;
use super::network::is_public;

/// Redirects that are followed.
const MAX_REDIRECTS: usize = 5;

/// The limits of a fetch.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    /// The longest image.
    pub bytes: u64,
    /// From the name's look-up to the last byte.
    pub time: Duration,
    /// Addresses of private networks and of this machine are fetched, too.
    pub allow_private: bool,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self { bytes: 32 << 20, time: Duration::from_secs(20), allow_private: false }
    }
}

/// Fetches an image.
///
/// # Errors
/// See [`FetchError`].
pub async fn fetch_image(address: &str, limits: &FetchLimits) -> Result<Bytes, FetchError> {
    let wrong = |problem: String| FetchError::Address { address: address.to_owned(), problem };
    let url = Url::parse(address).map_err(|error| wrong(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("expected http:// or https://".to_owned()));
    }
    if let Some(host) = private_host(&url).filter(|_| !limits.allow_private) {
        return Err(FetchError::Private { address: address.to_owned(), host });
    }
    let fetched = tokio::time::timeout(limits.time, fetch(address, url, limits)).await;
    fetched.map_err(|_| FetchError::Time { address: address.to_owned(), limit: limits.time })?
}

async fn fetch(address: &str, url: Url, limits: &FetchLimits) -> Result<Bytes, FetchError> {
    let network = |error: reqwest::Error| failed(address, &error);
    let mut response =
        client(limits.allow_private).map_err(network)?.get(url).send().await.map_err(network)?;
    if !response.status().is_success() {
        let (address, status) = (address.to_owned(), response.status().to_string());
        return Err(FetchError::Status { address, status });
    }
    let wrong = |found: String| FetchError::Type { address: address.to_owned(), found };
    if let Some(stated) = other_type(&response) {
        return Err(wrong(stated));
    }
    let too_long = || FetchError::Size { address: address.to_owned(), limit: limits.bytes };
    if response.content_length().is_some_and(|length| length > limits.bytes) {
        return Err(too_long());
    }
    let mut bytes = BytesMut::new();
    while let Some(part) = response.chunk().await.map_err(network)? {
        if (bytes.len() + part.len()) as u64 > limits.bytes {
            return Err(too_long());
        }
        bytes.extend_from_slice(&part);
    }
    match kind_of_bytes(&bytes) {
        Some(Kind::Image) => Ok(bytes.freeze()),
        Some(other) => Err(wrong(format!("{other:?}").to_lowercase())),
        None => Err(wrong("a file of another type".to_owned())),
    }
}

/// The type that a server states, if it is certainly no image. Some state none, or that it is a file of bytes.
fn other_type(response: &Response) -> Option<String> {
    let stated = response.headers().get(reqwest::header::CONTENT_TYPE)?.to_str().ok()?;
    let is_possible = ["image/", "application/octet-stream", "binary/octet-stream"];
    let is_other = !is_possible.iter().any(|possible| stated.starts_with(possible));
    is_other.then(|| stated.chars().take(80).collect())
}

fn client(allow_private: bool) -> reqwest::Result<Client> {
    let redirects = Policy::custom(move |attempt| {
        if attempt.previous().len() > MAX_REDIRECTS {
            return attempt.error("too many redirects");
        }
        match private_host(attempt.url()) {
            Some(host) if !allow_private => attempt.error(Refused(host)),
            _ => attempt.follow(),
        }
    });
    // A proxy would look names up itself, unchecked.
    let client = Client::builder().redirect(redirects).no_proxy().user_agent("imagehub");
    match allow_private {
        true => client.build(),
        false => client.dns_resolver(Arc::new(PublicOnly)).build(),
    }
}

/// A host that was refused.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is in a private network or on this machine")]
struct Refused(String);

/// The host of an address, if it is a number of a private network.
fn private_host(url: &Url) -> Option<String> {
    let number: IpAddr = match url.host()? {
        Host::Ipv4(address) => address.into(),
        Host::Ipv6(address) => address.into(),
        Host::Domain(_) => return None,
    };
    (!is_public(number)).then(|| number.to_string())
}

/// Looks names up, and refuses those with an address of a private network.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err(Refused(name.as_str().to_owned()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn failed(address: &str, error: &reqwest::Error) -> FetchError {
    let mut innermost: &(dyn std::error::Error + 'static) = error;
    loop {
        if let Some(Refused(host)) = innermost.downcast_ref() {
            return FetchError::Private { address: address.to_owned(), host: host.clone() };
        }
        match innermost.source() {
            Some(source) => innermost = source,
            None => break,
        }
    }
    FetchError::Network { address: address.to_owned(), problem: innermost.to_string() }
}
