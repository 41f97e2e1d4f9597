//! What becomes of the images: the options of decoding.

use std::str::FromStr;

use clap::{Args, ValueEnum};
use hub_dataset::Snapshot;
use hub_decode::{ImageSpec, ResizeTo, Transform};
use hub_schema::Feature;
use hub_stream::{Copies, IndexCache, OnError, StreamBuilder};

use crate::context::Context;
use crate::errors::Failure;

/// Bytes on disk of the indexes of entry points of all data sets.
const INDEX_BYTES: u64 = 2_000_000_000;

#[derive(Args, Debug)]
#[command(next_help_heading = "Decoding")]
pub struct DecodeArgs {
    /// Decode every image as it is
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
    /// Where an image can't be decoded, raise an error that names the row, skip it and show another row of the
    /// batch twice, or keep the row with zero as its pixels
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Policy::Raise, requires = "decoding")]
    on_error: Policy,
    /// Maximum number of images decoded at the same time [default: number of cores]
    #[arg(long, value_name = "N", requires = "decoding")]
    threads: Option<usize>,
    /// Neither use nor make indexes of entry points, by which only the shown part of a JPEG is read
    #[arg(long, requires = "decoding")]
    no_index: bool,
    /// When the data set has smaller copies of the images (hub push --store), decode them never, where they have
    /// enough pixels, or always
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = UseCopies::Enough, requires = "decoding")]
    copies: UseCopies,
    /// Report where the time goes: entropy decoding, pixels (IDCT, colour), transform (resize), waiting
    #[arg(long, requires = "decoding")]
    pub profile: bool,
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

    /// Sets them; `columns` are those of the stream, or all.
    pub fn apply(
        &self,
        mut builder: StreamBuilder,
        columns: Option<&[String]>,
        snapshot: &Snapshot,
        context: &Context,
    ) -> anyhow::Result<StreamBuilder> {
        let Some(spec) = self.spec() else { return Ok(builder) };
        let images = match &self.images {
            Some(images) => images.clone(),
            None => {
                let fields = snapshot.schema().fields.iter().filter(|field| field.feature == Feature::Image);
                let names = fields.map(|field| field.name.clone());
                names.filter(|name| columns.is_none_or(|columns| columns.contains(name))).collect()
            }
        };
        if images.is_empty() {
            let message = "there is no image column to decode";
            return Err(Failure::usage(message).hint("columns of other types can't be decoded").into());
        }
        for image in images {
            builder = builder.image(image, spec.clone());
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
        if !self.no_index {
            let folder = context.home.cache().join("entry_points");
            builder = builder.index_cache(IndexCache::open(folder, INDEX_BYTES)?);
        }
        Ok(builder)
    }
}
