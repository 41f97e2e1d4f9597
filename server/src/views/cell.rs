//! A row as a picture with a line of text.

use hub_dataset::LabelColumn;
use hub_schema::api::RowView;
use hub_schema::{Feature, Field, Schema};
use serde_json::Value as Json;

use crate::thumbnail::Subject;

/// What a data set is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Images,
    Audio,
    Video,
    Rows,
}

impl Kind {
    /// The name of its icon.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Images => "image",
            Self::Audio => "audio-lines",
            Self::Video => "film",
            Self::Rows => "table-2",
        }
    }

    /// The word in an address: `images`, `audio`, `video`, `rows`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Rows => "rows",
        }
    }
}

/// Which columns of a revision make its picture and its line of text.
#[derive(Clone, Debug)]
pub struct Look {
    pub kind: Kind,
    /// The column that is shown as a picture.
    pub media: Option<Field>,
    /// The label that is shown below it.
    pub label: Option<LabelColumn>,
    /// The column of that label; where there is none, a text.
    pub text: Option<Field>,
}

/// A row, as grids and lists show it.
#[derive(Clone, Debug)]
pub struct Cell {
    pub row_id: String,
    pub position: u64,
    /// The classes, or the beginning of the text.
    pub label: String,
    /// The file's name, else the row's id.
    pub name: String,
    pub split: Option<String>,
    /// Width and height, or the duration.
    pub size: String,
    pub has_picture: bool,
}

impl Look {
    pub fn of(schema: &Schema) -> Self {
        let is_mask = |field: &&Field| matches!(field.feature, Feature::Mask { .. });
        let mut shown: Vec<&Field> =
            schema.given().filter(|field| Subject::of(&field.feature).is_some()).collect();
        // The mask of a picture is shown only where there is nothing else.
        shown.sort_by_key(is_mask);
        let media = shown.first().copied().cloned();
        let kind = match media.as_ref().map(|field| &field.feature) {
            Some(Feature::Audio) => Kind::Audio,
            Some(Feature::Video) => Kind::Video,
            Some(_) => Kind::Images,
            None => Kind::Rows,
        };
        let label = LabelColumn::all(schema).into_iter().next();
        let text = match &label {
            Some(label) => schema.by_id(label.field).cloned(),
            None => schema.given().find(|field| is_text(&field.feature)).cloned(),
        };
        Self { kind, media, label, text }
    }

    /// The columns that a row must have been read with.
    pub fn fields<'a>(&self, schema: &'a Schema) -> Vec<&'a Field> {
        let wanted = [&self.media, &self.text].into_iter().flatten();
        let mut fields: Vec<&Field> = wanted.filter_map(|field| schema.by_id(field.id)).collect();
        fields.dedup_by_key(|field| field.id);
        match (fields.is_empty(), schema.given().next()) {
            (true, Some(first)) => vec![first],
            _ => fields,
        }
    }

    pub fn cell(&self, row: &RowView) -> Cell {
        let media = self.media.as_ref().and_then(|field| row.values.get(&field.name));
        let name = media.and_then(|media| media["name"].as_str()).filter(|name| !name.is_empty());
        Cell {
            row_id: row.row_id.clone(),
            position: row.position,
            label: self.words(row),
            name: name.map_or_else(|| row.row_id.clone(), str::to_owned),
            split: row.split.clone().filter(|split| !split.is_empty()),
            size: media.map(size).unwrap_or_default(),
            // Small raw images come as their numbers.
            has_picture: media.is_some_and(|media| !media.is_null()),
        }
    }

    /// The classes of a row, or the beginning of its text.
    fn words(&self, row: &RowView) -> String {
        let value = self.text.as_ref().and_then(|field| row.values.get(&field.name));
        let Some(value) = value else { return String::new() };
        // Behind the column's own name.
        let path = self.label.as_ref().and_then(|label| label.path.get(1..)).unwrap_or_default();
        let mut names = Vec::new();
        collect(value, path, &mut names);
        names.dedup();
        names.join(", ")
    }
}

fn is_text(feature: &Feature) -> bool {
    match feature {
        Feature::Text => true,
        Feature::List { item } => matches!(**item, Feature::Text),
        _ => false,
    }
}

/// Collects the names of classes, or texts, below a path of members; each once, up to eight.
fn collect(value: &Json, path: &[String], names: &mut Vec<String>) {
    match (value, path) {
        _ if names.len() >= 8 => {}
        (Json::Array(items), _) => items.iter().for_each(|item| collect(item, path, names)),
        (Json::Object(members), [first, rest @ ..]) => {
            if let Some(member) = members.get(first) {
                collect(member, rest, names);
            }
        }
        (Json::Object(members), []) => {
            let name = members.get("name").or_else(|| members.get("text")).and_then(Json::as_str);
            let name = name.map(str::to_owned).or_else(|| members.get("value").map(Json::to_string));
            names.extend(name.filter(|name| !names.contains(name)));
        }
        (Json::String(text), _) if !names.contains(text) => names.push(text.chars().take(120).collect()),
        _ => {}
    }
}

/// Width and height, the duration, or both.
pub fn size(media: &Json) -> String {
    let mut parts = Vec::new();
    if let (Some(width), Some(height)) = (media["width"].as_u64(), media["height"].as_u64()) {
        parts.push(format!("{width} × {height}"));
    } else if let Some(shape) = media["shape"].as_array() {
        let lengths: Vec<String> = shape.iter().map(Json::to_string).collect();
        parts.push(lengths.join(" × "));
    }
    if let Some(secs) = media["duration"].as_f64() {
        parts.push(duration(secs));
    }
    parts.join(", ")
}

/// A duration: `0.64 s`, `3:07`, `1:02:09`.
fn duration(secs: f64) -> String {
    let whole = secs.max(0.0) as u64;
    match whole {
        0..10 => format!("{secs:.2} s"),
        10..60 => format!("{secs:.1} s"),
        60..3600 => format!("{}:{:02}", whole / 60, whole % 60),
        _ => format!("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use hub_schema::{DType, TensorRole};
    use serde_json::json;

    use super::*;

    #[test]
    fn labels_are_found_at_any_depth() {
        let mut names = Vec::new();
        let value = json!([{ "category": { "value": 1, "name": "dog" } }, { "category": { "value": 1, "name": "dog" } },
            { "category": { "value": 9, "name": null } }, { "category": null }]);
        collect(&value, &["category".to_owned()], &mut names);
        assert_eq!(names, ["dog", "9"]);
        let mut texts = Vec::new();
        collect(&json!(["a", "b", "a"]), &[], &mut texts);
        assert_eq!(texts, ["a", "b"]);
    }

    #[test]
    fn every_cell_that_has_a_value_has_a_picture() {
        let image = Feature::Tensor { dtype: DType::U8, shape: vec![2, 2], role: TensorRole::Image };
        let schema = Schema::new([("image", image), ("label", Feature::labels(["a"]))]).unwrap();
        let look = Look::of(&schema);
        let cell = |image: Json| {
            let values = json!({ "image": image, "label": { "value": 0, "name": "a", "synset": null } });
            let values = values.as_object().cloned().unwrap();
            look.cell(&RowView { position: 0, row_id: "1:0".to_owned(), split: None, values })
        };
        // Small raw images come as numbers, large ones as an address.
        assert!(
            cell(json!([[1, 2], [3, 4]])).has_picture
                && cell(json!({ "url": "u", "thumbnail": "t" })).has_picture
        );
        assert!(!cell(Json::Null).has_picture);
    }

    #[test]
    fn sizes_are_told_in_words() {
        assert_eq!(size(&json!({ "width": 640, "height": 480 })), "640 × 480");
        assert_eq!(size(&json!({ "duration": 0.64 })), "0.64 s");
        assert_eq!(size(&json!({ "width": 4, "height": 3, "duration": 3729.0 })), "4 × 3, 1:02:09");
        assert_eq!(size(&json!({ "shape": [28, 28] })), "28 × 28");
        assert_eq!(size(&json!(null)), "");
    }
}
