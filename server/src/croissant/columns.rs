//! What of a column Croissant can say: values, lists of values, structs, and lists of structs.
//!
//! A list of lists of structs (a polygon, a list of keypoints) has no form there that a reader understands. Such
//! a column, or member, is left out of the description; it is in the file.

use hub_schema::layout::FILE;
use hub_schema::{DType, Feature, MaskEncoding};

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Whether a row has any number of it.
    pub is_list: bool,
    /// Its values; of one that is no struct there is one, without a path.
    pub leaves: Vec<Leaf>,
}

/// A value in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Where it is in the struct, as a JSON path; empty for the column itself.
    pub path: String,
    /// Its type.
    pub data_type: &'static str,
    /// Whether it is itself a list of numbers or texts.
    pub is_list: bool,
    /// Where its bytes are, if it is a medium.
    pub member: Option<&'static str>,
    /// Whether it numbers classes.
    pub is_label: bool,
}

/// What can be said of a column; `None`: nothing.
pub fn column(feature: &Feature) -> Option<Column> {
    let (is_list, item) = match feature.layout().unwrap_or(feature) {
        Feature::List { item } => (true, item.as_ref()),
        // The feature itself: what a link's members mean is known of it alone.
        _ => (false, feature),
    };
    let mut leaves = Vec::new();
    gather(item, "", &mut leaves);
    (!leaves.is_empty()).then_some(Column { is_list, leaves })
}

/// The type of what is one value.
fn scalar(feature: &Feature) -> Option<&'static str> {
    Some(match feature {
        Feature::Image | Feature::Mask { encoding: MaskEncoding::Png } => "sc:ImageObject",
        Feature::Audio => "sc:AudioObject",
        Feature::Video => "sc:VideoObject",
        // Bytes have no type of their own.
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
            // A path takes a name apart at its dots.
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
    fn what_has_no_form_is_left_out() {
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
