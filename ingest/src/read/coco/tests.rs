use std::fs;
use std::path::Path;

use hub_dataset::sample::{MediaBytes, Sample, SampleSource, Value};
use hub_schema::Feature;
use tempfile::TempDir;

use super::recognise;
use crate::read::input::Input;
use crate::read::open;
use crate::read::options::ReadOptions;

const CATEGORIES: &str = r#""categories": [
    {"id": 1, "name": "person", "supercategory": "person"},
    {"id": 18, "name": "dog", "supercategory": "animal"}]"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn read(folder: &TempDir) -> (Vec<Sample>, Vec<String>) {
    let mut source = open(folder.path(), &ReadOptions::default()).unwrap();
    let (mut samples, mut errors) = (Vec::new(), Vec::new());
    while let Some(next) = source.next_sample() {
        match next {
            Ok(sample) => samples.push(sample),
            Err(e) => errors.push(e.to_string()),
        }
    }
    (samples, errors)
}

fn instances(images: &str, annotations: &str) -> String {
    format!(r#"{{"images": [{images}], "annotations": [{annotations}], {CATEGORIES}}}"#)
}

fn floats(numbers: &[f64]) -> Value {
    Value::Struct(numbers.iter().map(|n| Value::Float(*n)).collect())
}

#[test]
fn files_of_a_split_are_merged_by_id() {
    let images = r#"{"id": 7, "file_name": "a.jpg", "license": 4, "date_captured": 2013},
                    {"id": 3, "file_name": "b.jpg"}"#;
    let objects = r#"{"id": 2, "image_id": 7, "category_id": 18, "bbox": [1, 2.5, 3, 4], "area": 5.25,
                      "iscrowd": 0, "segmentation": [[0, 1, 2, 3.5, 4, 5]]},
                     {"id": 1, "image_id": 7, "category_id": 1, "bbox": [], "iscrowd": 1,
                      "segmentation": {"size": [10, 10], "counts": "61X12:"}}"#;
    let people = r#"{"images": [{"id": 7, "file_name": "a.jpg"}],
        "categories": [{"id": 1, "name": "person", "keypoints": ["nose", "ear"], "skeleton": [[1, 2]]}],
        "annotations": [{"id": 1, "image_id": 7, "category_id": 1, "keypoints": [5, 6, 2, 0, 0, 0],
                         "num_keypoints": 1}]}"#;
    let captions = r#"{"licenses": [{"id": 4, "name": "CC BY", "url": "u"}],
        "images": [{"id": 3, "file_name": "b.jpg"}],
        "annotations": [{"id": 1, "image_id": 3, "caption": "a b"}]}"#;
    let folder = folder(&[
        ("annotations/instances_val2017.json", &instances(images, objects)),
        ("annotations/person_keypoints_val2017.json", people),
        ("annotations/captions_val2017.json", captions),
        ("val2017/a.jpg", "AA"),
        ("val2017/b.jpg", "B"),
    ]);
    let source = open(folder.path(), &ReadOptions::default()).unwrap();
    let names: Vec<_> = source.columns().iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["image", "image_id", "license", "date_captured", "objects", "captions"]);
    let (samples, errors) = read(&folder);
    assert_eq!(errors, [""; 0]);
    let [a, b] = &samples[..] else { panic!("{samples:?}") };
    assert_eq!(a.split.as_deref(), Some("val"));
    assert!(
        matches!(&a.values[0], Value::Media(m) if m.name == "val2017/a.jpg" && m.bytes.size_bytes() == 2)
    );
    let license = Value::Struct(vec![Value::Int(4), Value::text("CC BY"), Value::text("u")]);
    assert_eq!(a.values[1..4], [Value::Int(7), license, Value::text("2013")]);
    let Value::List(objects) = &a.values[4] else { panic!("{:?}", a.values[4]) };
    let [Value::Struct(dog), Value::Struct(person)] = &objects[..] else { panic!("{objects:?}") };
    let ring = Value::List(vec![floats(&[0.0, 1.0]), floats(&[2.0, 3.5]), floats(&[4.0, 5.0])]);
    assert_eq!(dog[..4], [Value::Int(2), Value::Int(1), Value::Int(18), Value::text("animal")]);
    assert_eq!(dog[4..7], [floats(&[1.0, 2.5, 3.0, 4.0]), Value::Float(5.25), Value::Bool(false)]);
    assert_eq!(dog[7..], [Value::List(vec![ring]), Value::Null, Value::Null, Value::Null]);
    let counts = Value::List([6, 1, 40, 3, 50].map(Value::Int).to_vec());
    let points = [[5.0, 6.0, 2.0], [0.0; 3]]
        .map(|[x, y, v]| Value::Struct(vec![Value::Float(x), Value::Float(y), Value::Int(v as i64)]));
    assert_eq!(person[4..8], [Value::Null, Value::Null, Value::Bool(true), Value::Null]);
    assert_eq!(person[8], Value::Struct(vec![Value::Int(10), Value::Int(10), counts]));
    assert_eq!(person[9..], [Value::List(points.to_vec()), Value::Int(1)]);
    let caption = Value::List(vec![Value::Struct(vec![Value::Int(1), Value::text("a b")])]);
    assert_eq!(b.values[2..], [Value::Null, Value::Null, Value::List(vec![]), caption]);
}

#[test]
fn broken_annotations_are_told_one_by_one() {
    let images = r#"{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "missing.jpg"},
                    {"id": 3, "file_name": "../a.jpg"}, {"id": 1, "file_name": "a.jpg"},
                    {"id": 4, "file_name": "a.jpg"}, {"id": 5, "file_name": "a.jpg"}"#;
    let objects = r#"{"id": 1, "image_id": 99, "category_id": 18}, {"id": 2, "image_id": 4, "category_id": 3},
                     {"id": 9, "image_id": 1, "category_id": 18}, {"id": 9, "image_id": 1, "category_id": 18},
                     {"id": 5, "image_id": 5, "category_id": 18, "segmentation": [[1, 2, 3]]}"#;
    let folder =
        folder(&[("annotations/instances_val.json", &instances(images, objects)), ("val/a.jpg", "AA")]);
    let (samples, errors) = read(&folder);
    assert_eq!(samples.len(), 1);
    let expected = [
        "image 1 is listed twice",
        "annotation 1 belongs to image 99",
        "annotation 9 (of image 1) has the id of an earlier one",
        "image 2: file 'missing.jpg' not found in val, annotations, .",
        "image 3: '../a.jpg' is not a path below",
        "annotation 2: category 3 is not in the file's",
        "annotation 5: a polygon has 3 numbers",
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, part) in errors.iter().zip(expected) {
        assert!(error.starts_with("annotations/instances_val.json") && error.contains(part), "{error}");
    }
}

#[test]
fn broken_files_end_the_source() {
    let open = |text: &str| {
        let folder = folder(&[("annotations/instances_val.json", text)]);
        open(folder.path(), &ReadOptions::default()).err().map(|e| (e.fatal, e.to_string())).unwrap()
    };
    let (fatal, text) = open("{\"images\": [{\"id\": 1},\n {\"id\"");
    assert!(fatal && text.contains("line 2 column 6"), "{text}");
    let (_, text) = open(r#"{"images": [{"id": "one"}]}"#);
    assert!(text.contains("invalid type: string \"one\", expected i64"), "{text}");
    assert!(open("{}").1.contains("'images' lists are empty"));
    let twice = r#"{"images": [], "categories": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}"#;
    assert!(open(twice).1.contains("category 1 is 'b', but 'a'"));
}

#[test]
fn layouts_after_coco_are_known() {
    let image = instances(r#"{"id": 1, "file_name": "a.jpg"}"#, "");
    for (json, picture, split) in [
        ("train/_annotations.coco.json", "train/a.jpg", Some("train")),
        ("annotations/instances_default.json", "images/default/a.jpg", None),
        ("labels.json", "data/a.jpg", None),
        ("annotations/valid.json", "images/a.jpg", Some("val")),
        ("train/annotations.json", "train/images/a.jpg", Some("train")),
        ("train/coco.json", "train/a.jpg", Some("train")),
        ("val/labels.json", "val/data/a.jpg", Some("val")),
        ("annotations/train/instances.json", "images/train/a.jpg", Some("train")),
        ("labels/val.json", "val/a.jpg", Some("val")),
        ("data/x/annotations.json", "data/x/pictures/a.jpg", None),
    ] {
        let folder = folder(&[(json, &image), (picture, "AA")]);
        let look = |path: &Path| Input::at(path, &ReadOptions::default()).look;
        assert!(recognise(&look(folder.path())).is_some(), "{json}");
        let (samples, errors) = read(&folder);
        assert_eq!((samples.len(), errors.len()), (1, 0), "{json}: {errors:?}");
        assert_eq!(samples[0].split.as_deref(), split, "{json}");
        let Value::Media(media) = &samples[0].values[0] else { panic!("no picture") };
        assert_eq!(media.name, picture);
        assert!(matches!(media.bytes, MediaBytes::File { len: 2, .. }));
        let alone = folder.path().join(json);
        assert!(recognise(&look(&alone)).is_some(), "{json} alone");
        assert!(open(&alone, &ReadOptions::default()).is_ok(), "{json} alone");
    }
    let other = folder(&[("data.json", r#"{"rows": [1]}"#), ("train/a/1.jpg", "x")]);
    assert_eq!(recognise(&Input::at(other.path(), &ReadOptions::default()).look), None);
}

#[test]
fn categories_keep_their_order() {
    let folder = folder(&[
        ("annotations/instances_val.json", &instances(r#"{"id": 1, "file_name": "a.jpg"}"#, "")),
        ("val/a.jpg", "AA"),
    ]);
    let source = open(folder.path(), &ReadOptions::default()).unwrap();
    let Feature::List { item } = &source.columns()[2].feature else { panic!("no objects") };
    let Feature::Struct { fields } = &**item else { panic!("no struct") };
    assert!(matches!(&fields[1].feature, Feature::ClassLabel { names, .. } if *names == ["person", "dog"]));
}
