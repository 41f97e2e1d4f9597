//! Class labels with the synsets that their names are known to mean.

use hub_schema::Feature;

/// A class label of these names, in order.
pub fn label_feature(names: Vec<String>) -> Feature {
    let synsets = hub_wordnet::synsets_for(&names);
    // A list of nothing but unknowns says no more than no list, and would make equal features differ.
    let synsets = if synsets.iter().any(Option::is_some) { synsets } else { Vec::new() };
    Feature::ClassLabel { names, synsets }
}

/// The class label of a well-known data set, named as [`hub_wordnet::known`] names it.
pub fn known_labels(data_set: &str) -> Option<Feature> {
    let rows = hub_wordnet::known(data_set)?.rows;
    let names = rows.iter().map(|row| row.name.to_owned()).collect();
    Some(Feature::ClassLabel {
        names,
        synsets: rows.iter().map(|row| row.synset.map(str::to_owned)).collect(),
    })
}
