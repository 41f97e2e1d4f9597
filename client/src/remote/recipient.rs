//! Who a request goes to, which decides how long to wait and how often to try.
//!
//! A server that never answered is given up after a second, for the person who waits; one that did is waited for
//! through a restart, for the epoch that runs. A bucket that links lead to is worth less patience: the server could
//! send the same bytes.

use std::time::Duration;

use reqwest::Method;

use super::error::Error;
use super::patience::Patience;

/// Who a request goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// The server, with the token.
    Server,
    /// The server, by a link that needs none.
    Link,
    /// A place that links lead to, and that answered before.
    Known,
    /// A place that links lead to, for the first time.
    Untried,
}

impl Recipient {
    /// Is it the server itself?
    pub fn is_server(self) -> bool {
        matches!(self, Self::Server | Self::Link)
    }

    /// How often to try again after an error; `answered` says whether the server ever did.
    pub fn tries(self, patience: &Patience, error: &Error, answered: bool) -> usize {
        match self {
            // A second connection is not waited for where the first was waited for in vain.
            Self::Untried if error.is_slow() => 0,
            Self::Untried => 1,
            Self::Known if error.is_no_connection() => patience.first_tries,
            Self::Server | Self::Link if error.is_no_connection() && !answered => patience.first_tries,
            _ => patience.tries,
        }
    }

    /// How long to wait for an answer once all of the request was sent.
    pub fn answer(self, method: &Method, patience: &Patience) -> Duration {
        match (self, method) {
            (Self::Untried, _) => patience.link_answer,
            // Reading begins at once or not at all; what is written may be judged first.
            (_, &Method::GET) => patience.idle,
            _ => patience.answer,
        }
    }
}
