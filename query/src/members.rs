//! The members of features that queries can name: `bbox.x`, `objects.category`.

use hub_schema::{Feature, layout};

/// The names of the members of a feature, or of the items of a list.
pub fn member_names(feature: &Feature) -> Vec<String> {
    match feature {
        Feature::Struct { fields } => fields.iter().map(|field| field.name.clone()).collect(),
        Feature::List { item } => member_names(item),
        file if file.is_file() => layout::FILE.map(str::to_owned).to_vec(),
        _ => feature.layout().map(member_names).unwrap_or_default(),
    }
}

/// The feature of a member, or of that member of every item of a list.
pub fn member_of(feature: &Feature, name: &str) -> Option<Feature> {
    match feature {
        Feature::Struct { fields } => {
            fields.iter().find(|field| field.name == name).map(|field| field.feature.clone())
        }
        Feature::List { item } => member_of(item, name).map(Feature::list),
        _ => member_of(feature.layout()?, name),
    }
}
