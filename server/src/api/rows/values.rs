//! Values as JSON.
//!
//! | feature | JSON |
//! |---|---|
//! | image, audio, video | `{"url", "thumbnail", "media_type", "name", "size_bytes", and its facts}` |
//! | PNG mask, raw image | `{"url", "thumbnail"}` |
//! | class label | `{"value", "name", "synset"}` |
//! | tensor of 256 bytes and more, bytes | `{"url", "size_bytes"}` |
//! | a smaller tensor | numbers, nested as its shape |
//! | box, point, mask, link | an object of its members |
//! | timestamp | RFC 3339 |
//! | text of more than 16 KiB | `{"text", "truncated", "url", "size_bytes"}`: its beginning |
//! | lists and structs of more than 1 MiB | `{"truncated", "url"}` |
//! | a number that JSON lacks (NaN, infinity) | null |

use bytes::Bytes;
use chrono::DateTime;
use hub_dataset::sample::{Media, Value};
use hub_schema::{DType, Feature, MaskEncoding};
use serde_json::{Map, Value as Json, json};

/// Text up to this length is shown whole.
const WHOLE_TEXT_BYTES: usize = 16 * 1024;
/// The beginning of longer text is at most this long.
const SHOWN_TEXT_BYTES: usize = 1024;
/// A list or a struct up to this length is shown whole.
const WHOLE_BYTES: usize = 1024 * 1024;

/// The value of a cell for a page: what is long is its beginning, or left out, beside the `url` of all of it.
pub fn on_page(feature: &Feature, value: &Value, url: &str) -> Json {
    match value {
        Value::Text(text) if text.len() > WHOLE_TEXT_BYTES => {
            let shown = &text[..text.floor_char_boundary(SHOWN_TEXT_BYTES)];
            json!({ "text": shown, "truncated": true, "url": url, "size_bytes": text.len() })
        }
        Value::List(_) | Value::Struct(_) if weight(value) > WHOLE_BYTES => {
            json!({ "truncated": true, "url": url })
        }
        _ => to_json(feature, value, url),
    }
}

/// About how long a value is as JSON.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(values) | Value::Struct(values) => 8 + values.iter().map(weight).sum::<usize>(),
        _ => 8,
    }
}

/// About how long JSON is.
pub fn json_bytes(json: &Json) -> usize {
    match json {
        Json::String(text) => text.len(),
        Json::Array(items) => 8 + items.iter().map(json_bytes).sum::<usize>(),
        Json::Object(members) => members.iter().map(|(name, json)| name.len() + 8 + json_bytes(json)).sum(),
        _ => 8,
    }
}

/// The value of a column or member. `url` leads to the bytes of the cell.
pub fn to_json(feature: &Feature, value: &Value, url: &str) -> Json {
    match (feature, value) {
        (_, Value::Null) => Json::Null,
        (_, Value::Media(Media { name, bytes })) => {
            json!({ "url": url, "name": name, "size_bytes": bytes.size_bytes() })
        }
        (Feature::ClassLabel { names, synsets }, Value::Int(class)) => {
            let at = usize::try_from(*class).ok();
            let name = at.and_then(|at| names.get(at));
            let synset = at.and_then(|at| synsets.get(at)).and_then(Option::as_ref);
            json!({ "value": class, "name": name, "synset": synset })
        }
        (Feature::Timestamp, Value::Int(micros)) => {
            let time = DateTime::from_timestamp_micros(*micros);
            time.map_or(Json::Null, |time| json!(time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)))
        }
        (Feature::Tensor { dtype, shape, .. }, Value::Bytes(bytes)) if !feature.is_bulky() => {
            nested(*dtype, shape, bytes)
        }
        (_, Value::Bytes(bytes)) => json!({ "url": url, "size_bytes": bytes.len() }),
        (_, Value::Bool(b)) => json!(b),
        (Feature::Number { dtype: DType::U64 }, Value::Int(n)) => json!(*n as u64),
        (_, Value::Int(n)) => json!(n),
        (_, Value::Float(x)) => json!(x),
        (_, Value::Text(text)) => json!(text),
        (Feature::List { item }, Value::List(items)) => {
            items.iter().map(|value| to_json(item, value, url)).collect()
        }
        (_, Value::List(items)) => items.iter().map(|value| part_to_json(feature, value)).collect(),
        (Feature::Struct { fields }, Value::Struct(values)) => {
            let members = fields.iter().zip(values);
            members
                .map(|(f, value)| (f.name.clone(), to_json(&f.feature, value, url)))
                .collect::<Map<_, _>>()
                .into()
        }
        (_, Value::Struct(values)) => members(member_names(feature), values),
    }
}

/// A part of a feature that is a list by itself: a ring of a polygon, a point.
fn part_to_json(feature: &Feature, value: &Value) -> Json {
    match value {
        Value::List(items) => items.iter().map(|item| part_to_json(feature, item)).collect(),
        Value::Struct(values) => members(member_names(feature), values),
        other => to_json(&Feature::Text, other, ""),
    }
}

fn members(names: &[&str], values: &[Value]) -> Json {
    let members = names.iter().zip(values);
    members
        .map(|(name, value)| ((*name).to_owned(), part_to_json(&Feature::Text, value)))
        .collect::<Map<_, _>>()
        .into()
}

const fn member_names(feature: &Feature) -> &'static [&'static str] {
    match feature {
        Feature::Bbox => &["x", "y", "width", "height"],
        Feature::Polygon => &["x", "y"],
        Feature::Keypoints { .. } => &["x", "y", "visibility"],
        Feature::Mask { encoding: MaskEncoding::Rle } => &["height", "width", "counts"],
        Feature::Link => &["url", "bytes", "hash"],
        _ => &[],
    }
}

/// Row-major numbers, nested as a shape.
fn nested(dtype: DType, shape: &[usize], bytes: &Bytes) -> Json {
    let Some((length, inner)) = shape.split_first() else { return number(dtype, bytes) };
    let each = inner.iter().product::<usize>() * dtype.size_bytes();
    if each == 0 {
        return Json::Array(Vec::new());
    }
    let parts = bytes.chunks(each).take(*length);
    parts.map(|part| nested(dtype, inner, &Bytes::copy_from_slice(part))).collect()
}

fn number(dtype: DType, bytes: &[u8]) -> Json {
    macro_rules! read {
        ($($variant:ident = $type:ty),*) => {
            match dtype {
                $(DType::$variant => bytes.try_into().map_or(Json::Null, |b| json!(<$type>::from_le_bytes(b))),)*
            }
        };
    }
    read!(
        U8 = u8,
        I8 = i8,
        U16 = u16,
        I16 = i16,
        U32 = u32,
        I32 = i32,
        U64 = u64,
        I64 = i64,
        F32 = f32,
        F64 = f64
    )
}

/// The media type of a medium of this format (as its facts tell it).
pub fn media_type(feature: &Feature, format: Option<&str>) -> &'static str {
    match (feature, format.unwrap_or_default()) {
        (_, "jpeg") => "image/jpeg",
        (_, "png") => "image/png",
        (_, "gif") => "image/gif",
        (_, "webp") => "image/webp",
        (_, "bmp") => "image/bmp",
        (_, "tiff") => "image/tiff",
        (_, "pnm" | "ppm" | "pgm" | "pbm") => "image/x-portable-anymap",
        (_, "wav") => "audio/wav",
        (_, "flac") => "audio/flac",
        (_, "mp3") => "audio/mpeg",
        (Feature::Video, "ogg") => "video/ogg",
        (_, "ogg" | "opus" | "vorbis") => "audio/ogg",
        (Feature::Audio, "mp4" | "m4a") => "audio/mp4",
        (_, "aac" | "adts") => "audio/aac",
        (_, "mp4" | "mov") => "video/mp4",
        (Feature::Audio, "webm" | "mkv" | "matroska") => "audio/webm",
        (_, "webm") => "video/webm",
        (_, "mkv" | "matroska") => "video/x-matroska",
        (_, "avi") => "video/x-msvideo",
        (Feature::Mask { .. }, _) => "image/png",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use hub_schema::TensorRole;

    use super::*;

    #[test]
    fn a_page_shows_the_beginning_of_what_is_long() {
        let whole = "ä".repeat(WHOLE_TEXT_BYTES / 2);
        assert_eq!(on_page(&Feature::Text, &Value::text(whole.clone()), "u"), json!(whole));
        let long = format!("x{whole}");
        let shown = json!({ "text": format!("x{}", "ä".repeat(511)), "truncated": true, "url": "u",
            "size_bytes": long.len() });
        assert_eq!(on_page(&Feature::Text, &Value::text(long), "u"), shown);
        let texts = Feature::list(Feature::Text);
        let list = |n| Value::List(vec![Value::text(whole.clone()); n]);
        assert_eq!(on_page(&texts, &list(2), "u"), json!([whole, whole]));
        assert_eq!(on_page(&texts, &list(65), "u"), json!({ "truncated": true, "url": "u" }));
        // The cell's own bytes are never cut.
        assert_eq!(to_json(&texts, &list(65), "u").as_array().unwrap().len(), 65);
    }

    #[test]
    fn values_become_json() {
        let tensor = Feature::Tensor { dtype: DType::U8, shape: vec![2, 3], role: TensorRole::Plain };
        let floats = Feature::Tensor { dtype: DType::F32, shape: vec![1], role: TensorRole::Plain };
        let bytes = |b: &[u8]| Value::Bytes(Bytes::copy_from_slice(b));
        let ring = Value::List(vec![Value::Struct(vec![Value::Float(1.0), Value::Float(2.0)])]);
        let boxes = Feature::list(Feature::structure([("bbox", Feature::Bbox), ("n", Feature::int64())]));
        let boxed = Value::Struct(vec![Value::bbox([1.0, 2.0, 3.0, 4.0]), Value::Int(7)]);
        for (feature, value, wanted) in [
            (tensor, bytes(&[1, 2, 3, 4, 5, 6]), json!([[1, 2, 3], [4, 5, 6]])),
            (floats, bytes(&f32::NAN.to_le_bytes()), json!([null])),
            (Feature::labels(["cat"]), Value::Int(0), json!({ "value": 0, "name": "cat", "synset": null })),
            (Feature::labels(["cat"]), Value::Int(-1), json!({ "value": -1, "name": null, "synset": null })),
            (Feature::Polygon, Value::List(vec![ring]), json!([[{ "x": 1.0, "y": 2.0 }]])),
            (
                boxes,
                Value::List(vec![boxed]),
                json!([{ "bbox": { "x": 1.0, "y": 2.0, "width": 3.0, "height": 4.0 }, "n": 7 }]),
            ),
            (Feature::Timestamp, Value::Int(0), json!("1970-01-01T00:00:00.000000Z")),
            (Feature::Timestamp, Value::Int(i64::MAX), Json::Null),
            (Feature::float64(), Value::Float(f64::INFINITY), Json::Null),
            (Feature::Binary, bytes(&[1]), json!({ "url": "u", "size_bytes": 1 })),
        ] {
            assert_eq!(to_json(&feature, &value, "u"), wanted, "{feature:?}");
        }
    }
}
