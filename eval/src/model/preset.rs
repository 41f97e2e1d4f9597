//! The preprocessings of well-known libraries, by name.
//!
//! | name | resize | filter | crop | values |
//! |---|---|---|---|---|
//! | `torchvision` | shorter side to `round(crop · 256 / 224)` | bilinear | 224 | `imagenet` |
//! | `torchvision-232-224` | shorter side to 232 | bilinear | 224 | `imagenet` |
//! | `timm`, `timm-0.95`, `timm-0.875-240` | shorter side to `floor(crop / fraction)`, 0.875 unless given | bicubic | 224 | `imagenet` |
//! | `timm-squash` | both sides to `floor(crop / fraction)`, 1 unless given | bicubic | 224 | `imagenet` |
//! | `keras-nearest`, `keras-nearest-299` | both sides to 224 | nearest | – | `keras-caffe` |
//! | `keras-bilinear` | both sides to 224 | bilinear | – | `keras-caffe` |
//! | `lenet`, `lenet-32` | both sides to 28 | bilinear | – | `lenet` |
//!
//! A filter may follow `timm`: `timm-bilinear-0.875-224`. Where neither the name nor an option says the size of the
//! crop, it is that of the model's input.

use std::fmt;
use std::str::FromStr;

use hub_decode::{Filter, ResizeTo};

use super::preprocessing::{Preprocessing, PreprocessingError, ResizeOrder};
use super::values::{ValueMode, Values};

/// A named preprocessing.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    name: String,
    family: Family,
    resize: Option<u32>,
    crop: Option<u32>,
    /// The crop's part of the resized image, by its side.
    fraction: Option<f64>,
    filter: Filter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Torchvision,
    Timm,
    TimmSquash,
    Keras,
    Lenet,
}

/// What options of the command line put in place of a preset's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// The side to resize to, in pixels.
    pub resize: Option<u32>,
    /// The side of the crop, in pixels.
    pub crop: Option<u32>,
    /// The filter of the resize.
    pub interpolation: Option<Filter>,
    /// From bytes to numbers.
    pub values: Option<Values>,
    /// The order of the resize's passes.
    pub resize_order: Option<ResizeOrder>,
}

impl Overrides {
    /// Puts what is given in place of a whole preprocessing's.
    pub fn apply(&self, to: &mut Preprocessing) {
        if let Some(side) = self.resize {
            to.resize = match to.resize {
                ResizeTo::Short(_) => ResizeTo::Short(side),
                ResizeTo::Both(_) => ResizeTo::Both([side; 2]),
            };
        }
        if let Some(side) = self.crop {
            to.crop = Some([side; 2]);
        }
        to.interpolation = self.interpolation.unwrap_or(to.interpolation);
        to.values = self.values.unwrap_or(to.values);
        to.resize_order = self.resize_order.unwrap_or(to.resize_order);
    }
}

/// A text that names no preset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no preset; known are torchvision, timm, timm-squash, keras-nearest, keras-bilinear and lenet, with sizes \
     behind them if they differ: torchvision-232-224 (resize, crop), timm-bicubic-0.95-224 (part of the side, crop), \
     keras-nearest-299"
)]
pub struct UnknownPreset(String);

/// The presets that the sizes of a model leave to choose from, without sizes in their names.
pub const FAMILIES: [&str; 6] =
    ["torchvision", "timm", "timm-squash", "keras-nearest", "keras-bilinear", "lenet"];

impl FromStr for Preset {
    type Err = UnknownPreset;

    fn from_str(text: &str) -> Result<Self, UnknownPreset> {
        let unknown = || UnknownPreset(text.to_owned());
        let families = [
            ("torchvision", Family::Torchvision, Filter::Bilinear),
            ("timm-squash", Family::TimmSquash, Filter::Bicubic),
            ("timm", Family::Timm, Filter::Bicubic),
            ("keras-nearest", Family::Keras, Filter::Nearest),
            ("keras-bilinear", Family::Keras, Filter::Bilinear),
            ("lenet", Family::Lenet, Filter::Bilinear),
        ];
        let found = families.into_iter().find_map(|(name, family, filter)| {
            let rest = text.strip_prefix(name)?;
            (rest.is_empty() || rest.starts_with('-')).then_some((family, filter, rest))
        });
        let (family, mut filter, rest) = found.ok_or_else(unknown)?;
        let mut words: Vec<&str> = rest.split('-').skip(1).collect();
        let is_timm = matches!(family, Family::Timm | Family::TimmSquash);
        if is_timm && let Some(named) = words.first().and_then(|word| filter_named(word)) {
            (filter, words) = (named, words.split_off(1));
        }
        let side = |word: &str| word.parse::<u32>().ok().filter(|side| *side > 0);
        let part = |word: &str| word.parse::<f64>().ok().filter(|part| *part > 0.0 && *part <= 1.0);
        let (resize, crop, fraction) = match (family, words.as_slice()) {
            (_, []) => (None, None, None),
            (Family::Torchvision, [resize, crop]) => {
                (Some(side(resize).ok_or_else(unknown)?), Some(side(crop).ok_or_else(unknown)?), None)
            }
            (Family::Keras | Family::Lenet, [both]) => (None, Some(side(both).ok_or_else(unknown)?), None),
            (_, [fraction]) if is_timm => (None, None, Some(part(fraction).ok_or_else(unknown)?)),
            (_, [fraction, crop]) if is_timm => {
                (None, Some(side(crop).ok_or_else(unknown)?), Some(part(fraction).ok_or_else(unknown)?))
            }
            _ => return Err(unknown()),
        };
        Ok(Self { name: text.to_owned(), family, resize, crop, fraction, filter })
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// A filter by its name.
pub fn filter_named(name: &str) -> Option<Filter> {
    match name {
        "nearest" => Some(Filter::Nearest),
        "bilinear" => Some(Filter::Bilinear),
        "bicubic" => Some(Filter::Bicubic),
        _ => None,
    }
}

impl Preset {
    /// The preprocessing, with options in place of the preset's; `model_side`: of the model's input in pixels, if it
    /// says so.
    ///
    /// # Errors
    /// Sizes out of bounds.
    pub fn preprocessing(
        &self,
        overrides: &Overrides,
        model_side: Option<u32>,
    ) -> Result<Preprocessing, PreprocessingError> {
        let default = if self.family == Family::Lenet { 28 } else { 224 };
        let crop = overrides.crop.or(self.crop);
        let (resize, crop) = match self.family {
            Family::Torchvision | Family::Timm => {
                let crop = crop.or(model_side).unwrap_or(default);
                let short = overrides.resize.or(self.resize).unwrap_or_else(|| self.short_side(crop));
                (ResizeTo::Short(short), Some([crop; 2]))
            }
            Family::TimmSquash => {
                let crop = crop.or(model_side).unwrap_or(default);
                let both = overrides.resize.unwrap_or_else(|| floor_of(crop, self.fraction.unwrap_or(1.0)));
                (ResizeTo::Both([both; 2]), (both != crop).then_some([crop; 2]))
            }
            Family::Keras | Family::Lenet => {
                let both = overrides.resize.or(crop).or(model_side).unwrap_or(default);
                let crop = overrides.crop.filter(|crop| *crop != both);
                (ResizeTo::Both([both; 2]), crop.map(|crop| [crop; 2]))
            }
        };
        let mode = match self.family {
            Family::Torchvision | Family::Timm | Family::TimmSquash => ValueMode::Imagenet,
            Family::Keras => ValueMode::KerasCaffe,
            Family::Lenet => ValueMode::Lenet,
        };
        let preprocessing = Preprocessing {
            preset: Some(self.name.clone()),
            resize,
            interpolation: overrides.interpolation.unwrap_or(self.filter),
            resize_order: overrides.resize_order.unwrap_or_default(),
            antialias: true,
            orient: false,
            crop,
            values: overrides.values.unwrap_or_else(|| Values::of(mode)),
        };
        preprocessing.check()?;
        Ok(preprocessing)
    }

    /// The shorter side that goes with a crop.
    fn short_side(&self, crop: u32) -> u32 {
        match self.family {
            Family::Torchvision => (f64::from(crop) * 256.0 / 224.0).round() as u32,
            _ => floor_of(crop, self.fraction.unwrap_or(0.875)),
        }
    }
}

/// timm's `int(floor(side / fraction))`.
fn floor_of(side: u32, fraction: f64) -> u32 {
    (f64::from(side) / fraction).floor() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(name: &str, overrides: &Overrides, model_side: Option<u32>) -> Preprocessing {
        name.parse::<Preset>().unwrap().preprocessing(overrides, model_side).unwrap()
    }

    #[test]
    fn sizes_of_presets() {
        let none = Overrides::default();
        let cases = [
            ("torchvision", None, ResizeTo::Short(256), Some(224)),
            ("torchvision", Some(299), ResizeTo::Short(342), Some(299)),
            ("torchvision-232-224", Some(224), ResizeTo::Short(232), Some(224)),
            ("timm", None, ResizeTo::Short(256), Some(224)),
            ("timm-0.95", None, ResizeTo::Short(235), Some(224)),
            ("timm-bicubic-0.875-240", None, ResizeTo::Short(274), Some(240)),
            ("timm-1.0", Some(384), ResizeTo::Short(384), Some(384)),
            ("timm-squash-bicubic-1.0-224", None, ResizeTo::Both([224; 2]), None),
            ("timm-squash-0.9", None, ResizeTo::Both([248; 2]), Some(224)),
            ("keras-nearest", Some(299), ResizeTo::Both([299; 2]), None),
            ("keras-bilinear-160", None, ResizeTo::Both([160; 2]), None),
            ("lenet", None, ResizeTo::Both([28; 2]), None),
            ("lenet", Some(32), ResizeTo::Both([32; 2]), None),
        ];
        for (name, model_side, resize, crop) in cases {
            let found = made(name, &none, model_side);
            assert_eq!((found.resize, found.crop), (resize, crop.map(|side| [side; 2])), "{name}");
        }
    }

    #[test]
    fn filters_and_values_of_presets() {
        let of = |name| {
            let made = made(name, &Overrides::default(), None);
            (made.interpolation, made.values.mode)
        };
        assert_eq!(of("torchvision"), (Filter::Bilinear, ValueMode::Imagenet));
        assert_eq!(of("timm"), (Filter::Bicubic, ValueMode::Imagenet));
        assert_eq!(of("timm-bilinear-0.9"), (Filter::Bilinear, ValueMode::Imagenet));
        assert_eq!(of("keras-nearest"), (Filter::Nearest, ValueMode::KerasCaffe));
        assert_eq!(of("lenet"), (Filter::Bilinear, ValueMode::Lenet));
    }

    #[test]
    fn options_come_before_the_preset() {
        let overrides = Overrides {
            resize: Some(256),
            crop: Some(227),
            interpolation: Some(Filter::Nearest),
            values: Some(Values::of(ValueMode::Inception)),
            resize_order: Some(ResizeOrder::Vertical),
        };
        let found = made("timm-0.95-224", &overrides, Some(224));
        assert_eq!((found.resize, found.crop), (ResizeTo::Short(256), Some([227; 2])));
        assert_eq!(found.to_string(), "256/227 nearest, inception values, vertical pass first");
        let keras = made("keras-nearest", &Overrides { resize: Some(256), ..overrides }, None);
        assert_eq!((keras.resize, keras.crop), (ResizeTo::Both([256; 2]), Some([227; 2])));
    }

    #[test]
    fn what_is_no_preset_is_refused() {
        for name in [
            "torch",
            "torchvision-224",
            "timm-2",
            "timm-0",
            "keras",
            "keras-nearest-0",
            "lenet-a",
            "",
            "timm-x-224",
        ] {
            let problem = name.parse::<Preset>().unwrap_err().to_string();
            assert!(
                problem.starts_with(&format!("'{name}' is no preset; known are torchvision")),
                "{problem}"
            );
        }
        let large = Overrides { crop: Some(5000), ..Overrides::default() };
        let problem = "timm".parse::<Preset>().unwrap().preprocessing(&large, None).unwrap_err();
        assert!(problem.to_string().contains("expected 1 to 2048"), "{problem}");
    }
}
