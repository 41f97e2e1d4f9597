//! Admission for costly work, shared fairly.
//!
//! A filter or a question takes a processor and memory for as long as its limit of time allows, so only a few are
//! worked on at once. In one line whoever asks most has most: fifty slow questions of one stranger would keep
//! everybody else waiting. So a caller has a few turns of their own and stands in the common line only with one of
//! them; what a caller asks beyond those waits a moment and is then refused. And strangers together never have all:
//! some turns are left to users, from however many addresses strangers ask.
//!
//! A user counts by id, a stranger by address, in IPv6 by the 64 bits that one customer has. What is known of a
//! caller is dropped with the last of their turns, so that many callers cost nothing once they are served.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use uuid::Uuid;

use crate::auth::{Address, Caller};
use crate::problem::{Kind, Problem, Result, internal};

/// So long a caller waits for one of their own turns.
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest that a stranger's work may take.
const STRANGERS_TIME: Duration = Duration::from_secs(15);

/// Who takes a turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Requester {
    /// A user.
    User(Uuid),
    /// Whoever calls from an address.
    Stranger(String),
}

impl Requester {
    /// The one who calls.
    pub fn new(caller: &Caller, address: &Address) -> Self {
        match caller.user() {
            Ok(user) => Self::User(user.id.0),
            Err(_) => Self::Stranger(network(&address.0)),
        }
    }

    /// How long their work may take, where users have `users`.
    pub fn time(&self, users: Duration) -> Duration {
        match self {
            Self::User(_) => users,
            Self::Stranger(_) => users.min(STRANGERS_TIME),
        }
    }
}

/// The part of an address that its owner can't choose.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => address.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// Admission, some at a time.
#[derive(Debug)]
pub struct Admission {
    all: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    each: usize,
    patience: Duration,
    takers: Arc<Requesters>,
}

/// The turns of each who has some, or waits for one.
type Requesters = Mutex<HashMap<Requester, Weak<Semaphore>>>;

/// A turn; dropping it gives it back.
#[derive(Debug)]
pub struct Permit {
    _all: OwnedSemaphorePermit,
    _strangers: Option<OwnedSemaphorePermit>,
    _own: Own,
}

/// One of a caller's own turns, or the wish for one.
#[derive(Debug)]
struct Own {
    permit: Option<OwnedSemaphorePermit>,
    turns: Option<Arc<Semaphore>>,
    taker: Requester,
    takers: Arc<Requesters>,
}

impl Admission {
    /// `all` at a time, `each` for one caller, and `users` of them for users alone.
    pub fn new(all: usize, each: usize, users: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(all)),
            strangers: Arc::new(Semaphore::new(all.saturating_sub(users).max(1))),
            each,
            patience: PATIENCE,
            takers: Arc::default(),
        }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`Kind::TooManyAtOnce`] where all that this caller may have are taken, and stay so for a moment.
    pub async fn take(&self, taker: Requester) -> Result<Permit> {
        let is_stranger = matches!(taker, Requester::Stranger(_));
        let own = self.own(taker).await?;
        let strangers = match is_stranger {
            true => Some(self.strangers.clone().acquire_owned().await.map_err(|e| internal(&e))?),
            false => None,
        };
        let all = self.all.clone().acquire_owned().await.map_err(|e| internal(&e))?;
        Ok(Permit { _all: all, _strangers: strangers, _own: own })
    }

    async fn own(&self, taker: Requester) -> Result<Own> {
        let turns = {
            let mut takers = self.takers.lock().unwrap_or_else(PoisonError::into_inner);
            let known = takers.get(&taker).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let turns = Arc::new(Semaphore::new(self.each));
                takers.insert(taker.clone(), Arc::downgrade(&turns));
                turns
            })
        };
        // Made before the wait: whoever gives up is cleared away like whoever was served.
        let mut own = Own { permit: None, turns: Some(turns.clone()), taker, takers: self.takers.clone() };
        match timeout(self.patience, turns.acquire_owned()).await {
            Ok(permit) => own.permit = Some(permit.map_err(|e| internal(&e))?),
            Err(_) => {
                let detail = format!(
                    "{} filters and questions of yours are worked on already; wait for their answers",
                    self.each
                );
                return Err(Problem::new(Kind::TooManyAtOnce, detail));
            }
        }
        Ok(own)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let mut takers = self.takers.lock().unwrap_or_else(PoisonError::into_inner);
        // The permit holds the turns too.
        self.permit = None;
        self.turns = None;
        if takers.get(&self.taker).is_some_and(|turns| turns.strong_count() == 0) {
            takers.remove(&self.taker);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(address: &str) -> Requester {
        Requester::new(&Caller::Stranger, &Address(address.to_owned()))
    }

    #[tokio::test]
    async fn who_asks_most_waits_alone() {
        let turns = Admission { patience: Duration::from_millis(50), ..Admission::new(4, 2, 1) };
        let first = turns.take(stranger("192.0.2.1")).await.unwrap();
        let _second = turns.take(stranger("192.0.2.1")).await.unwrap();
        assert_eq!(turns.take(stranger("192.0.2.1")).await.unwrap_err().kind, Kind::TooManyAtOnce);
        let others = turns.take(stranger("192.0.2.2")).await.unwrap();
        // Three strangers, and the fourth turn is a user's.
        let late = turns.take(stranger("192.0.2.3"));
        assert!(timeout(Duration::from_millis(200), late).await.is_err());
        let user = turns.take(Requester::User(Uuid::from_u128(1))).await.unwrap();
        assert_eq!(turns.takers.lock().unwrap().len(), 3);
        drop(first);
        drop(turns.take(stranger("192.0.2.1")).await.unwrap());
        drop((others, user));
        assert_eq!(turns.takers.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_turn_that_comes_back_is_waited_for() {
        let turns = Arc::new(Admission::new(1, 1, 0));
        let held = turns.take(stranger("192.0.2.1")).await.unwrap();
        let (waiting, gone) = (turns.clone(), turns.clone());
        let waiting = tokio::spawn(async move { waiting.take(stranger("192.0.2.1")).await.map(drop) });
        let gone = tokio::spawn(async move { gone.take(stranger("192.0.2.9")).await.map(drop) });
        tokio::time::sleep(Duration::from_millis(50)).await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        drop(held);
        waiting.await.unwrap().unwrap();
        assert!(turns.takers.lock().unwrap().is_empty());
    }

    #[test]
    fn neighbours_in_a_network_are_one() {
        assert_eq!(stranger("2001:db8:1:2::1"), stranger("2001:db8:1:2:ffff::9"));
        assert_ne!(stranger("2001:db8:1:2::1"), stranger("2001:db8:1:3::1"));
        assert_eq!(stranger("::ffff:192.0.2.1"), stranger("192.0.2.1"));
        assert_ne!(stranger("192.0.2.1"), stranger("192.0.2.2"));
        let users = Duration::from_secs(60);
        assert_eq!(stranger("192.0.2.1").time(users), STRANGERS_TIME);
        assert_eq!(Requester::User(Uuid::nil()).time(users), users);
    }
}
