//! `trak`: one stream, its codec and its tables.

use std::cell::Cell;
use std::io::{Read, Seek};

use super::boxes::{Box4, be16, be32, be64};
use super::esds;
use super::header::{MovieTimes, read_times};
use super::tables::{check_table, sum_entries};
use crate::container::track::{Track, code_name, seconds};
use crate::source::Source;
use crate::{Kind, MediaError};

/// A track, and the sums of its tables.
#[derive(Clone, Debug)]
pub(super) struct TrackBox {
    pub(super) id: u32,
    facts: Track,
    /// Ticks a second.
    timescale: u64,
    /// Length in ticks, as the header gives it.
    duration: u64,
    /// Length of what is played, in the movie's ticks.
    edited: u64,
    /// Samples in the tables and, later, in fragments.
    pub(super) samples: u64,
    /// What they take together, in ticks.
    pub(super) ticks: u64,
}

impl TrackBox {
    /// Reads a track; none if it lacks what every track has.
    pub(super) fn read<R: Read + Seek>(
        source: &mut Source<R>,
        trak: &Box4,
    ) -> Result<Option<Self>, MediaError> {
        let (Some(tkhd), Some(mdia)) = (trak.child(source, b"tkhd")?, trak.child(source, b"mdia")?) else {
            return Ok(None);
        };
        let head: [u8; 24] = tkhd.head(source)?;
        let id = be32(&head, if head[0] == 1 { 20 } else { 12 });
        let (Some(mdhd), Some(hdlr), Some(minf)) =
            (mdia.child(source, b"mdhd")?, mdia.child(source, b"hdlr")?, mdia.child(source, b"minf")?)
        else {
            return Ok(None);
        };
        let (timescale, duration) = read_times(source, &mdhd)?;
        let kind = match &hdlr.head::<12, _>(source)?[8..] {
            b"vide" => Some(Kind::Video),
            b"soun" => Some(Kind::Audio),
            _ => None,
        };
        let rotation = if kind == Some(Kind::Video) { read_rotation(source, &tkhd)? } else { None };
        let facts = Track { kind, rotation, ..Track::default() };
        let mut track = Self { id, facts, timescale, duration, edited: 0, samples: 0, ticks: 0 };
        if let Some(edits) = trak.child(source, b"edts")? {
            let (edited, start) = read_edits(source, &edits)?;
            track.edited = edited;
            track.facts.edit_start = start.map(|ticks| (ticks, timescale));
        }
        if let Some(tables) = minf.child(source, b"stbl")? {
            tables.children(source, |source, table| track.read_table(source, table))?;
        }
        Ok(Some(track))
    }

    fn read_table<R: Read + Seek>(&mut self, source: &mut Source<R>, table: &Box4) -> Result<(), MediaError> {
        match &table.kind {
            b"stsd" => self.read_description(source, table)?,
            b"stts" => {
                let head: [u8; 8] = table.head(source)?;
                let ticks = |entry: &[u8]| u64::from(be32(entry, 0)) * u64::from(be32(entry, 4));
                self.ticks = sum_entries(source, table, 8, 8, be32(&head, 4), ticks)?;
            }
            b"stsz" => {
                let head: [u8; 12] = table.head(source)?;
                let (same_size, samples) = (be32(&head, 4), be32(&head, 8));
                if same_size == 0 {
                    check_table(table, 12, 4, samples)?;
                }
                self.samples = samples.into();
            }
            b"stz2" => self.samples = be32(&table.head::<12, _>(source)?, 8).into(),
            _ => {}
        }
        Ok(())
    }

    /// The first sample description: codec, and size or sample rate.
    fn read_description<R: Read + Seek>(
        &mut self,
        source: &mut Source<R>,
        stsd: &Box4,
    ) -> Result<(), MediaError> {
        let entries = Box4 { start: stsd.start.saturating_add(8).min(stsd.end), ..stsd.clone() };
        let mut is_first = true;
        entries.children(source, |source, entry| {
            if !std::mem::take(&mut is_first) {
                return Ok(());
            }
            self.facts.codec = codec_of(entry.kind);
            match self.facts.kind {
                Some(Kind::Video) => {
                    let head: [u8; 28] = entry.head(source)?;
                    (self.facts.width, self.facts.height) = (be16(&head, 24).into(), be16(&head, 26).into());
                }
                Some(Kind::Audio) => {
                    self.read_sound(source, entry)?;
                }
                _ => {}
            }
            Ok(())
        })
    }

    fn read_sound<R: Read + Seek>(&mut self, source: &mut Source<R>, entry: &Box4) -> Result<(), MediaError> {
        let head: [u8; 28] = entry.head(source)?;
        self.facts.channels = be16(&head, 16).into();
        // Sixteen bits before the point; higher rates don't fit and stand in the timescale.
        let rate = be32(&head, 24) >> 16;
        self.facts.sample_rate = if rate == 0 { self.timescale as u32 } else { rate };
        // QuickTime's longer descriptions.
        let more = match be16(&head, 8) {
            1 => 16,
            2 => 36,
            _ => 0,
        };
        let inside = Box4 { start: (entry.start + 28 + more).min(entry.end), ..entry.clone() };
        if entry.kind == *b"mp4a"
            && let Some(found) = inside.child(source, b"esds")?
        {
            let len = usize::try_from(found.end - found.start).unwrap_or(usize::MAX).min(1024);
            let descriptors = source.peek(found.start, len)?;
            esds::correct(descriptors.get(4..).unwrap_or_default(), &mut self.facts);
        }
        Ok(())
    }

    /// The facts, once all fragments are added; `has_more`: some were not.
    pub(super) fn facts(self, movie: MovieTimes, has_more: bool) -> Track {
        let header_secs = seconds(self.duration, self.timescale);
        let table_secs = seconds(self.ticks, self.timescale).filter(|_| !has_more);
        let frames = (self.samples > 0 && !has_more).then_some(self.samples);
        if self.facts.kind != Some(Kind::Video) {
            // Encoders begin with silence, which the edit list cuts off again.
            let edited_secs = seconds(self.edited, movie.timescale);
            return Track {
                duration_secs: edited_secs.or(table_secs).or(header_secs).or(movie.duration_secs),
                ..self.facts
            };
        }
        // One division, so that 30 is 30 and not a bit less.
        let is_timed = self.ticks > 0 && self.timescale > 0;
        let fps = frames.filter(|_| is_timed);
        Track {
            fps: fps.map(|frames| (frames as f64 * self.timescale as f64) / self.ticks as f64),
            frames,
            duration_secs: table_secs.or(header_secs).or(movie.duration_secs),
            ..self.facts
        }
    }
}

/// How frames are turned for display, by the matrix in `tkhd`; none where the box ends before it.
fn read_rotation<R: Read + Seek>(source: &mut Source<R>, tkhd: &Box4) -> Result<Option<u32>, MediaError> {
    let [version]: [u8; 1] = tkhd.head(source)?;
    let at = if version == 1 { 52 } else { 40 };
    if tkhd.start + at + 36 > tkhd.end {
        return Ok(None);
    }
    let matrix = source.peek(tkhd.start + at, 8)?;
    if matrix.len() < 8 {
        return Ok(None);
    }
    // The first row, a and b, in 16.16 fixed point: where the frame's x axis points, y downwards.
    let [a, b] = [0, 4].map(|at| f64::from(be32(&matrix, at).cast_signed()));
    let degrees = b.atan2(a).to_degrees().rem_euclid(360.0).round();
    Ok(Some(degrees as u32 % 360))
}

/// What an edit list plays: its length in ticks of the movie, and where it begins in ticks of the track.
fn read_edits<R: Read + Seek>(
    source: &mut Source<R>,
    edits: &Box4,
) -> Result<(u64, Option<u64>), MediaError> {
    let Some(list) = edits.child(source, b"elst")? else {
        return Ok((0, None));
    };
    let head: [u8; 8] = list.head(source)?;
    let entries = be32(&head, 4);
    let start = Cell::new(None);
    // A media time of -1: nothing is played.
    let long = |entry: &[u8]| (be64(entry, 0), Some(be64(entry, 8)).filter(|time| *time != u64::MAX));
    let short = |entry: &[u8]| {
        (be32(entry, 0).into(), Some(be32(entry, 4)).filter(|time| *time != u32::MAX).map(u64::from))
    };
    let played = if head[0] == 1 {
        sum_entries(source, &list, 8, 20, entries, |entry| played_of(&start, long(entry)))?
    } else {
        sum_entries(source, &list, 8, 12, entries, |entry| played_of(&start, short(entry)))?
    };
    Ok((played, start.get()))
}

/// The length of an edit, and where it begins, if it plays anything; keeps the beginning of the first.
fn played_of(start: &Cell<Option<u64>>, (duration, from): (u64, Option<u64>)) -> u64 {
    let Some(from) = from else { return 0 };
    start.set(start.get().or(Some(from)));
    duration
}

fn codec_of(code: [u8; 4]) -> String {
    match &code {
        b"avc1" | b"avc3" => "h264".to_owned(),
        b"hvc1" | b"hev1" | b"dvh1" | b"dvhe" => "hevc".to_owned(),
        b"av01" => "av1".to_owned(),
        b"vp08" => "vp8".to_owned(),
        b"vp09" => "vp9".to_owned(),
        b"mp4v" => "mpeg4".to_owned(),
        b"jpeg" | b"mjpa" | b"mjpb" | b"mjpg" => "mjpeg".to_owned(),
        b"s263" | b"h263" => "h263".to_owned(),
        b"apcn" | b"apch" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" => "prores".to_owned(),
        b"mp4a" => "aac".to_owned(),
        b"ac-3" => "ac3".to_owned(),
        b"ec-3" => "eac3".to_owned(),
        b"samr" => "amr_nb".to_owned(),
        b"sawb" => "amr_wb".to_owned(),
        b".mp3" => "mp3".to_owned(),
        b"sowt" => "pcm_s16le".to_owned(),
        b"twos" => "pcm_s16be".to_owned(),
        _ => code_name(code),
    }
}
