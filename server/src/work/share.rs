//! Shares of a limited number of places (requests, bodies that are received, streams, connections).
//!
//! With one common count, a caller who takes most has most: a single stranger could hold all places, and everyone else
//! would be refused. So a user may hold half of them, a stranger's network a small part, and all strangers together leave
//! a quarter to users. A caller's entry is dropped with the last of their places, so that memory doesn't grow with the
//! number of callers seen.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::problem::{Kind, Problem, Result};
use crate::work::admission::Requester;

/// The least part of a stranger's network, if there are that many places: a browser's concurrent requests.
const MIN_NETWORK_PLACES: usize = 8;

/// How many places there are, and how many of them one caller may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub all: usize,
    pub user: usize,
    pub network: usize,
    /// For all strangers together.
    pub strangers: usize,
}

impl Limits {
    /// The usual parts of a number of places.
    pub fn of(all: usize) -> Self {
        let network = (all / 16).max(MIN_NETWORK_PLACES.min(all));
        Self { all, user: all.div_ceil(2), network, strangers: all - all / 4 }
    }
}

/// The places, and who holds them.
#[derive(Debug)]
pub struct Share {
    /// What the places are for, in the plural.
    what: &'static str,
    limits: Limits,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    strangers: usize,
    by: HashMap<Requester, usize>,
}

/// Places that are held until this is dropped.
#[derive(Debug)]
pub struct Places {
    share: Arc<Share>,
    requester: Requester,
    count: usize,
}

impl Share {
    pub fn new(what: &'static str, limits: Limits) -> Arc<Self> {
        Arc::new(Self { what, limits, held: Mutex::default() })
    }

    /// The most places that this caller may hold.
    pub fn most(&self, requester: &Requester) -> usize {
        match requester {
            Requester::User(_) => self.limits.user,
            Requester::Anonymous(_) => self.limits.network,
        }
    }

    /// Takes places, without waiting.
    ///
    /// # Errors
    /// [`Kind::TooManyAtOnce`] if the caller's part is used up, [`Kind::Overloaded`] if all places are.
    pub fn take(self: &Arc<Self>, requester: &Requester, count: usize) -> Result<Places> {
        let is_stranger = matches!(requester, Requester::Anonymous(_));
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let own = held.by.get(requester).copied().unwrap_or_default();
        let full = || {
            let detail = format!("too many concurrent {}; try again in a moment", self.what);
            Problem::new(Kind::Overloaded, detail)
        };
        if held.all + count > self.limits.all {
            return Err(full());
        }
        if own + count > self.most(requester) {
            let who = if is_stranger { "your network" } else { "you" };
            let detail = format!(
                "{who} may have {} {} at a time, which is reached; try again when one has ended",
                self.most(requester),
                self.what
            );
            return Err(Problem::new(Kind::TooManyAtOnce, detail));
        }
        if is_stranger && held.strangers + count > self.limits.strangers {
            return Err(full());
        }
        held.all += count;
        held.strangers += if is_stranger { count } else { 0 };
        held.by.insert(requester.clone(), own + count);
        Ok(Places { share: self.clone(), requester: requester.clone(), count })
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        let mut held = self.share.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.all -= self.count;
        if matches!(self.requester, Requester::Anonymous(_)) {
            held.strangers -= self.count;
        }
        let own = held.by.get(&self.requester).copied().unwrap_or_default();
        match own.saturating_sub(self.count) {
            0 => drop(held.by.remove(&self.requester)),
            left => drop(held.by.insert(self.requester.clone(), left)),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn stranger(n: usize) -> Requester {
        Requester::new(None, &format!("192.0.2.{n}"))
    }

    fn kind(taken: Result<Places>) -> Kind {
        taken.unwrap_err().kind
    }

    #[test]
    fn a_caller_has_a_part_and_strangers_leave_some_to_users() {
        let share = Share::new("streams", Limits::of(512));
        assert_eq!(share.limits, Limits { all: 512, user: 256, network: 32, strangers: 384 });
        let mut held = Vec::new();
        for n in 0..12 {
            held.push(share.take(&stranger(n), 20).unwrap());
            held.push(share.take(&stranger(n), 12).unwrap());
            assert_eq!(kind(share.take(&stranger(n), 1)), Kind::TooManyAtOnce);
        }
        // No network is left with a place, and still a user is served.
        assert_eq!(kind(share.take(&stranger(99), 1)), Kind::Overloaded);
        let ada = Requester::User(Uuid::from_u128(1));
        let of_ada = share.take(&ada, 128).unwrap();
        assert_eq!(kind(share.take(&ada, 1)), Kind::Overloaded);
        held.truncate(10);
        drop(share.take(&ada, 100).unwrap());
        assert_eq!(kind(share.take(&ada, 129)), Kind::TooManyAtOnce);
        drop((held, of_ada));
        let held = share.held.lock().unwrap();
        assert_eq!((held.all, held.strangers, held.by.len()), (0, 0, 0));
    }

    #[test]
    fn few_places_are_usable_by_anyone() {
        for all in 1..40 {
            let limits = Limits::of(all);
            assert!(
                limits.user >= 1
                    && limits.network >= 1
                    && limits.strangers >= limits.network.min(all - all / 4)
            );
            assert!(limits.user <= all && limits.network <= all && limits.strangers <= all, "{limits:?}");
        }
    }
}
