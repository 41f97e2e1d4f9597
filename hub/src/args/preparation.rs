//! How images are prepared for a model, and what its classes are: what goes on its card.

use std::path::Path;

use clap::Args;
use hub_eval::model::{
    About, Channels, Labels, Overrides, Preset, ResizeOrder, Stated, ValueMode, Values, filter_named,
    read_labels,
};

use crate::errors::Failure;

/// The longest file of labels in bytes.
const MAX_LABELS_BYTES: u64 = 16 << 20;

#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Preprocessing")]
pub struct PreparationArgs {
    /// Library whose evaluation the model expects: torchvision, timm, timm-squash, keras-nearest, keras-bilinear or
    /// lenet; with sizes: torchvision-232-224, timm-bicubic-0.95-224, keras-nearest-299 [default: as the file says]
    #[arg(long, value_name = "NAME")]
    pub preset: Option<Preset>,
    /// Side to resize to, in pixels: the shorter one, or both for keras, lenet and timm-squash
    #[arg(long, value_name = "N")]
    pub resize: Option<u32>,
    /// Side of the centre crop, in pixels [default: the model's input]
    #[arg(long, value_name = "N")]
    pub crop: Option<u32>,
    /// Filter of the resize: bilinear, bicubic or nearest
    #[arg(long, value_name = "FILTER", value_parser = parse_filter)]
    pub interpolation: Option<hub_decode::Filter>,
    /// Scaling of pixels: imagenet, inception, keras-caffe, keras-tf, unit (0 to 1), lenet, or bytes (0 to 255)
    #[arg(long, value_name = "MODE")]
    pub values: Option<ValueMode>,
    /// Mean of each channel, of values from 0 to 1, such as 0.485,0.456,0.406; instead of --values
    #[arg(long, value_name = "R,G,B", value_parser = parse_channels, requires = "std", conflicts_with = "values")]
    pub mean: Option<[f32; 3]>,
    /// Standard deviation of each channel
    #[arg(long, value_name = "R,G,B", value_parser = parse_channels, requires = "mean")]
    pub std: Option<[f32; 3]>,
    /// Order of the channels: rgb or bgr [default: that of --values]
    #[arg(long, value_name = "ORDER", value_parser = parse_order)]
    pub channels: Option<Channels>,
    /// Order of the passes of the resize: horizontal (as published scores were made) or vertical (Pillow 13)
    #[arg(long, value_name = "ORDER", value_parser = parse_resize_order)]
    pub resize_order: Option<ResizeOrder>,
    /// Classes of the model: imagenet-1k, or a file with one name a line [default: as the file says, or imagenet-1k
    /// where there are 1,000]
    #[arg(long, value_name = "FILE")]
    pub labels: Option<String>,
    /// Output with the scores, where the model has several [default: the first that can be]
    #[arg(long, value_name = "NAME")]
    pub output: Option<String>,
}

impl PreparationArgs {
    /// Is anything given?
    pub fn is_given(&self) -> bool {
        let Self {
            preset,
            resize,
            crop,
            interpolation,
            values,
            mean,
            std,
            channels,
            resize_order,
            labels,
            output,
        } = self;
        preset.is_some()
            || resize.or(*crop).is_some()
            || interpolation.is_some()
            || values.is_some()
            || mean.or(*std).is_some()
            || channels.is_some()
            || resize_order.is_some()
            || labels.is_some()
            || output.is_some()
    }

    /// What is stated of a model; reads the file of labels.
    pub fn stated(&self, about: About) -> anyhow::Result<Stated> {
        let values = match (self.values, self.mean.zip(self.std)) {
            (Some(mode), _) => Some(Values::of(mode)),
            (None, Some((mean, std))) => Some(Values::normalized(mean, std)),
            (None, None) => None,
        };
        let values = match (values, self.channels) {
            (Some(values), Some(channels)) => Some(Values { channels, ..values }),
            (None, Some(_)) => {
                let message = "--channels is given without the values that it is the order of";
                return Err(Failure::usage(message).hint("add --values, or --mean and --std").into());
            }
            (values, None) => values,
        };
        Ok(Stated {
            preset: self.preset.clone(),
            overrides: Overrides {
                resize: self.resize,
                crop: self.crop,
                interpolation: self.interpolation,
                values,
                resize_order: self.resize_order,
            },
            labels: self.labels.as_deref().map(labels).transpose()?,
            about,
            output: self.output.clone(),
        })
    }
}

fn labels(text: &str) -> anyhow::Result<Labels> {
    if text == "imagenet-1k" {
        return Ok(Labels::Imagenet1k { assumed: false });
    }
    let path = Path::new(text);
    let size = path.metadata().map(|found| found.len());
    let Ok(size) = size else {
        let message = format!("--labels {text}: no such file, and no known set of classes");
        return Err(Failure::not_found(message)
            .hint("give imagenet-1k, or a file with one name a line")
            .into());
    };
    if size > MAX_LABELS_BYTES {
        let message =
            format!("--labels {text}: {size} bytes; names of classes have at most {MAX_LABELS_BYTES}");
        return Err(Failure::bad_input(message).into());
    }
    let read = std::fs::read_to_string(path).map_err(|error| format!("can't be read as text: {error}"));
    let read = read.and_then(|text| read_labels(&text).map_err(|error| error.to_string()));
    Ok(read.map_err(|problem| Failure::bad_input(format!("--labels {text}: {problem}")))?)
}

fn parse_filter(text: &str) -> Result<hub_decode::Filter, String> {
    filter_named(text).ok_or_else(|| "expected bilinear, bicubic or nearest".to_owned())
}

fn parse_order(text: &str) -> Result<Channels, String> {
    match text {
        "rgb" => Ok(Channels::Rgb),
        "bgr" => Ok(Channels::Bgr),
        _ => Err("expected rgb or bgr".to_owned()),
    }
}

fn parse_resize_order(text: &str) -> Result<ResizeOrder, String> {
    match text {
        "horizontal" => Ok(ResizeOrder::Horizontal),
        "vertical" => Ok(ResizeOrder::Vertical),
        _ => Err("expected horizontal or vertical".to_owned()),
    }
}

/// Three numbers, or one for a grey model.
fn parse_channels(text: &str) -> Result<[f32; 3], String> {
    let numbers: Option<Vec<f32>> =
        text.split(',').map(|number| number.trim().parse().ok().filter(|n: &f32| n.is_finite())).collect();
    match numbers.as_deref() {
        Some([red, green, blue]) => Ok([*red, *green, *blue]),
        Some([grey]) => Ok([*grey; 3]),
        _ => Err("expected three numbers with commas between them, or one for grey".to_owned()),
    }
}
