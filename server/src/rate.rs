//! How often something may be tried: by name and by address, a token bucket each.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota};

use crate::problem::{Kind, Problem, Result};

/// More keys than this are not kept: those that have recovered are dropped first.
const MOST_KEYS: usize = 10_000;

/// Tries of many keys.
#[derive(Debug)]
pub struct Rate {
    limiter: DefaultKeyedRateLimiter<String>,
}

impl Rate {
    /// So many a minute for each key, all of them at once if need be.
    pub fn per_minute(count: u32) -> Self {
        let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        Self { limiter: DefaultKeyedRateLimiter::keyed(Quota::per_minute(count)) }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// [`Kind::TooManyRequests`] when there were too many.
    pub fn count(&self, key: &str) -> Result<()> {
        if self.limiter.len() > MOST_KEYS {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(&key.to_owned())
            .map_err(|_| Problem::new(Kind::TooManyRequests, "too many tries; wait a minute"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_own_tries() {
        let rate = Rate::per_minute(2);
        assert!(rate.count("a").is_ok() && rate.count("a").is_ok());
        assert_eq!(rate.count("a").unwrap_err().kind, Kind::TooManyRequests);
        assert!(rate.count("b").is_ok());
    }
}
