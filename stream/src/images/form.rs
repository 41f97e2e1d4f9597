//! The form of decoded values: their type, their shape, and the Arrow field that says both.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Fields};
use hub_decode::{AudioChannels, AudioDtype, AudioSpec, ClipSpec, Dtype, ImageSpec, Layout, Output};
use hub_schema::arrow_types::FEATURE_KEY;
use serde_json::{Value, json};

use super::settings::MediaSpec;

/// The key under which a decoded column's field says what its pixels are, as JSON.
const PIXELS_KEY: &str = "imagehub:pixels";
/// The same, of samples.
const SAMPLES_KEY: &str = "imagehub:samples";

/// The dimensions of a value, and their names.
pub type Shape = Vec<(&'static str, u32)>;

impl MediaSpec {
    /// The shape of a value, where it doesn't depend on what is decoded.
    pub fn shape(&self) -> Option<Shape> {
        Some(match self {
            Self::Image(spec) => self.shape_of(&spec.fixed_size()?),
            Self::Clip(spec) => {
                let [height, width] = spec.image.fixed_size()?;
                self.shape_of(&[spec.frames, height, width])
            }
            Self::Audio(spec) => {
                let frames = u32::try_from(spec.fixed_frames()?).unwrap_or(u32::MAX);
                self.shape_of(&[spec.channels.count() as u32, frames])
            }
        })
    }

    /// The names of the sides that a value without a fixed shape has.
    pub fn sides(&self) -> &'static [&'static str] {
        match self {
            Self::Image(_) => &["height", "width"],
            Self::Audio(_) => &["channels", "frames"],
            Self::Clip(_) => &["frames", "height", "width"],
        }
    }

    /// The shape of a value with these [`sides`](Self::sides).
    pub fn shape_of(&self, sides: &[u32]) -> Shape {
        let side = |n: usize| sides.get(n).copied().unwrap_or_default();
        match self {
            Self::Image(spec) => pixels_shape(spec.output.layout, [side(0), side(1)]),
            Self::Audio(AudioSpec { channels: AudioChannels::Mono, .. }) => vec![("sample", side(1))],
            Self::Audio(_) => vec![("channel", side(0)), ("sample", side(1))],
            Self::Clip(spec) => {
                let pixels = pixels_shape(spec.image.output.layout, [side(1), side(2)]);
                std::iter::once(("frame", side(0))).chain(pixels).collect()
            }
        }
    }

    /// Bytes of a value, where its shape is fixed.
    pub fn row_bytes(&self) -> Option<u64> {
        let shape = self.shape()?;
        let values = shape.iter().fold(1_u64, |values, (_, side)| values.saturating_mul(u64::from(*side)));
        Some(values.saturating_mul(self.value_bytes()))
    }

    /// Bytes of a pixel's channel, or of a sample.
    pub fn value_bytes(&self) -> u64 {
        match self {
            Self::Image(spec) => spec.output.dtype.bytes() as u64,
            Self::Audio(spec) => spec.dtype.bytes() as u64,
            Self::Clip(spec) => spec.image.output.dtype.bytes() as u64,
        }
    }

    /// The Arrow type of a channel or sample. Arrow has no bfloat16: its bits are those of a 16-bit number.
    fn value_type(&self) -> DataType {
        match self {
            Self::Image(ImageSpec { output: Output { dtype, .. }, .. })
            | Self::Clip(ClipSpec { image: ImageSpec { output: Output { dtype, .. }, .. }, .. }) => {
                match dtype {
                    Dtype::U8 => DataType::UInt8,
                    Dtype::F16 => DataType::Float16,
                    Dtype::Bf16 => DataType::UInt16,
                    Dtype::F32 => DataType::Float32,
                }
            }
            Self::Audio(AudioSpec { dtype: AudioDtype::F32, .. }) => DataType::Float32,
            Self::Audio(AudioSpec { dtype: AudioDtype::I16, .. }) => DataType::Int16,
        }
    }

    /// What the field says of the values.
    fn described(&self) -> (&'static str, Value) {
        match self {
            Self::Image(ImageSpec { output, .. })
            | Self::Clip(ClipSpec { image: ImageSpec { output, .. }, .. }) => {
                let Output { layout, dtype, channels, .. } = output;
                (PIXELS_KEY, json!({ "layout": layout, "dtype": dtype, "channels": channels }))
            }
            Self::Audio(AudioSpec { rate, channels, dtype, .. }) => {
                (SAMPLES_KEY, json!({ "rate": rate, "dtype": dtype, "channels": channels }))
            }
        }
    }

    /// The field of the decoded column.
    pub fn field(&self, stored: &ArrowField) -> ArrowField {
        let mut metadata = stored.metadata().clone();
        // It holds no encoded media any more.
        metadata.remove(FEATURE_KEY);
        let (key, described) = self.described();
        metadata.insert(key.to_owned(), described.to_string());
        let Some(shape) = self.shape() else {
            return ArrowField::new(stored.name(), DataType::Struct(self.members()), true)
                .with_metadata(metadata);
        };
        let (names, sides): (Vec<_>, Vec<_>) = shape.into_iter().unzip();
        let values: u32 = sides.iter().product();
        let tensor = json!({ "shape": sides, "dim_names": names });
        metadata.insert("ARROW:extension:name".to_owned(), "arrow.fixed_shape_tensor".to_owned());
        metadata.insert("ARROW:extension:metadata".to_owned(), tensor.to_string());
        let item = Arc::new(ArrowField::new("item", self.value_type(), false));
        let storage = DataType::FixedSizeList(item, values as i32);
        ArrowField::new(stored.name(), storage, true).with_metadata(metadata)
    }

    /// The members of a value without a fixed shape.
    fn members(&self) -> Fields {
        let values = match self {
            Self::Image(_) | Self::Clip(_) => "pixels",
            Self::Audio(_) => "samples",
        };
        let values = ArrowField::new(values, DataType::BinaryView, false);
        let sides = self.sides().iter().map(|side| ArrowField::new(*side, DataType::UInt32, false));
        std::iter::once(values).chain(sides).collect()
    }
}

fn pixels_shape(layout: Layout, [height, width]: [u32; 2]) -> Shape {
    let (channel, height, width) = (("channel", 3), ("height", height), ("width", width));
    match layout {
        Layout::Nhwc => vec![height, width, channel],
        Layout::Nchw => vec![channel, height, width],
    }
}
