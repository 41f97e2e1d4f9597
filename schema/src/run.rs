//! `runs/<id>/run.json`: how a model scored on a data set.
//!
//! Here are the parts that every reader needs: which run it is, of which commit, and the file of its predictions. The
//! rest of the document (model, preprocessing, scores) belongs to whoever evaluates, and is kept as it is.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::commit::CommitParent;
use crate::ids::ContentHash;

/// A run's id: when it began (UTC), the milliseconds as three hex digits, and five random ones,
/// `20260412-093015-1f0c22ab`. Sorts by time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(String);

/// The text is not a run's id.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a run's id: expected for example 20260412-093015-1f0c22ab")]
pub struct RunIdError(pub String);

impl RunId {
    /// The id of a run that begins at that time.
    pub fn draw(begun: DateTime<Utc>) -> Self {
        let random = Uuid::new_v4().simple().to_string();
        let milliseconds = begun.timestamp_subsec_millis() % 1000;
        Self(format!("{}-{milliseconds:03x}{}", begun.format("%Y%m%d-%H%M%S"), &random[..5]))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RunId {
    type Err = RunIdError;

    fn from_str(text: &str) -> Result<Self, RunIdError> {
        let is_digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        let is_hex =
            |part: &str| part.len() == 8 && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let parts: Vec<&str> = text.split('-').collect();
        match parts[..] {
            [day, time, random] if is_digits(day, 8) && is_digits(time, 6) && is_hex(random) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(RunIdError(text.to_owned())),
        }
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for RunId {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The file of a run's predictions, `runs/<id>/predictions.parquet`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPredictions {
    /// The BLAKE3 of the file.
    pub hash: ContentHash,
    /// Its length.
    pub bytes: u64,
    /// Its rows: one a sample.
    pub rows: u64,
}

/// What every reader of `run.json` needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHeader {
    /// The format's version, see [`crate::FORMAT_VERSION`].
    pub format: u32,
    /// The run's id, as in its path.
    pub id: RunId,
    /// Who ran it.
    pub author: String,
    /// When it was finished, in UTC.
    pub time: DateTime<Utc>,
    /// The commit that was scored.
    pub commit: CommitParent,
    /// The file of its predictions.
    pub predictions: RunPredictions,
}

impl RunHeader {
    /// Are these the predictions that the record states?
    ///
    /// # Errors
    /// What differs, in words.
    pub fn check_predictions(&self, file: &[u8]) -> Result<(), String> {
        let RunPredictions { hash, bytes, .. } = self.predictions;
        if file.len() as u64 != bytes {
            return Err(format!("its predictions are {} bytes long, it states {bytes}", file.len()));
        }
        let found = ContentHash(*blake3::hash(file).as_bytes());
        if found != hash {
            return Err(format!("the BLAKE3 of its predictions is {found}, it states {hash}"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_nothing_else_is_one() {
        let first = RunId::draw("2026-04-12T09:30:15Z".parse().unwrap());
        let second = RunId::draw("2026-04-12T09:30:15.001Z".parse().unwrap());
        assert!(first < second && first.as_str().starts_with("20260412-093015-"));
        assert_eq!(first.to_string().parse::<RunId>().unwrap(), first);
        for wrong in [
            "",
            "20260412-093015",
            "20260412-093015-1F0C22AB",
            "../20260412-093015-1f0c22ab",
            "20260412-093015-1f0c22ab-",
        ] {
            assert!(wrong.parse::<RunId>().is_err(), "{wrong}");
        }
    }
}
