//! A container's tracks, and what their headers say.

use crate::{Kind, MediaError};

/// A container's name and tracks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Container {
    pub(crate) format: &'static str,
    pub(crate) tracks: Vec<Track>,
}

/// One stream of audio or video. Numbers that the header doesn't give are 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Track {
    /// None for subtitles and the like.
    pub(crate) kind: Option<Kind>,
    pub(crate) codec: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Degrees, clockwise, 0 to 359, that frames are turned by for display; none where that isn't known.
    pub(crate) rotation: Option<u32>,
    pub(crate) fps: Option<f64>,
    pub(crate) frames: Option<u64>,
    pub(crate) sample_rate: u32,
    pub(crate) channels: u32,
    pub(crate) duration_secs: Option<f64>,
    /// Where in the track what is played begins, where an edit list says so: ticks, and ticks a second.
    pub(crate) edit_start: Option<(u64, u64)>,
}

/// The most tracks that are read; further ones are ignored.
pub(super) const MAX_TRACKS: usize = 256;

impl Container {
    /// The first track of a kind, or an error that names what there is instead.
    pub(crate) fn first(self, kind: Kind) -> Result<Track, MediaError> {
        let found: Vec<String> = self.tracks.iter().map(Track::describe).collect();
        let mut tracks = self.tracks.into_iter();
        tracks.find(|track| track.kind == Some(kind)).ok_or_else(|| MediaError::NoTrack {
            wanted: kind,
            format: self.format,
            found: if found.is_empty() { "nothing".to_owned() } else { found.join(", ") },
        })
    }
}

impl Track {
    fn describe(&self) -> String {
        match self.kind {
            Some(kind) => format!("{kind} ({})", self.codec),
            None => format!("a track that is neither audio nor video ({})", self.codec),
        }
    }
}

/// A four-letter code as a codec name: lower case, without unprintable characters.
pub(super) fn code_name(code: [u8; 4]) -> String {
    let readable = code.iter().filter(|byte| byte.is_ascii_graphic());
    readable.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

/// Amount over a rate; none where either is 0.
pub(super) fn seconds(amount: u64, per_second: u64) -> Option<f64> {
    (amount > 0 && per_second > 0).then(|| amount as f64 / per_second as f64)
}
