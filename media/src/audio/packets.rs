//! The packets of an audio track, and those that must be decoded before a part begins.

use std::collections::VecDeque;

use symphonia::core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_FLAC, CODEC_ID_MP3};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::FormatReader;
use symphonia::core::packet::Packet;

use super::part::Part;
use super::reader::from_symphonia;
use crate::MediaError;

/// Packets that are decoded before a part.
const EARLY_PACKETS: usize = 4;
/// Bytes of sound that an MP3 frame may take from the frames before it: 511, and the frames that overlap with it.
const RESERVOIR_BYTES: usize = 640;
/// Bytes at the beginning of an MP3 frame that hold no sound: header, checksum and side information.
const MP3_SIDE_BYTES: usize = 38;
/// Packets of AAC after which the decoder is made anew.
const AAC_GROUP: u64 = 32;

/// A reader of packets, and the track that is decoded.
pub struct Packets<'s> {
    pub reader: Box<dyn FormatReader + 's>,
    pub track: u32,
    pub sound: AudioCodecParameters,
    pub frames: Option<u64>,
    /// Time stamps count samples.
    pub is_counted: bool,
    pub is_guessed: bool,
    pub file_len: u64,
}

impl Packets<'_> {
    /// The next packet of the track.
    pub fn next(&mut self) -> Result<Option<Packet>, MediaError> {
        loop {
            match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track => return Ok(Some(packet)),
                Ok(Some(_)) => {}
                Ok(None) => return Ok(None),
                Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    return Ok(None);
                }
                Err(error) => return Err(from_symphonia(error, self.file_len)),
            }
        }
    }

    pub fn decoder(&self) -> Result<Box<dyn AudioDecoder>, MediaError> {
        // Where the end is an estimate, nothing is cut off there.
        let options = AudioDecoderOptions::default().gapless(!self.is_guessed);
        symphonia::default::get_codecs()
            .make_audio_decoder(&self.sound, &options)
            .map_err(|error| from_symphonia(error, self.file_len))
    }
}

/// The last packets before a part, or before a group of AAC.
pub struct Early {
    packets: VecDeque<Packet>,
    has_reservoir: bool,
    has_groups: bool,
    is_lossless: bool,
}

impl Early {
    pub fn new(packets: &Packets<'_>) -> Self {
        let codec = packets.sound.codec;
        Self {
            packets: VecDeque::new(),
            has_reservoir: codec == CODEC_ID_MP3,
            has_groups: codec == CODEC_ID_AAC,
            is_lossless: codec == CODEC_ID_FLAC,
        }
    }

    pub fn begins_group(&self, number: u64) -> bool {
        self.has_groups && number.is_multiple_of(AAC_GROUP)
    }

    /// Before packet `number`: a group's decoder begins a few packets before it.
    pub fn group(&mut self, number: u64) {
        if self.begins_group(number) {
            let more = self.packets.len().saturating_sub(EARLY_PACKETS);
            self.packets.drain(..more);
        }
    }

    pub fn push(&mut self, packet: Packet) {
        if self.is_lossless {
            return;
        }
        self.packets.push_back(packet);
        while !self.has_groups && self.packets.len() > EARLY_PACKETS && self.reaches() {
            self.packets.pop_front();
        }
    }

    /// Whether the packets without the first reach back far enough.
    fn reaches(&self) -> bool {
        let sound =
            self.packets.iter().skip(1).map(|packet| packet.data.len().saturating_sub(MP3_SIDE_BYTES));
        // The last two overlap with the part, and need the reservoir themselves.
        let before = self.packets.len().saturating_sub(3);
        !self.has_reservoir || sound.take(before).sum::<usize>() >= RESERVOIR_BYTES
    }

    /// A decoder that has decoded these packets.
    pub fn decoded(
        &self,
        packets: &Packets<'_>,
        part: &mut Part,
    ) -> Result<Box<dyn AudioDecoder>, MediaError> {
        let mut decoder = packets.decoder()?;
        for packet in &self.packets {
            // What is wrong with these is part of no result.
            if let Ok(sound) = decoder.decode(packet) {
                part.count(sound.frames())?;
            }
        }
        Ok(decoder)
    }
}
