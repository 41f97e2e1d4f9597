//! How the bytes of a pixel become the numbers that a model was trained with.

use std::fmt;
use std::str::FromStr;

use hub_decode::Normalize;
use serde::{Deserialize, Serialize};

/// Known ways to scale pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueMode {
    /// `(x / 255 - mean) / std` with ImageNet's mean and deviation: torchvision, most of timm.
    Imagenet,
    /// `(x / 255 - 0.5) / 0.5`: Inception, EfficientNet-Lite.
    Inception,
    /// Blue first, `x - (103.939, 116.779, 123.68)`: VGG and ResNet of Keras.
    KerasCaffe,
    /// `x / 127.5 - 1`: MobileNet, Inception and Xception of Keras.
    KerasTf,
    /// `x / 255`.
    Unit,
    /// Grey, `(x / 255 - 0.1307) / 0.3081`: MNIST's mean and deviation.
    Lenet,
    /// Bytes as they are, from 0 to 255: the model scales them itself.
    Bytes,
    /// Another mean and deviation.
    Custom,
}

/// The order of a pixel's channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channels {
    /// Red first.
    Rgb,
    /// Blue first.
    Bgr,
    /// One channel: Pillow's `L`, (19595 red + 38470 green + 7471 blue + 32768) / 65536, after resizing.
    Grey,
}

/// How the bytes of a pixel become numbers: `(x / divisor - mean) / std`, in 32-bit floats.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// The name that this scaling is known by.
    pub mode: ValueMode,
    /// The order of the channels.
    pub channels: Channels,
    /// 255 for numbers from 0 to 1; 1 for numbers from 0 to 255.
    pub divisor: f32,
    /// Subtracted, for each channel in their order; grey takes the first.
    pub mean: [f32; 3],
    /// Divided by.
    pub std: [f32; 3],
}

const NAMES: [(&str, ValueMode); 7] = [
    ("imagenet", ValueMode::Imagenet),
    ("inception", ValueMode::Inception),
    ("keras-caffe", ValueMode::KerasCaffe),
    ("keras-tf", ValueMode::KerasTf),
    ("unit", ValueMode::Unit),
    ("lenet", ValueMode::Lenet),
    ("bytes", ValueMode::Bytes),
];

impl ValueMode {
    /// The modes with a name.
    pub fn named() -> impl Iterator<Item = (&'static str, Self)> {
        NAMES.into_iter()
    }
}

/// A text that names no value mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no value mode; known are imagenet, inception, keras-caffe, keras-tf, unit, lenet, bytes")]
pub struct UnknownValues(String);

impl FromStr for ValueMode {
    type Err = UnknownValues;

    fn from_str(text: &str) -> Result<Self, UnknownValues> {
        let found = NAMES.into_iter().find(|(name, _)| *name == text);
        found.map(|(_, mode)| mode).ok_or_else(|| UnknownValues(text.to_owned()))
    }
}

impl fmt::Display for ValueMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = NAMES.into_iter().find(|(_, mode)| mode == self);
        f.write_str(found.map_or("custom", |(name, _)| name))
    }
}

impl Values {
    /// The values of a mode; `Custom` is `x / 255` until its mean and deviation are set.
    pub const fn of(mode: ValueMode) -> Self {
        let (channels, divisor, mean, std) = match mode {
            ValueMode::Imagenet => (Channels::Rgb, 255.0, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
            ValueMode::Inception => (Channels::Rgb, 255.0, [0.5; 3], [0.5; 3]),
            ValueMode::KerasCaffe => (Channels::Bgr, 1.0, [103.939, 116.779, 123.68], [1.0; 3]),
            ValueMode::KerasTf => (Channels::Rgb, 127.5, [1.0; 3], [1.0; 3]),
            ValueMode::Unit | ValueMode::Custom => (Channels::Rgb, 255.0, [0.0; 3], [1.0; 3]),
            ValueMode::Lenet => (Channels::Grey, 255.0, [0.1307; 3], [0.3081; 3]),
            ValueMode::Bytes => (Channels::Rgb, 1.0, [0.0; 3], [1.0; 3]),
        };
        Self { mode, channels, divisor, mean, std }
    }

    /// `(x / 255 - mean) / std`; named after the mode that has the same numbers, if there is one.
    pub fn normalized(mean: [f32; 3], std: [f32; 3]) -> Self {
        let custom = Self { mean, std, ..Self::of(ValueMode::Custom) };
        let is_same = |known: &Self| Self { mode: known.mode, ..custom } == *known;
        NAMES.into_iter().map(|(_, mode)| Self::of(mode)).find(is_same).unwrap_or(custom)
    }

    /// The decoder's form of it.
    pub const fn normalize(&self) -> Normalize {
        Normalize { divisor: self.divisor, mean: self.mean, std: self.std }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for (name, mode) in ValueMode::named() {
            assert_eq!((name.parse(), mode.to_string()), (Ok(mode), name.to_owned()));
            assert_eq!(serde_json::to_string(&mode).unwrap(), format!("\"{name}\""));
        }
        let problem = "caffe".parse::<ValueMode>().unwrap_err().to_string();
        assert!(problem.starts_with("'caffe' is no value mode; known are imagenet"), "{problem}");
    }

    #[test]
    fn a_known_mean_and_deviation_has_its_name() {
        assert_eq!(Values::normalized([0.5; 3], [0.5; 3]), Values::of(ValueMode::Inception));
        assert_eq!(Values::normalized([0.0; 3], [1.0; 3]).mode, ValueMode::Unit);
        assert_eq!(Values::normalized([0.4914, 0.4822, 0.4465], [0.2; 3]).mode, ValueMode::Custom);
    }
}
