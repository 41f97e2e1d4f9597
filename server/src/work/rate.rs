//! Rate limits for logins and tokens: a token bucket for each key (user name or address).

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota};

use crate::problem::{Kind, Problem, Result};

/// Above this many keys, those whose bucket is full again are dropped.
const MAX_KEYS: usize = 10_000;

/// A rate limiter with a bucket for each key.
#[derive(Debug)]
pub struct Rate {
    limiter: DefaultKeyedRateLimiter<String>,
}

impl Rate {
    /// `count` tries per minute and key; they may all come at once.
    pub fn per_minute(count: u32) -> Self {
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        Self { limiter: DefaultKeyedRateLimiter::keyed(Quota::per_minute(count)) }
    }

    /// Counts a try of a key.
    ///
    /// # Errors
    /// [`Kind::TooManyRequests`] if the key has no tries left.
    pub fn count(&self, key: &str) -> Result<()> {
        if self.limiter.len() > MAX_KEYS {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(&key.to_owned())
            .map_err(|_| Problem::new(Kind::TooManyRequests, "too many attempts; try again in a minute"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_limited_separately() {
        let rate = Rate::per_minute(2);
        assert!(rate.count("a").is_ok() && rate.count("a").is_ok());
        assert_eq!(rate.count("a").unwrap_err().kind, Kind::TooManyRequests);
        assert!(rate.count("b").is_ok());
    }
}
