//! Describes columns in Croissant's terms: values, lists of values, structs, and lists of structs.
//!
//! A list of lists of structs (a polygon, a list of keypoints) can't be expressed in a form that readers understand.
//! Such a column or member is left out of the description, but is in the file.

use hub_schema::layout::FILE;
use hub_schema::{DType, Feature, MaskEncoding};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Whether a row has a list of it.
    pub is_list: bool,
    /// The values; a column that is not a struct has one, with an empty path.
    pub leaves: Vec<Leaf>,
}

/// A value in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The JSON path in the struct; empty for the column itself.
    pub path: String,
    pub data_type: &'static str,
    /// Whether it is itself a list of numbers or strings.
    pub is_list: bool,
    /// The struct member with the bytes, for media.
    pub member: Option<&'static str>,
    /// Whether it is a class label.
    pub is_label: bool,
}

/// Describes a column; `None` if Croissant can't express it.
pub fn column(feature: &Feature) -> Option<Column> {
    let (is_list, item) = match feature.layout().unwrap_or(feature) {
        Feature::List { item } => (true, item.as_ref()),
        // The feature, not its layout: only the feature tells what a link's members mean.
        _ => (false, feature),
    };
    let mut leaves = Vec::new();
    gather(item, "", &mut leaves);
    (!leaves.is_empty()).then_some(Column { is_list, leaves })
}

/// The Croissant type of a single value; `None` for structs and lists.
fn scalar(feature: &Feature) -> Option<&'static str> {
    Some(match feature {
        Feature::Image | Feature::Mask { encoding: MaskEncoding::Png } => "sc:ImageObject",
        Feature::Audio => "sc:AudioObject",
        Feature::Video => "sc:VideoObject",
        // Croissant has no type for bytes.
        Feature::Text | Feature::Json | Feature::Binary | Feature::Tensor { .. } => "sc:Text",
        Feature::ClassLabel { .. } => "cr:Int64",
        Feature::Bool => "sc:Boolean",
        Feature::Timestamp => "sc:DateTime",
        Feature::Number { dtype } => match dtype {
            DType::U8 => "cr:UInt8",
            DType::I8 => "cr:Int8",
            DType::U16 => "cr:UInt16",
            DType::I16 => "cr:Int16",
            DType::U32 => "cr:UInt32",
            DType::I32 => "cr:Int32",
            DType::U64 => "cr:UInt64",
            DType::I64 => "cr:Int64",
            DType::F32 => "cr:Float32",
            DType::F64 => "cr:Float64",
        },
        _ => return None,
    })
}

fn gather(feature: &Feature, path: &str, leaves: &mut Vec<Leaf>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let mut leaf = |path: String, data_type, is_list| {
        leaves.push(Leaf { path, data_type, is_list, member: None, is_label: false });
    };
    match feature {
        Feature::Link => {
            let first = leaves.len();
            if let Some(plain) = feature.layout() {
                gather(plain, path, leaves);
            }
            if let Some(url) = leaves.get_mut(first) {
                url.data_type = "sc:URL";
            }
        }
        Feature::Struct { fields } => {
            // Other names can't be addressed: a JSON path splits names at dots.
            for field in fields.iter().filter(|f| is_word(&f.name)) {
                gather(&field.feature, &below(&field.name), leaves);
            }
        }
        Feature::List { item } => {
            if let Some(data_type) = scalar(item).filter(|_| !item.is_file()) {
                leaf(path.to_owned(), data_type, true);
            }
        }
        other => {
            if let Some(plain) = other.layout() {
                gather(plain, path, leaves);
            } else if let Some(data_type) = scalar(other) {
                leaf(path.to_owned(), data_type, false);
                if let Some(last) = leaves.last_mut() {
                    last.member = other.is_file().then_some(FILE[0]);
                    last.is_label = matches!(other, Feature::ClassLabel { .. });
                }
            }
        }
    }
}

fn is_word(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(feature: &Feature) -> Option<(bool, Vec<String>)> {
        column(feature).map(|c| {
            let leaf = |l: Leaf| format!("{}{}", l.path, if l.is_list { "[]" } else { "" });
            (c.is_list, c.leaves.into_iter().map(leaf).collect())
        })
    }

    #[test]
    fn inexpressible_members_are_left_out() {
        let object = Feature::structure([
            ("bbox", Feature::Bbox),
            ("category", Feature::labels(["cat"])),
            ("area", Feature::Polygon),
            ("numbers", Feature::list(Feature::int64())),
            ("odd name", Feature::Text),
        ]);
        let members = ["bbox.x", "bbox.y", "bbox.width", "bbox.height", "category", "numbers[]"];
        let members = members.map(str::to_owned).to_vec();
        assert_eq!(paths(&object), Some((false, members.clone())));
        assert_eq!(paths(&Feature::list(object)), Some((true, members)));
        assert_eq!(paths(&Feature::Polygon), None);
        assert_eq!(paths(&Feature::list(Feature::Text)), Some((true, vec![String::new()])));
        assert_eq!(column(&Feature::Image).unwrap().leaves[0].member, Some("bytes"));
    }
}
