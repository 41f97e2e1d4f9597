//! Audio in codecs that nothing here decodes, by the `ffmpeg` program: Opus, ADPCM.

use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;

use super::probe::probe_audio;
use super::samples::AudioFile;
use crate::ffmpeg::{FfmpegError, run};
use crate::{Limits, MediaError};

/// The greatest block of memory that the program may allocate.
const BLOCK_BYTES: u64 = 256 << 20;
/// Bytes of an encoded file.
const MAX_FILE_BYTES: u64 = 1 << 30;

/// How audio is decoded by another program. It decodes all of the file, whatever part is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioProgram {
    /// The `ffmpeg` program: a name that is looked for, or a path.
    pub program: PathBuf,
    /// How long it may take.
    pub limit: Duration,
    /// The most samples, of all channels.
    pub max_samples: u64,
}

impl AudioProgram {
    /// Decodes an audio file. `name` is what it is called.
    ///
    /// # Errors
    /// The file is damaged or exceeds the limits, or there is no such program.
    pub fn open<R: Read + Seek + Send + Sync + Clone>(
        &self,
        mut reader: R,
        name: &str,
    ) -> Result<AudioFile<R>, FfmpegError> {
        let facts = probe_audio(reader.clone(), name, &Limits::default())?;
        let len = reader.seek(SeekFrom::End(0)).map_err(MediaError::from)?;
        if len > MAX_FILE_BYTES {
            let problem =
                format!("{len} bytes of {}, of which at most {MAX_FILE_BYTES} are decoded", facts.codec);
            return Err(MediaError::Unsupported(problem).into());
        }
        let mut input = Vec::new();
        reader.seek(SeekFrom::Start(0)).map_err(MediaError::from)?;
        reader.read_to_end(&mut input).map_err(MediaError::from)?;
        let demuxer = match facts.format {
            "mp4" | "mov" | "m4a" => "mov",
            "webm" | "mkv" => "matroska",
            other => other,
        };
        let (block, rate, channels) =
            (BLOCK_BYTES.to_string(), facts.sample_rate.to_string(), facts.channels.to_string());
        let quiet = ["-nostdin", "-hide_banner", "-loglevel", "error", "-max_alloc", &block, "-threads", "1"];
        let input_options = ["-protocol_whitelist", "pipe", "-f", demuxer, "-i", "pipe:0", "-map", "0:a:0"];
        let output = ["-ar", &rate, "-ac", &channels, "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"];
        let arguments: Vec<String> =
            [&quiet[..], &input_options, &output].concat().into_iter().map(str::to_owned).collect();
        let said = run(&self.program, &arguments, input, self.max_samples.saturating_mul(4), self.limit)?;
        if said.output.is_empty() || !said.is_clean() {
            return Err(said.refused("pipe:0"));
        }
        let samples = said.output.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        Ok(AudioFile::decoded(reader, &facts, samples, self.max_samples)?)
    }
}
