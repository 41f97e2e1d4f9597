//! `moov`: the tracks, and what fragments add to them.

use std::io::{Read, Seek};

use super::boxes::{Box4, be32, be64};
use super::fragment::{self, Run};
use super::header::{MovieTimes, read_times};
use super::track::TrackBox;
use crate::MediaError;
use crate::container::track::{MAX_TRACKS, Track, seconds};
use crate::source::Source;

/// The index of a movie.
#[derive(Debug, Default)]
pub(super) struct Movie {
    tracks: Vec<TrackBox>,
    /// Track and duration of a sample, where a fragment doesn't say.
    defaults: Vec<(u32, u32)>,
    times: MovieTimes,
    /// Whether the budget ended before the fragments did.
    has_more: bool,
}

impl Movie {
    pub(super) fn read<R: Read + Seek>(source: &mut Source<R>, moov: &Box4) -> Result<Self, MediaError> {
        let mut movie = Self::default();
        moov.children(source, |source, child| {
            match &child.kind {
                b"mvhd" => {
                    let (timescale, duration) = read_times(source, child)?;
                    movie.times = MovieTimes { timescale, duration_secs: seconds(duration, timescale) };
                }
                b"trak" if movie.tracks.len() < MAX_TRACKS => {
                    movie.tracks.extend(TrackBox::read(source, child)?);
                }
                b"mvex" => movie.read_extends(source, child)?,
                _ => {}
            }
            Ok(())
        })?;
        Ok(movie)
    }

    /// `mvex`: what the fragments don't repeat.
    fn read_extends<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        mvex: &Box4,
    ) -> Result<(), MediaError> {
        mvex.children(source, |source, child| {
            match &child.kind {
                b"trex" if self.defaults.len() < MAX_TRACKS => {
                    let head: [u8; 16] = child.head(source)?;
                    self.defaults.push((be32(&head, 4), be32(&head, 12)));
                }
                b"mehd" => {
                    let head: [u8; 8] = child.head(source)?;
                    let duration = match head[0] {
                        1 => be64(&child.head::<12, _>(source)?, 4),
                        _ => be32(&head, 4).into(),
                    };
                    self.times.duration_secs =
                        seconds(duration, self.times.timescale).or(self.times.duration_secs);
                }
                _ => {}
            }
            Ok(())
        })
    }

    /// Adds what a `moof` holds. Where the budget ends, the rest stays uncounted and the counts unknown.
    pub(super) fn add_fragment<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        moof: &Box4,
    ) -> Result<(), MediaError> {
        let default =
            |track: u32| self.defaults.iter().find(|(id, _)| *id == track).map_or(0, |(_, ticks)| *ticks);
        let tracks = &mut self.tracks;
        let mut add = |run: Run| {
            if let Some(track) = tracks.iter_mut().find(|track| track.id == run.track) {
                track.samples += run.samples;
                track.ticks = track.ticks.saturating_add(run.ticks);
            }
        };
        match fragment::read(source, moof, default, &mut add) {
            Err(MediaError::HeaderTooLong { .. }) => {
                self.has_more = true;
                Ok(())
            }
            result => result,
        }
    }

    /// Whether it counts samples, or announces fragments.
    pub(super) fn expects_data(&self) -> bool {
        !self.defaults.is_empty() || self.tracks.iter().any(|track| track.samples > 0)
    }

    pub(super) fn tracks(self) -> Vec<Track> {
        let (times, has_more) = (self.times, self.has_more);
        self.tracks.into_iter().map(|track| track.facts(times, has_more)).collect()
    }
}
