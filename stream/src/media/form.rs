//! The form of decoded values: their type, their shape, and the Arrow field that says both.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field as ArrowField, Fields};
use hub_decode::{AudioChannels, AudioDtype, AudioSpec, Layout, Output};
use hub_schema::arrow_types::FEATURE_KEY;
use serde_json::{Value, json};

use super::spec::MediaSpec;
use crate::decoded_arrays::channel_type;

/// The keys under which a decoded column's field says what its samples or pixels are, as JSON.
const SAMPLES_KEY: &str = "imagehub:samples";
const PIXELS_KEY: &str = "imagehub:pixels";

/// The dimensions of a value, and their names.
type Shape = Vec<(&'static str, u32)>;

impl MediaSpec {
    /// The dimensions of a value and their names, where they don't depend on what is decoded.
    pub fn shape(&self) -> Option<Shape> {
        Some(match self {
            Self::Audio(spec) => {
                let frames = u32::try_from(spec.fixed_frames()?).unwrap_or(u32::MAX);
                self.shape_of(&[spec.channels.count() as u32, frames])
            }
            Self::Clip(spec) => {
                let [height, width] = spec.image.fixed_size()?;
                self.shape_of(&[spec.frames, height, width])
            }
        })
    }

    /// The names of the sides that a value without a fixed shape has, beside its samples or pixels.
    pub fn sides(&self) -> &'static [&'static str] {
        match self {
            Self::Audio(_) => &["channels", "frames"],
            Self::Clip(_) => &["frames", "height", "width"],
        }
    }

    /// The shape of a value with these [`sides`](Self::sides).
    pub fn shape_of(&self, sides: &[u32]) -> Shape {
        let side = |n: usize| sides.get(n).copied().unwrap_or_default();
        match self {
            Self::Audio(AudioSpec { channels: AudioChannels::Mono, .. }) => vec![("sample", side(1))],
            Self::Audio(_) => vec![("channel", side(0)), ("sample", side(1))],
            Self::Clip(spec) => {
                let (frame, channel) = (("frame", side(0)), ("channel", 3));
                let (height, width) = (("height", side(1)), ("width", side(2)));
                match spec.image.output.layout {
                    Layout::Nhwc => vec![frame, height, width, channel],
                    Layout::Nchw => vec![frame, channel, height, width],
                }
            }
        }
    }

    /// Bytes of a value, where its shape is fixed.
    pub(super) fn row_bytes(&self) -> Option<u64> {
        let shape = self.shape()?;
        let values = shape.iter().fold(1_u64, |values, (_, side)| values.saturating_mul(u64::from(*side)));
        let bytes = match self {
            Self::Audio(spec) => spec.dtype.bytes(),
            Self::Clip(spec) => spec.image.output.dtype.bytes(),
        };
        Some(values.saturating_mul(bytes as u64))
    }

    /// The Arrow type of a sample or channel.
    fn value_type(&self) -> DataType {
        match self {
            Self::Audio(AudioSpec { dtype: AudioDtype::F32, .. }) => DataType::Float32,
            Self::Audio(AudioSpec { dtype: AudioDtype::I16, .. }) => DataType::Int16,
            Self::Clip(spec) => channel_type(spec.image.output.dtype),
        }
    }

    /// What the field says of the values.
    fn described(&self) -> (&'static str, Value) {
        match self {
            Self::Audio(AudioSpec { rate, channels, dtype, .. }) => {
                (SAMPLES_KEY, json!({ "rate": rate, "dtype": dtype, "channels": channels }))
            }
            Self::Clip(spec) => {
                let Output { layout, dtype, channels, .. } = spec.image.output;
                (PIXELS_KEY, json!({ "layout": layout, "dtype": dtype, "channels": channels }))
            }
        }
    }

    /// The field of the decoded column.
    pub(super) fn field(&self, stored: &ArrowField) -> ArrowField {
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
            Self::Audio(_) => "samples",
            Self::Clip(_) => "pixels",
        };
        let values = ArrowField::new(values, DataType::BinaryView, false);
        let sides = self.sides().iter().map(|side| ArrowField::new(*side, DataType::UInt32, false));
        std::iter::once(values).chain(sides).collect()
    }
}
