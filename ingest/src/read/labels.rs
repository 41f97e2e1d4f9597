//! Class labels with the synsets that their names are known to mean.

use hub_schema::Feature;

/// A class label of these names, in order.
pub fn label_feature(names: Vec<String>) -> Feature {
    Feature::labels(names)
}
