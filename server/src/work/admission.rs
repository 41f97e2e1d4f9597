//! Admission for costly work, shared fairly.
//!
//! A filter or query occupies a processor and memory until it ends or times out, so only a few run at once. With a
//! single queue, a caller who sends most gets most: fifty slow queries of one anonymous caller would make all others
//! wait. So each caller has a few permits of their own, and enters the common queue only with one of them; further
//! requests of this caller wait for a moment and are then refused. Some permits are reserved for users, so that
//! anonymous callers together never hold all of them, from however many addresses they call.
//!
//! A user is identified by id, an anonymous caller by address; of an IPv6 address by the first 64 bits, since one
//! customer has all addresses below. A caller's entry is dropped with the last of their permits, so that memory
//! doesn't grow with the number of callers seen.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use uuid::Uuid;

use crate::problem::{Kind, Problem, Result, internal};
use crate::work::network::network;

/// How long a request waits for one of its caller's permits before it is refused.
const MAX_WAIT: Duration = Duration::from_secs(2);
/// The time limit of anonymous callers' filters and queries.
const ANONYMOUS_TIME_LIMIT: Duration = Duration::from_secs(15);

/// Who a permit is accounted to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Requester {
    User(Uuid),
    /// An anonymous caller, by [`network`].
    Anonymous(String),
}

impl Requester {
    /// The user, or without one an anonymous caller at this address.
    pub fn new(user: Option<Uuid>, address: &str) -> Self {
        match user {
            Some(user) => Self::User(user),
            None => Self::Anonymous(network(address)),
        }
    }

    /// The time limit of this requester's work; `users` is that of users.
    pub fn time(&self, users: Duration) -> Duration {
        match self {
            Self::User(_) => users,
            Self::Anonymous(_) => users.min(ANONYMOUS_TIME_LIMIT),
        }
    }
}

/// Limits how many filters and queries run at once, in all and per caller.
#[derive(Debug)]
pub struct Admission {
    /// What is limited, for people: `filters or queries`.
    what: &'static str,
    all: Arc<Semaphore>,
    anonymous: Arc<Semaphore>,
    per_caller: usize,
    max_wait: Duration,
    requesters: Arc<Requesters>,
}

/// The semaphores of the callers who hold a permit or wait for one.
type Requesters = Mutex<HashMap<Requester, Weak<Semaphore>>>;

/// The right to run one filter or query; dropping it returns it.
#[derive(Debug)]
pub struct Permit {
    _all: OwnedSemaphorePermit,
    _anonymous: Option<OwnedSemaphorePermit>,
    _caller: CallerPermit,
}

/// The caller's permit, held or being waited for.
#[derive(Debug)]
struct CallerPermit {
    permit: Option<OwnedSemaphorePermit>,
    permits: Option<Arc<Semaphore>>,
    requester: Requester,
    requesters: Arc<Requesters>,
}

impl Admission {
    /// `all` permits, at most `per_caller` of them for one caller, and `users` of them reserved for users.
    pub fn new(what: &'static str, all: usize, per_caller: usize, users: usize) -> Self {
        Self {
            what,
            all: Arc::new(Semaphore::new(all)),
            anonymous: Arc::new(Semaphore::new(all.saturating_sub(users).max(1))),
            per_caller,
            max_wait: MAX_WAIT,
            requesters: Arc::default(),
        }
    }

    /// Waits for a permit.
    ///
    /// # Errors
    /// [`Kind::TooManyAtOnce`] if this caller's permits are all in use and none is returned within 2 s.
    pub async fn take(&self, requester: Requester) -> Result<Permit> {
        let is_anonymous = matches!(requester, Requester::Anonymous(_));
        let own = self.caller_permit(requester).await?;
        let anonymous = match is_anonymous {
            true => Some(self.anonymous.clone().acquire_owned().await.map_err(|e| internal(&e))?),
            false => None,
        };
        let all = self.all.clone().acquire_owned().await.map_err(|e| internal(&e))?;
        Ok(Permit { _all: all, _anonymous: anonymous, _caller: own })
    }

    async fn caller_permit(&self, requester: Requester) -> Result<CallerPermit> {
        let permits = {
            let mut requesters = self.requesters.lock().unwrap_or_else(PoisonError::into_inner);
            let known = requesters.get(&requester).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let permits = Arc::new(Semaphore::new(self.per_caller));
                requesters.insert(requester.clone(), Arc::downgrade(&permits));
                permits
            })
        };
        // Created before the wait, so that its `drop` removes the entry also when the wait is cancelled.
        let mut own = CallerPermit {
            permit: None,
            permits: Some(permits.clone()),
            requester,
            requesters: self.requesters.clone(),
        };
        match timeout(self.max_wait, permits.acquire_owned()).await {
            Ok(permit) => own.permit = Some(permit.map_err(|e| internal(&e))?),
            Err(_) => {
                let detail = format!(
                    "{} {} of yours are running already, which is the limit; try again when one has ended",
                    self.per_caller, self.what
                );
                return Err(Problem::new(Kind::TooManyAtOnce, detail));
            }
        }
        Ok(own)
    }
}

impl Drop for CallerPermit {
    fn drop(&mut self) {
        let mut requesters = self.requesters.lock().unwrap_or_else(PoisonError::into_inner);
        // Dropped before counting references: the permit holds the semaphore too.
        self.permit = None;
        self.permits = None;
        if requesters.get(&self.requester).is_some_and(|permits| permits.strong_count() == 0) {
            requesters.remove(&self.requester);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(address: &str) -> Requester {
        Requester::new(None, address)
    }

    #[tokio::test]
    async fn a_busy_caller_does_not_block_others() {
        let permits = Admission { max_wait: Duration::from_millis(50), ..Admission::new("queries", 4, 2, 1) };
        let first = permits.take(stranger("192.0.2.1")).await.unwrap();
        let _second = permits.take(stranger("192.0.2.1")).await.unwrap();
        assert_eq!(permits.take(stranger("192.0.2.1")).await.unwrap_err().kind, Kind::TooManyAtOnce);
        let others = permits.take(stranger("192.0.2.2")).await.unwrap();
        // Three permits are for anonymous callers, the fourth is reserved for users.
        let late = permits.take(stranger("192.0.2.3"));
        assert!(timeout(Duration::from_millis(200), late).await.is_err());
        let user = permits.take(Requester::User(Uuid::from_u128(1))).await.unwrap();
        assert_eq!(permits.requesters.lock().unwrap().len(), 3);
        drop(first);
        drop(permits.take(stranger("192.0.2.1")).await.unwrap());
        drop((others, user));
        assert_eq!(permits.requesters.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn waits_for_a_returned_permit() {
        let permits = Arc::new(Admission::new("queries", 1, 1, 0));
        let held = permits.take(stranger("192.0.2.1")).await.unwrap();
        let (waiting, gone) = (permits.clone(), permits.clone());
        let waiting = tokio::spawn(async move { waiting.take(stranger("192.0.2.1")).await.map(drop) });
        let gone = tokio::spawn(async move { gone.take(stranger("192.0.2.9")).await.map(drop) });
        tokio::time::sleep(Duration::from_millis(50)).await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        drop(held);
        waiting.await.unwrap().unwrap();
        assert!(permits.requesters.lock().unwrap().is_empty());
    }

    #[test]
    fn ipv6_addresses_of_one_network_are_one_caller() {
        assert_eq!(stranger("2001:db8:1:2::1"), stranger("2001:db8:1:2:ffff::9"));
        assert_ne!(stranger("2001:db8:1:2::1"), stranger("2001:db8:1:3::1"));
        assert_eq!(stranger("::ffff:192.0.2.1"), stranger("192.0.2.1"));
        assert_ne!(stranger("192.0.2.1"), stranger("192.0.2.2"));
        let users = Duration::from_secs(60);
        assert_eq!(stranger("192.0.2.1").time(users), ANONYMOUS_TIME_LIMIT);
        assert_eq!(Requester::User(Uuid::nil()).time(users), users);
    }
}
