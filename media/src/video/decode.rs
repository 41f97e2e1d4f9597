//! Frames of a video, decoded by the `ffmpeg` program.
//!
//! It gets no file: only the frames that are needed, as a small Matroska on its input (`remux`), and answers with pixels.
//! So it doesn't seek, reads nothing else, and which frame is which is decided here and not by its rounding of times.
//! One process decodes one clip, on one thread, and is killed at the end in any case.

use std::fmt::Write as _;
use std::io::{Read, Seek};
use std::path::PathBuf;
use std::time::Duration;

use super::frames::{FrameIndex, Needed};
use crate::ffmpeg::{FfmpegError, run};
use crate::{Limits, MediaError};

/// The greatest block of memory that the program may allocate.
const BLOCK_BYTES: u64 = 512 << 20;
/// Characters of an argument, of which the system allows twice as many.
const MAX_EXPRESSION: usize = 64 << 10;

/// How frames are decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoDecoder {
    /// The `ffmpeg` program: a name that is looked for, or a path.
    pub program: PathBuf,
    /// How long it may take.
    pub limit: Duration,
    /// Bytes of encoded frames, and of pixels, of one call.
    pub max_bytes: u64,
}

/// Decoded frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VideoFrames {
    /// Pixels, upright.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The frames, one after the other: rows of pixels of three bytes.
    pub rgb: Vec<u8>,
}

impl VideoFrames {
    /// The pixels of a frame, in the order in which they were asked for.
    pub fn frame(&self, n: usize) -> Option<&[u8]> {
        let bytes = self.width as usize * self.height as usize * 3;
        self.rgb.get(n * bytes..(n + 1) * bytes)
    }
}

impl VideoDecoder {
    /// Decodes frames of a video: the places of those that are wanted among those that are shown, rising, from 0.
    ///
    /// # Errors
    /// The video is damaged there, exceeds the limits, or there is no such program.
    pub fn decode<R: Read + Seek>(
        &self,
        reader: &mut R,
        index: &FrameIndex,
        wanted: &[u32],
    ) -> Result<VideoFrames, FfmpegError> {
        let (width, height) = index.size();
        let (width, height) = match index.rotation() {
            90 | 270 => (height, width),
            _ => (width, height),
        };
        let bytes = index.pixel_bytes(wanted, self.max_bytes)?;
        let needed = index.needed(wanted);
        let input = index.remux(reader, &needed, self.max_bytes)?;
        let said = run(&self.program, &arguments(index, &needed, wanted)?, input, bytes, self.limit)?;
        let found = said.output.len() as u64;
        if found < bytes || !said.is_clean() {
            let (first, last) = (wanted.first().unwrap_or(&0), wanted.last().unwrap_or(&0));
            return Err(match said.refused("pipe:0") {
                FfmpegError::Refused(complaint) => {
                    FfmpegError::Refused(format!("frames {first} to {last}: {complaint}"))
                }
                error => error,
            });
        }
        Ok(VideoFrames { width, height, rgb: said.output })
    }
}

impl FrameIndex {
    /// Bytes of the pixels of some frames, of three bytes each: their places among those that are shown, rising.
    ///
    /// # Errors
    /// More than `max_bytes`; frames that there aren't, or none.
    pub fn pixel_bytes(&self, wanted: &[u32], max_bytes: u64) -> Result<u64, FfmpegError> {
        let (width, height) = self.size();
        let bytes = u64::from(width) * u64::from(height) * 3 * wanted.len() as u64;
        if bytes > max_bytes {
            let problem = format!("{bytes} bytes of pixels for one clip, above the limit of {max_bytes}");
            return Err(MediaError::Unsupported(problem).into());
        }
        let is_rising = wanted.windows(2).all(|pair| pair[0] < pair[1]);
        if wanted.is_empty() || !is_rising || wanted.last().is_some_and(|last| *last >= self.len()) {
            return Err(FfmpegError::Nothing);
        }
        Ok(bytes)
    }
}

fn arguments(index: &FrameIndex, needed: &Needed, wanted: &[u32]) -> Result<Vec<String>, FfmpegError> {
    let (width, height) = index.size();
    let turn = match index.rotation() {
        90 => "transpose=clock,",
        180 => "hflip,vflip,",
        270 => "transpose=cclock,",
        _ => "",
    };
    let wanted = selected(index, needed, wanted);
    if wanted.len() > MAX_EXPRESSION {
        return Err(
            MediaError::Unsupported("so many separate frames of one video at a time".to_owned()).into()
        );
    }
    let filter = format!("select={wanted},scale={width}:{height},{turn}format=rgb24");
    let block = BLOCK_BYTES.to_string();
    let pixels = Limits::default().max_pixels.to_string();
    let quiet =
        ["-nostdin", "-hide_banner", "-loglevel", "error", "-max_alloc", &block, "-filter_threads", "1"];
    let careful = ["-protocol_whitelist", "pipe", "-format_whitelist", "matroska,webm", "-f", "matroska"];
    // `strict`: frames are put into order with as many in hand as the standard allows, whatever the stream says.
    let input =
        ["-max_pixels", &pixels, "-threads", "1", "-strict", "1", "-noautorotate", "-copyts", "-i", "pipe:0"];
    // A frame's place is its time in milliseconds, so these are the ticks of the output.
    let output = ["-map", "0:v:0", "-fps_mode", "passthrough", "-enc_time_base", "1:1000"];
    let raw = ["-vf", &filter, "-f", "rawvideo", "pipe:1"];
    Ok([&quiet[..], &careful, &input, &output, &raw].concat().into_iter().map(str::to_owned).collect())
}

/// The condition that the wanted frames meet: by their time, which is their place among the shown frames; or, where a video
/// doesn't say when its frames are shown, by their number among those that are decoded.
fn selected(index: &FrameIndex, needed: &Needed, wanted: &[u32]) -> String {
    let (variable, wanted) = if index.is_timed() {
        ("pts", wanted.to_vec())
    } else {
        let number = |wanted: &u32| needed.frames.iter().position(|(_, rank)| *rank == Some(*wanted));
        ("n", wanted.iter().filter_map(number).map(|number| number as u32).collect())
    };
    let mut text = String::new();
    for run in wanted.chunk_by(|a, b| a + 1 == *b) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let plus = if text.is_empty() { "" } else { "+" };
        // The commas are escaped from those between filters.
        let _ = write!(text, "{plus}between({variable}\\,{first}\\,{last})");
    }
    text
}
