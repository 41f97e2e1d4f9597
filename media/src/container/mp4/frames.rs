//! The frames of an MP4 or QuickTime film: its tables of samples, and those of its fragments.

use std::io::{Read, Seek};

use super::boxes::{Box4, be16, be32, be64};
use super::esds;
use super::header::read_times;
use super::tables::check_table;
use crate::MediaError;
use crate::container::frame_track::{Frame, FrameTrack, MAX_FRAMES, Setup, push};
use crate::source::Source;

/// Bytes of what a decoder is set up with.
const MAX_SETUP_BYTES: u64 = 16 << 20;
/// Bytes of a video's sample description before the boxes in it.
const DESCRIPTION_BYTES: u64 = 78;
/// H.264, in Matroska's terms.
const H264: &str = "V_MPEG4/ISO/AVC";
/// The flag of a sample in a fragment that needs others.
const IS_NOT_SYNC: u32 = 0x1_0000;

/// What is known of the track while it is read.
#[derive(Default)]
struct Reading {
    id: u32,
    track: FrameTrack,
    movie_ticks_per_sec: u64,
    /// Of a fragment's samples, unless it says otherwise: duration, size, flags.
    defaults: [u32; 3],
    /// The time at which the next fragment begins, unless it says so.
    next_dts: u64,
}

/// Reads the frames of the first video track.
pub(in crate::container) fn frames<R: Read + Seek>(source: &mut Source<R>) -> Result<FrameTrack, MediaError> {
    let mut reading: Option<Reading> = None;
    let mut at = 0;
    while let Some(found) = Box4::top_level(source, at)? {
        match (&found.kind, &mut reading) {
            (b"moov", None) => reading = read_movie(source, &found)?,
            (b"moof", Some(reading)) => read_fragment(source, &found, reading)?,
            _ => {}
        }
        at = found.end;
    }
    let reading = reading.ok_or_else(|| MediaError::Malformed("no video track".to_owned()))?;
    Ok(reading.track)
}

fn read_movie<R: Read + Seek>(source: &mut Source<R>, moov: &Box4) -> Result<Option<Reading>, MediaError> {
    let mut movie_ticks_per_sec = 0;
    let mut found: Option<Reading> = None;
    let mut defaults = Vec::new();
    moov.children(source, |source, child| {
        match &child.kind {
            b"mvhd" => movie_ticks_per_sec = read_times(source, child)?.0,
            b"trak" if found.is_none() => found = read_track(source, child, movie_ticks_per_sec)?,
            b"mvex" => child.children(source, |source, trex| {
                if trex.kind == *b"trex" && defaults.len() < 256 {
                    let head: [u8; 24] = trex.head(source)?;
                    defaults.push((be32(&head, 4), [be32(&head, 12), be32(&head, 16), be32(&head, 20)]));
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    })?;
    Ok(found.map(|reading| {
        let own = defaults.iter().find(|(id, _)| *id == reading.id);
        Reading { defaults: own.map(|(_, defaults)| *defaults).unwrap_or_default(), ..reading }
    }))
}

/// A track, if it is one of video.
fn read_track<R: Read + Seek>(
    source: &mut Source<R>,
    trak: &Box4,
    movie_ticks_per_sec: u64,
) -> Result<Option<Reading>, MediaError> {
    let (Some(tkhd), Some(mdia)) = (trak.child(source, b"tkhd")?, trak.child(source, b"mdia")?) else {
        return Ok(None);
    };
    let (Some(mdhd), Some(hdlr), Some(minf)) =
        (mdia.child(source, b"mdhd")?, mdia.child(source, b"hdlr")?, mdia.child(source, b"minf")?)
    else {
        return Ok(None);
    };
    if hdlr.head::<12, _>(source)?[8..] != *b"vide" {
        return Ok(None);
    }
    let head: [u8; 24] = tkhd.head(source)?;
    let id = be32(&head, if head[0] == 1 { 20 } else { 12 });
    let (ticks_per_sec, _) = read_times(source, &mdhd)?;
    let mut reading = Reading { id, movie_ticks_per_sec, ..Reading::default() };
    reading.track =
        FrameTrack { ticks_per_sec: ticks_per_sec.max(1), is_timed: true, ..FrameTrack::default() };
    if let Some(tables) = minf.child(source, b"stbl")? {
        read_tables(source, &tables, &mut reading)?;
    }
    if let Some(edits) = trak.child(source, b"edts")? {
        read_edit(source, &edits, &mut reading)?;
    }
    Ok(Some(reading))
}

/// The first edit that plays anything, where it is the only one: from where to where.
fn read_edit<R: Read + Seek>(
    source: &mut Source<R>,
    edits: &Box4,
    reading: &mut Reading,
) -> Result<(), MediaError> {
    let Some(list) = edits.child(source, b"elst")? else { return Ok(()) };
    let version = list.head::<8, _>(source)?[0];
    let entry = if version == 1 { 20 } else { 12 };
    let entries = table(source, &list, 8, 4, entry)?;
    let edit = |entry: &[u8]| match version {
        1 => (be64(entry, 0), be64(entry, 8).cast_signed()),
        _ => (u64::from(be32(entry, 0)), i64::from(be32(entry, 4).cast_signed())),
    };
    let mut played = entries.chunks_exact(entry).map(edit).filter(|(_, from)| *from >= 0);
    let (Some((duration, from)), None) = (played.next(), played.next()) else { return Ok(()) };
    let ticks = u128::from(duration) * u128::from(reading.track.ticks_per_sec);
    let length = ticks.div_ceil(u128::from(reading.movie_ticks_per_sec.max(1)));
    // Without a length, or while fragments follow, all of it is played.
    let is_open = duration == 0 || reading.movie_ticks_per_sec == 0;
    let end = if is_open { i64::MAX } else { from.saturating_add(i64::try_from(length).unwrap_or(i64::MAX)) };
    reading.track.played = Some(from..end);
    Ok(())
}

/// All entries of a table whose number stands at `count_at`.
fn table<R: Read + Seek>(
    source: &mut Source<R>,
    found: &Box4,
    entries_at: u64,
    count_at: usize,
    entry_bytes: usize,
) -> Result<Vec<u8>, MediaError> {
    let head = source.peek(found.start, entries_at as usize)?;
    let entries = be32(&head, count_at);
    check_table(found, entries_at, entry_bytes, entries)?;
    if entries as usize > MAX_FRAMES {
        return Err(MediaError::Unsupported(format!("a table of {entries} frames")));
    }
    let mut bytes = vec![0; entries as usize * entry_bytes];
    source.fill(found.start + entries_at, &mut bytes, || format!("the {} box", found.name()))?;
    Ok(bytes)
}

fn read_tables<R: Read + Seek>(
    source: &mut Source<R>,
    tables: &Box4,
    reading: &mut Reading,
) -> Result<(), MediaError> {
    let (mut durations, mut shifts, mut keys) = (Vec::new(), Vec::new(), None);
    let (mut chunks, mut offsets, mut sizes) = (Vec::new(), Vec::new(), Sizes::default());
    tables.children(source, |source, found| {
        match &found.kind {
            b"stsd" => {
                reading.track.setup = read_setup(source, found)?;
                reading.track.is_counted =
                    matches!(&reading.track.setup, Setup::Codec { id, .. } if id == H264);
            }
            b"stts" => durations = table(source, found, 8, 4, 8)?,
            b"ctts" => shifts = table(source, found, 8, 4, 8)?,
            b"stss" => keys = Some(table(source, found, 8, 4, 4)?),
            b"stsc" => chunks = table(source, found, 8, 4, 12)?,
            b"stco" => {
                let narrow = table(source, found, 8, 4, 4)?;
                offsets = narrow.chunks_exact(4).map(|entry| be32(entry, 0).into()).collect();
            }
            b"co64" => {
                let wide = table(source, found, 8, 4, 8)?;
                offsets = wide.chunks_exact(8).map(|entry| be64(entry, 0)).collect();
            }
            b"stsz" | b"stz2" => sizes = Sizes::read(source, found)?,
            _ => {}
        }
        Ok(())
    })?;
    let places = places(&chunks, &offsets, &sizes)?;
    let mut durations = runs(&durations);
    // Times of presentation are signed in fact, whatever the version of the table says.
    let mut shifts = runs(&shifts);
    let mut dts = 0_i64;
    for (offset, size) in places {
        let pts = dts.saturating_add(shifts.next().unwrap_or_default().cast_signed().into());
        let is_key = keys.is_none();
        push(
            &mut reading.track.frames,
            Frame { offset, size, pts, is_key, is_hidden: false, checksum: None },
        )?;
        dts = dts.saturating_add(durations.next().unwrap_or_default().into());
    }
    for key in keys.unwrap_or_default().chunks_exact(4) {
        let place = (be32(key, 0) as usize).checked_sub(1);
        if let Some(frame) = place.and_then(|place| reading.track.frames.get_mut(place)) {
            frame.is_key = true;
        }
    }
    reading.next_dts = dts.max(0).unsigned_abs();
    Ok(())
}

/// The values of a table of runs: a count, and a value.
fn runs(table: &[u8]) -> impl Iterator<Item = u32> {
    table.chunks_exact(8).flat_map(|run| std::iter::repeat_n(be32(run, 4), be32(run, 0) as usize))
}

/// The sizes of samples.
#[derive(Default)]
struct Sizes {
    count: usize,
    /// Of all of them, unless it is 0.
    same: u32,
    each: Vec<u32>,
}

impl Sizes {
    fn read<R: Read + Seek>(source: &mut Source<R>, found: &Box4) -> Result<Self, MediaError> {
        let head: [u8; 12] = found.head(source)?;
        let count = be32(&head, 8) as usize;
        if count > MAX_FRAMES {
            return Err(MediaError::Unsupported(format!("a video of {count} frames")));
        }
        if found.kind == *b"stz2" {
            let field = usize::from(head[7]);
            let bytes = source.peek(found.start + 12, (count * field).div_ceil(8))?;
            let each = match field {
                16 => bytes.chunks_exact(2).map(|entry| be16(entry, 0).into()).collect(),
                8 => bytes.iter().map(|byte| u32::from(*byte)).collect(),
                _ => bytes.iter().flat_map(|byte| [u32::from(byte >> 4), u32::from(byte & 15)]).collect(),
            };
            return Ok(Self { count, same: 0, each });
        }
        let same = be32(&head, 4);
        let each = match same {
            0 => table(source, found, 12, 8, 4)?.chunks_exact(4).map(|entry| be32(entry, 0)).collect(),
            _ => Vec::new(),
        };
        Ok(Self { count, same, each })
    }

    fn of(&self, sample: usize) -> u32 {
        if self.same > 0 { self.same } else { self.each.get(sample).copied().unwrap_or_default() }
    }
}

/// Where the samples are: chunk after chunk, and in each one after the other.
fn places(chunks: &[u8], offsets: &[u64], sizes: &Sizes) -> Result<Vec<(u64, u32)>, MediaError> {
    let mut places = Vec::with_capacity(sizes.count.min(MAX_FRAMES));
    let runs: Vec<(u32, u32)> = chunks.chunks_exact(12).map(|run| (be32(run, 0), be32(run, 4))).collect();
    for (n, (first, samples)) in runs.iter().enumerate() {
        let last = runs.get(n + 1).map_or(offsets.len(), |(next, _)| (*next as usize).saturating_sub(1));
        let of_run = offsets.get((*first as usize).saturating_sub(1)..last.min(offsets.len()));
        for chunk in of_run.unwrap_or_default() {
            let mut at = *chunk;
            for _ in 0..*samples {
                if places.len() >= sizes.count {
                    return Ok(places);
                }
                let size = sizes.of(places.len());
                places.push((at, size));
                at = at.saturating_add(size.into());
            }
        }
    }
    if places.len() < sizes.count {
        let problem = format!("{} of {} frames are in its chunks", places.len(), sizes.count);
        return Err(MediaError::Malformed(problem));
    }
    Ok(places)
}

/// What the decoder is set up with, from the first sample description.
fn read_setup<R: Read + Seek>(source: &mut Source<R>, stsd: &Box4) -> Result<Setup, MediaError> {
    let entries = Box4 { start: stsd.start.saturating_add(8).min(stsd.end), ..stsd.clone() };
    let mut first = None;
    entries.children(source, |_, entry| {
        first = first.take().or_else(|| Some(entry.clone()));
        Ok(())
    })?;
    let Some(entry) = first else { return Ok(Setup::default()) };
    let inside =
        Box4 { start: entry.start.saturating_add(DESCRIPTION_BYTES).min(entry.end), ..entry.clone() };
    let mut content = |kind: &[u8; 4]| match inside.child(source, kind)? {
        Some(found) => bytes_of(source, found.start, found.end),
        None => Ok(Vec::new()),
    };
    let (id, private) = match &entry.kind {
        b"avc1" | b"avc3" => (H264, content(b"avcC")?),
        b"hvc1" | b"hev1" | b"dvh1" | b"dvhe" => ("V_MPEGH/ISO/HEVC", content(b"hvcC")?),
        b"av01" => ("V_AV1", content(b"av1C")?),
        b"vp08" => ("V_VP8", Vec::new()),
        b"vp09" => ("V_VP9", Vec::new()),
        b"jpeg" | b"mjpa" | b"mjpg" => ("V_MJPEG", Vec::new()),
        b"mp4v" => {
            let descriptors = content(b"esds")?;
            let setup = esds::decoder_setup(descriptors.get(4..).unwrap_or_default()).unwrap_or_default();
            ("V_MPEG4/ISO/ASP", setup.to_vec())
        }
        // Matroska takes in whole sample descriptions.
        _ => ("V_QUICKTIME", bytes_of(source, entry.at, entry.end)?),
    };
    let colr = match inside.child(source, b"colr")? {
        Some(found) => source.peek(found.start, 11)?,
        None => Vec::new(),
    };
    let colour = (colr.starts_with(b"nclx") || colr.starts_with(b"nclc")).then(|| {
        let [primaries, transfer, matrix] = [4, 6, 8].map(|at| be16(&colr, at));
        ([matrix, transfer, primaries], colr.get(10).is_some_and(|flags| flags & 0x80 != 0))
    });
    Ok(Setup::Codec { id: id.to_owned(), private, colour })
}

fn bytes_of<R: Read + Seek>(source: &mut Source<R>, start: u64, end: u64) -> Result<Vec<u8>, MediaError> {
    if end - start > MAX_SETUP_BYTES {
        return Err(MediaError::damaged(start, "a sample description is longer than 16 MiB"));
    }
    let mut bytes = vec![0; (end - start) as usize];
    source.fill(start, &mut bytes, || "a sample description".to_owned())?;
    Ok(bytes)
}

/// `moof`: the samples of a fragment.
fn read_fragment<R: Read + Seek>(
    source: &mut Source<R>,
    moof: &Box4,
    reading: &mut Reading,
) -> Result<(), MediaError> {
    // What isn't known before the fragments were read.
    if let Some(played) = &mut reading.track.played {
        played.end = i64::MAX;
    }
    moof.children(source, |source, traf| {
        if traf.kind != *b"traf" {
            return Ok(());
        }
        let Some(tfhd) = traf.child(source, b"tfhd")? else { return Ok(()) };
        let head: [u8; 8] = tfhd.head(source)?;
        if be32(&head, 4) != reading.id {
            return Ok(());
        }
        let flags = be32(&head, 0);
        let whole = source.peek(tfhd.start, 40)?;
        let (mut at, mut base) = (8, moof.at);
        if flags & 0x1 != 0 {
            base = be64(&whole, at);
            at += 8;
        }
        at += if flags & 0x2 != 0 { 4 } else { 0 };
        let mut defaults = reading.defaults;
        for (default, flag) in defaults.iter_mut().zip([0x8, 0x10, 0x20]) {
            if flags & flag != 0 {
                *default = be32(&whole, at);
                at += 4;
            }
        }
        if let Some(tfdt) = traf.child(source, b"tfdt")? {
            let head: [u8; 8] = tfdt.head(source)?;
            let long = head[0] == 1;
            reading.next_dts =
                if long { be64(&tfdt.head::<12, _>(source)?, 4) } else { be32(&head, 4).into() };
        }
        let mut next = base;
        traf.children(source, |source, child| match &child.kind {
            b"trun" => read_run(source, child, reading, defaults, base, &mut next),
            _ => Ok(()),
        })
    })
}

fn read_run<R: Read + Seek>(
    source: &mut Source<R>,
    trun: &Box4,
    reading: &mut Reading,
    defaults: [u32; 3],
    base: u64,
    next: &mut u64,
) -> Result<(), MediaError> {
    let head: [u8; 8] = trun.head(source)?;
    let flags = be32(&head, 0) & 0xff_ffff;
    let more = source.peek(trun.start + 8, 8)?;
    let mut at = 0;
    if flags & 0x1 != 0 {
        *next = base.saturating_add_signed(be32(&more, 0).cast_signed().into());
        at += 4;
    }
    let mut first_flags = None;
    if flags & 0x4 != 0 {
        first_flags = Some(be32(&more, at));
        at += 4;
    }
    let entry_bytes = 4 * (flags & 0xf00).count_ones() as usize;
    let entries = match entry_bytes {
        0 => Vec::new(),
        _ => table(source, trun, 8 + at as u64, 4, entry_bytes)?,
    };
    for n in 0..be32(&head, 4) as usize {
        let mut entry = entries.get(n * entry_bytes..).unwrap_or_default();
        let mut field = |flag: u32, default: u32| {
            if flags & flag == 0 {
                return default;
            }
            let value = be32(entry, 0);
            entry = entry.get(4..).unwrap_or_default();
            value
        };
        let (duration, size) = (field(0x100, defaults[0]), field(0x200, defaults[1]));
        let first = first_flags.filter(|_| n == 0);
        let sample_flags = field(0x400, first.unwrap_or(defaults[2]));
        let shift = field(0x800, 0).cast_signed();
        let pts = reading.next_dts.cast_signed().saturating_add(shift.into());
        let is_key = sample_flags & IS_NOT_SYNC == 0;
        push(
            &mut reading.track.frames,
            Frame { offset: *next, size, pts, is_key, is_hidden: false, checksum: None },
        )?;
        *next = next.saturating_add(size.into());
        reading.next_dts = reading.next_dts.saturating_add(duration.into());
    }
    Ok(())
}
