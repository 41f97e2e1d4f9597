//! A person is told that a server is waited for, and until when.
//!
//! Tries go on for a minute and more, and a server may ask for a wait of its own. A failure that is over in a
//! moment is nobody's business; one that lasts longer is told once, however many calls meet it: what is known of
//! a server's outage is shared by the whole process. An outage ends with the next answer. A server that fails and
//! answers by turns is one outage all the same: after a note there is none for a minute.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{Local, TimeDelta};

use super::error::Error;
use super::note::note;
use super::request::Patience;

/// The shortest time between two notes about a server.
const BETWEEN: Duration = Duration::from_secs(60);
/// Servers that are remembered; no command asks more.
const SERVERS: usize = 64;

#[derive(Debug, Default)]
struct Outage {
    /// When it began; none: the server answers.
    since: Option<Instant>,
    told: Option<Instant>,
}

static OUTAGES: Mutex<Option<HashMap<String, Outage>>> = Mutex::new(None);

/// The server answers.
pub fn answered(server: &str) {
    with(|outages| {
        if let Some(outage) = outages.get_mut(server) {
            outage.since = None;
        }
    });
}

/// The waits of one call.
#[derive(Debug)]
pub struct OutageNotice {
    server: String,
    patience: Patience,
    tried: usize,
}

impl OutageNotice {
    /// Nothing failed yet.
    pub fn new(server: String, patience: &Patience) -> Self {
        Self { server, patience: *patience, tried: 0 }
    }

    /// A try failed, and the next one comes after `pause`.
    pub fn begins(&mut self, error: &Error, pause: Duration) {
        self.tried += 1;
        if !tells(&self.server, lasted(error, &self.patience), pause, self.patience.unsaid) {
            return;
        }
        match error.retry_after() {
            Some(_) => note(&format!("{error}; waiting {} s, as it asks", pause.as_secs_f64().round())),
            None => {
                let left = pause + self.pauses_left();
                let end = Local::now() + TimeDelta::from_std(left).unwrap_or_default();
                note(&format!("{error}; trying again until about {}", end.format("%H:%M:%S")));
            }
        }
    }

    /// The pauses after the one that begins, each with the middle of its random part.
    fn pauses_left(&self) -> Duration {
        let Patience { pause, longest_pause, tries, .. } = self.patience;
        let nth = |n: usize| {
            let doubled = 1_u32.checked_shl(u32::try_from(n).unwrap_or(u32::MAX)).unwrap_or(u32::MAX);
            pause.saturating_mul(doubled).min(longest_pause)
        };
        (self.tried..tries).map(nth).sum::<Duration>().mul_f64(1.5)
    }
}

/// How long a try was waited for in vain.
fn lasted(error: &Error, patience: &Patience) -> Duration {
    match error {
        Error::Silent { secs, .. } => Duration::from_secs(*secs),
        _ if error.is_slow() => patience.connect,
        _ => Duration::ZERO,
    }
}

/// Is this the moment to tell?
fn tells(server: &str, lasted: Duration, pause: Duration, unsaid: Duration) -> bool {
    let now = Instant::now();
    with(|outages| {
        if outages.len() >= SERVERS && !outages.contains_key(server) {
            outages.clear();
        }
        let outage = outages.entry(server.to_owned()).or_default();
        let since = *outage.since.get_or_insert(now.checked_sub(lasted).unwrap_or(now));
        let fresh = outage.told.is_none_or(|told| now.duration_since(told) > BETWEEN && told < since);
        let tells = fresh && now.duration_since(since) + pause > unsaid;
        if tells {
            outage.told = Some(now);
        }
        tells
    })
}

fn with<T>(f: impl FnOnce(&mut HashMap<String, Outage>) -> T) -> T {
    let mut outages = OUTAGES.lock().unwrap_or_else(PoisonError::into_inner);
    f(outages.get_or_insert_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Duration = Duration::from_millis(200);
    const UNSAID: Duration = Duration::from_secs(3);

    #[test]
    fn an_outage_is_told_once() {
        let server = "http://out.example:1";
        assert!(!tells(server, Duration::ZERO, MOMENT, UNSAID));
        assert!(tells(server, Duration::ZERO, UNSAID, UNSAID));
        assert!(!tells(server, Duration::ZERO, UNSAID, UNSAID));
        // It answers, and fails again at once.
        answered(server);
        assert!(!tells(server, Duration::ZERO, UNSAID, UNSAID));
    }

    #[test]
    fn who_was_waited_for_is_told_at_once() {
        let silent = Error::Silent { server: String::new(), secs: 60 };
        let lasted = lasted(&silent, &Patience::default());
        assert!(tells("http://silent.example:1", lasted, MOMENT, UNSAID));
    }

    #[test]
    fn the_end_is_about_where_it_will_be() {
        let patience = Patience::default();
        let mut wait = OutageNotice::new(String::new(), &patience);
        wait.tried = 1;
        let left = wait.pauses_left();
        assert!((Duration::from_secs(80)..Duration::from_secs(130)).contains(&left), "{left:?}");
        wait.tried = patience.tries;
        assert_eq!(wait.pauses_left(), Duration::ZERO);
    }
}
