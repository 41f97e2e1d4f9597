//! What the exporter of an ONNX file wrote beside the graph.
//!
//! | key | from | says |
//! |---|---|---|
//! | `imagehub.preprocessing`, `imagehub.labels` | `python -m imagehub.models export` | everything: the JSON of a card's fields |
//! | `imagehub.licence`, `imagehub.source`, `imagehub.title` | the same | |
//! | `pretrained_cfg` | timm's configuration as JSON | size, filter, part of the side, squash, mean, deviation |
//! | `task` = `classify`, `imgsz`, `names` | Ultralytics | size, names; values from 0 to 1 |
//! | `Image.BitmapPixelFormat`, `Image.NominalPixelRange` | ONNX's own keys for images | order of the channels, range of the values |
//!
//! What is given on the command line comes before all of it.

use hub_decode::{Filter, ResizeTo};
use serde::Deserialize;

use super::labels::Labels;
use super::preprocessing::{Preprocessing, ResizeOrder};
use super::preset::filter_named;
use super::values::{Channels, ValueMode, Values};
use crate::onnx::Model;

/// What a file says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// From an image to a tensor, if that is stated as a whole.
    pub preprocessing: Option<Preprocessing>,
    /// From bytes to numbers, if that is stated.
    pub values: Option<Values>,
    /// The names of the classes, in the model's order.
    pub labels: Option<Labels>,
    /// What the model is, in a line.
    pub title: Option<String>,
    /// The weights' licence, as the exporter wrote it.
    pub licence: Option<String>,
    /// Where it is from.
    pub source: Option<String>,
}

/// Metadata that say something, but not in their own form.
#[derive(Debug, thiserror::Error)]
#[error("its metadata entry '{key}' can't be read: {problem}; state the preprocessing with --preset")]
pub struct MetadataError {
    /// The key of the entry.
    pub key: &'static str,
    /// What is wrong.
    pub problem: String,
}

#[derive(Deserialize)]
struct TimmConfig {
    input_size: Option<[u32; 3]>,
    interpolation: Option<String>,
    crop_pct: Option<f64>,
    crop_mode: Option<String>,
    mean: Option<[f32; 3]>,
    std: Option<[f32; 3]>,
}

impl Metadata {
    /// Reads what a model says of itself.
    ///
    /// # Errors
    /// An entry that isn't of its own form.
    pub fn of(model: &Model) -> Result<Self, MetadataError> {
        let text = |key: &str| model.metadata(key).map(str::to_owned);
        let mut found = Self {
            title: text("imagehub.title"),
            licence: text("imagehub.licence").or_else(|| text("license")),
            source: text("imagehub.source"),
            ..Self::default()
        };
        found.onnx_keys(model);
        found.ultralytics(model)?;
        if let Some(config) = model.metadata("pretrained_cfg") {
            found.timm(json("pretrained_cfg", config)?)?;
        }
        if let Some(text) = model.metadata("imagehub.preprocessing") {
            found.preprocessing = Some(json("imagehub.preprocessing", text)?);
        }
        if let Some(text) = model.metadata("imagehub.labels") {
            found.labels = Some(json("imagehub.labels", text)?);
        }
        Ok(found)
    }

    /// <https://github.com/onnx/onnx/blob/main/docs/MetadataProps.md>
    fn onnx_keys(&mut self, model: &Model) {
        let channels = match model.metadata("Image.BitmapPixelFormat") {
            Some("Rgb8") => Some(Channels::Rgb),
            Some("Bgr8") => Some(Channels::Bgr),
            Some("Gray8") => Some(Channels::Grey),
            _ => None,
        };
        let mode = match model.metadata("Image.NominalPixelRange") {
            Some("NominalRange_0_255") => Some(ValueMode::Bytes),
            Some("Normalized_0_1") => Some(ValueMode::Unit),
            Some("Normalized_1_1") => Some(ValueMode::KerasTf),
            _ => None,
        };
        if let Some(mode) = mode {
            let values = Values::of(mode);
            self.values = Some(Values { channels: channels.unwrap_or(values.channels), ..values });
        }
    }

    /// Ultralytics' classifiers: shorter side to the size, bilinear, centre crop, values from 0 to 1.
    fn ultralytics(&mut self, model: &Model) -> Result<(), MetadataError> {
        if model.metadata("task") != Some("classify") {
            return Ok(());
        }
        let Some(size) = model.metadata("imgsz") else { return Ok(()) };
        let [height, width]: [u32; 2] = json("imgsz", size)?;
        self.preprocessing = Some(Preprocessing {
            preset: Some("ultralytics".to_owned()),
            resize: ResizeTo::Short(height.min(width)),
            interpolation: Filter::Bilinear,
            resize_order: ResizeOrder::default(),
            antialias: true,
            orient: false,
            crop: Some([height, width]),
            values: Values::of(ValueMode::Unit),
        });
        self.labels = model.metadata("names").and_then(python_names).map(Labels::named);
        Ok(())
    }

    fn timm(&mut self, config: TimmConfig) -> Result<(), MetadataError> {
        let wrong = |problem: String| MetadataError { key: "pretrained_cfg", problem };
        let filter = match config.interpolation.as_deref() {
            None | Some("") => Filter::Bicubic,
            Some(name) => filter_named(name).ok_or_else(|| {
                wrong(format!("interpolation '{name}'; expected nearest, bilinear or bicubic"))
            })?,
        };
        let [_, height, width] = config.input_size.unwrap_or([3, 224, 224]);
        let fraction = config.crop_pct.unwrap_or(0.875);
        if !(fraction > 0.0 && fraction <= 1.0) {
            return Err(wrong(format!("crop_pct {fraction}; expected a number above 0, up to 1")));
        }
        let scaled = |side: u32| (f64::from(side) / fraction).floor() as u32;
        let resize = match config.crop_mode.as_deref() {
            Some("squash") => ResizeTo::Both([scaled(height), scaled(width)]),
            None | Some("" | "center") if height == width => ResizeTo::Short(scaled(height)),
            other => {
                return Err(wrong(format!(
                    "crop_mode '{}' of {height} x {width} pixels; expected center with equal sides, or squash",
                    other.unwrap_or("center")
                )));
            }
        };
        let imagenet = Values::of(ValueMode::Imagenet);
        let values =
            Values::normalized(config.mean.unwrap_or(imagenet.mean), config.std.unwrap_or(imagenet.std));
        self.preprocessing = Some(Preprocessing {
            preset: Some("timm".to_owned()),
            resize,
            interpolation: filter,
            resize_order: ResizeOrder::default(),
            antialias: true,
            orient: false,
            crop: Some([height, width]).filter(|crop| resize != ResizeTo::Both(*crop)),
            values,
        });
        Ok(())
    }
}

fn json<T: serde::de::DeserializeOwned>(key: &'static str, text: &str) -> Result<T, MetadataError> {
    serde_json::from_str(text).map_err(|error| MetadataError { key, problem: error.to_string() })
}

/// The names in the text of a Python dictionary, `{0: 'tench', 1: "jack-o'-lantern"}`, numbered from 0; `None` where it
/// is anything else.
fn python_names(text: &str) -> Option<Vec<String>> {
    let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
    let mut names = Vec::new();
    while !rest.is_empty() {
        let (number, after) = rest.split_once(':')?;
        if number.trim().parse() != Ok(names.len()) {
            return None;
        }
        let mut characters = after.trim_start().chars();
        let quote = characters.next().filter(|quote| matches!(quote, '\'' | '"'))?;
        let mut name = String::new();
        loop {
            match characters.next()? {
                '\\' => name.push(characters.next()?),
                end if end == quote => break,
                other => name.push(other),
            }
        }
        names.push(name);
        rest = characters.as_str().trim_start().trim_start_matches(',').trim_start();
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;
    use crate::onnx::messages::StringStringEntryProto;
    use crate::testing::classifier;

    fn metadata(entries: &[(&str, &str)]) -> Result<Metadata, MetadataError> {
        let mut proto = classifier();
        let entry = |(key, value): &(&str, &str)| StringStringEntryProto {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
        };
        proto.metadata_props = entries.iter().map(entry).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.onnx");
        std::fs::write(&path, proto.encode_to_vec()).unwrap();
        Metadata::of(&Model::open(&path).unwrap())
    }

    #[test]
    fn nothing_is_said() {
        assert_eq!(metadata(&[]).unwrap(), Metadata::default());
    }

    #[test]
    fn timm_configurations() {
        let config = r#"{"input_size": [3, 240, 240], "interpolation": "bicubic", "crop_pct": 0.875, "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5], "architecture": "x"}"#;
        let found = metadata(&[("pretrained_cfg", config)]).unwrap().preprocessing.unwrap();
        assert_eq!(found.to_string(), "274/240 bicubic, inception values");
        let squash = r#"{"crop_mode": "squash", "crop_pct": 1.0, "interpolation": "bilinear"}"#;
        let found = metadata(&[("pretrained_cfg", squash)]).unwrap().preprocessing.unwrap();
        assert_eq!(found.to_string(), "both sides 224 bilinear, imagenet values");
        let lanczos =
            metadata(&[("pretrained_cfg", r#"{"interpolation": "lanczos"}"#)]).unwrap_err().to_string();
        assert!(lanczos.contains("interpolation 'lanczos'") && lanczos.contains("--preset"), "{lanczos}");
    }

    #[test]
    fn ultralytics_classifiers() {
        let entries =
            [("task", "classify"), ("imgsz", "[224, 224]"), ("names", r#"{0: 'a', 1: "b's", 2: 'c\'s'}"#)];
        let found = metadata(&entries).unwrap();
        assert_eq!(found.preprocessing.unwrap().to_string(), "224/224 bilinear, unit values");
        assert_eq!(found.labels.unwrap().names(), ["a", "b's", "c's"]);
        assert_eq!(metadata(&[("task", "detect"), ("imgsz", "[640, 640]")]).unwrap(), Metadata::default());
    }

    #[test]
    fn onnx_own_keys() {
        let entries =
            [("Image.BitmapPixelFormat", "Bgr8"), ("Image.NominalPixelRange", "NominalRange_0_255")];
        let values = metadata(&entries).unwrap().values.unwrap();
        assert_eq!((values.mode, values.channels), (ValueMode::Bytes, Channels::Bgr));
    }

    #[test]
    fn what_the_hub_itself_wrote() {
        let preprocessing = "timm-0.95".parse::<super::super::Preset>().unwrap();
        let preprocessing = preprocessing.preprocessing(&Default::default(), None).unwrap();
        let text = serde_json::to_string(&preprocessing).unwrap();
        let entries = [
            ("imagehub.preprocessing", text.as_str()),
            ("imagehub.labels", r#"{"space": "imagenet-1k"}"#),
            ("imagehub.licence", "Apache-2.0"),
        ];
        let found = metadata(&entries).unwrap();
        assert_eq!((found.preprocessing, found.licence), (Some(preprocessing), Some("Apache-2.0".into())));
        assert_eq!(found.labels, Some(Labels::Imagenet1k { assumed: false }));
        assert!(metadata(&[("imagehub.labels", "x")]).unwrap_err().to_string().contains("'imagehub.labels'"));
    }
}
