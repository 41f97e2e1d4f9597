//! Checks and measures the decoding of audio files and videos.
//!
//! `cargo run --release -p hub_decode --example audio_video -- FILE…`
//!
//! Of an audio file: whether random clips are slices of the whole, the time of a clip of a second and of the whole file.
//! Of a video: whether frames are those that `ffmpeg` gives of the whole file, in order, one by one, backwards and random,
//! and the times of opening it and of clips of 16 frames at random places, by the program and, with `--features ffmpeg`, by
//! FFmpeg's libraries. `bench/peers/clips_torchcodec.py` measures torchcodec on the same clips.

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use hub_decode::{AudioDecoder, AudioSpec, Draw, ImageDecoder, ImageSpec, ResizeTo, Start, Transform};
use hub_decode::{ClipDecoder, ClipSource, ClipSpec, FrameDecoder, VideoBackend, ffmpeg_library};
use hub_media::{FrameIndex, Kind, Limits, kind_of_name};

/// Clips that are compared or measured.
const CLIPS: u64 = 21;

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        let name =
            Path::new(&path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
        let said = match kind_of_name(&name) {
            Some(Kind::Audio) => audio(&name, &bytes),
            _ => video(&path, &name, &bytes),
        };
        println!("{name}: {}", said.unwrap_or_else(|error| format!("ERROR: {error}")));
    }
    Ok(())
}

fn audio(name: &str, bytes: &[u8]) -> Result<String, Box<dyn Error>> {
    let mut decoder = AudioDecoder::default();
    let spec = AudioSpec { seconds: Some(1.0), ..AudioSpec::default() };
    let begun = Instant::now();
    let whole =
        decoder.whole(Cursor::new(bytes), name, &AudioSpec { start: Start::Begin, ..spec.clone() })?;
    let whole_time = begun.elapsed();
    let mut out = vec![0; 16_000 * 4];
    let mut clip_time = Duration::ZERO;
    let mut wrong = 0;
    for n in 0..CLIPS {
        let start = whole.frames.saturating_sub(16_000) * n / CLIPS;
        let spec = AudioSpec { start: Start::At(start as f64 / 16_000.0), ..spec.clone() };
        let begun = Instant::now();
        decoder.clip(Cursor::new(bytes), name, &spec, Draw::default(), &mut out)?;
        clip_time += begun.elapsed();
        let there = whole.samples.get(start as usize * 4..).unwrap_or_default();
        let length = there.len().min(out.len());
        wrong += u32::from(there[..length] != out[..length]);
    }
    let seconds = whole.frames as f64 / 16_000.0;
    Ok(format!(
        "{seconds:.3} s, whole in {:.2} ms, a second of it in {:.2} ms, {wrong} of {CLIPS} clips differ",
        whole_time.as_secs_f64() * 1e3,
        clip_time.as_secs_f64() * 1e3 / CLIPS as f64,
    ))
}

fn hash(frame: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    frame.hash(&mut hasher);
    hasher.finish()
}

fn video(path: &str, name: &str, bytes: &[u8]) -> Result<String, Box<dyn Error>> {
    let index = FrameIndex::read(Cursor::new(bytes), name, &Limits::default())?;
    let (width, height) = index.size();
    let filter = format!("scale={width}:{height},format=rgb24");
    let plain = Command::new("ffmpeg")
        .args(["-v", "error", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-vf", &filter])
        .args(["-f", "rawvideo", "pipe:1"])
        .output()?;
    let expected: Vec<u64> = plain.stdout.chunks((width * height * 3) as usize).map(hash).collect();
    let mut said = format!("{} frames of {width} x {height}, ffmpeg gives {}", index.len(), expected.len());
    for backend in backends() {
        said += &format!("\n  {backend:?}: ");
        if index.rotation() == 0 {
            said += &compared(backend, bytes, &index, &expected)?;
        }
        said += &measured(backend, name, bytes)?;
    }
    Ok(said)
}

fn backends() -> Vec<VideoBackend> {
    let library = ffmpeg_library().map(|_| VideoBackend::Library);
    [VideoBackend::Program].into_iter().chain(library).collect()
}

/// Whether frames are those that `ffmpeg` gives of the whole file.
fn compared(
    backend: VideoBackend,
    bytes: &[u8],
    index: &FrameIndex,
    expected: &[u64],
) -> Result<String, Box<dyn Error>> {
    let (program, limit) = ("ffmpeg".into(), Duration::from_secs(600));
    let decoder = FrameDecoder { backend, program, limit, max_bytes: 8 << 30 };
    let frames = |wanted: &[u32]| -> Result<Vec<u64>, Box<dyn Error>> {
        let found = decoder.decode(&mut Cursor::new(bytes), index, wanted)?;
        Ok((0..wanted.len()).filter_map(|n| found.frame(n)).map(hash).collect())
    };
    // In parts, since a whole film takes much memory.
    let mut in_order = Vec::new();
    for first in (0..index.len()).step_by(64) {
        in_order.extend(frames(&(first..(first + 64).min(index.len())).collect::<Vec<_>>())?);
    }
    let same = if in_order == expected { "in order the same" } else { "IN ORDER DIFFERENT" };
    let mut wrong = Vec::new();
    for n in 0..CLIPS as u32 {
        // Backwards, and by steps that share nothing with the length.
        for at in [index.len() - 1 - n.min(index.len() - 1), (n * 7919) % index.len()] {
            if frames(&[at])?.first() != in_order.get(at as usize) {
                wrong.push(at);
            }
        }
    }
    Ok(format!("{same}, alone and backwards {} differ {wrong:?}; ", wrong.len()))
}

/// The times of opening the video, by its container and by its stored index, and of clips of 16 frames at random places.
fn measured(backend: VideoBackend, name: &str, bytes: &[u8]) -> Result<String, Box<dyn Error>> {
    let limits = Limits::default();
    let opening = median(|_| FrameIndex::read(Cursor::new(bytes), name, &limits).map(|_| ()))?;
    let stored = FrameIndex::read(Cursor::new(bytes), name, &limits)?.to_bytes(&mut Cursor::new(bytes))?;
    let by_index = median(|_| FrameIndex::from_bytes(&stored, bytes.len() as u64, &limits).map(|_| ()))?;
    let spec = ClipSpec { backend, ..ClipSpec::default() };
    let mut images = ImageDecoder::new()?;
    let mut clip = |spec: &ClipSpec, row| {
        let (reader, index) = (Cursor::new(bytes), Some(stored.as_slice()));
        let source = ClipSource { reader, name, index, verify: false };
        ClipDecoder::sized(&mut images, source, spec, Draw { row, ..Draw::default() }).map(|_| ())
    };
    let whole = median(|row| clip(&spec, row))?;
    let transform = Transform::Resize { to: ResizeTo::Both([112, 112]), crop: None, flip: 0.0 };
    let small = ClipSpec { image: ImageSpec { transform, ..ImageSpec::default() }, ..spec.clone() };
    let small = median(|row| clip(&small, row))?;
    Ok(format!(
        "opened in {opening}, by its index of {} bytes in {by_index}; a clip of 16 frames in {whole}, resized to 112 in {small}",
        stored.len()
    ))
}

/// The median time of some work, and the quarters around it, in milliseconds.
fn median<E>(mut work: impl FnMut(u64) -> Result<(), E>) -> Result<String, E> {
    let mut times = Vec::new();
    for n in 0..CLIPS {
        let begun = Instant::now();
        work(n)?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times[part * (times.len() - 1) / 4];
    Ok(format!("{:.3} ms ({:.3} to {:.3})", at(2), at(1), at(3)))
}
