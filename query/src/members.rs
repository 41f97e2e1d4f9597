//! The members of features that queries can name: `bbox.x`, `objects.category`.

use hub_schema::{Feature, MaskEncoding};

/// The names of the members of a feature, or of the items of a list.
pub fn member_names(feature: &Feature) -> Vec<String> {
    let fixed = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    match feature {
        Feature::Struct { fields } => fields.iter().map(|f| f.name.clone()).collect(),
        Feature::List { item } => member_names(item),
        Feature::Bbox => fixed(&["x", "y", "width", "height"]),
        Feature::Polygon => fixed(&["x", "y"]),
        Feature::Keypoints { .. } => fixed(&["x", "y", "visibility"]),
        Feature::Link => fixed(&["url", "bytes", "hash"]),
        Feature::Mask { encoding: MaskEncoding::Rle } => fixed(&["height", "width", "counts"]),
        Feature::Image | Feature::Audio | Feature::Video | Feature::Mask { encoding: MaskEncoding::Png } => {
            fixed(&["bytes", "path"])
        }
        _ => Vec::new(),
    }
}

/// The feature of a member, or of that member of every item of a list.
pub fn member_of(feature: &Feature, name: &str) -> Option<Feature> {
    match feature {
        Feature::Struct { fields } => fields.iter().find(|f| f.name == name).map(|f| f.feature.clone()),
        Feature::List { item } => member_of(item, name).map(Feature::list),
        Feature::Bbox => Some(Feature::float64()),
        Feature::Keypoints { .. } if name != "visibility" => Some(Feature::list(Feature::float64())),
        Feature::Polygon => Some(Feature::list(Feature::list(Feature::float64()))),
        _ => None,
    }
}
