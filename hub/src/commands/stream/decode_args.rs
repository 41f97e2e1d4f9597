//! What becomes of images, audio and videos: the options of decoding.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use hub_dataset::Snapshot;
use hub_decode::{AudioSpec, ClipSpec, ImageSpec, ResizeTo, Transform};
use hub_schema::Feature;
use hub_stream::{Cache, Copies, IndexCache, OnError, StreamBuilder};

use crate::context::Context;
use crate::errors::Failure;

/// Bytes on disk of the indexes of entry points of all data sets.
const INDEX_BYTES: u64 = 2_000_000_000;

#[derive(Args, Debug)]
#[command(next_help_heading = "Decoding")]
pub struct DecodeArgs {
    /// Decode every image as it is, all audio, and a clip of every video
    #[arg(long, group = "decoding")]
    decode: bool,
    /// Decode a random part of every image, resized to SIZE and mirrored with a chance of 0.5 (torchvision's
    /// RandomResizedCrop): 224, or HEIGHTxWIDTH
    #[arg(long, value_name = "SIZE", group = "decoding")]
    random_crop: Option<Size>,
    /// Decode every image, resized so that its shorter side has N pixels
    #[arg(long, value_name = "N", group = "decoding")]
    resize: Option<u32>,
    /// Cut the centre out of the resized image: 224, or HEIGHTxWIDTH
    #[arg(long, value_name = "SIZE", requires = "resize")]
    center_crop: Option<Size>,
    /// Pixels of Pillow, bit for bit
    #[arg(long, requires = "decoding")]
    exact: bool,
    /// Image columns to decode [default: all]
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', requires = "decoding")]
    images: Option<Vec<String>>,
    /// Decode a random clip of SECONDS of every audio file [default with --decode: the whole file]
    #[arg(long, value_name = "SECONDS", requires = "decoding")]
    audio_seconds: Option<f64>,
    /// Resample audio to HZ samples per second
    #[arg(long, value_name = "HZ", default_value_t = 16_000, requires = "decoding")]
    audio_rate: u32,
    /// Decode N frames of every video, at a random place [default with --decode: 16]
    #[arg(long, value_name = "N", requires = "decoding")]
    clip_frames: Option<u32>,
    /// Take every N-th frame of a clip
    #[arg(long, value_name = "N", default_value_t = 1, requires = "decoding")]
    clip_stride: u32,
    /// Program that decodes videos and Opus: a name or a path
    #[arg(
        long,
        value_name = "PROGRAM",
        env = "HUB_FFMPEG",
        hide_env_values = true,
        default_value = "ffmpeg",
        requires = "decoding"
    )]
    ffmpeg: PathBuf,
    /// Where an image, audio file or video can't be decoded, raise an error that names the row, skip it and show another row of the
    /// batch twice, or keep the row with zero as its pixels or samples
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Policy::Raise, requires = "decoding")]
    on_error: Policy,
    /// Maximum number of rows decoded at the same time [default: number of cores]
    #[arg(long, value_name = "N", requires = "decoding")]
    threads: Option<usize>,
    /// Neither use nor make indexes of entry points, by which only the shown part of a JPEG is read
    #[arg(long, requires = "decoding")]
    no_index: bool,
    /// When the data set (hub push --store) or the cache (--cache) has smaller copies of the images, decode them never,
    /// where they have enough pixels, or always
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = UseCopies::Enough, requires = "decoding")]
    copies: UseCopies,
    /// Keep a smaller copy of each image in the local cache, whose shorter side has so many pixels, and decode it in place
    /// of the image from the second epoch on, where it has enough pixels
    #[arg(long, value_name = "N", value_parser = copy_side, requires = "decoding")]
    cache: Option<u32>,
    /// Report where the time goes: entropy decoding, pixels (IDCT, colour), transform (resize), waiting
    #[arg(long, requires = "decoding")]
    pub profile: bool,
}

/// The shorter side of a copy: `256` or `256px`.
fn copy_side(text: &str) -> Result<u32, String> {
    let side = text.strip_suffix("px").unwrap_or(text).parse().ok().filter(|side| (16..=4096).contains(side));
    side.ok_or_else(|| format!("'{text}' is no size of copies: expected 16 to 4096 pixels, as 256 or 256px"))
}

/// Height and width in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size([u32; 2]);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (height, width) = text.split_once('x').unwrap_or((text, text));
        match (height.parse(), width.parse()) {
            (Ok(height), Ok(width)) => Ok(Self([height, width])),
            _ => Err(format!("'{text}' is no size: expected pixels, as 224, or height x width, as 224x160")),
        }
    }
}

/// What happens where an image can't be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Policy {
    Raise,
    Skip,
    Zero,
}

/// When copies are decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum UseCopies {
    Off,
    Enough,
    Always,
}

impl DecodeArgs {
    /// What the image columns are decoded to; `None`: they aren't.
    fn spec(&self) -> Option<ImageSpec> {
        let transform = match (self.random_crop, self.resize) {
            (Some(Size(size)), _) => Transform::RandomResizedCrop {
                size,
                scale: [0.08, 1.0],
                ratio: [3.0 / 4.0, 4.0 / 3.0],
                flip: 0.5,
            },
            (None, Some(short)) => {
                let crop = self.center_crop.map(|size| size.0);
                Transform::Resize { to: ResizeTo::Short(short), crop, flip: 0.0 }
            }
            (None, None) if self.decode => Transform::Decode,
            (None, None) => return None,
        };
        Some(ImageSpec { transform, exact: self.exact, ..ImageSpec::default() })
    }

    /// What the audio columns are decoded to; `None`: they aren't.
    fn audio_spec(&self) -> Option<AudioSpec> {
        let wanted = self.decode || self.audio_seconds.is_some();
        wanted.then(|| AudioSpec {
            rate: self.audio_rate,
            seconds: self.audio_seconds,
            ffmpeg: self.ffmpeg.clone(),
            ..AudioSpec::default()
        })
    }

    /// What the video columns are decoded to; `None`: they aren't.
    fn clip_spec(&self, image: &ImageSpec) -> Option<ClipSpec> {
        let wanted = self.decode || self.clip_frames.is_some();
        wanted.then(|| ClipSpec {
            frames: self.clip_frames.unwrap_or(ClipSpec::default().frames),
            stride: self.clip_stride,
            image: image.clone(),
            ffmpeg: self.ffmpeg.clone(),
            ..ClipSpec::default()
        })
    }

    /// Whether smaller copies are kept in the cache.
    pub fn keeps_copies(&self) -> bool {
        self.cache.is_some()
    }

    /// Sets them; `columns` are those of the stream, or all, and `cache` is where smaller copies are kept.
    pub fn apply(
        &self,
        mut builder: StreamBuilder,
        columns: Option<&[String]>,
        snapshot: &Snapshot,
        (context, cache): (&Context, Option<Cache>),
    ) -> anyhow::Result<StreamBuilder> {
        let Some(spec) = self.spec() else { return Ok(builder) };
        let of = |feature: Feature| -> Vec<String> {
            let fields = snapshot.schema().fields.iter().filter(|field| field.feature == feature);
            let names = fields.map(|field| field.name.clone());
            names.filter(|name| columns.is_none_or(|columns| columns.contains(name))).collect()
        };
        let images = self.images.clone().unwrap_or_else(|| of(Feature::Image));
        let audio_spec = self.audio_spec();
        let audio = if audio_spec.is_some() { of(Feature::Audio) } else { Vec::new() };
        let clip_spec = self.clip_spec(&spec);
        let videos = if clip_spec.is_some() { of(Feature::Video) } else { Vec::new() };
        if images.is_empty() && audio.is_empty() && videos.is_empty() {
            let message = "there is no column to decode: images, or with --audio-seconds and --clip-frames audio and videos";
            return Err(Failure::usage(message).hint("columns of other types can't be decoded").into());
        }
        for image in images {
            builder = builder.image(image, spec.clone());
        }
        if let Some(spec) = audio_spec {
            for column in audio {
                builder = builder.audio(column, spec.clone());
            }
        }
        if let Some(spec) = clip_spec {
            for column in videos {
                builder = builder.video(column, spec.clone());
            }
        }
        builder = builder.profile(self.profile).on_error(match self.on_error {
            Policy::Raise => OnError::Raise,
            Policy::Skip => OnError::Skip,
            Policy::Zero => OnError::Zero,
        });
        if let Some(threads) = self.threads {
            builder = builder.decode_threads(threads);
        }
        builder = builder.stored_indexes(!self.no_index).copies(match self.copies {
            UseCopies::Off => Copies::Off,
            UseCopies::Enough => Copies::Enough,
            UseCopies::Always => Copies::Always,
        });
        if let (Some(cache), Some(short_side)) = (cache, self.cache) {
            builder = builder.copy_cache(cache, short_side);
        }
        if !self.no_index {
            let folder = context.home.cache().join("entry_points");
            builder = builder.index_cache(IndexCache::open(folder, INDEX_BYTES)?);
        }
        Ok(builder)
    }
}
