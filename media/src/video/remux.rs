//! A part of a video as a Matroska of its own: what a decoder needs for some frames, and nothing else.
//!
//! Frames are copied as they are. In place of its time each has its place among the shown frames, in milliseconds, so a
//! decoder's output is told apart exactly, whatever times the video has.

use std::io::{Read, Seek, SeekFrom};

use super::frames::{FrameIndex, Needed};
use crate::MediaError;
use crate::container::frame_track::Setup;

/// Ids of elements.
const EBML: u32 = 0x1a45_dfa3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
const TRACKS: u32 = 0x1654_ae6b;
const TRACK_ENTRY: u32 = 0xae;
const TRACK_NUMBER: u32 = 0xd7;
const TRACK_UID: u32 = 0x73c5;
const TRACK_TYPE: u32 = 0x83;
const CODEC_ID: u32 = 0x86;
const CODEC_PRIVATE: u32 = 0x63a2;
const VIDEO: u32 = 0xe0;
const PIXEL_WIDTH: u32 = 0xb0;
const PIXEL_HEIGHT: u32 = 0xba;
const COLOUR: u32 = 0x55b0;
const MATRIX: u32 = 0x55b1;
const RANGE: u32 = 0x55b9;
const TRANSFER: u32 = 0x55ba;
const PRIMARIES: u32 = 0x55bb;
const CLUSTER: u32 = 0x1f43_b675;
const TIMESTAMP: u32 = 0xe7;
const SIMPLE_BLOCK: u32 = 0xa3;

/// The time of a frame that isn't shown: no other has it.
const NEVER: u64 = 1 << 40;

impl FrameIndex {
    /// Copies frames from the video that this is the index of.
    ///
    /// # Errors
    /// The video ends before one of them, or can't be read; they are longer than `max_bytes`.
    pub fn remux<R: Read + Seek>(
        &self,
        reader: &mut R,
        needed: &Needed,
        max_bytes: u64,
    ) -> Result<Vec<u8>, MediaError> {
        needed.check_bytes(max_bytes)?;
        let len = reader.seek(SeekFrom::End(0))?;
        let mut out = Vec::new();
        element(&mut out, EBML, |out| element(out, DOC_TYPE, |out| out.extend_from_slice(b"matroska")));
        out.extend_from_slice(&SEGMENT.to_be_bytes());
        // It ends where the file does.
        out.extend_from_slice(&[0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        element(&mut out, INFO, |out| number(out, TIMESTAMP_SCALE, 1_000_000));
        let track = match &self.track.setup {
            Setup::Entry { number, .. } => *number,
            Setup::Codec { .. } => 1,
        };
        element(&mut out, TRACKS, |out| element(out, TRACK_ENTRY, |out| self.entry(out)));
        for (n, (frame, rank)) in needed.frames.iter().enumerate() {
            frame.check_end(len)?;
            let mut content = vec![0; frame.size as usize];
            reader.seek(SeekFrom::Start(frame.offset))?;
            reader.read_exact(&mut content)?;
            frame.check_bytes(&content)?;
            element(&mut out, CLUSTER, |out| {
                number(out, TIMESTAMP, rank.map_or(NEVER + n as u64, u64::from));
                element(out, SIMPLE_BLOCK, |out| {
                    length(out, track);
                    out.extend_from_slice(&[0, 0, if frame.is_key { 0x80 } else { 0 }]);
                    out.extend_from_slice(&content);
                });
            });
        }
        Ok(out)
    }

    fn entry(&self, out: &mut Vec<u8>) {
        let (id, private, colour) = match &self.track.setup {
            Setup::Entry { bytes, .. } => return out.extend_from_slice(bytes),
            Setup::Codec { id, private, colour } => (id, private, colour),
        };
        for (id, value) in [(TRACK_NUMBER, 1), (TRACK_UID, 1), (TRACK_TYPE, 1)] {
            number(out, id, value);
        }
        element(out, CODEC_ID, |out| out.extend_from_slice(id.as_bytes()));
        if !private.is_empty() {
            element(out, CODEC_PRIVATE, |out| out.extend_from_slice(private));
        }
        element(out, VIDEO, |out| {
            number(out, PIXEL_WIDTH, self.track.width.into());
            number(out, PIXEL_HEIGHT, self.track.height.into());
            if let Some(([matrix, transfer, primaries], is_full)) = colour {
                element(out, COLOUR, |out| {
                    number(out, MATRIX, (*matrix).into());
                    number(out, RANGE, if *is_full { 2 } else { 1 });
                    number(out, TRANSFER, (*transfer).into());
                    number(out, PRIMARIES, (*primaries).into());
                });
            }
        });
    }
}

/// An element: its id, its length, its content.
fn element(out: &mut Vec<u8>, id: u32, content: impl FnOnce(&mut Vec<u8>)) {
    let mut inside = Vec::new();
    content(&mut inside);
    let bytes = id.to_be_bytes();
    out.extend_from_slice(&bytes[(id.leading_zeros() / 8) as usize..]);
    length(out, inside.len() as u64);
    out.append(&mut inside);
}

/// A number as Matroska writes lengths: the leading zeros of the first byte say how many follow.
fn length(out: &mut Vec<u8>, value: u64) {
    // All ones means that the length isn't known.
    let bytes = (1..8).find(|bytes| value < (1 << (7 * bytes)) - 1).unwrap_or(8);
    let marked = value | 1 << (7 * bytes);
    out.extend_from_slice(&marked.to_be_bytes()[8 - bytes..]);
}

/// An element that holds a whole number.
fn number(out: &mut Vec<u8>, id: u32, value: u64) {
    element(out, id, |out| out.extend_from_slice(&value.to_be_bytes()));
}
