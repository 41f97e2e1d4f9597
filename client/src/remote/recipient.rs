//! The recipient of a request, which determines the time limits and the number of tries.
//!
//! A server that never responded is given up after about a second, since a person waits; one that did is retried
//! through a restart, for the sake of a running epoch. A bucket that links lead to is given up earlier: the server
//! could send the same bytes.

use std::time::Duration;

use reqwest::Method;

use super::error::Error;
use super::patience::Patience;

/// The recipient of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// The server, with the token.
    Server,
    /// The server, by a signed link, without the token.
    Link,
    /// A place that links lead to, and that responded before.
    Known,
    /// A place that links lead to, for the first time.
    Untried,
}

impl Recipient {
    /// Whether it is the server itself.
    pub fn is_server(self) -> bool {
        matches!(self, Self::Server | Self::Link)
    }

    /// How often to try again after an error; `answered` says whether the server ever responded.
    pub fn tries(self, patience: &Patience, error: &Error, answered: bool) -> usize {
        match self {
            // No second try after a timeout: it would most likely time out too.
            Self::Untried if error.is_slow() => 0,
            Self::Untried => 1,
            Self::Known if error.is_no_connection() => patience.first_tries,
            Self::Server | Self::Link if error.is_no_connection() && !answered => patience.first_tries,
            _ => patience.tries,
        }
    }

    /// The time limit for a response once the whole request was sent.
    pub fn answer(self, method: &Method, patience: &Patience) -> Duration {
        match (self, method) {
            (Self::Untried, _) => patience.link_answer,
            // A read is answered at once or not at all; a write may be checked first.
            (_, &Method::GET) => patience.idle,
            _ => patience.answer,
        }
    }
}
