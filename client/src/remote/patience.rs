//! The time limits and retries of a client.
//!
//! The limits are for silence, not for a whole transfer, which may take hours while bytes move. Pauses between tries
//! grow exponentially; every part of the client that retries takes them from [`Patience::pauses`].

use std::time::Duration;

use backon::ExponentialBuilder;

/// The time limits and retries of a client; the defaults are for interactive use and long epochs alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The limit for connecting to the server (default 10 s).
    pub connect: Duration,
    /// The limit for connecting to a place that a link leads to (default 4 s; the server could send the same bytes,
    /// so little is lost by giving up).
    pub link_connect: Duration,
    /// The limit for the first response of a place that links lead to (default 10 s).
    pub link_answer: Duration,
    /// The limit between two pieces of a transfer (default 60 s).
    pub idle: Duration,
    /// The limit for a response after all was sent (default 300 s: a server checks a commit before it responds).
    pub answer: Duration,
    /// The pause after the first failure, which doubles with each further one (default 0.2 s).
    pub pause: Duration,
    /// The longest pause (default 15 s).
    pub longest_pause: Duration,
    /// Retries while the server has never responded (default 2).
    pub first_tries: usize,
    /// Retries once it has responded (default 10, about 100 s).
    pub tries: usize,
    /// Failures that last longer are reported by a note (default 3 s).
    pub note_after: Duration,
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
            note_after: Duration::from_secs(3),
        }
    }
}

impl Patience {
    /// The pauses between tries: each twice as long as the one before, up to the longest.
    pub(super) fn pauses(&self, most: usize) -> ExponentialBuilder {
        ExponentialBuilder::default()
            .with_min_delay(self.pause)
            .with_max_delay(self.longest_pause)
            .with_max_times(most)
    }
}
