//! How long a client waits, and how often it tries again.
//!
//! Time is limited by silence, not by length: a transfer may take hours while bytes move. Pauses between tries grow
//! exponentially; every part of the client that tries again takes them from [`Patience::pauses`].

use std::time::Duration;

use backon::ExponentialBuilder;

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
