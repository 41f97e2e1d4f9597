//! What the entry of a Matroska's video track says of its codec.

use std::io::Cursor;

use super::matroska::{Extent, children, unsigned};
use super::video_codec::VideoCodec;
use crate::Limits;
use crate::source::Source;

/// Ids of elements.
const CODEC_ID: u64 = 0x86;
const CODEC_PRIVATE: u64 = 0x63a2;
const CONTENT_ENCODINGS: u64 = 0x6d80;
const VIDEO: u64 = 0xe0;
const COLOUR: u64 = 0x55b0;
const MATRIX: u64 = 0x55b1;
const RANGE: u64 = 0x55b9;

/// The codec that an entry names. What is damaged in it is left out.
pub(crate) fn entry_codec(entry: &[u8]) -> VideoCodec {
    let mut codec = VideoCodec::default();
    let Ok(mut source) = Source::new(Cursor::new(entry), &Limits::default()) else { return codec };
    let whole = Extent { start: 0, end: Some(entry.len() as u64) };
    let content = |at: &Extent| entry.get(at.start as usize..at.end? as usize).map(<[u8]>::to_vec);
    for (id, at) in children(&mut source, &whole) {
        match (id, content(&at)) {
            (CODEC_ID, Some(bytes)) => {
                codec.id = String::from_utf8_lossy(&bytes).trim_end_matches('\0').to_owned();
            }
            (CODEC_PRIVATE, Some(bytes)) => codec.private = bytes,
            (CONTENT_ENCODINGS, _) => codec.is_wrapped = true,
            (VIDEO, _) => read_colour(&mut source, &at, &mut codec),
            _ => {}
        }
    }
    codec
}

fn read_colour(source: &mut Source<Cursor<&[u8]>>, video: &Extent, codec: &mut VideoCodec) {
    let found = children(source, video).into_iter().find(|(id, _)| *id == COLOUR);
    let Some((_, colour)) = found else { return };
    for (id, at) in children(source, &colour) {
        match (id, unsigned(source, &at)) {
            (MATRIX, Some(matrix)) => codec.matrix = u16::try_from(matrix).ok(),
            // 1: only the part that television uses.
            (RANGE, Some(range @ (1 | 2))) => codec.is_full_range = Some(range == 2),
            _ => {}
        }
    }
}
