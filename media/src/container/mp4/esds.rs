//! `esds`: the codec and channels of an `mp4a` track.
//!
//! The sample description above it often claims two channels whatever there are; players believe the
//! decoder's own configuration, which lies at the bottom of three nested descriptors.

use crate::container::track::Track;

/// The descriptors of an `esds` box, after its version, correct what the description said.
pub(super) fn correct(descriptors: &[u8], facts: &mut Track) {
    let Some(decoder) =
        find(descriptors, 0x03).and_then(|stream| find(stream.get(stream_header_bytes(stream)..)?, 0x04))
    else {
        return;
    };
    match decoder.first() {
        Some(0x69 | 0x6b) => facts.codec = "mp3".to_owned(),
        Some(0x40 | 0x66..=0x68) => {
            if let Some(config) = decoder.get(13..).and_then(|inner| find(inner, 0x05)) {
                correct_aac(config, facts);
            }
        }
        _ => {}
    }
}

/// What a decoder of MPEG-4 video is set up with.
pub(super) fn decoder_setup(descriptors: &[u8]) -> Option<&[u8]> {
    let stream = find(descriptors, 0x03)?;
    let decoder = find(stream.get(stream_header_bytes(stream)..)?, 0x04)?;
    find(decoder.get(13..)?, 0x05)
}

/// Id, flags, and what the flags announce.
fn stream_header_bytes(stream: &[u8]) -> usize {
    let flags = stream.get(2).copied().unwrap_or_default();
    let url = if flags & 0x40 != 0 { 1 + usize::from(stream.get(3).copied().unwrap_or_default()) } else { 0 };
    3 + if flags & 0x80 != 0 { 2 } else { 0 } + url + if flags & 0x20 != 0 { 2 } else { 0 }
}

/// The content of the descriptor with this tag, if it comes first.
fn find(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let (found, mut rest) = bytes.split_first()?;
    if *found != tag {
        return None;
    }
    let mut len = 0_usize;
    // Seven bits a byte, at most four of them.
    for _ in 0..4 {
        let (byte, after) = rest.split_first()?;
        rest = after;
        len = len << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(rest.get(..len).unwrap_or(rest))
}

/// An AAC decoder's configuration: object type, sample rate, channels; bit by bit.
fn correct_aac(config: &[u8], facts: &mut Track) {
    const RATES: [u32; 13] = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ];
    let mut bits = Bits { bytes: config, at: 0 };
    let rate = |bits: &mut Bits<'_>| match bits.take(4) {
        15 => bits.take(24),
        index => RATES.get(index as usize).copied().unwrap_or(0),
    };
    let object = bits.take(5);
    let object = if object == 31 { 32 + bits.take(6) } else { object };
    let mut sample_rate = rate(&mut bits);
    let channels = match bits.take(4) {
        7 => 8,
        layout @ 1..=6 => layout,
        _ => 0,
    };
    // Spectral band replication and parametric stereo: what comes out is more than what is coded.
    if matches!(object, 5 | 29) {
        sample_rate = rate(&mut bits);
    }
    if channels > 0 {
        facts.channels = if object == 29 { 2 } else { channels };
    }
    if sample_rate > 0 {
        facts.sample_rate = sample_rate;
    }
}

/// Bits from the most significant on; zeros after the end.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> u32 {
        let bit = |at: usize| self.bytes.get(at / 8).map_or(0, |byte| u32::from(byte >> (7 - at % 8) & 1));
        let value = (self.at..self.at + count).fold(0, |value, at| value << 1 | bit(at));
        self.at += count;
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corrected(descriptors: &[u8]) -> (u32, u32) {
        let mut facts = Track { channels: 2, sample_rate: 1, ..Track::default() };
        correct(descriptors, &mut facts);
        (facts.channels, facts.sample_rate)
    }

    #[test]
    fn the_decoder_knows_better_than_the_description() {
        // As ffmpeg writes them, with lengths of four bytes: mono at 44.1 kHz.
        let mono =
            b"\x03\x80\x80\x80\x25\0\x01\0\x04\x80\x80\x80\x17\x40\x15\0\0\0\0\x01\x0d\x88\0\0\xfc\xa3\
            \x05\x80\x80\x80\x05\x12\x08\x56\xe5\0\x06\x80\x80\x80\x01\x02";
        assert_eq!(corrected(mono), (1, 44_100));
        // HE-AAC v2: 22.05 kHz mono coded, 44.1 kHz stereo heard.
        let he = b"\x03\x19\0\0\0\x04\x14\x40\x15\0\0\0\0\0\0\0\0\0\0\0\x05\x04\xeb\x8a\x08\0";
        assert_eq!(corrected(he), (2, 44_100));
    }

    #[test]
    fn rubbish_changes_nothing() {
        for rubbish in
            [&b""[..], b"\x03", b"\x03\xff\xff\xff\xff\xff", b"\x03\x05\0\0\xff\xff\xff", b"\x04\x01\x40"]
        {
            assert_eq!(corrected(rubbish), (2, 1));
        }
    }
}
