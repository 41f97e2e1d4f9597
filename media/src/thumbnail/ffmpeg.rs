//! A frame of a video, and audio files that nothing here decodes, by `ffmpeg`.
//!
//! It reads from an address of this machine, in ranges, and seeks: of a video of 5 GB it fetches the index, wherever
//! that is, and the stretch around the frame. What it is given is hostile, and it can do a lot, so it is told what
//! not to: no other protocols than those of the address, no formats that name other files, no big allocations, one
//! thread, little time.

use std::path::PathBuf;
use std::time::Duration;

use super::pixels::Thumbnail;
use super::scale::shrink;
use crate::Limits;
use crate::audio::{Envelope, Heard};
use crate::ffmpeg::{FfmpegError, Said, run};
use crate::image::decode;

/// Formats that hold what they show. Others (playlists, concatenations) name files to be opened.
const FORMATS: &str = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,ogg,wav,flac,mp3,aac";

/// The greatest block of memory that it may allocate.
const BLOCK_BYTES: u64 = 256 << 20;

/// Samples a second of an audio file, for its waveform.
const WAVEFORM_HZ: u32 = 8_000;

/// A list of frames may be this long: a million of them.
const FRAME_LIST_BYTES: u64 = 64 << 20;

/// Minutes of an audio file that are decoded.
const WAVEFORM_MINUTES: u64 = 30;

/// A video, or an audio file, at an address.
#[derive(Clone, Debug)]
pub struct FfmpegInput {
    /// The `ffmpeg` program: a name that is looked for, or a path.
    pub program: PathBuf,
    /// Where the video is: `http://127.0.0.1:…`.
    pub url: String,
    /// Its container, as its facts name it.
    pub format: &'static str,
    /// How long it may take.
    pub limit: Duration,
}

impl FfmpegInput {
    /// The frame at `at_secs`, upright and with square pixels.
    ///
    /// # Errors
    /// [`FfmpegError::Nothing`] behind its end; the others.
    pub fn frame(&self, at_secs: f64, size: u32) -> Result<Thumbnail, FfmpegError> {
        // Not above what there is: `min`. The comma is escaped from the filter's own commas.
        let filter = format!(
            "scale=iw*sar:ih,setsar=1,\
             scale=min({size}\\,iw):min({size}\\,ih):force_original_aspect_ratio=decrease:flags=area"
        );
        let mut arguments = self.input();
        let input = arguments.len() - 2;
        arguments.splice(input..input, ["-ss".to_owned(), format!("{at_secs:.3}")]);
        arguments.extend(
            ["-map", "0:V:0", "-frames:v", "1", "-vf", &filter, "-c:v", "ppm", "-pix_fmt", "rgb24"]
                .map(str::to_owned),
        );
        arguments.extend(["-f", "image2pipe", "pipe:1"].map(str::to_owned));
        let most_bytes = 3 * u64::from(size) * u64::from(size) + 100;
        let said = self.run(&arguments, most_bytes)?;
        if said.output.is_empty() {
            return Err(if said.status.success() { FfmpegError::Nothing } else { self.refused(&said) });
        }
        let (image, _) = decode(&said.output, &Limits::default())?;
        Ok(Thumbnail(shrink(image, size)))
    }

    /// When its frames begin, in seconds from the beginning, rising. All of the file is read, but no frame is decoded.
    ///
    /// # Errors
    /// As above.
    pub fn frame_times(&self) -> Result<Vec<f64>, FfmpegError> {
        let mut arguments = self.input();
        arguments.extend(["-map", "0:V:0", "-c", "copy", "-f", "framecrc", "pipe:1"].map(str::to_owned));
        let said = self.run(&arguments, FRAME_LIST_BYTES)?;
        let times = frame_times(&String::from_utf8_lossy(&said.output));
        match times.is_empty() {
            true if said.status.success() => Err(FfmpegError::Nothing),
            true => Err(self.refused(&said)),
            false => Ok(times),
        }
    }

    /// The waveform of its audio track, `size` wide and half as high; of the first half hour.
    ///
    /// # Errors
    /// As above.
    pub fn waveform(&self, size: u32, duration_secs: Option<f64>) -> Result<Thumbnail, FfmpegError> {
        let mut arguments = self.input();
        let (rate, secs) = (WAVEFORM_HZ.to_string(), (WAVEFORM_MINUTES * 60).to_string());
        arguments.extend(["-map", "0:a:0", "-t", &secs, "-ac", "1", "-ar", &rate].map(str::to_owned));
        arguments.extend(["-c:a", "pcm_s16le", "-f", "s16le", "pipe:1"].map(str::to_owned));
        // A little over, since a resampler rounds.
        let most_bytes = 2 * u64::from(WAVEFORM_HZ) * (WAVEFORM_MINUTES * 60 + 1);
        let said = self.run(&arguments, most_bytes)?;
        if said.output.is_empty() {
            return Err(if said.status.success() { FfmpegError::Nothing } else { self.refused(&said) });
        }
        let mut envelope = Envelope::default();
        for sample in said.output.chunks_exact(2) {
            envelope.push(&[f32::from(i16::from_le_bytes([sample[0], sample[1]])) / 32768.0], 1);
        }
        // A second less, since a resampler rounds.
        let is_cut = envelope.frames() >= u64::from(WAVEFORM_HZ) * (WAVEFORM_MINUTES * 60 - 1);
        let expected_frames = duration_secs.filter(|_| is_cut).unwrap_or_default() * f64::from(WAVEFORM_HZ);
        let frames = envelope.frames().max(expected_frames as u64);
        Ok(Thumbnail::of_envelope(&Heard { envelope, frames }, size))
    }

    /// Arguments up to the address.
    fn input(&self) -> Vec<String> {
        let demuxer = match self.format {
            "mp4" | "mov" | "m4a" => "mov",
            "webm" | "mkv" => "matroska",
            other => other,
        };
        let block = BLOCK_BYTES.to_string();
        let pixels = Limits::default().max_pixels.to_string();
        let quiet =
            ["-nostdin", "-hide_banner", "-loglevel", "error", "-max_alloc", &block, "-filter_threads", "1"];
        let careful = ["-protocol_whitelist", "http,tcp", "-format_whitelist", FORMATS, "-f", demuxer];
        let small = ["-max_pixels", &pixels, "-threads", "1", "-sn", "-dn", "-i", &self.url];
        [&quiet[..], &careful, &small].concat().into_iter().map(str::to_owned).collect()
    }

    fn run(&self, arguments: &[String], most_bytes: u64) -> Result<Said, FfmpegError> {
        run(&self.program, arguments, Vec::new(), most_bytes, self.limit)
    }

    fn refused(&self, said: &Said) -> FfmpegError {
        said.refused(&self.url)
    }
}

/// The times in a list of packets: lines of stream, decoding time, presentation time, duration, size and checksum, after
/// the time base (`#tb 0: 1/12800`).
fn frame_times(list: &str) -> Vec<f64> {
    let mut tick_secs = 0.0;
    let mut times = Vec::new();
    for line in list.lines() {
        if let Some(base) = line.strip_prefix("#tb 0: ") {
            let parts =
                base.trim().split_once('/').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
            tick_secs = parts.map_or(0.0, |(numer, denom): (f64, f64)| numer / denom);
        } else if !line.starts_with('#')
            && let Some(pts) = line.split(',').nth(2).and_then(|pts| pts.trim().parse::<i64>().ok())
        {
            times.push(pts as f64 * tick_secs);
        }
    }
    times.sort_by(f64::total_cmp);
    // A stream may hold frames twice, or before its beginning, which are not shown.
    times.dedup();
    times.retain(|time| *time >= 0.0);
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_listed_in_the_order_in_which_they_are_shown() {
        let list = "#software: Lavf59\n#tb 0: 1/10\n#media_type 0: video\n\
                    0,         -2,          0,        1,     3455, 0x1\n\
                    0,         -1,          3,        1,      345, 0x2, F=0x0\n\
                    0,          0,          1,        1,       45, 0x3, F=0x0\n\
                    0,          1,         -1,        1,       45, 0x3\n\
                    nonsense\n";
        assert_eq!(frame_times(list), [0.0, 0.1, 0.30000000000000004]);
        assert_eq!(frame_times(""), Vec::<f64>::new());
    }
}
