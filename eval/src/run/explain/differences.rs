//! In which settings two preprocessings differ.

use hub_decode::{Filter, ResizeTo};

use crate::model::{Channels, Preprocessing, ResizeOrder, Values};

/// A setting in which two preprocessings differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The setting, as `filter`.
    pub name: &'static str,
    /// What the first has.
    pub first: String,
    /// What the second has.
    pub second: String,
    /// The first preprocessing, with this setting of the second.
    pub changed: Preprocessing,
}

/// The settings in which the second differs from the first; the preset's name is none.
pub fn differences(first: &Preprocessing, second: &Preprocessing) -> Vec<Setting> {
    let mut found = Vec::new();
    let mut add = |name, of: fn(&Preprocessing) -> String, changed: Preprocessing| {
        if of(first) != of(second) {
            let changed = Preprocessing { preset: None, ..changed };
            found.push(Setting { name, first: of(first), second: of(second), changed });
        }
    };
    add("orientation by EXIF", orientation, Preprocessing { orient: second.orient, ..first.clone() });
    add(
        "resize and crop",
        geometry,
        Preprocessing { resize: second.resize, crop: second.crop, ..first.clone() },
    );
    add("filter", filter, Preprocessing { interpolation: second.interpolation, ..first.clone() });
    add("antialiasing", antialiasing, Preprocessing { antialias: second.antialias, ..first.clone() });
    add("order of the passes", order, Preprocessing { resize_order: second.resize_order, ..first.clone() });
    let values = Values { channels: second.values.channels, ..first.values };
    add("channels", channels, Preprocessing { values, ..first.clone() });
    let values = Values { channels: first.values.channels, ..second.values };
    add("values (mean, deviation)", numbers, Preprocessing { values, ..first.clone() });
    found
}

fn orientation(of: &Preprocessing) -> String {
    if of.orient { "turned" } else { "as stored" }.to_owned()
}

fn geometry(of: &Preprocessing) -> String {
    let resize = match of.resize {
        ResizeTo::Short(side) => format!("shorter side to {side}"),
        ResizeTo::Both([height, width]) => format!("squashed to {height} x {width}"),
    };
    match of.crop {
        Some([height, width]) => format!("{resize}, crop of {height} x {width}"),
        None => resize,
    }
}

fn filter(of: &Preprocessing) -> String {
    match of.interpolation {
        Filter::Nearest => "nearest",
        Filter::Bilinear => "bilinear",
        Filter::Bicubic => "bicubic",
    }
    .to_owned()
}

fn antialiasing(of: &Preprocessing) -> String {
    if of.antialias { "antialiased" } else { "not antialiased" }.to_owned()
}

fn order(of: &Preprocessing) -> String {
    match of.resize_order {
        ResizeOrder::Horizontal => "horizontal first",
        ResizeOrder::Vertical => "vertical first (Pillow 13)",
    }
    .to_owned()
}

fn channels(of: &Preprocessing) -> String {
    match of.values.channels {
        Channels::Rgb => "RGB",
        Channels::Bgr => "BGR",
        Channels::Grey => "grey",
    }
    .to_owned()
}

/// The numbers alone: two names may have the same.
fn numbers(of: &Preprocessing) -> String {
    let Values { divisor, mean, std, .. } = of.values;
    format!("(x / {divisor} - {mean:?}) / {std:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Overrides, Preset, ValueMode};

    fn made(name: &str) -> Preprocessing {
        name.parse::<Preset>().unwrap().preprocessing(&Overrides::default(), Some(224)).unwrap()
    }

    #[test]
    fn each_setting_is_found_alone() {
        let first = made("torchvision");
        assert_eq!(differences(&first, &Preprocessing { preset: None, ..first.clone() }), []);
        let found = differences(&first, &made("keras-nearest"));
        let names: Vec<_> = found.iter().map(|setting| setting.name).collect();
        assert_eq!(names, ["resize and crop", "filter", "channels", "values (mean, deviation)"]);
        assert_eq!(found[0].first, "shorter side to 256, crop of 224 x 224");
        assert_eq!((found[2].first.as_str(), found[2].second.as_str()), ("RGB", "BGR"));
        // All of them together make the second.
        let whole = found.iter().fold(first.clone(), |made, setting| {
            let changed = &setting.changed;
            match setting.name {
                "resize and crop" => Preprocessing { resize: changed.resize, crop: changed.crop, ..made },
                "filter" => Preprocessing { interpolation: changed.interpolation, ..made },
                "channels" => Preprocessing {
                    values: Values { channels: changed.values.channels, ..made.values },
                    ..made
                },
                _ => Preprocessing {
                    values: Values { channels: made.values.channels, ..changed.values },
                    ..made
                },
            }
        });
        assert_eq!(differences(&whole, &made("keras-nearest")), []);
        let turned = Preprocessing { orient: true, antialias: false, ..first.clone() };
        let names: Vec<_> = differences(&first, &turned).iter().map(|setting| setting.name).collect();
        assert_eq!(names, ["orientation by EXIF", "antialiasing"]);
        // The same numbers under another name are no difference.
        let named =
            Preprocessing { values: Values { mode: ValueMode::Custom, ..first.values }, ..first.clone() };
        assert_eq!(differences(&first, &named), []);
    }
}
