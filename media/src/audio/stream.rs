//! WAV, MP3, Ogg, FLAC and AAC, by `symphonia`.

use std::io::{Read, Seek};

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, well_known as codec};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use super::AudioFacts;
use crate::MediaError;
use crate::source::{Source, explain};

/// A stream at most this long, whose header doesn't say how many frames it has, is counted.
const COUNT_BYTES: u64 = 4 << 20;

/// Opens a stream and gives the facts of its first track of sound.
pub(super) fn read<R: Read + Seek + Send + Sync + 'static>(
    source: Source<R>,
) -> Result<AudioFacts, MediaError> {
    let file_len = source.file_len();
    let may_count = source.len() <= COUNT_BYTES;
    let stream = MediaSourceStream::new(Box::new(source), Default::default());
    let mut reader = symphonia::default::get_probe()
        .probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(|error| from_symphonia(error, file_len))?;
    let format = match reader.format_info().short_name {
        "wave" => "wav",
        "ogg" => "ogg",
        "flac" => "flac",
        "aac" | "adts" => "aac",
        _ => "mp3",
    };
    let Some((track, sound)) = reader.tracks().iter().find_map(sound_of) else {
        return Err(MediaError::Unsupported(format!("the codec of this {format}")));
    };
    let sample_rate = sound.sample_rate.filter(|rate| *rate > 0);
    let channels = sound.channels.as_ref().map(|channels| channels.count()).filter(|count| *count > 0);
    let (Some(sample_rate), Some(channels)) = (sample_rate, channels) else {
        return Err(MediaError::Malformed("its header gives no sample rate or no channels".to_owned()));
    };
    let facts = AudioFacts {
        format,
        codec: codec_name(sound.codec),
        sample_rate,
        channels: u32::try_from(channels).unwrap_or(u32::MAX),
        duration_secs: track
            .num_frames
            .filter(|frames| *frames > 0)
            .map(|frames| frames as f64 / f64::from(sample_rate)),
    };
    let is_uncounted = facts.duration_secs.is_none() && matches!(format, "mp3" | "aac");
    if is_uncounted && may_count {
        let duration_secs = count(reader.as_mut(), sample_rate);
        return Ok(AudioFacts { duration_secs, ..facts });
    }
    Ok(facts)
}

fn sound_of(track: &Track) -> Option<(&Track, &AudioCodecParameters)> {
    match track.codec_params.as_ref()? {
        CodecParameters::Audio(sound) => Some((track, sound)),
        _ => None,
    }
}

/// Adds up the frames to the end, or to the first that is damaged.
fn count(reader: &mut dyn FormatReader, sample_rate: u32) -> Option<f64> {
    let mut samples = 0_u64;
    while let Ok(Some(packet)) = reader.next_packet() {
        samples = samples.saturating_add(packet.dur.get());
    }
    (samples > 0).then(|| samples as f64 / f64::from(sample_rate))
}

fn from_symphonia(error: Error, file_len: u64) -> MediaError {
    match error {
        Error::IoError(error) => explain(error, file_len),
        Error::Unsupported(what) => MediaError::Unsupported(what.to_owned()),
        error => MediaError::Malformed(error.to_string()),
    }
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
        codec::CODEC_ID_PCM_U8 => "pcm_u8",
        codec::CODEC_ID_PCM_S16LE => "pcm_s16le",
        codec::CODEC_ID_PCM_S24LE => "pcm_s24le",
        codec::CODEC_ID_PCM_S32LE => "pcm_s32le",
        codec::CODEC_ID_PCM_F32LE => "pcm_f32le",
        codec::CODEC_ID_PCM_F64LE => "pcm_f64le",
        codec::CODEC_ID_PCM_ALAW => "pcm_alaw",
        codec::CODEC_ID_PCM_MULAW => "pcm_mulaw",
        codec::CODEC_ID_ADPCM_MS => "adpcm_ms",
        codec::CODEC_ID_ADPCM_IMA_WAV => "adpcm_ima_wav",
        other => return other.to_string(),
    };
    name.to_owned()
}
