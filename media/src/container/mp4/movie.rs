//! `moov`: the tracks, and what fragments add to them.

use std::io::{Read, Seek};

use super::boxes::{Box4, be32, be64};
use super::fragment::{self, Run};
use super::track::TrackBox;
use super::{Track, seconds};
use crate::MediaError;
use crate::container::MOST_TRACKS;
use crate::source::Source;

/// The index of a film.
#[derive(Debug, Default)]
pub(super) struct Movie {
    tracks: Vec<TrackBox>,
    /// Track and duration of a sample, where a fragment doesn't say.
    defaults: Vec<(u32, u32)>,
    film: Film,
    /// Whether the budget ended before the fragments did.
    has_more: bool,
}

/// What is said of the film as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Film {
    /// Ticks a second.
    pub(super) timescale: u64,
    pub(super) duration_secs: Option<f64>,
}

impl Movie {
    pub(super) fn read<R: Read + Seek>(source: &mut Source<R>, moov: &Box4) -> Result<Self, MediaError> {
        let mut movie = Self::default();
        moov.children(source, |source, child| {
            match &child.kind {
                b"mvhd" => {
                    let (timescale, duration) = read_times(source, child)?;
                    movie.film = Film { timescale, duration_secs: seconds(duration, timescale) };
                }
                b"trak" if movie.tracks.len() < MOST_TRACKS => {
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
                b"trex" if self.defaults.len() < MOST_TRACKS => {
                    let head: [u8; 16] = child.head(source)?;
                    self.defaults.push((be32(&head, 4), be32(&head, 12)));
                }
                b"mehd" => {
                    let head: [u8; 8] = child.head(source)?;
                    let duration = match head[0] {
                        1 => be64(&child.head::<12, _>(source)?, 4),
                        _ => be32(&head, 4).into(),
                    };
                    self.film.duration_secs =
                        seconds(duration, self.film.timescale).or(self.film.duration_secs);
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
        let (film, has_more) = (self.film, self.has_more);
        self.tracks.into_iter().map(|track| track.facts(film, has_more)).collect()
    }
}

/// Ticks a second and length in ticks, as `mvhd` and `mdhd` give them.
pub(super) fn read_times<R: Read + Seek>(
    source: &mut Source<R>,
    header: &Box4,
) -> Result<(u64, u64), MediaError> {
    let head: [u8; 20] = header.head(source)?;
    if head[0] == 1 {
        let head: [u8; 32] = header.head(source)?;
        let duration = be64(&head, 24);
        // All ones: unknown.
        return Ok((be32(&head, 20).into(), if duration == u64::MAX { 0 } else { duration }));
    }
    let duration = be32(&head, 16);
    Ok((be32(&head, 12).into(), if duration == u32::MAX { 0 } else { duration.into() }))
}
