//! Each feature beside its JSON, which `docs/values.md` shows in the same words.

use bytes::Bytes;
use hub_schema::{MaskEncoding, TensorRole};

use super::*;

const DOCS: &str = include_str!("../../../../docs/values.md");

fn shown(feature: &Feature, value: &Value) -> Json {
    to_json(feature, value, Style::WHOLE).unwrap()
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(Bytes::copy_from_slice(bytes))
}

fn tensor(dtype: DType, shape: &[usize]) -> Feature {
    Feature::Tensor { dtype, shape: shape.to_vec(), role: TensorRole::Plain }
}

fn point(values: &[f64]) -> Value {
    Value::Struct(values.iter().copied().map(Value::Float).collect())
}

#[test]
fn each_feature_is_as_documented() {
    let label = Feature::ClassLabel {
        names: vec!["cat".into(), "dog".into()],
        synsets: vec![None, Some("n02084071".into())],
    };
    let keypoints = Feature::Keypoints { names: vec!["nose".into()], skeleton: vec![] };
    let seen = Value::Struct(vec![Value::Float(12.0), Value::Float(7.5), Value::Int(2)]);
    let runs = Value::List([3, 2, 1].map(Value::Int).to_vec());
    let link = Value::Struct(vec![Value::text("https://example.org/a.jpg"), Value::Int(48211), Value::Null]);
    let member = Feature::structure([("name", Feature::Text), ("age", Feature::int64())]);
    let number = |dtype| Feature::Number { dtype };
    for (feature, value, wanted) in [
        (label.clone(), Value::Int(1), r#"{"value": 1, "name": "dog", "synset": "n02084071"}"#),
        (label.clone(), Value::Int(7), r#"{"value": 7, "name": null, "synset": null}"#),
        (
            Feature::Bbox,
            Value::bbox([10.0, 20.0, 64.5, 48.0]),
            r#"{"x": 10.0, "y": 20.0, "width": 64.5, "height": 48.0}"#,
        ),
        (
            Feature::Polygon,
            Value::List(vec![Value::List(vec![point(&[0.0, 0.0]), point(&[8.0, 0.0]), point(&[4.0, 6.5])])]),
            r#"[[{"x": 0.0, "y": 0.0}, {"x": 8.0, "y": 0.0}, {"x": 4.0, "y": 6.5}]]"#,
        ),
        (
            Feature::Mask { encoding: MaskEncoding::Rle },
            Value::Struct(vec![Value::Int(2), Value::Int(3), runs]),
            r#"{"height": 2, "width": 3, "counts": [3, 2, 1]}"#,
        ),
        (keypoints, Value::List(vec![seen]), r#"[{"x": 12.0, "y": 7.5, "visibility": 2}]"#),
        (Feature::Link, link, r#"{"url": "https://example.org/a.jpg", "bytes": 48211, "hash": null}"#),
        (Feature::Text, Value::text("a \"b\""), r#""a \"b\"""#),
        (Feature::Json, Value::text(r#"{"a":[1,null]}"#), r#"{"a": [1, null]}"#),
        (Feature::Json, Value::text("not JSON"), r#""not JSON""#),
        (Feature::Binary, bytes(&[0, 255]), r#"{"size_bytes": 2, "base64": "AP8="}"#),
        (number(DType::I64), Value::Int(9_007_199_254_740_993), "9007199254740993"),
        (number(DType::U64), Value::UInt(u64::MAX), "18446744073709551615"),
        (number(DType::F32), Value::Float(f64::from(0.1_f32)), "0.1"),
        (Feature::float64(), Value::Float(f64::NAN), "null"),
        (Feature::float64(), Value::Float(f64::NEG_INFINITY), "null"),
        (Feature::Bool, Value::Bool(true), "true"),
        (Feature::Timestamp, Value::Int(1_750_000_000_250_000), r#""2025-06-15T15:06:40.250000Z""#),
        (Feature::Timestamp, Value::Int(i64::MAX), "null"),
        (tensor(DType::U8, &[2, 3]), bytes(&[1, 2, 3, 4, 5, 6]), "[[1, 2, 3], [4, 5, 6]]"),
        (tensor(DType::U8, &[]), bytes(&[9]), "9"),
        (tensor(DType::F32, &[2]), bytes(&[0, 0, 192, 127, 205, 204, 204, 61]), "[null, 0.1]"),
        (Feature::list(Feature::Text), Value::List(vec![Value::text("a"), Value::Null]), r#"["a", null]"#),
        (member, Value::Struct(vec![Value::text("Ada"), Value::Int(36)]), r#"{"name": "Ada", "age": 36}"#),
        (label, Value::Null, "null"),
    ] {
        let json: Json = serde_json::from_str(wanted).unwrap();
        assert_eq!(shown(&feature, &value), json, "{feature:?}");
        assert!(DOCS.contains(wanted), "docs/values.md lacks {wanted}");
    }
}

#[test]
fn a_number_that_names_no_class_has_no_name() {
    let wanted = json!({ "value": -1, "name": null, "synset": null });
    assert_eq!(shown(&Feature::labels(["cat"]), &Value::Int(-1)), wanted);
}

#[test]
fn bytes_are_inline_or_a_url() {
    let image = Value::Media(Media {
        name: "a/b.png".into(),
        bytes: MediaBytes::Memory(Bytes::from_static(&[0, 255])),
    });
    let mask = Feature::Mask { encoding: MaskEncoding::Png };
    let pixels = tensor(DType::U8, &[16, 16]);
    let zeros = bytes(&[0; 256]);
    let url = Style::with_url("/u");
    for (feature, value, style, wanted) in [
        (&Feature::Image, &image, Style::WHOLE, r#"{"name": "a/b.png", "size_bytes": 2, "base64": "AP8="}"#),
        (&Feature::Image, &image, url, r#"{"name": "a/b.png", "size_bytes": 2, "url": "/u"}"#),
        (&Feature::Image, &image, Style::WITHOUT_BYTES, r#"{"name": "a/b.png", "size_bytes": 2}"#),
        (
            &mask,
            &image,
            Style::WHOLE,
            r#"{"name": "a/b.png", "size_bytes": 2, "media_type": "image/png", "base64": "AP8="}"#,
        ),
        (&pixels, &zeros, url, r#"{"dtype": "uint8", "shape": [16, 16], "size_bytes": 256, "url": "/u"}"#),
        (
            &pixels,
            &zeros,
            Style::WITHOUT_BYTES,
            r#"{"dtype": "uint8", "shape": [16, 16], "size_bytes": 256}"#,
        ),
        (&Feature::Binary, &bytes(&[1]), url, r#"{"size_bytes": 1, "url": "/u"}"#),
    ] {
        let json: Json = serde_json::from_str(wanted).unwrap();
        assert_eq!(to_json(feature, value, style).unwrap(), json, "{feature:?}");
    }
    assert_eq!(shown(&pixels, &zeros), json!(vec![vec![0; 16]; 16]));
    // Bytes in members are there too.
    let both = Feature::structure([("image", Feature::Image)]);
    let both = to_json(&both, &Value::Struct(vec![image]), url).unwrap();
    assert_eq!(both, json!({ "image": { "name": "a/b.png", "size_bytes": 2, "url": "/u" } }));
}

#[test]
fn facts_replace_bytes() {
    let facts = [
        ("name", json!("a.jpg")),
        ("bytes", json!(48211)),
        ("format", json!("jpeg")),
        ("width", json!(640)),
        ("channels", Json::Null),
    ];
    let wanted = json!({ "name": "a.jpg", "size_bytes": 48211, "width": 640, "media_type": "image/jpeg" });
    assert_eq!(Json::Object(media_facts(&Feature::Image, facts)), wanted);
}

#[test]
fn labels_are_names_in_text_formats() {
    let names = Style { labels: Labels::Names, ..Style::WHOLE };
    let labels = Feature::list(Feature::labels(["cat"]));
    let both = Value::List(vec![Value::Int(0), Value::Int(5)]);
    assert_eq!(to_json(&labels, &both, names).unwrap(), json!(["cat", 5]));
}

#[test]
fn streamed_json_equals_the_json_tree() {
    let feature = tensor(DType::F32, &[3]);
    let value = bytes(&[0.1_f32, f32::INFINITY, 3.0].map(f32::to_le_bytes).concat());
    let cell = Cell { feature: &feature, value: &value, style: Style::WHOLE };
    assert_eq!(serde_json::to_string(&cell).unwrap(), "[0.1,null,3.0]");
}

#[test]
fn a_value_of_another_feature_is_an_error() {
    let wrong = to_json(&Feature::Bbox, &Value::Struct(vec![Value::Float(0.0)]), Style::WHOLE);
    let wanted = "expected {x: float64, y: float64, width: float64, height: float64}, found a struct";
    assert_eq!(wrong.unwrap_err().to_string(), wanted);
    assert!(to_json(&Feature::Binary, &Value::Int(1), Style::WHOLE).is_err());
}
