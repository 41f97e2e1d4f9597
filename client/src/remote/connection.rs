//! A connection to a server, and to the places that its links lead to.
//!
//! [`Connection`] holds what all requests to one server share: its address, the token, the HTTP clients with their
//! pools of sockets, and what the hub knows of the network ([`super::network`]). `request` builds a request, `send`
//! makes one try of it, `retry` tries again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use hub_schema::api::Me;
use reqwest::{Client, Response, redirect};
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;
use url::Url;

use super::address::Address;
use super::credentials::Token;
use super::error::{Error, Result, server_of, shown};
use super::network::Network;
use super::origins::Place;
use super::patience::Patience;
use super::recipient::Recipient;
use super::request::Request;
use super::response::{self, PROBLEM_BYTES};
use super::retry::repeat;
use super::send::send;

/// Redirects that a link may take.
const LINK_REDIRECTS: usize = 4;

/// A connection to a server. Cheap to clone; clones share sockets.
#[derive(Clone, Debug)]
pub struct Connection(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    address: Address,
    token: Option<Token>,
    api: Client,
    /// Created when the first link is followed: reading this machine's trusted certificates takes a while.
    links: OnceLock<Client>,
    patience: Patience,
    network: Network,
    answered: AtomicBool,
    /// The name of the token's user, once it was requested.
    login: OnceCell<String>,
}

impl Connection {
    /// A connection to the server at an address, for the hub that `network` belongs to. Nothing is sent yet.
    ///
    /// # Errors
    /// The HTTP client can't be built, as when this machine's certificates can't be read.
    pub fn new(
        address: Address,
        token: Option<Token>,
        patience: Patience,
        network: &Network,
    ) -> Result<Self> {
        // No redirects: a redirected PUT would become a GET, and the token would go to another server.
        let api = client(&address, patience.connect, redirect::Policy::none(), address.is_https())?;
        Ok(Self(Arc::new(Inner {
            address,
            token,
            api,
            links: OnceLock::new(),
            patience,
            network: network.clone(),
            answered: AtomicBool::new(false),
            login: OnceCell::new(),
        })))
    }

    /// The server's address.
    pub fn address(&self) -> &Address {
        &self.0.address
    }

    /// The time limits and retries of its requests.
    pub fn patience(&self) -> &Patience {
        &self.0.patience
    }

    /// What the hub knows of the network.
    pub(super) fn network(&self) -> &Network {
        &self.0.network
    }

    /// Whether requests are sent with a token.
    pub fn has_token(&self) -> bool {
        self.0.token.is_some()
    }

    /// The name of the token's user; requested once. `None` without a token.
    ///
    /// # Errors
    /// The request fails, or the server refuses the token.
    pub async fn login(&self) -> Result<Option<&str>> {
        if !self.has_token() {
            return Ok(None);
        }
        let fetch = || async {
            let me: Me = self.json(&Request::get(self.address().api(["me"])), PROBLEM_BYTES).await?;
            Ok::<_, Error>(shown(&me.user.name))
        };
        self.0.login.get_or_try_init(fetch).await.map(|name| Some(name.as_str()))
    }

    /// Sends a request to the server, with the token, and retries it as [`Patience`] says.
    ///
    /// # Errors
    /// No response, or one with another status than a success.
    pub async fn send(&self, request: &Request) -> Result<Response> {
        self.repeat(request, &self.0.api, Recipient::Server).await
    }

    /// Follows a link, without the token.
    ///
    /// # Errors
    /// No response, or one with another status than a success; after a few seconds, if the place never responded.
    pub async fn follow(&self, request: &Request) -> Result<Response> {
        let recipient = match self.elsewhere(request.url()) {
            None => Recipient::Link,
            Some(place) if self.0.network.place(&place) == Place::Untried => Recipient::Untried,
            Some(_) => Recipient::Known,
        };
        self.repeat(request, self.0.links()?, recipient).await
    }

    /// Scheme, host and port that a link leads to; `None` if it leads to the server.
    pub fn elsewhere(&self, link: &Url) -> Option<String> {
        let place = server_of(link);
        (place != server_of(&self.address().api([]))).then_some(place)
    }

    /// Sends a request to the server, and reads a JSON response of at most `most` bytes.
    ///
    /// # Errors
    /// As [`send`](Self::send); a longer response or invalid JSON.
    pub async fn json<T: DeserializeOwned>(&self, request: &Request, most: usize) -> Result<T> {
        let response = self.send(request).await?;
        let bytes = self.bounded(request.url(), response, most).await?;
        serde_json::from_slice(&bytes)
            .map_err(|e| Error::strange(request.url(), format!("invalid JSON: {e}")))
    }

    async fn repeat(&self, request: &Request, client: &Client, recipient: Recipient) -> Result<Response> {
        let Inner { patience, network, token, answered, .. } = &*self.0;
        let server = server_of(request.url());
        let mut notice = network.outage_notice(server.clone(), patience);
        let once = || async {
            let tried = send(request, client, recipient, token.as_ref(), patience).await;
            if tried.answered && recipient.is_server() {
                answered.store(true, Ordering::Relaxed);
            }
            if tried.answered && !tried.answer.as_ref().is_err_and(Error::is_passing) {
                network.server_answered(&server);
            }
            tried.answer
        };
        let ever_answered = || answered.load(Ordering::Relaxed);
        repeat(request, recipient, patience, &mut notice, ever_answered, once).await
    }

    /// Reads a response's body of at most `most` bytes.
    pub async fn bounded(&self, url: &Url, response: Response, most: usize) -> Result<Bytes> {
        response::bounded(url, response, self.0.patience.idle, most).await
    }

    /// Reads the next bytes of a body; `None` at its end.
    pub async fn next_chunk(&self, url: &Url, response: &mut Response) -> Result<Option<Bytes>> {
        response::next_chunk(url, response, self.0.patience.idle).await
    }
}

impl Inner {
    fn links(&self) -> Result<&Client> {
        if let Some(made) = self.links.get() {
            return Ok(made);
        }
        let policy = redirect::Policy::limited(LINK_REDIRECTS);
        let made = client(&self.address, self.patience.link_connect, policy, true)?;
        Ok(self.links.get_or_init(|| made))
    }
}

fn client(address: &Address, connect: Duration, redirects: redirect::Policy, roots: bool) -> Result<Client> {
    let mut builder = Client::builder()
        .user_agent(concat!("hub/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect)
        .tcp_nodelay(true)
        .tls_built_in_root_certs(roots)
        .redirect(redirects);
    if address.is_local() {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|e| Error::unreachable(&address.api([]), e))
}
