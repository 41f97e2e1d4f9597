//! `moof`: the samples of a piece of a fragmented film.

use std::io::{Read, Seek};

use super::boxes::{Box4, be32};
use super::tables::sum_entries;
use crate::MediaError;
use crate::source::Source;

/// Samples of one track in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) track: u32,
    pub(super) samples: u64,
    /// What they take together, in the track's ticks.
    pub(super) ticks: u64,
}

/// Reads the runs of a fragment; `default` gives the duration of a sample of a track where it is not said.
pub(super) fn read<R: Read + Seek>(
    source: &mut Source<R>,
    moof: &Box4,
    default: impl Fn(u32) -> u32,
    add: &mut impl FnMut(Run),
) -> Result<(), MediaError> {
    moof.children(source, |source, traf| {
        if traf.kind != *b"traf" {
            return Ok(());
        }
        let (mut track, mut ticks) = (0, 0);
        traf.children(source, |source, child| {
            match &child.kind {
                b"tfhd" => (track, ticks) = read_header(source, child, &default)?,
                b"trun" => add(read_run(source, child, track, ticks)?),
                _ => {}
            }
            Ok(())
        })
    })
}

/// Track, and duration of its samples.
fn read_header<R: Read + Seek>(
    source: &mut Source<R>,
    tfhd: &Box4,
    default: impl Fn(u32) -> u32,
) -> Result<(u32, u32), MediaError> {
    let head: [u8; 8] = tfhd.head(source)?;
    let (flags, track) = (be32(&head, 0), be32(&head, 4));
    if flags & 0x8 == 0 {
        return Ok((track, default(track)));
    }
    let before = 8 + if flags & 0x1 != 0 { 8 } else { 0 } + if flags & 0x2 != 0 { 4 } else { 0 };
    let whole = source.peek(tfhd.start, 24)?;
    Ok((track, be32(&whole, before)))
}

fn read_run<R: Read + Seek>(
    source: &mut Source<R>,
    trun: &Box4,
    track: u32,
    default: u32,
) -> Result<Run, MediaError> {
    let head: [u8; 8] = trun.head(source)?;
    let (flags, samples) = (be32(&head, 0), be32(&head, 4));
    let entries_at = 8 + 4 * u64::from((flags & 0x1).count_ones() + (flags & 0x4).count_ones());
    let entry_bytes = 4 * (flags & 0xf00).count_ones() as usize;
    let ticks = if flags & 0x100 != 0 {
        sum_entries(source, trun, entries_at, entry_bytes, samples, |entry| be32(entry, 0).into())?
    } else {
        u64::from(samples) * u64::from(default)
    };
    Ok(Run { track, samples: samples.into(), ticks })
}
