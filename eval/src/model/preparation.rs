//! A card's preprocessing as the decoder does it, and its tensors as the engine takes them.
//!
//! The decoder gives three channels. A grey model gets its channel here, of the bytes that were resized.

use hub_decode::{
    ChannelOrder, Dtype, ImageSpec, Layout as TensorLayout, Limits, Normalize, Output, Transform,
};

use super::preprocessing::{Preprocessing, PreprocessingError, ResizeOrder};
use super::values::{Channels, ValueMode};
use crate::engine::{Images, Pixels};
use crate::onnx::{Element, Input, Layout};

/// How images become a model's input.
#[derive(Clone, Debug, PartialEq)]
pub struct Preparation {
    spec: ImageSpec,
    size: [usize; 2],
    layout: Layout,
    form: Form,
}

/// What is left to do after the decoder.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    Floats,
    Bytes,
    GreyFloats(Normalize),
    GreyBytes,
}

/// A preprocessing that doesn't fit a model's input.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PreparationError {
    /// It makes no sense in itself.
    #[error(transparent)]
    Preprocessing(#[from] PreprocessingError),
    /// Another size than the input's.
    #[error(
        "the preprocessing gives {given} pixels (height x width), the model's input '{input}' takes {takes}; set the size with --crop"
    )]
    Size {
        /// Height x width that the preprocessing gives.
        given: String,
        /// The input's name.
        input: String,
        /// Height x width that the input takes.
        takes: String,
    },
    /// Grey for a model of colours, or the other way round.
    #[error(
        "the preprocessing gives {given}, the model's input '{input}' takes {takes}; choose other values with --values"
    )]
    Channels {
        /// Grey or three channels, from the preprocessing.
        given: &'static str,
        /// The input's name.
        input: String,
        /// Grey or three channels, for the input.
        takes: &'static str,
    },
    /// Scaled values for a model that takes bytes.
    #[error(
        "the model's input '{input}' takes bytes (uint8), the preprocessing gives the values '{mode}'; use --values bytes"
    )]
    Bytes {
        /// The input's name.
        input: String,
        /// How the preprocessing scales values.
        mode: ValueMode,
    },
}

impl Preparation {
    /// # Errors
    /// The preprocessing makes no sense, or isn't what the input takes.
    pub fn new(preprocessing: &Preprocessing, input: &Input) -> Result<Self, PreparationError> {
        preprocessing.check()?;
        let size = preprocessing.size()?;
        let takes = [input.height, input.width];
        let fits = |(given, takes): (u32, Option<usize>)| takes.is_none_or(|takes| takes == given as usize);
        if !size.into_iter().zip(takes).all(fits) {
            let side = |side: Option<usize>| side.map_or_else(|| "any".to_owned(), |side| side.to_string());
            return Err(PreparationError::Size {
                given: format!("{} x {}", size[0], size[1]),
                input: input.name.clone(),
                takes: format!("{} x {}", side(takes[0]), side(takes[1])),
            });
        }
        let values = preprocessing.values;
        let is_grey = values.channels == Channels::Grey;
        let words = |grey| if grey { "one channel (grey)" } else { "three channels (colours)" };
        if let Some(channels) = input.channels.filter(|channels| (*channels == 1) != is_grey) {
            let (given, takes) = (words(is_grey), words(channels == 1));
            return Err(PreparationError::Channels { given, input: input.name.clone(), takes });
        }
        let is_bytes = input.element == Element::U8;
        if is_bytes && values.mode != ValueMode::Bytes {
            return Err(PreparationError::Bytes { input: input.name.clone(), mode: values.mode });
        }
        let form = match (is_grey, is_bytes) {
            (false, false) => Form::Floats,
            (false, true) => Form::Bytes,
            (true, false) => Form::GreyFloats(values.normalize()),
            (true, true) => Form::GreyBytes,
        };
        let output = Output {
            layout: match input.layout {
                Layout::Nchw if !is_grey => TensorLayout::Nchw,
                _ => TensorLayout::Nhwc,
            },
            dtype: if form == Form::Floats { Dtype::F32 } else { Dtype::U8 },
            channels: if values.channels == Channels::Bgr { ChannelOrder::Bgr } else { ChannelOrder::Rgb },
            normalize: values.normalize(),
        };
        let spec = spec(preprocessing, output);
        Ok(Self { spec, size: size.map(|side| side as usize), layout: input.layout, form })
    }

    /// What the decoder does with each image; exact.
    pub fn image_spec(&self) -> &ImageSpec {
        &self.spec
    }

    /// As it is, or with the decoder's fast mode for JPEGs that are shrunk a lot.
    #[must_use]
    pub fn with_exact(mut self, exact: bool) -> Self {
        self.spec.exact = exact;
        self
    }

    /// The bytes of one image's tensor, as [`image_spec`](Self::image_spec) has it.
    pub fn image_bytes(&self) -> usize {
        self.size[0] * self.size[1] * 3 * self.spec.output.dtype.bytes()
    }

    /// The batch of decoded tensors, one after the other, as the model takes it. `floats` and `bytes` hold what must be
    /// converted.
    pub fn images<'a>(
        &self,
        tensors: &'a [u8],
        floats: &'a mut Vec<f32>,
        bytes: &'a mut Vec<u8>,
    ) -> Images<'a> {
        let count = tensors.len() / self.image_bytes().max(1);
        let [height, width] = self.size;
        let channels = if matches!(self.form, Form::GreyFloats(_) | Form::GreyBytes) { 1 } else { 3 };
        let shape = match self.layout {
            Layout::Nchw => [count, channels, height, width],
            Layout::Nhwc => [count, height, width, channels],
        };
        let pixels = match self.form {
            Form::Bytes => Pixels::U8(tensors),
            Form::Floats => {
                let (values, _) = tensors.as_chunks::<4>();
                floats.clear();
                floats.extend(values.iter().map(|value| f32::from_ne_bytes(*value)));
                Pixels::F32(floats)
            }
            Form::GreyBytes => {
                bytes.clear();
                bytes.extend(greys(tensors));
                Pixels::U8(bytes)
            }
            Form::GreyFloats(Normalize { divisor, mean, std }) => {
                floats.clear();
                floats.extend(greys(tensors).map(|grey| (f32::from(grey) / divisor - mean[0]) / std[0]));
                Pixels::F32(floats)
            }
        };
        Images { pixels, shape }
    }
}

/// The decoder's form of a preprocessing.
fn spec(preprocessing: &Preprocessing, output: Output) -> ImageSpec {
    let transform = Transform::Resize { to: preprocessing.resize, crop: preprocessing.crop, flip: 0.0 };
    ImageSpec {
        transform,
        filter: preprocessing.interpolation,
        no_antialias: !preprocessing.antialias,
        exact: true,
        vertical_first: preprocessing.resize_order == ResizeOrder::Vertical,
        orient: preprocessing.orient,
        output,
        limits: Limits::default(),
    }
}

/// Pillow's conversion from RGB to `L`.
fn greys(rgb: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let (pixels, _) = rgb.as_chunks::<3>();
    pixels.iter().map(|[red, green, blue]| {
        let sum = 19595 * u32::from(*red) + 38470 * u32::from(*green) + 7471 * u32::from(*blue) + 0x8000;
        (sum >> 16) as u8
    })
}
