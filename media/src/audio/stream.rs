//! MP3, Ogg, FLAC and AAC, by `symphonia`.

use std::io::{Read, Seek};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, well_known as codec};
use symphonia::core::formats::{FormatReader, SeekMode, SeekTo, Track};
use symphonia::core::units::Timestamp;

use super::facts::AudioFacts;
use super::reader;
use super::truncation::Length;
use crate::MediaError;
use crate::magic::Format;
use crate::source::Source;

/// A stream at most this long is read through where its header doesn't count its frames.
const COUNT_BYTES: u64 = 4 << 20;

/// Opens a stream and gives the facts of its first audio track.
pub(super) fn read<R: Read + Seek + Send + Sync>(
    format: Format,
    source: Source<R>,
    length: Length,
) -> Result<AudioFacts, MediaError> {
    let file_len = source.file_len();
    let may_count = source.len() <= COUNT_BYTES;
    let mut reader = reader::open(format, source)?;
    let format = match reader.format_info().short_name {
        "ogg" => "ogg",
        "flac" => "flac",
        "aac" | "adts" => "aac",
        _ => "mp3",
    };
    let Some((track, sound)) = reader.tracks().iter().find_map(sound_of) else {
        return Err(MediaError::Unsupported(format!("the codec of this {format}")));
    };
    let sample_rate = sound.sample_rate.unwrap_or_default();
    let channels = sound.channels.as_ref().map_or(0, |channels| channels.count());
    let codec = codec_name(sound.codec);
    if sample_rate == 0 || channels == 0 {
        return Err(MediaError::Malformed(format!("{sample_rate} Hz, {channels} channels of {codec}")));
    }
    let in_secs = |samples: u64| (samples > 0).then(|| samples as f64 / f64::from(sample_rate));
    let given_secs = in_secs(track.num_frames.unwrap_or_default());
    let channels = u32::try_from(channels).unwrap_or(u32::MAX);
    if let ("flac", Some(samples)) = (format, track.num_frames) {
        find_last_frame(reader.as_mut(), samples).ok_or_else(|| {
            MediaError::truncated(file_len, format!("frames up to sample {samples}, as its header says"))
        })?;
    }
    let duration_secs = match length {
        Length::Guessed if may_count => in_secs(count(reader.as_mut())).or(given_secs),
        _ => given_secs,
    };
    Ok(AudioFacts { format, codec, sample_rate, channels, duration_secs })
}

fn sound_of(track: &Track) -> Option<(&Track, &AudioCodecParameters)> {
    match track.codec_params.as_ref()? {
        CodecParameters::Audio(sound) => Some((track, sound)),
        _ => None,
    }
}

/// Seeks the frame in which the last sample lies. A frame has a checksum, so it is there whole or not at all.
fn find_last_frame(reader: &mut dyn FormatReader, samples: u64) -> Option<()> {
    let track_id = reader.tracks().first()?.id;
    let last = Timestamp::new(i64::try_from(samples.checked_sub(1)?).ok()?);
    reader.seek(SeekMode::Accurate, SeekTo::Timestamp { ts: last, track_id }).ok()?;
    reader.next_packet().ok()?.map(drop)
}

/// Samples of all frames to the end, or to the first that is damaged.
fn count(reader: &mut dyn FormatReader) -> u64 {
    let mut samples = 0_u64;
    while let Ok(Some(packet)) = reader.next_packet() {
        samples = samples.saturating_add(packet.dur.get());
    }
    samples
}

fn codec_name(id: AudioCodecId) -> String {
    let name = match id {
        codec::CODEC_ID_MP1 => "mp1",
        codec::CODEC_ID_MP2 => "mp2",
        codec::CODEC_ID_MP3 => "mp3",
        codec::CODEC_ID_AAC => "aac",
        codec::CODEC_ID_VORBIS => "vorbis",
        codec::CODEC_ID_OPUS => "opus",
        codec::CODEC_ID_FLAC => "flac",
        codec::CODEC_ID_SPEEX => "speex",
        other => return other.to_string(),
    };
    name.to_owned()
}
