//! Failed attempts (logins, wrong tokens), counted by network or name, and forgotten with time.
//!
//! A network that fails too often is refused for a while. A name is never refused, or strangers could lock its owner out:
//! it is answered later and later instead. Only failures count: an attempt is counted before it is made, so that many at
//! once can't slip through, and taken back if it succeeds.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::problem::{Kind, Problem, Result};

/// Above this many keys, those without recent failures are dropped, and then the oldest.
const MAX_KEYS: usize = 10_000;
/// The pause before a login by a name with one failure too many; each further one doubles it.
const FIRST_DELAY: Duration = Duration::from_millis(100);
const MAX_DELAY: Duration = Duration::from_secs(5);

/// A hash of the key: what callers made up is not kept, however long it is.
type Key = [u8; 32];

/// Counts failed attempts.
#[derive(Debug)]
pub struct Attempts {
    per_minute: f64,
    counts: Mutex<HashMap<Key, Count>>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    failures: f64,
    at: Instant,
}

/// An attempt that counts as failed, unless it is said to have succeeded.
#[derive(Debug)]
#[must_use = "it counts as failed"]
pub struct Attempt<'a> {
    attempts: &'a Attempts,
    key: Key,
    /// The pause before it is made.
    pub delay: Duration,
}

impl Attempts {
    /// `count` failures per minute and key; they may all come at once.
    pub fn per_minute(count: u32) -> Self {
        Self { per_minute: f64::from(count.max(1)), counts: Mutex::default() }
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// [`Kind::TooManyRequests`] if the key has failed too often.
    pub fn limited(&self, key: &str) -> Result<Attempt<'_>> {
        match self.count(key, Some(self.per_minute)) {
            Some(_) => Ok(Attempt { attempts: self, key: hash(key), delay: Duration::ZERO }),
            None => Err(Problem::new(
                Kind::TooManyRequests,
                "too many failed attempts from your network; try again in a minute",
            )),
        }
    }

    /// Counts an attempt that is never refused, but delayed after failures.
    pub fn delayed(&self, key: &str) -> Attempt<'_> {
        let before = self.count(key, None).unwrap_or_default();
        let over = (before - self.per_minute).round();
        let delay = match over >= 0.0 {
            true => FIRST_DELAY.mul_f64(over.min(10.0).exp2()).min(MAX_DELAY),
            false => Duration::ZERO,
        };
        Attempt { attempts: self, key: hash(key), delay }
    }

    /// Adds a failure; returns the number before it, or `None` if it would exceed `most`.
    fn count(&self, key: &str, most: Option<f64>) -> Option<f64> {
        let now = Instant::now();
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MAX_KEYS {
            self.sweep(&mut counts, now);
        }
        let count = counts.entry(hash(key)).or_insert(Count { failures: 0.0, at: now });
        let before = self.left(count, now);
        *count = Count { failures: before, at: now };
        if most.is_some_and(|most| before + 1.0 > most) {
            return None;
        }
        // A bound, so that a long attack is forgotten within two minutes after its end.
        count.failures = (before + 1.0).min(2.0 * self.per_minute + 10.0);
        Some(before)
    }

    /// The failures that are not forgotten yet.
    fn left(&self, count: &Count, now: Instant) -> f64 {
        let forgotten = now.duration_since(count.at).as_secs_f64() * self.per_minute / 60.0;
        (count.failures - forgotten).max(0.0)
    }

    fn sweep(&self, counts: &mut HashMap<Key, Count>, now: Instant) {
        counts.retain(|_, count| self.left(count, now) > 0.0);
        if counts.len() >= MAX_KEYS {
            let mut times: Vec<Instant> = counts.values().map(|count| count.at).collect();
            times.sort_unstable();
            let median = times.get(times.len() / 2).copied().unwrap_or(now);
            counts.retain(|_, count| count.at > median);
        }
    }
}

impl Attempt<'_> {
    /// It doesn't count.
    pub fn succeeded(self) {
        let mut counts = self.attempts.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            count.failures = (count.failures - 1.0).max(0.0);
        }
    }

    /// It counts.
    pub fn failed(self) {}
}

fn hash(key: &str) -> Key {
    *blake3::hash(key.as_bytes()).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_limited_for_each_key_and_successes_are_not() {
        let attempts = Attempts::per_minute(2);
        for _ in 0..20 {
            attempts.limited("a").unwrap().succeeded();
        }
        attempts.limited("a").unwrap().failed();
        attempts.limited("a").unwrap().failed();
        assert_eq!(attempts.limited("a").unwrap_err().kind, Kind::TooManyRequests);
        attempts.limited("b").unwrap().failed();
        // Those that are being made count too.
        let (first, second) = (attempts.limited("c").unwrap(), attempts.limited("c").unwrap());
        assert!(attempts.limited("c").is_err());
        first.succeeded();
        attempts.limited("c").unwrap().failed();
        second.failed();
    }

    #[test]
    fn a_name_is_delayed_and_never_refused() {
        let attempts = Attempts::per_minute(3);
        let delays: Vec<_> = (0..60).map(|_| attempts.delayed("ada").delay).collect();
        assert_eq!(delays[..3], [Duration::ZERO; 3]);
        assert!(delays[3] > Duration::ZERO && delays[3] < delays[5], "{delays:?}");
        assert!(delays.iter().all(|delay| *delay <= MAX_DELAY), "{delays:?}");
        assert_eq!(attempts.delayed("bob").delay, Duration::ZERO);
    }

    #[test]
    fn keys_take_a_bounded_amount_of_memory() {
        let attempts = Attempts::per_minute(10);
        for i in 0..3 * MAX_KEYS {
            attempts.delayed(&format!("{i}")).failed();
        }
        assert!(attempts.counts.lock().unwrap().len() <= MAX_KEYS);
    }
}
