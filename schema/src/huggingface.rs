//! How Hugging Face `datasets` sees a file: the `huggingface` key of the Parquet footer.
//!
//! Source: `datasets.Features.to_dict` and `datasets.arrow_writer` (the key holds
//! `{"info": {"features": {…}}}`). A tensor is `Value("binary")` there, since Hugging Face's own arrays are
//! nested lists, which would be a copy.

use serde_json::{Map, Value, json};

use crate::arrow_types::{Form, data_type};
use crate::feature::{Feature, MaskEncoding};
use crate::schema::Field;

/// The key in the Parquet footer's metadata.
pub const KEY: &str = "huggingface";

/// The key's value for a file of these columns.
pub fn features_key<'a>(fields: impl IntoIterator<Item = &'a Field>) -> String {
    let features: Map<String, Value> =
        fields.into_iter().map(|f| (f.name.clone(), feature_json(&f.feature))).collect();
    json!({ "info": { "features": features } }).to_string()
}

fn value(dtype: &str) -> Value {
    json!({ "dtype": dtype, "_type": "Value" })
}

fn list(item: Value) -> Value {
    json!({ "feature": item, "_type": "List" })
}

/// One feature as `datasets` writes it.
fn feature_json(feature: &Feature) -> Value {
    match feature {
        Feature::Image | Feature::Mask { encoding: MaskEncoding::Png } => json!({ "_type": "Image" }),
        Feature::Audio => json!({ "_type": "Audio" }),
        Feature::Video => json!({ "_type": "Video" }),
        Feature::Tensor { .. } | Feature::Binary => value("binary"),
        Feature::ClassLabel { names, .. } => json!({ "names": names, "_type": "ClassLabel" }),
        Feature::Text | Feature::Json => value("string"),
        Feature::Number { .. } | Feature::Bool => {
            value(&data_type(feature, Form::Declared).to_string().to_lowercase().replace("boolean", "bool"))
        }
        Feature::Timestamp => value("timestamp[us, tz=UTC]"),
        Feature::List { item } => list(feature_json(item)),
        Feature::Struct { fields } => {
            Value::Object(fields.iter().map(|f| (f.name.clone(), feature_json(&f.feature))).collect())
        }
        Feature::Bbox
        | Feature::Polygon
        | Feature::Mask { encoding: MaskEncoding::Rle }
        | Feature::Keypoints { .. }
        | Feature::Link => feature.layout().map_or(Value::Null, feature_json),
    }
}
