//! Which preprocessing fits a model best, on a few labelled images.
//!
//! A wrong mean or filter costs points that nobody notices: the model still works. So the values are tried first, with the
//! card's geometry; then geometries with the values that fit best. Preprocessings are compared by their right predictions, and
//! where these are equal by the mean loss, which tells neighbours apart on few images.

use std::ops::ControlFlow;

use hub_decode::{Filter, ResizeTo};

use crate::engine::Classifier;
use crate::inference::{Batch, Chosen, InferenceError, Pipeline};
use crate::model::{Channels, Preparation, Preprocessing, ValueMode, Values};
use crate::onnx::{Element, Input};
use crate::score::Count;

/// How well a preprocessing fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The preprocessing that was tried.
    pub preprocessing: Preprocessing,
    /// Images whose most probable class is right, of those that are scored.
    pub top1: Count,
    /// The mean negative log-likelihood of the labels, natural logarithm; NaN without any.
    pub loss: f64,
}

impl Fit {
    /// Does it fit better than another?
    pub fn is_better(&self, other: &Self) -> bool {
        match self.top1.right.cmp(&other.top1.right) {
            std::cmp::Ordering::Equal => self.loss < other.loss,
            order => order.is_gt(),
        }
    }
}

/// Ways to scale pixels that the input can take, the card's first.
fn values(card: &Preprocessing, input: &Input) -> Vec<Preprocessing> {
    let modes: &[ValueMode] = match (input.element, card.values.channels) {
        (Element::U8, _) => &[],
        (_, Channels::Grey) => &[ValueMode::Lenet, ValueMode::Unit, ValueMode::Inception, ValueMode::Bytes],
        _ => &[
            ValueMode::Imagenet,
            ValueMode::Inception,
            ValueMode::Unit,
            ValueMode::KerasCaffe,
            ValueMode::Bytes,
        ],
    };
    let made = modes.iter().map(|mode| {
        let values = Values::of(*mode);
        let channels = match card.values.channels {
            Channels::Grey => Channels::Grey,
            _ => values.channels,
        };
        Preprocessing { values: Values { channels, ..values }, preset: None, ..card.clone() }
    });
    let swapped = match card.values.channels {
        Channels::Rgb => Some(Channels::Bgr),
        Channels::Bgr => Some(Channels::Rgb),
        Channels::Grey => None,
    };
    let swapped = swapped.map(|channels| Preprocessing {
        values: Values { channels, ..card.values },
        preset: None,
        ..card.clone()
    });
    distinct(std::iter::once(card.clone()).chain(made).chain(swapped))
}

/// Geometries of the card's size, the card's first.
fn geometries(card: &Preprocessing) -> Vec<Preprocessing> {
    let Ok([height, width]) = card.size() else { return Vec::new() };
    let side = height.min(width);
    let of = |numerator: f64, denominator: f64| (f64::from(side) * numerator / denominator).floor() as u32;
    let short = |preset: &str, short: u32, interpolation| Preprocessing {
        preset: Some(preset.to_owned()),
        resize: ResizeTo::Short(short),
        crop: Some([height, width]),
        interpolation,
        antialias: true,
        ..card.clone()
    };
    let both = |preset: &str, interpolation| Preprocessing {
        preset: Some(preset.to_owned()),
        resize: ResizeTo::Both([height, width]),
        crop: None,
        interpolation,
        antialias: true,
        ..card.clone()
    };
    let made = [
        short("torchvision", (f64::from(side) * 256.0 / 224.0).round() as u32, Filter::Bilinear),
        short("torchvision", (f64::from(side) * 232.0 / 224.0).round() as u32, Filter::Bilinear),
        short("timm-0.875", of(1.0, 0.875), Filter::Bicubic),
        short("timm-0.95", of(1.0, 0.95), Filter::Bicubic),
        short("timm-1.0", side, Filter::Bicubic),
        both("timm-squash", Filter::Bicubic),
        both("keras-nearest", Filter::Nearest),
        both("keras-bilinear", Filter::Bilinear),
    ];
    distinct(std::iter::once(card.clone()).chain(made))
}

/// Without those that do the same as an earlier one.
fn distinct(all: impl Iterator<Item = Preprocessing>) -> Vec<Preprocessing> {
    let bare = |one: &Preprocessing| Preprocessing {
        preset: None,
        values: Values { mode: ValueMode::Custom, ..one.values },
        ..one.clone()
    };
    let mut found: Vec<Preprocessing> = Vec::new();
    for one in all {
        if !found.iter().any(|known| bare(known) == bare(&one)) {
            found.push(one);
        }
    }
    found
}

/// Tries preprocessings on the chosen rows: the card's first, the others in the order in which they were tried. `tried` is
/// called after each.
///
/// # Errors
/// The data can't be read, or the engine fails.
pub async fn fit(
    pipeline: &Pipeline,
    chosen: &Chosen,
    (card, input): (&Preprocessing, &Input),
    mut classifier: Classifier,
    tried: impl Fn(&Fit),
) -> Result<Vec<Fit>, InferenceError> {
    let mut fits: Vec<Fit> = Vec::new();
    let rounds: [fn(&Preprocessing, &Input) -> Vec<Preprocessing>; 2] = [values, |card, _| geometries(card)];
    for round in rounds {
        let best = fits.iter().reduce(|best, fit| if fit.is_better(best) { fit } else { best });
        let base = best.map_or(card, |best| &best.preprocessing).clone();
        for preprocessing in round(&base, input) {
            if fits
                .iter()
                .any(|fit| distinct([&fit.preprocessing, &preprocessing].into_iter().cloned()).len() == 1)
            {
                continue;
            }
            // What the input can't take isn't tried.
            let Ok(preparation) = Preparation::new(&preprocessing, input) else { continue };
            let pipeline = Pipeline { preparation, ..pipeline.clone() };
            let (mut top1, mut sum, mut count) = (Count::default(), 0.0, 0u32);
            let (back, _) = pipeline
                .run(chosen.clone(), classifier, async |Batch { samples, .. }| {
                    for sample in &samples {
                        let Some(is_right) = sample.is_right() else { continue };
                        top1.of += 1;
                        top1.right += u64::from(is_right);
                        if let Some(loss) = sample.prediction().and_then(|prediction| prediction.loss) {
                            (sum, count) = (sum + loss, count + 1);
                        }
                    }
                    Ok(ControlFlow::Continue(()))
                })
                .await?;
            classifier = back;
            let fit = Fit { preprocessing, top1, loss: sum / f64::from(count) };
            tried(&fit);
            fits.push(fit);
        }
    }
    Ok(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Overrides, Preset};
    use crate::onnx::{Batch as BatchSize, Layout};

    fn input(element: Element, channels: usize) -> Input {
        let (height, width) = (Some(224), Some(224));
        let name = "image".to_owned();
        Input {
            name,
            element,
            layout: Layout::Nchw,
            batch: BatchSize::Any,
            channels: Some(channels),
            height,
            width,
        }
    }

    fn card(name: &str) -> Preprocessing {
        name.parse::<Preset>().unwrap().preprocessing(&Overrides::default(), Some(224)).unwrap()
    }

    #[test]
    fn what_is_tried_begins_with_the_card_and_is_tried_once() {
        let card = card("timm");
        let tried = geometries(&card);
        assert_eq!((tried.len(), &tried[0]), (8, &card), "timm-0.875 is the card's own");
        let tried = values(&card, &input(Element::F32, 3));
        let shown: Vec<String> = tried.iter().map(|one| format!("{:?}", one.values.channels)).collect();
        assert_eq!(shown, ["Rgb", "Rgb", "Rgb", "Bgr", "Rgb", "Bgr"]);
        assert_eq!(values(&card, &input(Element::U8, 3)).len(), 2, "a model that scales by itself");
        let grey = values(&self::card("lenet-224"), &input(Element::F32, 1));
        assert!(grey.len() == 4 && grey.iter().all(|one| one.values.channels == Channels::Grey));
    }

    #[test]
    fn equal_counts_are_told_apart_by_the_loss() {
        let fit = |right, loss| Fit { preprocessing: card("timm"), top1: Count { right, of: 9 }, loss };
        assert!(fit(5, 2.0).is_better(&fit(4, 1.0)) && fit(5, 1.0).is_better(&fit(5, 2.0)));
        assert!(!fit(5, 2.0).is_better(&fit(5, 2.0)));
    }
}
