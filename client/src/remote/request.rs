//! One request, as often as it takes.
//!
//! A request is built anew for each try. What passes (a connection that broke, 429, 5xx) is tried again with
//! growing pauses, or when the server says so (`Retry-After`); the rest is an error in the server's own words.
//! A server that never answered is given up after a second, for the person who waits; one that did is waited for
//! through a restart, for the epoch that runs.
//!
//! Time is limited by silence, not by length: a transfer may take hours while bytes move.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use bytes::Bytes;
use futures::stream;
use hub_schema::api::{Me, Problem};
use object_store::PutPayload;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Body, Client, Method, Response, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;
use url::Url;

use super::address::Address;
use super::credentials::Token;
use super::error::{Error, Result, server_of, shown, shown_problem};
use super::origins::{self, Place};
use super::outage_notice::{self, OutageNotice};

/// A longer problem document is not read.
const PROBLEM_BYTES: usize = 64 * 1024;
/// A body is handed to the network in pieces of this length, so that progress is seen.
const PIECE_BYTES: usize = 256 * 1024;
/// Redirects that a link may take.
const LINK_REDIRECTS: usize = 4;
/// A server may make a client wait so long.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For a connection to where a link leads: the server could send the same, so little is lost by giving up.
    pub link_connect: Duration,
    /// For the first answer of a place that links lead to.
    pub link_answer: Duration,
    /// For the next byte of a transfer.
    pub idle: Duration,
    /// For an answer after all was sent: a commit is judged before it is answered.
    pub answer: Duration,
    /// The pause after the first failure; it doubles.
    pub pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// Tries after the first, while no server answers at all.
    pub first_tries: usize,
    /// Tries after the first, once it has answered.
    pub tries: usize,
    /// A person is told of failures that last longer.
    pub unsaid: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            link_connect: Duration::from_secs(4),
            link_answer: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            answer: Duration::from_secs(300),
            pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(15),
            first_tries: 2,
            // 0.2, 0.4, … 12.8, 15, 15, 15 seconds, each with a random part: about 100 seconds.
            tries: 10,
            unsaid: Duration::from_secs(3),
        }
    }
}

/// Who is asked, which decides how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// The server, with the token.
    Server,
    /// The server, by a link that needs none.
    Link,
    /// A place that links lead to, and that answered before.
    Known,
    /// A place that links lead to, for the first time.
    Untried,
}

impl Asked {
    /// Tries after the first.
    fn tries(self, patience: &Patience, error: &Error, answered: bool) -> usize {
        match self {
            // A second connection is not waited for where the first was waited for in vain.
            Self::Untried if error.is_slow() => 0,
            Self::Untried => 1,
            Self::Known if error.is_no_connection() => patience.first_tries,
            Self::Server | Self::Link if error.is_no_connection() && !answered => patience.first_tries,
            _ => patience.tries,
        }
    }
}

/// What to ask.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Outgoing>,
    once: bool,
    wait_turn: bool,
}

#[derive(Clone, Debug)]
struct Outgoing {
    payload: PutPayload,
    size_bytes: u64,
}

impl Request {
    /// A request without a body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: None, once: false, wait_turn: false }
    }

    /// A `GET`.
    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    /// A `POST` of JSON.
    pub fn post(url: Url, value: &impl Serialize) -> Result<Self> {
        let json = serde_json::to_vec(value).map_err(|e| Error::strange(&url, e.to_string()))?;
        let call = Self::new(Method::POST, url).body(json.into());
        Ok(call.header(CONTENT_TYPE, HeaderValue::from_static("application/json")))
    }

    /// With another method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// With a body.
    pub fn body(mut self, payload: PutPayload) -> Self {
        let size_bytes = payload.content_length() as u64;
        self.body = Some(Outgoing { payload, size_bytes });
        self
    }

    /// With a header.
    pub fn header(mut self, name: reqwest::header::HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Not to be repeated once it may have reached the server.
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// A conflict passes: another request of ours, given up here, is still being worked on there.
    pub fn wait_turn(mut self) -> Self {
        self.wait_turn = true;
        self
    }

    /// Where it goes.
    pub fn url(&self) -> &Url {
        &self.url
    }
}

impl Outgoing {
    fn body(&self, moved: &Arc<AtomicU64>) -> Body {
        let mut pieces = Vec::new();
        for chunk in &self.payload {
            let starts = (0..chunk.len()).step_by(PIECE_BYTES);
            pieces.extend(starts.map(|at| chunk.slice(at..chunk.len().min(at + PIECE_BYTES))));
        }
        let moved = Arc::clone(moved);
        Body::wrap_stream(stream::iter(pieces.into_iter().map(move |piece| {
            moved.fetch_add(piece.len() as u64, Ordering::Relaxed);
            Ok::<Bytes, std::convert::Infallible>(piece)
        })))
    }
}

/// A way to a server. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct Connection(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    address: Address,
    token: Option<Token>,
    api: Client,
    /// Made when the first link is followed: it takes a while to read what certificates this machine trusts.
    links: OnceLock<Client>,
    patience: Patience,
    answered: AtomicBool,
    /// The token's user, once it was asked for.
    login: OnceCell<String>,
}

impl Connection {
    /// A way to the server at an address. Nothing is sent yet.
    pub fn new(address: Address, token: Option<Token>, patience: Patience) -> Result<Self> {
        // A redirected PUT would become a GET, and a token would go to somebody else.
        let api = client(&address, patience.connect, redirect::Policy::none(), address.is_https())?;
        let (answered, login) = (AtomicBool::new(false), OnceCell::new());
        Ok(Self(Arc::new(Inner { address, token, api, links: OnceLock::new(), patience, answered, login })))
    }

    /// The server.
    pub fn address(&self) -> &Address {
        &self.0.address
    }

    /// How long to wait for what.
    pub fn patience(&self) -> &Patience {
        &self.0.patience
    }

    /// Is there a token?
    pub fn has_token(&self) -> bool {
        self.0.token.is_some()
    }

    /// The name of the token's user; asked for once. `None` without a token.
    ///
    /// # Errors
    /// What the server says.
    pub async fn login(&self) -> Result<Option<&str>> {
        if !self.has_token() {
            return Ok(None);
        }
        let ask = || async {
            let me: Me = self.json(&Request::get(self.address().api(["me"])), PROBLEM_BYTES).await?;
            Ok::<_, Error>(shown(&me.user.name))
        };
        self.0.login.get_or_try_init(ask).await.map(|name| Some(name.as_str()))
    }

    /// Asks the server, with the token.
    ///
    /// # Errors
    /// Everything but a success.
    pub async fn ask(&self, call: &Request) -> Result<Response> {
        self.repeat(call, &self.0.api, Asked::Server).await
    }

    /// Follows a link that needs no token.
    ///
    /// # Errors
    /// Everything but a success; soon, if it leads to a place that never answered.
    pub async fn follow(&self, call: &Request) -> Result<Response> {
        let asked = match self.elsewhere(&call.url) {
            None => Asked::Link,
            Some(place) if origins::place(&place) == Place::Untried => Asked::Untried,
            Some(_) => Asked::Known,
        };
        self.repeat(call, self.0.links()?, asked).await
    }

    /// Where a link leads, if it is not to the server.
    pub fn elsewhere(&self, link: &Url) -> Option<String> {
        let place = server_of(link);
        (place != server_of(&self.address().api([]))).then_some(place)
    }

    /// Asks, and reads JSON of at most `most` bytes.
    pub async fn json<T: DeserializeOwned>(&self, call: &Request, most: usize) -> Result<T> {
        let response = self.ask(call).await?;
        let bytes = self.bounded(&call.url, response, most).await?;
        serde_json::from_slice(&bytes).map_err(|e| Error::strange(&call.url, format!("its JSON: {e}")))
    }

    async fn repeat(&self, call: &Request, client: &Client, asked: Asked) -> Result<Response> {
        let patience = self.0.patience;
        let pauses = ExponentialBuilder::default()
            .with_min_delay(patience.pause)
            .with_max_delay(patience.longest_pause)
            .with_max_times(patience.tries)
            .with_jitter();
        let mut failed = 0;
        let again = |error: &Error| {
            failed += 1;
            if failed > asked.tries(&patience, error, self.0.answered.load(Ordering::Relaxed)) {
                return false;
            }
            if call.wait_turn && error.is(reqwest::StatusCode::CONFLICT) {
                return true;
            }
            let reached = !error.is_no_connection() && error.retry_after().is_none();
            error.is_passing() && !(call.once && reached)
        };
        let when = |error: &Error, pause: Option<Duration>| match error.retry_after() {
            Some(after) if after > LONGEST_WAIT => None,
            Some(after) => pause.map(|pause| pause.max(after)),
            None => pause,
        };
        let mut wait = OutageNotice::new(server_of(&call.url), &patience);
        let once = || self.once(call, client, asked);
        once.retry(pauses).when(again).adjust(when).notify(|error, pause| wait.begins(error, pause)).await
    }

    async fn once(&self, call: &Request, client: &Client, asked: Asked) -> Result<Response> {
        let moved = Arc::new(AtomicU64::new(0));
        let mut request = client.request(call.method.clone(), call.url.clone()).headers(call.headers.clone());
        let token = self.0.token.as_ref().filter(|_| asked == Asked::Server);
        if let Some(token) = token {
            let mut value = HeaderValue::try_from(format!("Bearer {}", token.reveal()))
                .map_err(|_| Error::strange(&call.url, "the token can't be sent"))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let mut size_bytes = 0;
        if let Some(body) = &call.body {
            size_bytes = body.size_bytes;
            request = request.header(CONTENT_LENGTH, size_bytes).body(body.body(&moved));
        }
        let idle = self.0.patience.idle;
        // Reading begins at once or not at all; what is written may be judged first.
        let answer = match (asked, &call.method) {
            (Asked::Untried, _) => self.0.patience.link_answer,
            (_, &Method::GET) => idle,
            _ => self.0.patience.answer,
        };
        let sent =
            watched(request.send(), &moved, |moved| if moved < size_bytes { idle } else { answer }).await;
        let sent = sent.map_err(|secs| Error::Silent { server: server_of(&call.url), secs })?;
        let response = sent.map_err(|e| Error::unreachable(&call.url, e))?;
        if matches!(asked, Asked::Server | Asked::Link) {
            self.0.answered.store(true, Ordering::Relaxed);
        }
        let answer = match response.status().is_success() {
            true => Ok(response),
            false => Err(self.refusal(call, response, asked, token.is_some()).await),
        };
        if !answer.as_ref().is_err_and(Error::is_passing) {
            outage_notice::answered(&server_of(&call.url));
        }
        answer
    }

    async fn refusal(&self, call: &Request, response: Response, asked: Asked, with_token: bool) -> Error {
        let status = response.status();
        if status.is_redirection() {
            let to = header(&response, reqwest::header::LOCATION).unwrap_or("nowhere");
            return Error::strange(
                &call.url,
                format!("it sends elsewhere ({to}); use that server's own address"),
            );
        }
        let retry_after = header(&response, RETRY_AFTER).and_then(|secs| secs.trim().parse().ok());
        let is_json = header(&response, CONTENT_TYPE).is_some_and(|kind| kind.contains("json"));
        let mut problem = Problem::default();
        if call.method != Method::HEAD {
            // A refusal whose words are lost is still a refusal.
            let body = self.bounded(&call.url, response, PROBLEM_BYTES).await.unwrap_or_default();
            if is_json {
                problem = shown_problem(serde_json::from_slice(&body).unwrap_or_default());
            }
        }
        // Every refusal of a hub is a problem document; an answer to HEAD has no body that would tell.
        let is_no_route = matches!(status.as_u16(), 404 | 405 | 501) && !is_json;
        if is_no_route && asked == Asked::Server && call.method != Method::HEAD {
            return Error::no_hub(&call.url, status);
        }
        if problem.title.is_empty() && problem.detail.is_empty() {
            problem.title = status.to_string();
        }
        if problem.kind.is_empty() && is_json {
            problem.kind = "about:blank".to_owned();
        }
        Error::Refused {
            server: server_of(&call.url),
            status,
            problem: Box::new(problem),
            retry_after: retry_after.map(Duration::from_secs),
            with_token,
        }
    }

    /// A body of at most `most` bytes.
    pub async fn bounded(&self, url: &Url, mut response: Response, most: usize) -> Result<Bytes> {
        let mut body = Vec::new();
        while let Some(chunk) = self.next_chunk(url, &mut response).await? {
            if body.len() + chunk.len() > most {
                return Err(Error::strange(url, format!("it is longer than {most} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.into())
    }

    /// The next bytes of a body.
    pub async fn next_chunk(&self, url: &Url, response: &mut Response) -> Result<Option<Bytes>> {
        let idle = self.0.patience.idle;
        match tokio::time::timeout(idle, response.chunk()).await {
            Ok(chunk) => chunk.map_err(|e| Error::unreachable(url, e)),
            Err(_) => Err(Error::Silent { server: server_of(url), secs: idle.as_secs() }),
        }
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

/// A header that is text.
pub fn header(response: &Response, name: reqwest::header::HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// Waits for `work` as long as `moved` grows within `patience(moved)`; the seconds of silence otherwise.
async fn watched<T>(
    work: impl Future<Output = T>,
    moved: &AtomicU64,
    patience: impl Fn(u64) -> Duration,
) -> std::result::Result<T, u64> {
    let mut work = std::pin::pin!(work);
    loop {
        let before = moved.load(Ordering::Relaxed);
        let limit = patience(before);
        match tokio::time::timeout(limit, work.as_mut()).await {
            Ok(done) => return Ok(done),
            Err(_) if moved.load(Ordering::Relaxed) == before => return Err(limit.as_secs()),
            Err(_) => {}
        }
    }
}
