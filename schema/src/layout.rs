//! The members of boxes, polygons, masks, keypoints and links.
//!
//! Each of these features is a struct, or a list of structs, whose members have fixed names and types. They are
//! defined here and nowhere else: [`Feature::layout`] gives the same values as plain structs, lists, numbers and
//! texts, and code that traverses values (Arrow types, columns from samples and back, JSON, descriptions for Hugging
//! Face and Croissant, SQL functions) traverses that.

use std::sync::LazyLock;

use crate::feature::{DType, Feature, MaskEncoding};

/// The members of a box: its top left corner and its size, in pixels.
pub const BBOX: [&str; 4] = ["x", "y", "width", "height"];

/// The members of a point of a polygon, in pixels.
pub const POINT: [&str; 2] = ["x", "y"];

/// The members of an encoded file (an image, audio, a video, a mask as PNG): its bytes, and its name.
pub const FILE: [&str; 2] = ["bytes", "path"];

const I32: Feature = Feature::Number { dtype: DType::I32 };

static BBOX_LAYOUT: LazyLock<Feature> =
    LazyLock::new(|| Feature::structure(BBOX.map(|name| (name, Feature::float64()))));

static POLYGON_LAYOUT: LazyLock<Feature> =
    LazyLock::new(|| Feature::list(Feature::list(Feature::structure(point()))));

static RLE_LAYOUT: LazyLock<Feature> = LazyLock::new(|| {
    let counts = Feature::list(Feature::Number { dtype: DType::U32 });
    Feature::structure([("height", I32), ("width", I32), ("counts", counts)])
});

static KEYPOINTS_LAYOUT: LazyLock<Feature> =
    LazyLock::new(|| Feature::list(Feature::structure(point().into_iter().chain([("visibility", I32)]))));

static LINK_LAYOUT: LazyLock<Feature> = LazyLock::new(|| {
    Feature::structure([("url", Feature::Text), ("bytes", Feature::int64()), ("hash", Feature::Text)])
});

fn point() -> [(&'static str, Feature); 2] {
    POINT.map(|name| (name, Feature::float64()))
}

impl Feature {
    /// The same values as plain structs, lists, numbers and texts, with the members in the order in which they are
    /// stored; `None` for features that are plain themselves, and for bytes.
    ///
    /// ```
    /// use hub_schema::Feature;
    /// assert_eq!(Feature::Bbox.layout().unwrap().describe(),
    ///     "{x: float64, y: float64, width: float64, height: float64}");
    /// assert_eq!(Feature::Text.layout(), None);
    /// ```
    pub fn layout(&self) -> Option<&'static Self> {
        match self {
            Self::Bbox => Some(&BBOX_LAYOUT),
            Self::Polygon => Some(&POLYGON_LAYOUT),
            Self::Mask { encoding: MaskEncoding::Rle } => Some(&RLE_LAYOUT),
            Self::Keypoints { .. } => Some(&KEYPOINTS_LAYOUT),
            Self::Link => Some(&LINK_LAYOUT),
            _ => None,
        }
    }

    /// Is each value an encoded file (`struct<bytes, path>`): an image, audio, a video or a mask as PNG?
    pub const fn is_file(&self) -> bool {
        self.is_media() || matches!(self, Self::Mask { encoding: MaskEncoding::Png })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_layout_is_plain() {
        let keypoints = Feature::Keypoints { names: vec!["nose".into()], skeleton: vec![] };
        for (feature, wanted) in [
            (Feature::Polygon, "list of list of {x: float64, y: float64}"),
            (keypoints, "list of {x: float64, y: float64, visibility: int32}"),
            (
                Feature::Mask { encoding: MaskEncoding::Rle },
                "{height: int32, width: int32, counts: list of uint32}",
            ),
            (Feature::Link, "{url: text, bytes: int64, hash: text}"),
        ] {
            assert_eq!(feature.layout().unwrap().describe(), wanted);
        }
        assert_eq!(Feature::Mask { encoding: MaskEncoding::Png }.layout(), None);
    }
}
