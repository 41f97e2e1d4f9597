//! Members that COCO doesn't define, written beside those that it does: COCO's readers pass over them, ours reads
//! them back.

use hub_dataset::sample::Value;
use hub_dataset::sample::json::{BytesAs, Labels, NonFinite, Style};
use hub_schema::Feature;
use serde_json::{Map, Value as Json};

use crate::write::json;

/// Classes by their names.
const STYLE: Style<'static> =
    Style { bytes: BytesAs::Inline, labels: Labels::Names, non_finite: NonFinite::Null };

/// A member that is written as it is.
#[derive(Clone, Debug)]
pub struct Extra {
    pub at: usize,
    name: String,
    feature: Feature,
}

impl Extra {
    /// The value at this place, if JSON can hold it and COCO has no member of that name.
    pub fn new(at: usize, name: &str, feature: &Feature, reserved: &[&str]) -> Option<Self> {
        let fits = !reserved.contains(&name) && json::fits(feature);
        fits.then(|| Self { at, name: name.to_owned(), feature: feature.clone() })
    }
}

/// Adds the members of these values that are not null.
///
/// # Errors
/// A value is not of its feature.
pub fn add(extras: &[Extra], values: &[Value], to: &mut Map<String, Json>) -> Result<(), String> {
    for extra in extras {
        match values.get(extra.at) {
            None | Some(Value::Null) => {}
            Some(value) => {
                let json = json::of(value, &extra.feature, STYLE);
                to.insert(extra.name.clone(), json.map_err(|e| format!("member '{}': {e}", extra.name))?);
            }
        }
    }
    Ok(())
}
