//! One sample, by all four ways out: `hub show --json`, rows over REST, a query, JSON lines. A value is the same JSON.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use hub_dataset::ops::fragment_builder::encode_rows;
use hub_dataset::ops::packed_rows::PackedRows;
use hub_dataset::sample::{Media, MediaBytes, Value};
use hub_dataset::{Author, Dataset, Store};
use hub_schema::{BranchName, DType, Feature, MaskEncoding, Schema, TensorRole};
use serde_json::{Map, Value as Json, json};

use crate::served::{Served, well};
use crate::session::Session;

/// Columns without bytes.
const PLAIN: [&str; 16] = [
    "label",
    "objects",
    "outline",
    "rle",
    "points",
    "link",
    "note",
    "doc",
    "big",
    "small",
    "nan",
    "flag",
    "at",
    "vector",
    "tags",
    "image.width",
];

fn medium(name: &str, bytes: &'static [u8]) -> Value {
    Value::Media(Media { name: name.into(), bytes: MediaBytes::Memory(bytes.into()) })
}

fn floats(values: &[f64]) -> Value {
    Value::Struct(values.iter().copied().map(Value::Float).collect())
}

/// A column of each feature, and a value for it.
fn every_feature() -> Vec<(&'static str, Feature, Value)> {
    let label = Feature::ClassLabel {
        names: vec!["cat".into(), "dog".into()],
        synsets: vec![None, Some("n02084071".into())],
    };
    let object = Feature::structure([("bbox", Feature::Bbox), ("category", label.clone())]);
    let boxed = Value::Struct(vec![Value::bbox([1.0, 2.5, 30.0, 4.0]), Value::Int(0)]);
    let keypoint = Value::Struct(vec![Value::Float(0.5), Value::Float(2.0), Value::Int(2)]);
    let runs = Value::List([3, 2, 1].map(Value::Int).to_vec());
    let link = Value::Struct(vec![Value::text("https://example.org/a"), Value::Int(9), Value::Null]);
    let tensor = |dtype, shape: &[usize], role| Feature::Tensor { dtype, shape: shape.to_vec(), role };
    let vector = [0.1_f32, f32::NAN, 3.0].iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
    vec![
        ("image", Feature::Image, medium("train/dog/c.png", b"\x89PNG\r\n\x1a\n and so on")),
        ("label", label, Value::Int(1)),
        ("objects", Feature::list(object), Value::List(vec![boxed, Value::Null])),
        (
            "outline",
            Feature::Polygon,
            Value::List(vec![Value::List(vec![floats(&[0.0, 0.0]), floats(&[8.0, 0.5])])]),
        ),
        (
            "rle",
            Feature::Mask { encoding: MaskEncoding::Rle },
            Value::Struct(vec![Value::Int(2), Value::Int(3), runs]),
        ),
        ("mask", Feature::Mask { encoding: MaskEncoding::Png }, medium("c.png", b"\x89PNG\r\n\x1a\n a mask")),
        (
            "points",
            Feature::Keypoints { names: vec!["nose".into()], skeleton: vec![] },
            Value::List(vec![keypoint]),
        ),
        ("link", Feature::Link, link),
        ("note", Feature::Text, Value::text("a \"b\"\n")),
        ("doc", Feature::Json, Value::text(r#"{"a": [1, null]}"#)),
        ("big", Feature::int64(), Value::Int(9_007_199_254_740_993)),
        ("small", Feature::Number { dtype: DType::F32 }, Value::Float(f64::from(0.1_f32))),
        ("nan", Feature::float64(), Value::Float(f64::NAN)),
        ("flag", Feature::Bool, Value::Bool(true)),
        ("at", Feature::Timestamp, Value::Int(1_750_000_000_250_000)),
        ("vector", tensor(DType::F32, &[3], TensorRole::Embedding), Value::Bytes(vector.into())),
        ("digit", tensor(DType::U8, &[16, 16], TensorRole::Image), Value::Bytes(vec![7; 256].into())),
        ("raw", Feature::Binary, Value::Bytes(vec![0, 255].into())),
        ("tags", Feature::list(Feature::Text), Value::List(vec![Value::text("a"), Value::Null])),
    ]
}

/// A data set of two rows: one of the values above, one of nulls.
fn make(folder: &Path) {
    let columns = every_feature();
    let schema = Schema::new(columns.iter().map(|(name, feature, _)| (*name, feature.clone()))).unwrap();
    let mut row: HashMap<&str, Value> = columns.into_iter().map(|(name, _, value)| (name, value)).collect();
    row.insert("image.name", Value::text("train/dog/c.png"));
    row.insert("image.bytes", Value::Int(18));
    row.insert("image.format", Value::text("png"));
    row.insert("image.width", Value::Int(640));
    let rows = encode_rows(&schema, Some("train"), &[row, HashMap::new()]).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let dataset = Dataset::create(Store::local(folder).unwrap()).await.unwrap();
        let (fragment, _) = dataset.put_fragment(rows, &HashSet::new()).await.unwrap();
        let rows = PackedRows { schema, fragments: vec![fragment], ..PackedRows::default() };
        dataset.append(&BranchName::main(), &Author::new("ann", ""), &rows).await.unwrap();
    });
}

fn parsed(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// The rows, as each of the four has them.
fn four_ways() -> [Vec<Json>; 4] {
    let session = Session::new();
    make(&session.path("all"));
    let columns: Vec<&str> = every_feature().iter().map(|c| c.0).chain(["image.width"]).collect();
    let shown = |row: u8| {
        let line = format!("show ./all {row} --json --columns {}", columns.join(","));
        parsed(&session.quietly(&line))["values"].clone()
    };
    let names: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
    let sql = format!("SELECT {} FROM samples ORDER BY _position", names.join(", "));
    let queried = well(session.command("query ./all --format json").arg(sql).output().unwrap());
    session.quietly("pull ./all lines --format jsonl");
    let lines = std::fs::read_to_string(session.path("lines/metadata.jsonl")).unwrap();
    let served = Served::start(&[]);
    well(served.with_token(session.command("push ann/all ./all")).output().unwrap());
    let page = served.get(&format!("/api/v1/datasets/ann/all/rows?columns={}", columns.join(",")));
    let page = page["rows"].as_array().unwrap().iter().map(|row| row["values"].clone()).collect();
    let queried = parsed(&queried).as_array().unwrap().clone();
    [vec![shown(0), shown(1)], page, queried, lines.lines().map(parsed).collect()]
}

fn without(object: &Json, names: &[&str]) -> Json {
    let members = object.as_object().unwrap().iter().filter(|(name, _)| !names.contains(&name.as_str()));
    Json::Object(members.map(|(name, json)| (name.clone(), json.clone())).collect::<Map<_, _>>())
}

const OTHERS_IN_QUERIES: [&str; 4] = ["label", "objects", "nan", "vector"];

#[test]
fn a_value_is_the_same_json_everywhere() {
    let [shown, page, queried, lines] = four_ways();
    for (name, row) in PLAIN.into_iter().flat_map(|name| [(name, 0), (name, 1)]) {
        // A fact is no column of JSON lines: it is probed anew.
        let line = if name == "image.width" { &shown[row][name] } else { &lines[row][name] };
        // A query has the names of classes, and words for NaN.
        let in_query =
            if OTHERS_IN_QUERIES.contains(&name) { &shown[row][name] } else { &queried[row][name] };
        let all = [&shown[row][name], &page[row][name], in_query, line];
        assert!(all.iter().all(|json| *json == &shown[row][name]), "{name}: {all:#?}");
        assert_eq!(shown[row][name].is_null(), row == 1 || name == "nan", "{name}");
    }
    let label = json!({ "value": 1, "name": "dog", "synset": "n02084071" });
    let objects = json!([{ "bbox": { "x": 1.0, "y": 2.5, "width": 30.0, "height": 4.0 },
        "category": { "value": 0, "name": "cat", "synset": null } }, null]);
    assert_eq!((&page[0]["label"], &page[0]["objects"]), (&label, &objects));
    let objects = json!([{ "bbox": objects[0]["bbox"], "category": "cat" }, null]);
    assert_eq!((&queried[0]["label"], &queried[0]["objects"]), (&json!("dog"), &objects));
    assert_eq!((&queried[0]["nan"], &queried[0]["vector"]), (&json!("NaN"), &json!([0.1, "NaN", 3.0])));
    assert_eq!(
        (&page[0]["big"], &page[0]["vector"]),
        (&json!(9_007_199_254_740_993_i64), &json!([0.1, null, 3.0]))
    );
}

#[test]
fn what_stands_in_place_of_bytes() {
    let [shown, page, queried, lines] = four_ways();
    let (shown, page, queried, line) = (&shown[0], &page[0], &queried[0], &lines[0]);
    let place = ["url", "thumbnail", "base64"];
    for name in ["image", "mask", "digit", "raw"] {
        assert!(page[name]["url"].as_str().is_some_and(|url| url.starts_with("/api/v1/")), "{}", page[name]);
    }
    let image =
        json!({ "name": "train/dog/c.png", "size_bytes": 18, "width": 640, "media_type": "image/png" });
    assert_eq!((&shown["image"], without(&page["image"], &place)), (&image, image.clone()));
    assert_eq!(without(&queried["image"], &place), json!({ "name": "train/dog/c.png", "size_bytes": 18 }));
    assert_eq!(queried["image"]["base64"], "iVBORw0KGgogYW5kIHNvIG9u");
    assert_eq!(line["file_name"], "train/dog/c.png");
    let digit = json!({ "dtype": "uint8", "shape": [16, 16], "size_bytes": 256 });
    assert_eq!((&shown["digit"], without(&page["digit"], &place)), (&digit, digit.clone()));
    assert_eq!(queried["digit"], json!(vec![vec![7; 16]; 16]));
    let raw = json!({ "size_bytes": 2 });
    assert_eq!((&shown["raw"], without(&page["raw"], &place)), (&raw, raw.clone()));
    assert_eq!((&queried["raw"]["base64"], line.get("raw")), (&json!("AP8="), None));
    assert_eq!(page["mask"]["media_type"], "image/png");
}
