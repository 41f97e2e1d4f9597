//! Why the program gave nothing.

use std::io;
use std::path::PathBuf;

use crate::MediaError;

/// Why ffmpeg gave no frame or waveform.
#[derive(Debug, thiserror::Error)]
pub enum FfmpegError {
    /// The program is not installed, or not in `PATH`.
    #[error("the program '{}' was not found", program.display())]
    NoProgram {
        /// The name or path that was tried.
        program: PathBuf,
    },
    /// The program can't be run.
    #[error("the program '{}' can't be run", program.display())]
    Run {
        /// The name or path of the program.
        program: PathBuf,
        /// The system's error.
        #[source]
        source: io::Error,
    },
    /// The program exceeded the time limit and was killed.
    #[error("not decoded within {secs} seconds")]
    Slow {
        /// The limit in seconds.
        secs: u64,
    },
    /// There is no frame, or no audio, at that time.
    #[error("there is no frame or audio at that time")]
    Nothing,
    /// The file is damaged, or the program doesn't support its codec; with the program's message.
    #[error("{0}")]
    Refused(String),
    /// The program's output can't be decoded as an image.
    #[error("the program's output is not an image of the expected format")]
    Media(#[from] MediaError),
}
