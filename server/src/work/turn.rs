//! A request's turn: its place among the concurrent requests.
//!
//! A request takes its turn when its head has arrived, and gives it back while it waits for its body: thousands of bodies
//! that trickle in then keep nobody from being served. What waits is counted apart, with a part for each caller too. A body
//! that comes with its head needs no such place, so that others of a network whose part is used up can still log in.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::Extensions;
use tokio::time::timeout;

use crate::problem::Result;
use crate::work::admission::Requester;
use crate::work::share::{Places, Share};

/// How soon after its head a body is complete that is not waited for.
const PROMPT: Duration = Duration::from_millis(100);

/// The turn of a request; clones are the same turn.
#[derive(Clone, Debug)]
pub struct Turn(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    requests: Arc<Share>,
    bodies: Arc<Share>,
    requester: Requester,
    held: Mutex<Option<Places>>,
}

impl Turn {
    /// Takes a turn among `requests`; while it waits for a body, the request has a place among `bodies` instead.
    pub fn take(requests: &Arc<Share>, bodies: &Arc<Share>, requester: Requester) -> Result<Self> {
        let held = Mutex::new(Some(requests.take(&requester, 1)?));
        Ok(Self(Arc::new(Inner { requests: requests.clone(), bodies: bodies.clone(), requester, held })))
    }

    async fn wait<T>(&self, body: impl Future<Output = Result<T>>) -> Result<T> {
        let mut body = pin!(body);
        if let Ok(received) = timeout(PROMPT, &mut body).await {
            return received;
        }
        let waiting = self.0.bodies.take(&self.0.requester, 1)?;
        self.hold(None);
        let received = body.await?;
        drop(waiting);
        self.hold(Some(self.0.requests.take(&self.0.requester, 1)?));
        Ok(received)
    }

    fn hold(&self, places: Option<Places>) {
        *self.0.held.lock().unwrap_or_else(PoisonError::into_inner) = places;
    }

    /// Gives the turn back, since the answer has begun.
    pub fn end(&self) {
        self.hold(None);
    }
}

/// Waits for a request's body without holding its turn, which is in its extensions.
pub async fn without_turn<T>(extensions: &Extensions, body: impl Future<Output = Result<T>>) -> Result<T> {
    match extensions.get::<Turn>() {
        Some(turn) => turn.clone().wait(body).await,
        None => body.await,
    }
}
