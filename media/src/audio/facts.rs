//! The facts of an audio file.

/// Facts from an audio file's header.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioFacts {
    /// The container: `wav`, `mp3`, `ogg`, `flac`, `aac`, `m4a`, `mp4`, `mov`, `webm`, `mkv`, `avi`.
    pub format: &'static str,
    /// How the samples are encoded: `pcm_s16le`, `mp3`, `vorbis`, `opus`, `flac`, `aac` …, as FFmpeg names them.
    pub codec: String,
    /// Samples a second and channel, in hertz.
    pub sample_rate: u32,
    /// Number of channels: 1 for mono, 2 for stereo.
    pub channels: u32,
    /// Playing time in seconds, without the padding that encoders add, where the file states it.
    /// Of a long MP3 or AAC without a count of its frames, an estimate from the first ones.
    pub duration_secs: Option<f64>,
}
