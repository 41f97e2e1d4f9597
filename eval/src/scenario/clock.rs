//! Time, so that schedules can be tested without waiting.

use std::time::{Duration, Instant};

/// A clock that can wait.
pub trait Clock {
    /// The time since some moment.
    fn now(&self) -> Duration;

    /// Returns at a time, or at once where it is over.
    fn wait_until(&self, time: Duration);
}

/// The system's clock, from its creation on.
#[derive(Clone, Copy, Debug)]
pub struct RealClock(Instant);

impl Default for RealClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for RealClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn wait_until(&self, time: Duration) {
        std::thread::sleep(time.saturating_sub(self.now()));
    }
}
