//! Common mistakes.

use hub_decode::{ChannelOrder, Dtype, Filter, ImageSpec, ResizeTo, Transform};

use crate::model::{Channels, ValueMode, Values};

/// Common mistakes, each as what it changes.
pub fn variants_of(spec: &ImageSpec, values: Values) -> Vec<(String, ImageSpec)> {
    let mut made = geometries(spec);
    let mut add = |change: &str, variant: ImageSpec| made.push((change.to_owned(), variant));
    if spec.output.dtype == Dtype::F32 {
        let mut swapped = spec.clone();
        swapped.output.channels = match spec.output.channels {
            ChannelOrder::Rgb => ChannelOrder::Bgr,
            ChannelOrder::Bgr => ChannelOrder::Rgb,
        };
        add("the channels in the other order (RGB, BGR)", swapped);
        for (name, mode) in ValueMode::named() {
            let other = Values::of(mode);
            if matches!(mode, ValueMode::Bytes | ValueMode::Lenet) || other == values {
                continue;
            }
            let mut scaled = spec.clone();
            scaled.output.normalize = other.normalize();
            scaled.output.channels =
                if other.channels == Channels::Bgr { ChannelOrder::Bgr } else { ChannelOrder::Rgb };
            add(&format!("the values '{name}'"), scaled);
        }
    }
    made
}

/// Mistakes that change the tensor before its values are scaled.
pub fn geometries(spec: &ImageSpec) -> Vec<(String, ImageSpec)> {
    let mut made = Vec::new();
    let mut add = |change: &str, variant: ImageSpec| made.push((change.to_owned(), variant));
    let turned = if spec.orient { "the image not turned by EXIF" } else { "the image turned by EXIF" };
    add(turned, ImageSpec { orient: !spec.orient, ..spec.clone() });
    add("no antialiasing", ImageSpec { no_antialias: !spec.no_antialias, ..spec.clone() });
    for (name, filter) in
        [("nearest", Filter::Nearest), ("bilinear", Filter::Bilinear), ("bicubic", Filter::Bicubic)]
    {
        if filter != spec.filter {
            add(&format!("the {name} filter"), ImageSpec { filter, ..spec.clone() });
        }
    }
    let order = if spec.vertical_first {
        "the horizontal pass first (Pillow up to 12)"
    } else {
        "the vertical pass first (Pillow 13)"
    };
    add(order, ImageSpec { vertical_first: !spec.vertical_first, ..spec.clone() });
    if let Transform::Resize { crop: Some(crop), flip, .. } = spec.transform {
        let transform = Transform::Resize { to: ResizeTo::Both(crop), crop: None, flip };
        add("both sides resized (squashed) instead of cropped", ImageSpec { transform, ..spec.clone() });
        if crop[0] == crop[1] {
            let transform = Transform::Resize { to: ResizeTo::Short(crop[0]), crop: Some(crop), flip };
            add("the shorter side resized to the crop", ImageSpec { transform, ..spec.clone() });
        }
    }
    made
}

/// Other sides to resize to, of well-known libraries, with the same crop.
pub fn sizes(spec: &ImageSpec) -> Vec<(String, ImageSpec)> {
    let Transform::Resize { crop: Some(crop), flip, to } = spec.transform else { return Vec::new() };
    let side = f64::from(crop[0].min(crop[1]));
    let mut sides = [side * 256.0 / 224.0, side * 232.0 / 224.0].map(f64::round).to_vec();
    sides.extend([0.875, 0.9, 0.95, 0.965].map(|part| (side / part).floor()));
    sides.sort_by(f64::total_cmp);
    sides.dedup();
    let resized = |side: f64| {
        let other = ResizeTo::Short(side as u32);
        let transform = Transform::Resize { to: other, crop: Some(crop), flip };
        (other != to).then(|| {
            (format!("the shorter side resized to {side} pixels"), ImageSpec { transform, ..spec.clone() })
        })
    };
    sides.into_iter().filter_map(resized).collect()
}
