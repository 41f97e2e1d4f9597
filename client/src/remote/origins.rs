//! Places that links lead to, and whether they can be reached from here.
//!
//! A plan's links may lead to a bucket that the server reaches and this machine doesn't: another network, a name
//! that only containers know. The server could send the same bytes, so nothing is gained by trying for long. A
//! place that never answered gets a few seconds; then it is given up for the life of the process, by all readers
//! at once, and a person is told so once. A place that did answer is only avoided for a while: a bucket that
//! restarts is no reason to read the rest of a nine-hour epoch through the server.
//!
//! Known to the whole process, since a command opens a data set more than once and its network is one.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::Error;
use super::note::note;

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
struct Seen {
    answered: bool,
    lost: Option<Instant>,
    told: bool,
}

static PLACES_SEEN: Mutex<Option<HashMap<String, Seen>>> = Mutex::new(None);
/// What is known of a place (scheme, host and port).
pub fn place(origin: &str) -> Place {
    with(origin, |seen| match (seen.lost, seen.answered) {
        (Some(at), true) if at.elapsed() > AVOIDED => Place::Good,
        (Some(_), _) => Place::Lost,
        (None, true) => Place::Good,
        (None, false) => Place::Untried,
    })
}

/// It answered.
pub fn answered(origin: &str) {
    with(origin, |seen| {
        seen.answered = true;
        seen.lost = None;
    });
}

/// It can't be used from here, and `instead` is.
pub fn lost(origin: &str, why: &Error, instead: &str) {
    let tell = with(origin, |seen| {
        seen.lost = Some(Instant::now());
        !std::mem::replace(&mut seen.told, true)
    });
    if tell {
        note(&format!("{why}; its files are read through {instead} instead"));
    }
}

fn with<T>(origin: &str, f: impl FnOnce(&mut Seen) -> T) -> T {
    let mut places = PLACES_SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let places = places.get_or_insert_default();
    if places.len() >= PLACES && !places.contains_key(origin) {
        places.clear();
    }
    f(places.entry(origin.to_owned()).or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_answered_stays_lost() {
        let error = Error::NotRemote("no way");
        let origin = "http://never.example:1";
        assert_eq!(place(origin), Place::Untried);
        lost(origin, &error, "the server");
        assert_eq!(place(origin), Place::Lost);
        let origin = "http://once.example:1";
        answered(origin);
        assert_eq!(place(origin), Place::Good);
        lost(origin, &error, "the server");
        assert_eq!(place(origin), Place::Lost);
        with(origin, |seen| seen.lost = Instant::now().checked_sub(AVOIDED * 2));
        assert_eq!(place(origin), Place::Good);
    }
}
