//! Places that links lead to, and whether they can be reached from here.
//!
//! A plan's links may lead to a bucket that the server reaches and this machine doesn't: another network, a name
//! that only containers know. The server could send the same bytes, so nothing is gained by trying for long. A
//! place that never answered gets a few seconds; then it is given up for the life of the hub's handle, by all readers
//! at once, and a person is told so once. A place that did answer is only avoided for a while: a bucket that
//! restarts is no reason to read the rest of a nine-hour epoch through the server.
//!
//! Known to all connections of a hub ([`super::network`]), since a command opens a data set more than once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::Error;
use super::note::Notes;

/// How long a place that once answered is avoided.
const AVOIDED: Duration = Duration::from_secs(60);
/// Places that are remembered; no hub has more.
const PLACES: usize = 64;

/// What is known of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It was not tried yet.
    Untried,
    /// It answers.
    Good,
    /// It is not to be tried now.
    Lost,
}

#[derive(Debug, Default)]
struct Record {
    answered: bool,
    lost: Option<Instant>,
    noted: bool,
}

/// The places that a hub's links led to so far.
#[derive(Debug, Default)]
pub struct Origins(Mutex<HashMap<String, Record>>);

impl Origins {
    /// What is known of a place (scheme, host and port).
    pub fn place(&self, origin: &str) -> Place {
        self.with(origin, |record| match (record.lost, record.answered) {
            (Some(at), true) if at.elapsed() > AVOIDED => Place::Good,
            (Some(_), _) => Place::Lost,
            (None, true) => Place::Good,
            (None, false) => Place::Untried,
        })
    }

    /// It answered.
    pub fn answered(&self, origin: &str) {
        self.with(origin, |record| {
            record.answered = true;
            record.lost = None;
        });
    }

    /// It can't be used from here, and `instead` is.
    pub fn lost(&self, origin: &str, why: &Error, instead: &str, notes: &Notes) {
        let is_first = self.with(origin, |record| {
            record.lost = Some(Instant::now());
            !std::mem::replace(&mut record.noted, true)
        });
        if is_first {
            notes.note(&format!("{why}; its files are read through {instead} instead"));
        }
    }

    fn with<T>(&self, origin: &str, f: impl FnOnce(&mut Record) -> T) -> T {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= PLACES && !places.contains_key(origin) {
            places.clear();
        }
        f(places.entry(origin.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_answered_stays_lost() {
        let error = Error::NotRemote("no way");
        let (origins, notes) = (Origins::default(), Notes::default());
        let origin = "http://never.example:1";
        assert_eq!(origins.place(origin), Place::Untried);
        origins.lost(origin, &error, "the server", &notes);
        assert_eq!(origins.place(origin), Place::Lost);
        let origin = "http://once.example:1";
        origins.answered(origin);
        assert_eq!(origins.place(origin), Place::Good);
        origins.lost(origin, &error, "the server", &notes);
        assert_eq!(origins.place(origin), Place::Lost);
        origins.with(origin, |record| record.lost = Instant::now().checked_sub(AVOIDED * 2));
        assert_eq!(origins.place(origin), Place::Good);
    }
}
