//! Places that links lead to, and whether they can be reached from here.
//!
//! A plan's links may lead to a bucket that the server reaches and this machine doesn't: another network, a name
//! that only containers resolve. The server could send the same bytes, so nothing is gained by trying for long. A
//! place that never responded gets a few seconds; then it is given up for the life of the hub's handle, by all readers
//! at once, and one note reports it. A place that did respond is only avoided for a while: after a restart of the
//! bucket the rest of a long epoch should not be read through the server.
//!
//! All connections of a hub share this ([`super::network`]), since a command opens a data set more than once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::Error;
use super::note::Notes;

/// How long a place that responded before is avoided after a failure.
const AVOIDED: Duration = Duration::from_secs(60);
/// Places that are remembered; a hub links to far fewer.
const PLACES: usize = 64;

/// What is known of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It has neither responded nor failed yet.
    Untried,
    /// It responded.
    Good,
    /// It failed, and is avoided now.
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

    /// Records that it responded.
    pub fn answered(&self, origin: &str) {
        self.with(origin, |record| {
            record.answered = true;
            record.lost = None;
        });
    }

    /// Records that it can't be used from here; the first time, a note says that `instead` is used.
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
