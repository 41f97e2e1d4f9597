//! Notes that a failing server is tried again, and until when.
//!
//! Retries go on for a minute and more, and a server may request a pause of its own. A short failure is not reported;
//! one that lasts longer is reported once, however many requests meet it: the outage is known to all connections of a
//! hub ([`super::network`]). An outage ends with the next response. A server that alternates between failing and
//! responding is not reported each time: after a note there is none for a minute.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use backon::BackoffBuilder;
use chrono::{Local, TimeDelta};

use super::error::Error;
use super::note::Notes;
use super::patience::Patience;

/// The shortest time between two notes about a server.
const BETWEEN: Duration = Duration::from_secs(60);
/// Servers that are remembered; a command uses far fewer.
const SERVERS: usize = 64;

#[derive(Debug, Default)]
struct Outage {
    /// When it began; `None`: the server responds.
    since: Option<Instant>,
    noted: Option<Instant>,
}

/// The outages of the servers that a hub speaks to.
#[derive(Debug, Default)]
pub struct Outages(Mutex<HashMap<String, Outage>>);

impl Outages {
    /// Records that the server responds.
    pub fn answered(&self, server: &str) {
        if let Some(outage) = self.lock().get_mut(server) {
            outage.since = None;
        }
    }

    /// Whether to report the outage now. A try failed that `lasted` this long, and the next one comes after `pause`.
    fn is_due(&self, server: &str, lasted: Duration, pause: Duration, note_after: Duration) -> bool {
        let now = Instant::now();
        let mut outages = self.lock();
        if outages.len() >= SERVERS && !outages.contains_key(server) {
            outages.clear();
        }
        let outage = outages.entry(server.to_owned()).or_default();
        let since = *outage.since.get_or_insert(now.checked_sub(lasted).unwrap_or(now));
        let fresh = outage.noted.is_none_or(|noted| now.duration_since(noted) > BETWEEN && noted < since);
        let is_due = fresh && now.duration_since(since) + pause > note_after;
        if is_due {
            outage.noted = Some(now);
        }
        is_due
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Outage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts the failed tries of one request and reports the outage when it is due.
#[derive(Debug)]
pub struct OutageNotice<'a> {
    server: String,
    patience: Patience,
    tried: usize,
    outages: &'a Outages,
    notes: &'a Notes,
}

impl<'a> OutageNotice<'a> {
    pub fn new(server: String, patience: &Patience, outages: &'a Outages, notes: &'a Notes) -> Self {
        Self { server, patience: *patience, tried: 0, outages, notes }
    }

    /// Records that a try failed and that the next one comes after `pause`.
    pub fn failed(&mut self, error: &Error, pause: Duration) {
        self.tried += 1;
        if !self.outages.is_due(&self.server, lasted(error, &self.patience), pause, self.patience.note_after)
        {
            return;
        }
        match error.retry_after() {
            Some(_) => {
                self.notes.note(&format!(
                    "{error}; trying again in {} s, as the server requested",
                    pause.as_secs_f64().round()
                ));
            }
            None => {
                let left = pause + self.pauses_left();
                let end = Local::now() + TimeDelta::from_std(left).unwrap_or_default();
                self.notes.note(&format!("{error}; trying again until about {}", end.format("%H:%M:%S")));
            }
        }
    }

    /// The pauses after the one that begins, each with the middle of its random part.
    fn pauses_left(&self) -> Duration {
        let pauses = self.patience.pauses(self.patience.tries).build();
        pauses.skip(self.tried).sum::<Duration>().mul_f64(1.5)
    }
}

/// How long a failed try took at least: its time limit, or nothing for an immediate error.
fn lasted(error: &Error, patience: &Patience) -> Duration {
    match error {
        Error::Silent { secs, .. } => Duration::from_secs(*secs),
        _ if error.is_slow() => patience.connect,
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Duration = Duration::from_millis(200);
    const NOTE_AFTER: Duration = Duration::from_secs(3);

    #[test]
    fn an_outage_is_told_once() {
        let (outages, server) = (Outages::default(), "http://out.example:1");
        assert!(!outages.is_due(server, Duration::ZERO, MOMENT, NOTE_AFTER));
        assert!(outages.is_due(server, Duration::ZERO, NOTE_AFTER, NOTE_AFTER));
        assert!(!outages.is_due(server, Duration::ZERO, NOTE_AFTER, NOTE_AFTER));
        // It responds, and fails again at once.
        outages.answered(server);
        assert!(!outages.is_due(server, Duration::ZERO, NOTE_AFTER, NOTE_AFTER));
        // Another hub has a state of its own.
        assert!(Outages::default().is_due(server, Duration::ZERO, NOTE_AFTER + MOMENT, NOTE_AFTER));
    }

    #[test]
    fn who_was_waited_for_is_told_at_once() {
        let silent = Error::Silent { server: String::new(), secs: 60 };
        let lasted = lasted(&silent, &Patience::default());
        assert!(Outages::default().is_due("http://silent.example:1", lasted, MOMENT, NOTE_AFTER));
    }

    #[test]
    fn the_end_is_about_where_it_will_be() {
        let (patience, outages, notes) = (Patience::default(), Outages::default(), Notes::default());
        let mut wait = OutageNotice::new(String::new(), &patience, &outages, &notes);
        wait.tried = 1;
        let left = wait.pauses_left();
        assert!((Duration::from_secs(80)..Duration::from_secs(130)).contains(&left), "{left:?}");
        wait.tried = patience.tries;
        assert_eq!(wait.pauses_left(), Duration::ZERO);
    }
}
