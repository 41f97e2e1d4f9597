//! Recognises YOLO data sets.

use super::config::is_yaml;
use super::find::{Sign, sign, splits_of_yaml};
use crate::read::sniff::Sniff;

/// The YAML file with classes and folders, darknet's lists, or a label file in its usual place.
pub fn recognise(look: &Sniff) -> Option<String> {
    if !look.is_dir {
        let text = is_yaml(&look.name()).then(|| look.head_text("", 4 << 20)).flatten()?;
        return splits_of_yaml(&text).map(|_| look.name());
    }
    sign(look).map(Sign::path)
}
